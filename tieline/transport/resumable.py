"""Uploads in pieces that go on where they stopped: the protocol of Google's APIs (Drive, Cloud Storage, YouTube).

https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
"""

from __future__ import annotations

import re
from typing import TypeVar

import httpx

from tieline.errors import BadAnswer, Unavailable
from tieline.transport import wire
from tieline.transport.api import Api
from tieline.transport.rules import Json, Params

T = TypeVar("T")

#: "Resume Incomplete", in Google's words; the connector's rules must accept it.
INCOMPLETE = 308
#: Every piece but the last must be a multiple of 256 KB.
PIECE = 8 * 2**20
#: How often in a row an upload may fail to get on before we give up.
STALLS = 3
_RANGE = re.compile(r"bytes=0-(\d+)")


async def upload(
    api: Api, path: str, content: wire.Content, *, json: Json, params: Params, media_type: str, into: type[T]
) -> T:
    """Upload a file of any size; a piece that was lost on its way is sent again.

    Args:
        api: The connection.
        path: Where a session is begun.
        content: The bytes, or the path of a file, of which one piece at a time is in memory.
        json: What is said about the file.
        params: The query.
        media_type: What the file is.
        into: The model of what comes back at the end.

    Raises:
        Unavailable: It does not get on.
        BadAnswer: It says no address to send to.
    """
    total = wire.size(content)
    about = {"x-upload-content-type": media_type, "x-upload-content-length": str(total)}
    # A session that nobody uses ends by itself: to begin two is as good as one.
    begun = await api.send("POST", path, json, params=params, headers=about, repeatable=True)
    session = begun.headers.get("location")
    if not session:
        raise BadAnswer("Google said no address to upload to.", status=begun.status_code)
    return api.read(await _send(api, session, content, total), into=into)


async def _send(api: Api, session: str, content: wire.Content, total: int) -> httpx.Response:
    at = stalls = 0
    while stalls < STALLS:
        piece = wire.piece(content, at, PIECE)
        span = f"bytes {at}-{at + len(piece) - 1}/{total}"
        try:
            answer = await api.upload(session, piece, method="PUT", headers={"content-range": span})
        except Unavailable:
            # Some of it may have arrived: ask how much.
            answer = await api.upload(session, b"", method="PUT", headers={"content-range": f"bytes */{total}"})
        if answer.status_code != INCOMPLETE:
            return answer
        arrived = _arrived(answer)
        stalls = 0 if arrived > at else stalls + 1
        at = min(arrived, total)
    raise Unavailable(f"The upload does not get on after {at} of {total} bytes.", hint="Try again later.")


def _arrived(answer: httpx.Response) -> int:
    """How many bytes are there; the header is missing where there are none."""
    found = _RANGE.fullmatch(answer.headers.get("range", ""))
    return int(found[1]) + 1 if found else 0
