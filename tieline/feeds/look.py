"""Looking: asking a system what has changed, page by page, until there is no more."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tieline import registry
from tieline.errors import ConfigError, UnknownName
from tieline.feeds import memory
from tieline.feeds.model import EVENTS, EVERYTHING, Feed
from tieline.model import Input

if TYPE_CHECKING:
    from tieline.connector import Connector


#: Names of files that a run tells of.
SHOWN = 20


class Looked(Input):
    """What a look has found.

    Args:
        source: System and connection, such as "sharepoint/team".
        place: The drive, where the system has several.
        events: How many there were of each kind.
        files: The names of the first of them.
        first: Whether it was the first look: then all there is is known from now on, and nothing is told.
        busy: How many files are being written, and were left for the next look.
    """

    source: str
    place: str = EVERYTHING
    events: dict[str, int] = Field(default_factory=dict)
    files: tuple[str, ...] = ()
    first: bool = False
    busy: int = 0

    @property
    def line(self) -> str:
        """It in a line, for people."""
        where = f"{self.source} {self.place}".strip()
        if self.first:
            return f"{where}: this was the first look. What changes from now on is told."
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in self.events.items())
        return f"{where}: {counts or 'nothing new'}" + f" ({', '.join(self.files)})" * bool(self.files)


@cache
def systems() -> tuple[str, ...]:
    """Every system that has a feed, in alphabetical order; nothing is imported."""
    return tuple(
        name
        for name in registry.names()
        if any("connector.feed(" in file.read_text("utf-8") for file in registry.sources(name))
    )


def find(system: str) -> Feed[Any] | None:
    """The feed of a system, if it has one."""
    return registry.connector(system).changes if system in systems() else None


def split(source: str) -> tuple[Connector[Any, Any], str]:
    """The connector, and the name of the connection.

    Args:
        source: Such as "sharepoint/team".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system has no feed.
    """
    system, slash, name = source.partition("/")
    if not slash or not name:
        raise ConfigError(f"{source!r} names no connection.", hint='Write system and connection: "files/inbox".')
    if system not in systems():
        raise UnknownName("system that can be asked what has changed", system, systems())
    return registry.connector(system), name


async def places(source: str) -> list[str]:
    """Where to look in a connection: its drives, or the one place that it has.

    Raises:
        ConfigError: There is no such connection.
        ConnectorError: The system could not be asked.
    """
    connector, name = split(source)
    return list(await connector.places(name))


async def look(source: str, place: str = EVERYTHING) -> Looked:
    """Ask what has changed, and put it into the inbox. The first look of all only learns what is there.

    Whatever ends it at whatever moment, nothing is lost and nothing is told twice: the next look goes on from the page
    that was written down last.

    Args:
        source: System and connection, such as "sharepoint/team".
        place: The drive, where the system has several; see `places`.

    Raises:
        ConfigError: There is no such connection.
        ConnectorError: The system could not be asked.
    """
    connector, name = split(source)
    names = (connector.name, name, place)
    before = await asyncio.to_thread(memory.feed, *names)
    first = before is None or not before.complete
    events, files = Counter[str](), list[str]()
    while True:
        page = await connector.look(name, place, before.cursor if before else "")
        changes = await asyncio.to_thread(memory.record, before, names, page, time.time())
        events.update(change.event for change in changes or ())
        files += [change.entry.name for change in changes or ()][: SHOWN - len(files)]
        if changes is not None and not page.more:
            break
        known, before = before, await asyncio.to_thread(memory.feed, *names)
        if known is not None and before is None:
            raise ConfigError(f"{source} is followed no more.", hint=f"Follow it again: tieline feed follow {source}")
    counts = {name: events[name] for name in EVENTS if events[name]}
    return Looked(source=source, place=place, events=counts, files=tuple(files), first=first, busy=len(page.busy))
