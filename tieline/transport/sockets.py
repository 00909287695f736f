"""Whether a connection that waits in the pool is still open, found out cheaply.

Before each request httpcore asks this of every connection that waits. Its way through anyio takes 50 microseconds,
because it also asks for the addresses on both ends.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


class _Stream(httpcore.AsyncNetworkStream):
    """A stream of httpcore's.

    Args:
        inner: That one.
        transport: What asyncio has below it, if known.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream, transport: asyncio.BaseTransport | None) -> None:
        self._inner, self._transport = inner, transport
        if transport is not None:
            self._arrived = select.poll()
            self._arrived.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
        self.read, self.write, self.aclose = inner.read, inner.write, inner.aclose  # type: ignore[method-assign]

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        """The same stream, encrypted."""
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._transport)

    def get_extra_info(self, info: str) -> Any:
        """As httpcore's; "is_readable" says that something came although nothing was asked: it was closed."""
        if info == "is_readable" and self._transport is not None:
            # First, because a number that was closed may belong to another connection by now.
            return self._transport.is_closing() or bool(self._arrived.poll(0))
        return self._inner.get_extra_info(info)


class _Backend(httpcore.AnyIOBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        inner = await super().connect_tcp(host, port, timeout, local_address, socket_options)
        below = getattr(getattr(inner, "_stream", None), "_transport", None)
        return _Stream(inner, below if hasattr(below, "is_closing") and hasattr(select, "poll") else None)


def use(client: httpx.AsyncClient) -> None:
    """Let a client find it out this way; httpx has no parameter for it."""
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - see above
        if isinstance(transport, httpx.AsyncHTTPTransport):
            transport._pool._network_backend = _Backend()  # noqa: SLF001
