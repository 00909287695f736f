"""What object stores have in common: no folders, files that appear whole or not at all, and no renaming."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # it has no types

from tieline.errors import ConfigError
from tieline.files.place import Place, changed_by_others
from tieline.files.url import Url


class ObjectStore(Place):
    """A folder in a bucket.

    Args:
        system: The file system of fsspec.
        url: The bucket, and the folder if not all of it.
    """

    #: What its file system takes for a version where it stands in a name: such a name would lead to another file.
    taken: ClassVar[str] = ""
    #: What its file system calls a version.
    versions: ClassVar[str] = ""

    def __init__(self, system: AbstractFileSystem, url: Url) -> None:
        root = url.path.strip("/")
        self.bucket, _, folder = root.partition("/")
        self.prefix = f"{folder}/" if folder else ""
        if not self.bucket:
            raise ConfigError("The address names no bucket.", hint=f"Write {url.scheme}://bucket/folder.")
        super().__init__(system, root)

    def confine(self, full: str) -> None:
        """See `Place.confine`."""
        if self.taken and self.taken in full:
            raise ConfigError(f"{posixpath.basename(full)!r} cannot be a name there.", hint="Leave the ? out.")

    def key(self, full: str) -> str:
        """The name in the bucket."""
        return full.partition("/")[2]

    def version(self, found: Mapping[str, Any], changed: datetime | None, size: int) -> str:  # noqa: ARG002 - as there
        """See `Place.version`."""
        return str(found.get(self.versions) or "")

    def make_folder(self, folder: str) -> None:
        """See `Place.make_folder`: there are none."""

    def put(self, full: str, source: bytes | Path, version: str) -> None:
        """See `Place.put`: one request, or parts that become a file with the last; under a condition."""
        try:
            self.upload(full, source, version)
        except Exception as exc:
            if version and self.failed_condition(exc):
                raise changed_by_others(full) from None
            raise

    def upload(self, full: str, source: bytes | Path, version: str) -> None:
        """Write a file, if it has this version; any, if that is empty."""
        raise NotImplementedError

    def failed_condition(self, exc: Exception) -> bool:
        """Whether the store refused since the file has another version, or is there or is not."""
        raise NotImplementedError

    def move(self, full: str, target: str) -> None:
        """See `Place.move`. A copy, then the end of what was copied, if nobody changed it meanwhile.

        Whoever is killed in between leaves both, with the same content.
        """
        found = self.info(full)
        if self.system.exists(target):
            raise FileExistsError(target)
        try:
            self.copy(full, target, found)
        except Exception as exc:
            if not self.failed_condition(exc):
                raise
            if self.system.exists(target):
                raise FileExistsError(target) from None
            raise changed_by_others(full) from None
        self.end(full, found)

    def copy(self, full: str, target: str, found: Mapping[str, Any]) -> None:
        """Copy a file of which this is known, to a name that no other has."""
        raise NotImplementedError

    def end(self, full: str, found: Mapping[str, Any]) -> None:
        """Delete a file, if this is still true of it."""
        raise NotImplementedError
