"""HTTP as uvicorn reads it, with bounds: nobody may take as long, or send as many headers, as they like."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: The longest that a request may take to arrive, with its body.
REQUEST_SECONDS = 20.0
#: The address and all headers together; vendors need 2 KiB, proxies add some.
HEAD_BYTES = 64 * 2**10

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Bounded(HttpToolsProtocol):
    """One connection of a client."""

    #: When the request that is being read began; 0 where none is.
    _since = 0.0
    _head = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected, and should say something."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(REQUEST_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._since, self._head = self.loop.time(), 0

    def on_url(self, url: bytes) -> None:
        """A part of the address is here."""
        self._count(url, b"")
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is here."""
        self._count(name, value)
        super().on_header(name, value)

    def on_message_complete(self) -> None:
        """A request is here, whole."""
        self._since = 0.0
        super().on_message_complete()

    def _count(self, one: bytes, other: bytes) -> None:
        self._head += len(one) + len(other)
        if self._head > HEAD_BYTES:
            raise ValueError("too many headers")  # uvicorn answers 400, and hangs up

    def _look(self) -> None:
        """Hang up on who is too slow. A look now and then costs less than a timer for each request."""
        now = self.loop.time()
        if self._since and now - self._since >= REQUEST_SECONDS:
            self.transport.write(_TOO_SLOW)
            self.transport.close()
            return
        self._timer = self.loop.call_later(REQUEST_SECONDS / 4, self._look)
