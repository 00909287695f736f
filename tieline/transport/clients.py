"""Pooled httpx clients: one per connection and event loop, closed when the loop ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import httpx

from tieline.credentials import HttpCredentials
from tieline.errors import ConfigError
from tieline.transport.conditional import Validators

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
CONNECTIONS = 20

#: Tests put an `httpx.MockTransport` here; nothing else may.
transport: httpx.AsyncBaseTransport | None = None


@dataclass(frozen=True)
class Line:
    """An open line to a vendor: the pooled client, and what we know of its last answers."""

    http: httpx.AsyncClient
    validators: Validators


_Lines = dict[str, Line]
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[_Lines, AsyncGenerator[None]]] = WeakKeyDictionary()


async def _keeper(lines: _Lines) -> AsyncGenerator[None]:
    """Closes the clients of a loop. Loops end their asynchronous generators before they close, and this is one."""
    try:
        yield
    finally:
        while lines:
            await lines.popitem()[1].http.aclose()


async def line(key: str, credentials: HttpCredentials) -> Line:
    """The line of a connection in the running loop.

    Args:
        key: Names the connection and this version of its credentials.
        credentials: Where it leads and how it logs in.
    """
    loop = asyncio.get_running_loop()
    if loop not in _by_loop:
        made: _Lines = {}
        keeper = _keeper(made)
        await anext(keeper)
        _by_loop[loop] = made, keeper
    lines, _ = _by_loop[loop]
    if key not in lines:
        lines[key] = Line(_open(credentials), Validators())
    return lines[key]


def _open(credentials: HttpCredentials) -> httpx.AsyncClient:
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None)
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    return httpx.AsyncClient(
        base_url=credentials.address,
        auth=credentials.auth(),
        headers={"user-agent": "tieline", "accept": "application/json"} | credentials.headers(),
        timeout=timeout,
        limits=limits,
        transport=transport,
        verify=_verify(credentials),
        http2=transport is None and credentials.address.startswith("https:"),
    )


def _verify(credentials: HttpCredentials) -> ssl.SSLContext | bool:
    if not credentials.verify:
        return True
    try:
        return ssl.create_default_context(cafile=credentials.verify)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigError(
            f"The certificate file {credentials.verify!r} of {credentials.title} cannot be used: {exc}.",
            hint="Put the path of a PEM file in the field `verify`, or leave it empty.",
        ) from None
