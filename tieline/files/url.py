"""Addresses of folders."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tieline.errors import ConfigError


class Url(NamedTuple):
    """Where a folder is; in an object store, `path` begins with the bucket and `host` is empty."""

    scheme: str
    user: str
    host: str
    port: int | None
    path: str

    @property
    def is_remote(self) -> bool:
        """Whether a network lies between: then what only reads is tried again."""
        return self.scheme not in {"file", "memory"}

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}{self.path}"


def parse(text: str) -> Url:
    """Read an address such as "sftp://anna@host:22/inbox", "s3://bucket/inbox" or "/srv/documents".

    Raises:
        ConfigError: It is none, or has a password in it.
    """
    scheme, colon, rest = text.partition("://")
    if not colon:
        scheme, rest = "file", text
    scheme = scheme.lower()
    if scheme not in _WITH_HOST:
        return Url(scheme, "", "", None, rest)
    try:
        parts = urlsplit(f"//{rest}", allow_fragments=False)
        port = parts.port
    except ValueError as exc:
        raise ConfigError(f"The address is none: {exc}.") from None
    if parts.password is not None:
        raise ConfigError(
            "There is a password in the address, where everybody sees it.",
            hint="Put it into `secret_options`, as `password`.",
        )
    if parts.query or not parts.hostname:
        raise ConfigError("The address is none.", hint=f"Write {scheme}://host/folder, with %3F for a question mark.")
    return Url(scheme, unquote(parts.username or ""), parts.hostname, port, unquote(parts.path))


_WITH_HOST = frozenset({"sftp", "smb", "webdav", "webdavs"})
