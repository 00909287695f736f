"""Large files in parts: upload sessions that go on where they were interrupted."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tieline.errors import BadAnswer, ConnectorError, Rejected, Unavailable
from tieline.transport.answers import peek
from tieline.transport.api import Api
from tieline.transport.wire import Content

_RANGE = re.compile(r"(\d+)-")
#: The part is there already: an answer to an earlier try was lost.
_NOT_THIS_RANGE = 416


async def send_parts(api: Api, session: str, content: Content, *, length: int, part: int) -> httpx.Response:
    """Send a file to an upload session of Microsoft Graph, part after part.

    A part is tried again as every call is. Where that ends with nobody knowing what arrived, the session is asked, and
    the file goes on from there. See https://learn.microsoft.com/graph/api/driveitem-createuploadsession

    Args:
        api: The connection; no credentials go to the session, because its address carries the permission.
        session: The session's address.
        content: The bytes, or the path of a file.
        length: How many bytes that are.
        part: How many go up at once.

    Returns:
        The answer to the last part.

    Raises:
        ConnectorError: The session refuses a part, or gets no further.
    """
    start, asked = 0, -1
    while True:
        piece = _piece(content, start, part)
        span = f"bytes {start}-{start + len(piece) - 1}/{length}"
        try:
            answer = await api.upload(session, piece, method="PUT", headers={"content-range": span})
        except (Unavailable, Rejected) as exc:
            if not _uncertain(exc) or asked == start:
                raise
            asked = start
            start = await _goes_on_at(api, session, exc)
            continue
        if start + len(piece) >= length:
            return answer
        following = _next(peek(answer), start + len(piece))
        if following <= start:
            raise BadAnswer("The upload does not get on: it takes parts, and keeps none.", hint="Send it again.")
        start = following


def _uncertain(exc: ConnectorError) -> bool:
    return exc.status == _NOT_THIS_RANGE or (isinstance(exc, Unavailable) and exc.may_have_happened)


async def _goes_on_at(api: Api, session: str, failed: ConnectorError) -> int:
    """Where the session wants to go on; where it cannot say, what had failed counts."""
    try:
        said = peek(httpx.Response(200, content=await api.download(session, login=False)))
    except ConnectorError:
        raise failed from None
    found = _next(said, -1)
    if found < 0:
        raise failed
    return found


def _next(said: Any, otherwise: int) -> int:
    """The first byte that is missing."""
    ranges = said.get("nextExpectedRanges") if isinstance(said, dict) else None
    first = _RANGE.match(str(ranges[0])) if isinstance(ranges, list) and ranges else None
    return int(first[1]) if first else otherwise


def _piece(content: Content, start: int, part: int) -> bytes:
    if isinstance(content, bytes):
        return content[start : start + part]
    with content.open("rb") as file:
        file.seek(start)
        piece = file.read(part)
    if not piece:
        raise BadAnswer("The file became shorter while it was sent.", hint="Send it again.")
    return piece
