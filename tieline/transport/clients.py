"""Pooled httpx clients: one per connection and event loop, closed when they are not needed or the loop ends."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from weakref import WeakKeyDictionary

import httpx

from tieline.credentials import HttpCredentials
from tieline.errors import ConfigError
from tieline.transport import sockets
from tieline.transport.conditional import Validators
from tieline.transport.wire import ENCODING

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
CONNECTIONS = 20
#: A line that nobody used for so long is closed when the next one is opened.
IDLE_SECONDS = 300.0

#: Tests put an `httpx.MockTransport` here; nothing else may.
transport: httpx.AsyncBaseTransport | None = None


@dataclass
class Line:
    """An open line to a vendor: the pooled client, and what we know of its last answers."""

    connection: str
    http: httpx.AsyncClient
    validators: Validators = field(default_factory=Validators)
    users: int = 0
    used_at: float = 0.0
    replaced: bool = False


_Lines = dict[str, Line]
_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[_Lines, AsyncGenerator[None]]] = WeakKeyDictionary()


async def _keeper(lines: _Lines) -> AsyncGenerator[None]:
    """Closes the clients of a loop. Loops end their asynchronous generators before they close, and this is one."""
    try:
        yield
    finally:
        open_lines = list(lines.values())
        lines.clear()
        await asyncio.gather(*(line.http.aclose() for line in open_lines), return_exceptions=True)


@asynccontextmanager
async def line(connection: str, version: str, credentials: HttpCredentials) -> AsyncIterator[Line]:
    """Use the line of a connection in the running loop.

    Args:
        connection: Names the connection.
        version: Names this version of its credentials; lines of older ones are closed once nobody uses them.
        credentials: Where it leads and how it logs in.
    """
    lines = await _lines()
    key = f"{connection}/{version}"
    used = lines.get(key)
    if used is None:
        used = lines[key] = Line(connection, _open(credentials))
        used.users += 1
        await _sweep(lines, used)
    else:
        used.users += 1
    try:
        yield used
    finally:
        used.users -= 1
        used.used_at = time.monotonic()
        if used.replaced:
            await _close(lines, key)


async def _lines() -> _Lines:
    loop = asyncio.get_running_loop()
    found = _by_loop.get(loop)
    if found is None:
        made: _Lines = {}
        keeper = _keeper(made)
        await anext(keeper)
        found = _by_loop[loop] = made, keeper
    return found[0]


async def _sweep(lines: _Lines, new: Line) -> None:
    """Close what the new line replaces, and what nobody has used for long."""
    idle = time.monotonic() - IDLE_SECONDS
    for key, old in list(lines.items()):
        old.replaced = old.connection == new.connection and old is not new
        if old.replaced or old.used_at < idle:
            await _close(lines, key)


async def _close(lines: _Lines, key: str) -> None:
    old = lines.get(key)
    if old is not None and not old.users:
        del lines[key]
        await old.http.aclose()


def bare(credentials: HttpCredentials) -> httpx.AsyncClient:
    """A client that logs in nowhere, for the time before there is a login. Whoever has it closes it."""
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return httpx.AsyncClient(
        headers={"user-agent": "tieline"}, timeout=timeout, transport=transport, verify=_verify(credentials)
    )


def _open(credentials: HttpCredentials) -> httpx.AsyncClient:
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None)
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    ours = {"user-agent": "tieline", "accept": "application/json", "accept-encoding": ENCODING}
    client = httpx.AsyncClient(
        base_url=credentials.address,
        auth=credentials.auth(),
        headers=ours | credentials.headers(),
        timeout=timeout,
        limits=limits,
        transport=transport,
        verify=_verify(credentials),
        http2=transport is None and credentials.address.startswith("https:"),
    )
    sockets.use(client)
    return client


def _verify(credentials: HttpCredentials) -> ssl.SSLContext:
    if not credentials.verify:
        return _usual_certificates()
    try:
        return ssl.create_default_context(cafile=credentials.verify)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigError(
            f"The certificate file {credentials.verify!r} of {credentials.title} cannot be used: {exc}.",
            hint="Put the path of a PEM file in the field `verify`, or leave it empty.",
        ) from None


@cache
def _usual_certificates() -> ssl.SSLContext:
    """The authorities that everybody trusts. Reading them takes 20 ms, so one context serves all connections."""
    return httpx.create_ssl_context()
