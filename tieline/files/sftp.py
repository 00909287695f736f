"""A folder that an SSH server offers: SFTP, through sshfs and asyncssh."""

from __future__ import annotations

import posixpath
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
from asyncssh import SFTPFailure, SFTPNoSuchFile, SFTPOpUnsupported
from fsspec.asyn import sync  # type: ignore[import-untyped]  # it has no types
from sshfs import SSHFileSystem  # type: ignore[import-untyped]  # as above
from sshfs.utils import wrap_exceptions  # type: ignore[import-untyped]  # as above

from tieline.errors import Rejected
from tieline.files.place import Place, inside
from tieline.files.url import Url

T = TypeVar("T")

#: Seconds: for a connection, and between signs of life (three that fail end it).
CONNECT, ALIVE = 30, 15


class Sftp(Place):
    """A folder that an SSH server offers.

    Args:
        url: Where it is; without a path the user's own folder.
        options: As `asyncssh.connect` takes them; besides those `host_key`, a public key as `known_hosts` holds it, and
            `private_key`, the text of one.
    """

    def __init__(self, url: Url, options: Mapping[str, Any]) -> None:
        given = {"connect_timeout": CONNECT, "login_timeout": CONNECT, "keepalive_interval": ALIVE, **options}
        # Left out, sshfs would trust every server. An empty tuple means: the user's `known_hosts`.
        given["known_hosts"] = given.get("known_hosts") or ()
        if host_key := given.pop("host_key", ""):
            given["known_hosts"] = ([asyncssh.import_public_key(host_key)], [], [])
        if private_key := given.pop("private_key", ""):
            key = asyncssh.import_private_key(private_key, given.pop("passphrase", None))
            given |= {"client_keys": [key], "agent_path": None}
        if url.user:
            given.setdefault("username", url.user)
        system = SSHFileSystem(url.host, port=url.port or 22, skip_instance_cache=True, **given)
        super().__init__(system, url.path.rstrip("/") or ("/" if url.path else "."))

    def close(self) -> None:
        """See `Place.close`; by itself sshfs closes only when it is collected."""
        with suppress(Exception):  # the connection may be gone
            sync(self.system.loop, self.system._pool.close, timeout=CONNECT)  # noqa: SLF001 - as above
            sync(self.system.loop, self.system._stack.aclose, timeout=CONNECT)  # noqa: SLF001 - as above

    def _ask(self, do: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        """Ask the server what fsspec has no word for."""

        async def asked() -> T:
            async with self.system._pool.get() as channel:  # noqa: SLF001 - there is no other way to one
                return await do(channel)

        answer: T = sync(self.system.loop, asked)
        return answer

    def confine(self, full: str) -> None:
        """See `Place.confine`. For what is not there yet, the nearest folder that is counts."""
        root = str(self._ask(lambda channel: channel.realpath(self.root)))
        at = full
        while True:
            try:
                found = self._real(at)
            except SFTPNoSuchFile:
                at = posixpath.dirname(at) or "."
            else:
                inside(root, found)
                return

    def _real(self, path: str) -> str:
        return str(self._ask(lambda channel: channel.realpath(path)))

    def download(self, full: str, to: Path) -> None:
        """See `Place.download`."""
        self._ask(wrap_exceptions(lambda channel: channel.get(full, str(to), sparse=False)))

    def fill(self, part: str, source: bytes | Path) -> None:
        """See `Place.fill`. By itself asyncssh leaves out the holes of a file, and with them its end if it is one."""
        if isinstance(source, bytes):
            super().fill(part, source)
        else:
            self._ask(wrap_exceptions(lambda channel: channel.put(str(source), part, sparse=False)))

    def replace(self, part: str, full: str, version: str) -> None:  # noqa: ARG002 - the protocol knows no condition
        """See `Place.replace`: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL, 4.3."""
        with suppress(SFTPOpUnsupported):
            self._ask(lambda channel: channel.posix_rename(part, full))
            return
        try:
            self._ask(lambda channel: channel.rename(part, full))
        except SFTPFailure:
            raise Rejected(
                f"The server cannot replace {posixpath.basename(full)} in one step.",
                hint="It lacks posix-rename@openssh.com: delete the old file first, or write to a new name.",
            ) from None

    def rename(self, full: str, target: str) -> None:
        """See `Place.rename`: the protocol's own renaming replaces nothing."""
        try:
            self._ask(lambda channel: channel.rename(full, target))
        except SFTPFailure:  # its one word for all that goes wrong here
            if self.system.exists(target):
                raise FileExistsError(target) from None
            raise
