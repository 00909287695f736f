"""Uploads: the bytes alone, with what is said about them, or in pieces.

Page: https://developers.google.com/workspace/drive/api/guides/manage-uploads
"""

import re
import secrets
from datetime import timedelta
from email.parser import BytesParser
from email.policy import HTTP

from starlette.requests import Request
from starlette.responses import Response

from tieline.sandbox.google_drive import files, memory
from tieline.sandbox.google_drive.wire import DriveError, body_of, drive_of, invalid, parsed, shown, uri
from tieline.sandbox.happening import Record

LARGEST_AT_ONCE = 5 * 2**20
#: All pieces but the last one are multiples of this.
STEP = 256 * 2**10
SESSION_LIVES = timedelta(days=7)
_SPAN = re.compile(r"bytes (?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15})")


async def upload_file(request: Request) -> Response:
    """POST /upload/drive/v3/files, in the way that `uploadType` says."""
    kind = request.query_params.get("uploadType")
    if kind == "resumable":
        return await _begin(request)
    content = await request.body()
    if kind not in ("media", "multipart"):
        raise invalid("uploadType")
    if len(content) > LARGEST_AT_ONCE + STEP:
        raise DriveError(413, "uploadTooLarge", "Request Too Large")
    said = request.headers.get("content-type", "")
    values, data = _parts(said, content) if kind == "multipart" else (Record(), content)
    values.setdefault("mimeType", _type(said))
    drive = drive_of(request)
    return shown(request, memory.seen(drive, files.make(drive, values, data)), files.USUAL)


def _type(header: str) -> str:
    return header.partition(";")[0].strip() or "application/octet-stream"


def _parts(content_type: str, body: bytes) -> tuple[Record, bytes]:
    """What is said about the file, and the file. Errors: 400."""
    if not content_type.startswith("multipart/related"):
        raise DriveError(400, "badContent", "Unsupported content with type: " + _type(content_type))
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = list(message.iter_parts())
    if len(parts) != 2:  # noqa: PLR2004 - what is said, and the file
        raise DriveError(400, "badRequest", "Malformed multipart body.")
    said, data = (part.get_payload(decode=True) for part in parts)
    values = parsed(said if isinstance(said, bytes) else b"")
    values.setdefault("mimeType", parts[1].get_content_type())
    return values, data if isinstance(data, bytes) else b""


async def _begin(request: Request) -> Response:
    """A session; its address stands in the header Location."""
    drive, values, headers = drive_of(request), await body_of(request), request.headers
    values.setdefault("mimeType", _type(headers.get("x-upload-content-type", "")))
    files.metadata(drive, values)
    length = headers.get("x-upload-content-length", "")
    number = secrets.token_urlsafe(24)
    drive.uploads[number] = {
        "values": values,
        "total": int(length) if length.isdigit() else None,
        "until": drive.clock() + SESSION_LIVES,
        "parts": bytearray(),
        "fields": request.query_params.get("fields", ""),
    }
    query = f"uploadType=resumable&upload_id={number}&fields={request.query_params.get('fields', '')}"
    return Response(
        headers={"location": uri(request, f"/upload/drive/v3/files?{query}"), "x-guploader-uploadid": number}
    )


async def send_piece(request: Request) -> Response:
    """PUT to a session: a piece, or with `bytes */TOTAL` the question how much is there. Needs no token."""
    drive, number = drive_of(request), request.query_params.get("upload_id", "")
    session = drive.uploads.get(number)
    if session is None or session["until"] <= drive.clock():
        return DriveError(404, "notFound", "Not Found").answer()
    try:
        if "file" not in session and not _take(session, request.headers.get("content-range"), await request.body()):
            return _incomplete(session)
        if "file" not in session:
            session["file"] = files.make(drive, session["values"], bytes(session.pop("parts")))
        return shown(request, memory.seen(drive, session["file"]), files.USUAL)
    except DriveError as error:
        return error.answer()


def _take(session: Record, span: str | None, piece: bytes) -> bool:
    """Keep what is new of a piece; returns whether that was the last. Errors: 400."""
    parts: bytearray = session["parts"]
    found = _SPAN.fullmatch(span if span is not None else f"bytes 0-{len(piece) - 1}/{len(piece)}")
    if found is None or (session["total"] not in (None, int(found[3]))):
        raise DriveError(400, "badRequest", "Failed to parse Content-Range header.")
    total = int(found[3])
    if found[1] is not None:
        start, end = int(found[1]), int(found[2])
        if len(piece) != end - start + 1 or end >= total or start > len(parts):
            raise DriveError(400, "badRequest", "Content-Range does not match what was sent.")
        if end + 1 < total and len(piece) % STEP:
            raise DriveError(400, "badRequest", "A piece must be a multiple of 262144 bytes.")
        parts += piece[len(parts) - start :]
    return len(parts) == total


def _incomplete(session: Record) -> Response:
    arrived = len(session["parts"])
    return Response(status_code=308, headers={"range": f"bytes=0-{arrived - 1}"} if arrived else {})
