"""One request and its answer, read with a cap: what happens between the governor and the socket."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from tieline.errors import BadAnswer, ConfigError, Unavailable

#: A file to send: its bytes, or where it lies.
Content = bytes | Path

CHUNK = 64 * 1024
#: The request did not leave, so it did not happen.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


def size(content: Content) -> int:
    """How many bytes there are to send.

    Raises:
        ConfigError: The file cannot be read.
    """
    if isinstance(content, bytes):
        return len(content)
    try:
        with content.open("rb") as file:
            return file.seek(0, os.SEEK_END)
    except OSError as exc:
        raise ConfigError(
            f"The file {str(content)!r} cannot be read: {exc.strerror}.", hint="Nothing was sent."
        ) from None


async def chunks(path: Path) -> AsyncIterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, *, cap: int, login: bool = True
) -> httpx.Response:
    """Send a request and read the answer into memory.

    Args:
        client: Where to send it.
        request: What to send.
        cap: Most bytes to read, decoded.
        login: Whether the credentials go along.

    Raises:
        Unavailable: No answer.
        BadAnswer: The answer is larger than the cap.
    """
    try:
        response = await client.send(request, stream=True, auth=httpx.USE_CLIENT_DEFAULT if login else None)
        try:
            content = await _read(response, cap)
        finally:
            await response.aclose()
    except httpx.TransportError as exc:
        raise unavailable(exc) from None
    except httpx.DecodingError:
        raise BadAnswer("The answer is damaged: it cannot be decompressed.", status=response.status_code) from None
    return settled(response, content)


def unavailable(exc: httpx.TransportError) -> Unavailable:
    """What a failure of the network means."""
    what = "did not answer in time" if isinstance(exc, httpx.TimeoutException) else "could not be reached"
    sent = not isinstance(exc, _NOT_SENT)
    if sent and not isinstance(exc, httpx.TimeoutException):
        what = "cut the connection"
    error = Unavailable(f"It {what} ({type(exc).__name__}).", hint="Check the address and the network.")
    error.may_have_happened = sent
    return error


async def _read(response: httpx.Response, cap: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > cap:
            raise BadAnswer(
                f"The answer is larger than {cap / 2**20:g} MB and was not read further.",
                hint="Ask for less at a time, use a download action, or raise TIELINE_MAX_ANSWER_BYTES.",
                status=response.status_code,
            )
        parts.append(part)
    return b"".join(parts)


def settled(response: httpx.Response, content: bytes) -> httpx.Response:
    """The same answer with its content in memory. It is decoded already, so the headers about coding go."""
    headers: Any = [
        (k, v)
        for k, v in response.headers.multi_items()
        if k not in {"content-encoding", "transfer-encoding", "content-length"}
    ]
    return httpx.Response(response.status_code, headers=headers, content=content, request=response.request)
