"""A folder, as an action sees it."""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from tieline.errors import BadAnswer, ConfigError, Unavailable
from tieline.files.faults import told
from tieline.files.place import PART, FileInfo, Place, clean
from tieline.files.places import open_place
from tieline.files.url import parse
from tieline.transport.retry import retrying

T = TypeVar("T")

#: What only reads is tried so often, within so many seconds.
TRIES, SECONDS = 3, 300.0


class FileStore:
    """A folder. Paths are relative to it, with `/`, and lead nowhere else.

    Args:
        url: Where it is, such as "file:///srv/documents" or "s3://bucket/inbox".
        options: As the library of its kind takes them; see docs/files.md.
        most: Bytes of a file that are read into memory at most.
    """

    def __init__(self, url: str, options: Mapping[str, Any], *, most: int) -> None:
        self._url, self._options, self._most = parse(url), dict(options), most
        self._tries = TRIES if self._url.is_remote else 1
        self._place: Place | None = None

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, options: Mapping[str, Any], *, most: int) -> AsyncIterator[FileStore]:
        """A folder whose connection is given back at the end."""
        store = cls(url, options, most=most)
        try:
            yield store
        finally:
            await asyncio.to_thread(store.close)

    def close(self) -> None:
        """Give the connection back; the next call makes a new one."""
        place, self._place = self._place, None
        if place is not None:
            place.close()

    def _opened(self) -> Place:
        if self._place is None:
            self._place = open_place(self._url, self._options)
        return self._place

    async def check(self) -> str:
        """Look at the folder; where it is.

        Raises:
            ConnectorError: It cannot be looked at.
        """
        await self._read("", lambda place, _: place.check())
        return str(self._url)

    async def list(self, folder: str, pattern: str, limit: int) -> list[FileInfo]:
        """Files below a folder, by name; see `tasks.files.list_files`."""
        return await self._read(folder, lambda place, full: list(islice(place.walk(full, pattern), limit)))

    async def get(self, path: str) -> FileInfo:
        """What is known about a file."""
        return await self._read(path, lambda place, full: place.about(place.info(full)))

    async def read(self, path: str) -> bytes:
        """A file's content."""

        def take(place: Place, full: str) -> bytes:
            size = place.about(place.info(full)).size
            if size > self._most:
                raise BadAnswer(
                    f"{path} has {size / 2**20:,.0f} MB, and at most {self._most / 2**20:,.0f} MB are read.",
                    hint="Use download_file, or raise `max_bytes` on the block.",
                )
            return place.read(full)

        return await self._read(path, take)

    async def download(self, path: str, to: Path) -> Path:
        """A file's content onto the disk; see `tasks.files.download_file`."""
        part = to.with_name(f"{PART}{uuid4().hex}")

        def take(place: Place, full: str) -> None:
            if not to.parent.is_dir():
                raise ConfigError(f"There is no folder {to.parent} on this machine.", hint="Make it first.")
            size = place.about(place.info(full)).size
            place.download(full, part)
            if part.stat().st_size != size:
                raise Unavailable(f"{path} was cut short, or changed while it was read.", hint="Try again.")

        try:
            await self._read(path, take)
            os.replace(part, to)  # noqa: PTH105 - it says that it replaces
        finally:
            part.unlink(missing_ok=True)
        return to

    async def write(self, path: str, content: bytes | Path, version: str) -> FileInfo:
        """Write a file, whole or not at all; see `tasks.files.write_file`."""

        def put(place: Place, full: str) -> FileInfo:
            if isinstance(content, Path) and not content.is_file():
                raise ConfigError(f"There is no file {content} on this machine.", hint="Give the path of a file.")
            if full == place.root:
                raise IsADirectoryError(full)
            place.put(full, content, version)
            return place.about(place.info(full))

        return await self._write(path, put)

    async def move(self, path: str, to: str) -> FileInfo:
        """Move a file; see `tasks.files.move_file`."""

        def go(place: Place, full: str) -> FileInfo:
            target = self._full(place, to)
            try:
                place.move(full, target)
            except FileExistsError as exc:
                raise told(to, exc) from None
            return place.about(place.info(target))

        return await self._write(path, go)

    async def delete(self, path: str) -> None:
        """Delete a file."""
        await self._write(path, lambda place, full: place.delete(full))

    async def _read(self, path: str, do: Callable[[Place, str], T]) -> T:
        """Do something that may be done twice; with a new connection where the old one broke."""
        async for attempt in retrying(repeatable=True, seconds=SECONDS, attempts=self._tries):
            with attempt:
                return await asyncio.to_thread(self._do, path, do)
        raise AssertionError  # the last attempt raises

    async def _write(self, path: str, do: Callable[[Place, str], T]) -> T:
        """Do something once."""
        try:
            return await asyncio.to_thread(self._do, path, do)
        except Unavailable as exc:
            exc.may_have_happened = True
            raise

    def _do(self, path: str, do: Callable[[Place, str], T]) -> T:
        try:
            place = self._opened()
            return do(place, self._full(place, path))
        except Exception as exc:
            said = told(path or "The folder", exc)
            if isinstance(said, Unavailable):
                self.close()
            if said is exc:
                raise
            raise said from None

    @staticmethod
    def _full(place: Place, path: str) -> str:
        """The path for the file system.

        Raises:
            ConfigError: It leads out of the folder.
        """
        short = clean(path)
        full = posixpath.join(place.root, short) if short else place.root
        place.confine(full)
        return full
