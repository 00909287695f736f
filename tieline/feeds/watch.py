"""Watching folders of this machine: a look as soon as the file system says that something has happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import awatch

from tieline.errors import ConfigError, TielineError, UnknownName
from tieline.feeds import memory
from tieline.feeds.look import Looked, look, split
from tieline.observe import log

#: How long the file system's words are collected, in milliseconds, before we look.
COLLECT_MS, STEP_MS = 100, 25
#: Pause after a look that failed.
AGAIN_SECONDS = 5.0
FILES = "files"


async def folder_of(source: str) -> Path | None:
    """The folder of a connection, if it is one of this machine.

    Raises:
        ConfigError: There is no such connection.
    """
    connector, name = split(source)
    url = str(getattr(await connector.credentials(name), "url", ""))
    scheme, found, path = url.partition("://")
    if connector.name != FILES or (found and scheme not in {"file", "local"}):
        return None
    return Path(path if found else url)


async def followed() -> list[str]:
    """The folders of this machine that are followed, as system and connection."""
    found = []
    for one in await asyncio.to_thread(memory.feeds, FILES):
        with suppress(UnknownName):  # the connection is gone; each look at it says so
            if await folder_of(one.source) is not None:
                found.append(one.source)
    return found


async def watch(source: str, told: Callable[[Looked], None]) -> None:
    """Look now, for what happened while nobody watched, and again with each change; until cancelled.

    Args:
        source: A connection to a folder of this machine.
        told: Hears of each look that found something.

    Raises:
        ConfigError: There is no such connection, or it is no folder of this machine.
    """
    folder = await folder_of(source)
    if folder is None:
        raise ConfigError(
            f"{source} is no folder of this machine, so nobody says when something changes in it.",
            hint=f"It is looked at every few minutes once it is followed: tieline feed follow {source}",
        )
    if not folder.is_dir():
        raise ConfigError(f"{source}: there is no folder {folder}.", hint="Make it, or correct the connection.")
    while True:
        try:
            async with aclosing(_changes(folder)) as changes:
                async for _ in changes:
                    while await _look(source, told):
                        pass
        except (TielineError, OSError) as exc:
            log().warning("a folder cannot be looked at; it is tried again", source=source, reason=str(exc))
            await asyncio.sleep(AGAIN_SECONDS)


async def _changes(folder: Path) -> AsyncGenerator[None, None]:
    """At once, and then whenever something has changed; what changes meanwhile is not missed."""
    heard = awatch(folder, watch_filter=None, debounce=COLLECT_MS, step=STEP_MS)
    news = asyncio.ensure_future(anext(heard))
    try:
        await asyncio.sleep(0)  # now it listens
        while True:
            yield
            await news
            news = asyncio.ensure_future(anext(heard))
    finally:
        news.cancel()
        await asyncio.wait([news])


async def _look(source: str, told: Callable[[Looked], None]) -> bool:
    """Look once; whether something is still being written."""
    found = await look(source)
    if found.events or found.first:
        told(found)
    return found.busy > 0
