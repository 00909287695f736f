"""What `tieline connect --login` does: a person consents in a browser, or with a code on another device."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from tieline.cli.screen import err, note
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from tieline.cli.kinds import Kind
    from tieline.credentials import Credentials
    from tieline.login import CodeFlow, LogsIn
    from tieline.login.tokens import Granted

#: Stands for what a login brings.
TO_COME = "to-come"


def check(kind: Kind, texts: Mapping[str, str]) -> None:
    """Whether one can log in like this.

    Raises:
        ConfigError: The system has no such login, or a refresh token is given besides.
    """
    from tieline.login import LogsIn

    if not issubclass(kind.block, LogsIn):
        raise ConfigError(
            f"{kind.title} has no login in a browser that we know.",
            hint="Leave out --login, and give what it asks for.",
        )
    if "refresh_token" in texts:
        raise ConfigError("A refresh_token is given, and --login brings one.", hint="Leave out one of them.")


def before(kind: Kind, name: str, texts: Mapping[str, str], *, replace: bool) -> dict[str, Any]:
    """The fields that are known before the login; of a connection that is replaced, those that it has.

    What the login brings has a value that stands for the one to come, so that all the rest is checked before it.
    """
    from tieline import connections

    known: dict[str, Any] = {}
    if replace and name in asyncio.run(connections.saved(kind.block)):
        there = asyncio.run(connections.read(kind.block, name))
        kept = kind.block._kept  # noqa: SLF001 - ours
        known = {field: getattr(there, field) for field in kind.block.model_fields if field not in kept}
    to_come = {field for field in _brought(kind) if not known.get(field) and field not in texts}
    return known | dict.fromkeys({*to_come, "refresh_token"}, TO_COME)


async def log_in(kind: Kind, made: Credentials, port: int | None, *, device: bool) -> None:
    """Let a person log in; the refresh token is in the block then, and not saved yet.

    Args:
        kind: The system.
        made: The block, whose refresh token only stands for the one to come.
        port: Where the browser comes back to; by default as the vendor wants it.
        device: With a code on another device.

    Raises:
        ConfigError: The port is taken, or the vendor has no login with a code.
        ConnectorError: The person or the vendor refused, or nobody came.
    """
    from tieline.login.model import scopes_of
    from tieline.login.tokens import look
    from tieline.transport import clients

    credentials = cast("LogsIn", made)
    flow = credentials.code_flow()
    asked = scopes_of(flow, kind.connector, read_only=credentials.read_only)
    async with clients.bare(credentials) as http:
        came = await (_with_code(http, flow, asked) if device else _in_browser(http, flow, asked, port))
        credentials.refresh_token = came.refresh_token
        known = frozenset(field for field in _brought(kind) if getattr(credentials, field) not in ("", TO_COME))
        await credentials.settle(partial(look, http, flow, came.access_token), known)
    if missing := came.lacks(asked):
        note(f"{flow.system} did not grant {', '.join(missing)}: what needs that will be refused.")


def _brought(kind: Kind) -> tuple[str, ...]:
    return cast("type[LogsIn]", kind.block)._brought  # noqa: SLF001 - ours


async def _in_browser(http: httpx.AsyncClient, flow: CodeFlow, asked: tuple[str, ...], port: int | None) -> Granted:
    from tieline.login.browser import listening

    async with listening(flow, asked, port) as login:
        err.print(Text(f"Log in at {flow.system}; the browser comes back to {login.redirect}", style="bold"))
        err.print(Text(login.address), soft_wrap=True)
        if _has_screen():
            await asyncio.to_thread(webbrowser.open, login.address)
        with err.status(f"Waiting for {flow.system} …"):
            code = await login.wait()
    return await login.exchange(http, code)


def _has_screen() -> bool:
    """Whether a browser has where to open; else one for terminals would, in ours, and never be done."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def _with_code(http: httpx.AsyncClient, flow: CodeFlow, asked: tuple[str, ...]) -> Granted:
    from tieline.login import device

    login = await device.begin(http, flow, asked)
    err.print(Text(f"Open {login.page} on any device, and type in {login.code}", style="bold"))
    with err.status(f"Waiting for {flow.system} …"):
        return await device.wait(http, flow, login)
