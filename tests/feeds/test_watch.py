"""A folder is looked at as soon as something happens in it, and once at the start for what happened before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.drive import told
from tieline.errors import ConfigError, Unavailable
from tieline.feeds import folder as folders
from tieline.feeds import look, watch
from tieline.feeds.look import Looked

SECONDS = 30


@asynccontextmanager
async def watching() -> AsyncIterator[asyncio.Queue[Looked]]:
    """What somebody hears who watches the folder."""
    heard: asyncio.Queue[Looked] = asyncio.Queue()
    task = asyncio.create_task(watch.watch("files/team", heard.put_nowait))
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def next_of(heard: asyncio.Queue[Looked]) -> Looked:
    return await asyncio.wait_for(heard.get(), SECONDS)


@pytest.mark.usefixtures("team")
async def test_what_happens_is_told_at_once_and_what_happened_before_at_the_start(folder: Path) -> None:
    async with watching() as heard:
        assert (await next_of(heard)).first
        began = time.monotonic()
        (folder / "may.txt").write_text("one")
        assert (await next_of(heard)).files == ("may.txt",)
        assert time.monotonic() - began < SECONDS / 3
    (folder / "june.txt").write_text("while nobody watched")
    async with watching() as heard:
        assert (await next_of(heard)).files == ("june.txt",)
    assert [event for event, *_ in told()] == ["file_created"] * 2


@pytest.mark.usefixtures("team")
async def test_a_file_is_told_of_when_it_is_written_and_not_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look.look("files/team")
    file, parts = folder / "large.bin", [b"2", b"3", b"4"]

    async def grow() -> None:
        with file.open("ab") as opened:
            opened.write(parts.pop(0) if parts else b"")
        await asyncio.sleep(0.01)

    monkeypatch.setattr(folders, "_settle", grow)
    file.write_bytes(b"1")
    async with watching() as heard:
        await next_of(heard)
    ((event, name, version),) = told()
    assert (event, name) == ("file_created", "large.bin")
    assert version.split("-")[1] == "4", "the size when it was whole"


@pytest.mark.usefixtures("team")
async def test_a_look_that_fails_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[str] = []

    async def fails_once(source: str) -> Any:
        if not failed:
            failed.append(source)
            raise Unavailable("The disk is away.")
        return await look.look(source)

    monkeypatch.setattr(watch, "look", fails_once)
    monkeypatch.setattr(watch, "AGAIN_SECONDS", 0.0)
    (folder / "may.txt").write_text("one")
    async with watching() as heard:
        assert (await next_of(heard)).first
    assert failed == ["files/team"]


async def test_what_is_no_folder_of_this_machine_is_not_watched(team: dict[str, Any], folder: Path) -> None:
    with pytest.raises(ConfigError, match="no folder of this machine"):
        await watch.watch("sharepoint/team", print)
    await look.look("files/team")
    assert await watch.followed() == ["files/team"]
    team["files"].url = "s3://bucket"
    with pytest.raises(ConfigError, match="no folder of this machine"):
        await watch.watch("files/team", print)
    assert await watch.followed() == []
    team["files"].url = f"file://{folder}/nowhere"
    with pytest.raises(ConfigError, match="there is no folder"):
        await watch.watch("files/team", print)
