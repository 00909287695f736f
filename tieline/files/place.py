"""What all places of files have in common, and two of them: this machine's disk and its memory."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from errno import EXDEV
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from uuid import uuid4

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # it has no types
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]  # as above
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]  # as above

from tieline.errors import ConfigError, Conflict
from tieline.model import Model

#: A file that is being written, beside the one that it will be.
PART = ".tieline-part-"
#: What fsspec calls the moment of the last change, in one place or another.
_CHANGED = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


class FileInfo(Model):
    """A file, without what is in it."""

    path: str
    size: int
    modified_at: datetime | None = None
    version: str = ""

    @property
    def name(self) -> str:
        """The last part of its path."""
        return posixpath.basename(self.path)


class Place:
    """A folder of some kind. Paths are those of its file system, below `root`; faults are those of its library.

    Args:
        system: The file system of fsspec.
        root: The folder's path there.
    """

    def __init__(self, system: AbstractFileSystem, root: str) -> None:
        self.system, self.root = system, root

    def close(self) -> None:
        """Give the connection back."""

    def check(self) -> None:
        """Look whether the folder is there, and we may look into it."""
        self.system.ls(self.root, detail=False)

    def confine(self, full: str) -> None:
        """Make sure that no link leads out of the folder, where the place tells.

        Raises:
            ConfigError: One does.
        """

    def info(self, full: str) -> Mapping[str, Any]:
        """What the file system knows about a file.

        Raises:
            IsADirectoryError: It is a folder.
        """
        found: Mapping[str, Any] = self.system.info(full)
        if found["type"] == "directory":
            raise IsADirectoryError(full)
        return found

    def about(self, found: Mapping[str, Any]) -> FileInfo:
        """The same in our words."""
        changed = next((found[name] for name in _CHANGED if found.get(name) is not None), None)
        if isinstance(changed, int | float):
            changed = datetime.fromtimestamp(changed, UTC)
        elif isinstance(changed, str):
            changed = datetime.fromisoformat(changed)
        path = str(found["name"]).strip("/").removeprefix(self.root.strip("/")).strip("/")
        size = int(found.get("size") or 0)
        return FileInfo(path=path, size=size, modified_at=changed, version=self.version(found, changed, size))

    def version(self, found: Mapping[str, Any], changed: datetime | None, size: int) -> str:
        """What is another with each change of the file. Where the place has no word for it: time, size and number."""
        return f"{changed.timestamp():.6f}-{size}-{found.get('ino', '')}".rstrip("-") if changed else ""

    def walk(self, full: str, pattern: str) -> Iterator[FileInfo]:
        """Files below a folder, those of each folder by name, without hidden ones and without links."""
        if full != self.root and not self.system.isdir(full):
            raise FileNotFoundError(full)
        try:
            yield from self._walk(full, pattern)
        except FileNotFoundError:
            if full != self.root:
                raise
            self.check()  # in an object store a folder is there once a file is in it; the bucket must be there

    def _walk(self, full: str, pattern: str) -> Iterator[FileInfo]:
        for _, folders, files in self.system.walk(full, detail=True, on_error="raise"):
            named = sorted((name, found) for name, found in folders.items() if not name.startswith("."))
            folders.clear()
            folders.update(named)
            for name, found in sorted(files.items()):
                # A link is followed only by who asks for it by name: a walk must not leave the folder.
                link = found.get("islink") or found["type"] == "link"
                if name and not name.startswith(".") and not link and fnmatch(name, pattern):
                    yield self.about(found)

    def read(self, full: str) -> bytes:
        """A file's content."""
        content: bytes = self.system.cat_file(full)
        return content

    def download(self, full: str, to: Path) -> None:
        """A file's content onto the disk, in pieces."""
        self.system.get_file(full, str(to))

    def put(self, full: str, source: bytes | Path, version: str) -> None:
        """Write a file beside the one that it will be, and rename it.

        Raises:
            Conflict: There is another version than that which was given.
        """
        folder = posixpath.dirname(full)
        self.make_folder(folder)
        part = posixpath.join(folder, f"{PART}{uuid4().hex}")
        try:
            self.fill(part, source)
            if version:
                self.still(full, version)
            self.replace(part, full, version)
        except BaseException:
            with suppress(Exception):  # what went wrong first is what is told
                self.system.rm_file(part)
            raise

    def make_folder(self, folder: str) -> None:
        """Make a folder, and those that it lies in, where they are missing."""
        if folder.strip("/") != self.root.strip("/"):
            self.system.makedirs(folder, exist_ok=True)

    def fill(self, part: str, source: bytes | Path) -> None:
        """Write a file that nobody looks at yet."""
        if isinstance(source, bytes):
            self.system.pipe_file(part, source)
        else:
            self.system.put_file(str(source), part)

    def still(self, full: str, version: str) -> None:
        """Make sure that a file has this version.

        Raises:
            Conflict: It has another, or is gone.
        """
        try:
            found = self.about(self.info(full))
        except FileNotFoundError:
            found = None
        if found is None or found.version != version:
            raise changed_by_others(full)

    def replace(self, part: str, full: str, version: str) -> None:
        """Rename the file that was written, over the old one if there is one, in one step."""
        raise NotImplementedError

    def move(self, full: str, target: str) -> None:
        """Move a file.

        Raises:
            FileExistsError: There is one.
        """
        self.info(full)
        self.make_folder(posixpath.dirname(target))
        self.rename(full, target)

    def rename(self, full: str, target: str) -> None:
        """Rename a file to a name that no other has."""
        raise NotImplementedError

    def delete(self, full: str) -> None:
        """Delete a file."""
        self.info(full)
        self.system.rm_file(full)


def changed_by_others(full: str) -> Conflict:
    """The file has another version than that which was given."""
    return Conflict(f"{posixpath.basename(full)} was changed by somebody else.", hint="Read it again.")


class Disk(Place):
    """This machine's disk."""

    def __init__(self, root: str) -> None:
        super().__init__(LocalFileSystem(), root)

    def confine(self, full: str) -> None:
        """See `Place.confine`: what a link leads to is what counts."""
        inside(os.path.realpath(self.root), os.path.realpath(full))

    def fill(self, part: str, source: bytes | Path) -> None:
        """See `Place.fill`; it is on the disk before it gets its name."""
        with Path(part).open("xb") as file:
            if isinstance(source, bytes):
                file.write(source)
            else:
                with source.open("rb") as given:
                    shutil.copyfileobj(given, file)
            file.flush()
            os.fsync(file.fileno())

    def replace(self, part: str, full: str, version: str) -> None:  # noqa: ARG002 - the place has no such condition
        """See `Place.replace`; who may use the old file may use the new one."""
        with suppress(FileNotFoundError):
            shutil.copymode(full, part)
        os.replace(part, full)  # noqa: PTH105 - a string, as all paths here

    def rename(self, full: str, target: str) -> None:
        """See `Place.rename`. A second name fails where there is a file, which renaming would replace."""
        try:
            os.link(full, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError as exc:
            if os.path.lexists(target):
                raise FileExistsError(target) from None
            if exc.errno == EXDEV:
                shutil.move(full, target)
            else:  # a disk that has no second names, as USB sticks
                os.rename(full, target)  # noqa: PTH104 - as above
            return
        os.unlink(full)  # noqa: PTH108 - as above


class Memory(Place):
    """This process's memory: for trying things."""

    def __init__(self, root: str) -> None:
        super().__init__(MemoryFileSystem(), f"/{root.strip('/')}")

    def check(self) -> None:
        """See `Place.check`: it is always there."""

    def put(self, full: str, source: bytes | Path, version: str) -> None:
        """See `Place.put`; nothing is ever half."""
        if version:
            self.still(full, version)
        self.system.pipe_file(full, source if isinstance(source, bytes) else source.read_bytes())

    def rename(self, full: str, target: str) -> None:
        """See `Place.rename`."""
        if self.system.exists(target):
            raise FileExistsError(target)
        self.system.cp_file(full, target)
        self.system.rm_file(full)


def inside(root: str, full: str) -> None:
    """Make sure that a path lies below a folder, both with links followed.

    Raises:
        ConfigError: It does not.
    """
    if posixpath.commonpath((root, full)) != root:
        raise ConfigError(f"{posixpath.basename(full)!r} is a link that leads out of the folder.")


def clean(path: str) -> str:
    """A path below a folder, in its shortest form; empty for the folder.

    Raises:
        ConfigError: It leads out of the folder.
    """
    short = posixpath.normpath(path.strip("/") or ".")
    if short.split("/")[0] == ".." or "\0" in path or "\\" in path:
        raise ConfigError(f"{path!r} leads out of the folder.", hint="Give a path below it, such as reports/may.pdf.")
    return "" if short == "." else short
