"""Folders, wherever they are: on this machine, on servers, in object stores; through `fsspec`."""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # it has no types
from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # as above

from tieline.errors import AuthFailed, BadAnswer, ConfigError, Conflict, ConnectorError, NotFound, Rejected, Unavailable
from tieline.model import Model

T = TypeVar("T")

#: A file that is being written, beside the one that it will be.
PART = ".tieline-part-"
#: Where a file appears whole or not at all, without our doing.
WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "memory"})
CHUNK = 2**20
_LOCAL = ("file", "local")
#: What fsspec calls the moment of the last change, in one place or another.
_CHANGED = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
_VERSION = ("ETag", "etag", "md5Hash", "content_md5", "generation")


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


class FileStore:
    """A folder. Paths are relative to it, with `/`, and lead nowhere else.

    Args:
        url: Where it is, such as "file:///srv/documents" or "s3://bucket/inbox".
        options: As the file system of fsspec takes them.
        most: Bytes of a file that are read at most.
    """

    def __init__(self, url: str, options: Mapping[str, Any], *, most: int) -> None:
        self._url, self._options, self._most = url, dict(options), most

    @cached_property
    def _opened(self) -> tuple[AbstractFileSystem, str]:
        try:
            system, root = url_to_fs(self._url, **self._options)
        except ImportError as exc:
            raise ConfigError(
                f"Files at {self._url.partition(':')[0]}: need a package that is not installed.", hint=f"{exc}."
            ) from None
        except ValueError as exc:
            raise ConfigError(f"{self._url!r} is no place for files: {exc}.") from None
        return system, root.rstrip("/")

    @property
    def _system(self) -> AbstractFileSystem:
        return self._opened[0]

    @property
    def _local(self) -> bool:
        return self._protocol in _LOCAL

    @property
    def _protocol(self) -> str:
        protocol = self._system.protocol
        return protocol if isinstance(protocol, str) else str(protocol[0])

    def _full(self, path: str) -> str:
        """The path for the file system.

        Raises:
            ConfigError: It leads out of the folder.
        """
        root = self._opened[1]
        clean = posixpath.normpath(path.strip("/") or ".")
        if clean.startswith("..") or "\0" in path or "\\" in path:
            raise ConfigError(
                f"{path!r} leads out of the folder.", hint="Give a path below it, such as reports/may.pdf."
            )
        full = root if clean == "." else f"{root}/{clean}"
        # A link inside of the folder may lead anywhere; what it leads to is what counts.
        if self._local and not (os.path.realpath(full) + "/").startswith(os.path.realpath(root) + "/"):
            raise ConfigError(f"{path!r} is a link that leads out of the folder.")
        return full

    def _info(self, found: Mapping[str, Any]) -> FileInfo:
        changed = next((found[name] for name in _CHANGED if found.get(name) is not None), None)
        if isinstance(changed, int | float):
            changed = datetime.fromtimestamp(changed, UTC)
        elif isinstance(changed, str):
            changed = datetime.fromisoformat(changed)
        version = next((str(found[name]) for name in _VERSION if found.get(name)), "")
        if not version and changed is not None:
            version = f"{changed.timestamp():.6f}-{found.get('size') or 0}"
        path = str(found["name"]).removeprefix(self._opened[1]).strip("/")
        return FileInfo(path=path, size=int(found.get("size") or 0), modified_at=changed, version=version)

    async def check(self) -> str:
        """Look at the folder; where it is.

        Raises:
            ConnectorError: It cannot be looked at.
        """
        await self._run("", lambda full: self._system.ls(full, detail=False))
        return f"{self._protocol}: {self._opened[1]}"

    async def list(self, folder: str, pattern: str, limit: int) -> list[FileInfo]:
        """Files below a folder, by name; see `tasks.files.list_files`."""

        def look(full: str) -> list[FileInfo]:
            if not self._system.isdir(full):
                raise FileNotFoundError(full)
            return list(islice(self._walk(full, pattern), limit))

        return await self._run(folder, look)

    def _walk(self, full: str, pattern: str) -> Iterator[FileInfo]:
        for _, folders, files in self._system.walk(full, detail=True, on_error="raise"):
            for name in [name for name in folders if name.startswith(".")]:
                del folders[name]
            for name, found in sorted(files.items()):
                # A link is followed only by who asks for it by name: a walk must not leave the folder.
                if not name.startswith(".") and not found.get("islink") and fnmatch(name, pattern):
                    yield self._info(found)

    async def get(self, path: str) -> FileInfo:
        """What is known about a file."""
        return await self._run(path, lambda full: self._info(self._file(full)))

    def _file(self, full: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._system.info(full)
        if found["type"] != "file":
            raise IsADirectoryError(full)
        return found

    async def read(self, path: str) -> bytes:
        """A file's content."""

        def take(full: str) -> bytes:
            size = int(self._file(full).get("size") or 0)
            if size > self._most:
                raise BadAnswer(
                    f"{path} has {size / 2**20:,.0f} MB, and at most {self._most / 2**20:,.0f} MB are read.",
                    hint="Raise `max_bytes` on the block.",
                )
            content: bytes = self._system.cat_file(full)
            return content

        return await self._run(path, take)

    async def write(self, path: str, content: bytes, version: str) -> FileInfo:
        """Write a file, whole or not at all; see `tasks.files.write_file`."""

        def put(full: str) -> FileInfo:
            if version and self._version(full) != version:
                raise Conflict(f"{path} was changed by somebody else.", hint="Read it again.")
            folder = posixpath.dirname(full)
            if self._protocol not in WHOLE:
                self._system.makedirs(folder, exist_ok=True)
            self._put(full, folder, content)
            self._system.invalidate_cache(folder)
            return self._info(self._file(full))

        return await self._run(path, put)

    def _version(self, full: str) -> str:
        return self._info(self._file(full)).version if self._system.exists(full) else ""

    def _put(self, full: str, folder: str, content: bytes) -> None:
        if self._protocol in WHOLE:
            self._system.pipe_file(full, content)
            return
        part = f"{folder}/{PART}{uuid4().hex}"
        try:
            if self._local:
                with open(part, "xb") as file:  # noqa: PTH123 - a string, as all paths here
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, full)  # noqa: PTH105 - as above
            else:
                self._system.pipe_file(part, content)
                self._system.mv(part, full)
        except BaseException:
            if self._system.exists(part):
                self._system.rm_file(part)
            raise

    async def move(self, path: str, to: str) -> FileInfo:
        """Move a file; see `tasks.files.move_file`."""
        target = self._full(to)

        def go(full: str) -> FileInfo:
            self._file(full)
            if self._system.exists(target):
                raise Conflict(f"There is a file {to} already.", hint="Delete it, or choose another name.")
            if self._protocol not in WHOLE:
                self._system.makedirs(posixpath.dirname(target), exist_ok=True)
            self._system.mv(full, target)
            self._system.invalidate_cache()
            return self._info(self._file(target))

        return await self._run(path, go)

    async def delete(self, path: str) -> None:
        """Delete a file."""

        def go(full: str) -> None:
            self._file(full)
            self._system.rm_file(full)

        await self._run(path, go)

    async def _run(self, path: str, do: Callable[[str], T]) -> T:
        """Do something with a path in a thread, and say in our words what went wrong."""

        def work() -> T:
            full = self._full(path)
            with _said(path or "The folder"):
                return do(full)

        return await asyncio.to_thread(work)


@contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except (ConnectorError, ConfigError):
        raise
    except FileNotFoundError:
        raise NotFound(f"{what} is not there.") from None
    except IsADirectoryError:
        raise Rejected(f"{what} is a folder, and no file.") from None
    except NotADirectoryError:
        raise Rejected(f"{what} lies below a file.") from None
    except PermissionError:
        raise AuthFailed(
            f"{what} may not be used by us.", hint="Check the permissions of the file and folder."
        ) from None
    except FileExistsError:
        raise Conflict(f"{what} is there already.") from None
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise Unavailable(
            f"{what} cannot be reached: {reason}.", hint="Check the disk, the network and the server."
        ) from None
