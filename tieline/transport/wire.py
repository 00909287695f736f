"""One request and its answer, read with a cap: what happens between the governor and the socket."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import zlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import httpx

from tieline.errors import BadAnswer, ConfigError, Unavailable
from tieline.transport.quiet import quiet

#: A file to send: its bytes, or where it lies.
Content = bytes | Path

CHUNK = 64 * 1024
#: The only coding we ask for, because we can stop in the middle of it.
ENCODING = "gzip"
_GZIP_OR_ZLIB = 47
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


def piece(content: Content, start: int, length: int) -> bytes:
    """Some of the bytes to send, fewer at the end.

    Raises:
        ConfigError: The file cannot be read.
    """
    if isinstance(content, bytes):
        return content[start : start + length]
    try:
        with content.open("rb") as file:
            file.seek(start)
            return file.read(length)
    except OSError as exc:
        raise ConfigError(f"The file {str(content)!r} cannot be read: {exc.strerror}.") from None


def multipart(fields: Mapping[str, str], name: str, filename: str, data: bytes) -> tuple[bytes, str]:
    """A form with one file in it (RFC 7578), and its content type.

    Args:
        fields: The other fields.
        name: The file's field.
        filename: The file's name.
        data: Its bytes.
    """
    # Made of the content, it cannot stand in there but by a chance that nobody will live to see.
    boundary = hashlib.sha256(data).hexdigest()
    form = httpx.Request(
        "POST",
        "http://form",
        data=dict(fields),
        files={name: (filename, data, mimetypes.guess_type(filename)[0] or "application/octet-stream")},
        headers={"content-type": f"multipart/form-data; boundary={boundary}"},
    )
    return form.read(), form.headers["content-type"]


class FileBody:
    """A file as a body, piece by piece; it can be read again when a login sends the request a second time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    cap: int | None,
    login: bool = True,
    to: Path | None = None,
) -> httpx.Response:
    """Send a request and read the answer into memory, or a success into a file.

    Args:
        client: Where to send it.
        request: What to send.
        cap: Most bytes to read, decoded; None for no limit.
        login: Whether the credentials go along.
        to: The file; it appears only when it is complete.

    Returns:
        The answer without anything of the login in it. Its extension `size` says how many bytes came.

    Raises:
        Unavailable: No answer.
        BadAnswer: The answer is larger than the cap, or damaged.
        ConfigError: The request cannot be put on the wire, or the file cannot be written.
    """
    asked = request.url
    try:
        with quiet():
            response = await client.send(request, stream=True, auth=httpx.USE_CLIENT_DEFAULT if login else None)
            try:
                content, length = await _take(response, cap, to)
            finally:
                await response.aclose()
    except httpx.LocalProtocolError as exc:
        failure: ConfigError | Unavailable = _unsendable(exc)
    except httpx.TransportError as exc:
        failure = unavailable(exc)
    else:
        return _settled(response, httpx.Request(request.method, asked), content, length)
    finally:
        # A login may have put its key into the URL, which paginators, errors and tracebacks read.
        request.url = asked
    # Outside of `except`, so that nothing of httpx, which knows every header, hangs on to the error.
    raise failure


def unavailable(exc: httpx.TransportError) -> Unavailable:
    """What a failure of the network means."""
    what = "did not answer in time" if isinstance(exc, httpx.TimeoutException) else "could not be reached"
    sent = not isinstance(exc, _NOT_SENT)
    if sent and not isinstance(exc, httpx.TimeoutException):
        what = "cut the connection"
    error = Unavailable(f"It {what} ({type(exc).__name__}).", hint="Check the address and the network.")
    error.may_have_happened = sent
    return error


def _unsendable(exc: httpx.LocalProtocolError) -> ConfigError:
    return ConfigError(
        f"The request cannot be put on the wire ({type(exc).__name__}).",
        hint="A credential may hold a line break, or the file may have changed while it was read.",
    )


async def _take(response: httpx.Response, cap: int | None, to: Path | None) -> tuple[bytes, int]:
    if to is None or not response.is_success:
        content = b"".join([piece async for piece in _pieces(response, cap)])
        return content, len(content)
    part = to.with_name(f"{to.name}.part")
    length = 0
    try:
        with part.open("wb") as file:
            async for piece in _pieces(response, cap):
                length += file.write(piece)
        part.replace(to)
    except OSError as exc:
        raise ConfigError(f"The file {str(to)!r} cannot be written: {exc.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return b"", length


async def _pieces(response: httpx.Response, cap: int | None) -> AsyncIterator[bytes]:
    """The decoded answer; never more of it in memory than a piece, however well it was packed."""
    length = 0
    async for piece in _decoded(response):
        length += len(piece)
        if cap is not None and length > cap:
            raise BadAnswer(
                f"The answer is larger than {cap / 2**20:g} MB and was not read further.",
                hint="Ask for less at a time, use a download action, or raise TIELINE_MAX_ANSWER_BYTES.",
                status=response.status_code,
            )
        yield piece


async def _decoded(response: httpx.Response) -> AsyncIterator[bytes]:
    # Not `aiter_bytes`: httpx unpacks each piece whole, and 64 KB can hold gigabytes.
    raw = cast("httpx.AsyncByteStream", response.stream)
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        async for piece in raw:
            yield piece
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise BadAnswer(
            f"The answer is packed in a way that was not asked for ({coding[:20]!r}).", status=response.status_code
        )
    inflate, begun = zlib.decompressobj(wbits=_GZIP_OR_ZLIB), False
    try:
        async for packed in raw:
            left, begun = packed, True
            while left and not inflate.eof:
                yield inflate.decompress(left, CHUNK)
                left = inflate.unconsumed_tail
            if inflate.eof:
                return
        yield inflate.flush()
    except zlib.error:
        raise _damaged(response) from None
    if begun and not inflate.eof:
        raise _damaged(response)


def _damaged(response: httpx.Response) -> BadAnswer:
    return BadAnswer("The answer is damaged: it cannot be decompressed.", status=response.status_code)


def _settled(response: httpx.Response, request: httpx.Request, content: bytes, length: int) -> httpx.Response:
    """The same answer with its content in memory. It is decoded already, so the headers about coding go."""
    headers: Any = [
        (k, v)
        for k, v in response.headers.multi_items()
        if k not in {"content-encoding", "transfer-encoding", "content-length"}
    ]
    extensions = {"size": length, "http_version": response.extensions.get("http_version", b"")}
    return httpx.Response(
        response.status_code, headers=headers, content=content, request=request, extensions=extensions
    )
