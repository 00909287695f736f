"""A folder of a share of Windows or Samba: SMB 2 and 3, through smbprotocol.

Not through fsspec's own `SMBFileSystem`: that keeps connections for the whole process under the server's name alone,
so that whoever comes second works with the rights of who came first; and while it reads, it locks out all others.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from errno import ECONNREFUSED
from typing import Any

import smbclient  # type: ignore[import-untyped]  # it has no types
from fsspec import AbstractFileSystem  # type: ignore[import-untyped]  # as above
from smbprotocol.exceptions import SMBOSError  # type: ignore[import-untyped]  # as above

from tieline.errors import ConfigError
from tieline.files.place import Place
from tieline.files.url import Url

CONNECT = 30  # seconds
PORT = 445
PIECE = 2**20  # bytes; what Windows and Samba take at once


class Share(AbstractFileSystem):  # type: ignore[misc]  # it has no types
    """The shares of a server, for one user.

    Args:
        host: The server.
        port: Its port.
        options: As `smbclient.register_session` takes them, such as `username`, `password` and `encrypt`.
    """

    protocol = "smb"
    cachable = False  # it has a connection

    def __init__(self, host: str, port: int, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._host = host
        self._at: dict[str, Any] = {"port": port, "connection_cache": {}}
        try:
            smbclient.register_session(host, **{"connection_timeout": CONNECT, **options}, **self._at)
        except ValueError as exc:  # its word for a server that does not answer
            raise ConnectionError(ECONNREFUSED, os.strerror(ECONNREFUSED)) from exc

    def close(self) -> None:
        """Log out."""
        smbclient.reset_connection_cache(fail_on_error=False, connection_cache=self._at["connection_cache"])

    def ask(self, do: Callable[..., Any], *paths: str, **how: Any) -> Any:
        """Call a function of smbclient for paths."""
        try:
            return do(*(rf"\\{self._host}" + path.replace("/", "\\") for path in paths), **how, **self._at)
        except SMBOSError as exc:
            if exc.errno:  # Python then finds the class, such as FileNotFoundError
                raise OSError(exc.errno, os.strerror(exc.errno), *paths[:1]) from exc
            raise

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """What is known of a file or folder."""
        return _entry(path.rstrip("/"), self.ask(smbclient.stat, path))

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:  # noqa: FBT001, FBT002 - as fsspec calls it
        """What is in a folder: the listing tells all, so no entry is asked about on its own."""
        found = []
        for entry in self.ask(smbclient.scandir, path):
            attributes = entry.smb_info
            link = bool(attributes.file_attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)
            folder = bool(attributes.file_attributes & stat.FILE_ATTRIBUTE_DIRECTORY)
            found.append(
                {
                    "name": f"{path.rstrip('/')}/{entry.name}",
                    "size": attributes.end_of_file,
                    "type": "link" if link else "directory" if folder else "file",
                    "mtime": attributes.last_write_time.timestamp(),
                }
            )
        return found if detail else [one["name"] for one in found]

    def makedirs(self, path: str, exist_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - as above
        """Make a folder and those above it."""
        self.ask(smbclient.makedirs, path, exist_ok=exist_ok)

    def mkdir(self, path: str, create_parents: bool = True, **_: Any) -> None:  # noqa: FBT001, FBT002, ARG002 - as above
        """The same."""
        self.makedirs(path, exist_ok=True)

    def _rm(self, path: str) -> None:
        self.ask(smbclient.remove, path)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        # Others may read, write and rename it meanwhile.
        return self.ask(smbclient.open_file, path, mode=mode, buffering=PIECE, share_access="rwd")


def _entry(path: str, found: Any) -> dict[str, Any]:
    kind = "directory" if stat.S_ISDIR(found.st_mode) else "file"
    return {"name": path, "size": found.st_size, "type": kind, "mtime": found.st_mtime_ns // 1000 / 1e6}


class Smb(Place):
    """A folder of a share.

    Args:
        url: Host, share and folder.
        options: See `Share`.
    """

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        if not url.path.strip("/"):
            raise ConfigError("The address names no share.", hint="Write smb://host/share or smb://host/share/folder.")
        login = {"username": url.user} if url.user else {}
        super().__init__(Share(url.host, url.port or PORT, login | dict(options)), "/" + url.path.strip("/"))

    def close(self) -> None:
        """See `Place.close`."""
        with suppress(Exception):  # the connection may be gone
            self.system.close()

    def replace(self, part: str, full: str, version: str) -> None:  # noqa: ARG002 - the protocol knows no condition
        """See `Place.replace`."""
        self.system.ask(smbclient.replace, part, full)

    def rename(self, full: str, target: str) -> None:
        """See `Place.rename`."""
        self.system.ask(smbclient.rename, full, target)
