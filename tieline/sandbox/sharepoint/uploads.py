"""Upload sessions. Page: https://learn.microsoft.com/graph/api/driveitem-createuploadsession."""

import re
import uuid

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.graph import GraphError, failed, invalid, json_body
from tieline.sandbox.sharepoint.items import TAKEN, address, store, taken_already, unlocked
from tieline.sandbox.sharepoint.memory import Upload
from tieline.sandbox.sharepoint.wire import tenant_of
from tieline.sandbox.vendor import base_url

MULTIPLE = 320 * 1024
MOST = 60 * 2**20
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


async def create(request: Request) -> Response:
    """POST …:/createUploadSession. Errors: 400, 409, 423."""
    where, body = address(request), await json_body(request)
    if where.what != "createUploadSession" or not where.path:
        raise invalid("A session needs the path of the file.")
    options = body.get("item") if isinstance(body.get("item"), dict) else {}
    taken = (options or {}).get("@microsoft.graph.conflictBehavior", "fail")
    if taken not in TAKEN:
        raise invalid("conflictBehavior must be fail, replace or rename.")
    if where.item is not None and taken == "fail":
        raise taken_already()
    if where.item is not None:
        unlocked(where.library, where.item)
    key = uuid.uuid4().hex
    tenant_of(request).uploads[key] = Upload(where.library, where.path, taken)
    return JSONResponse({"uploadUrl": f"{base_url(request)}/upload/{key}", "nextExpectedRanges": ["0-"]})


async def go_on(request: Request) -> Response:
    """PUT a part, GET what is missing, DELETE the session; the address carries the permission."""
    uploads, key = tenant_of(request).uploads, request.path_params["key"]
    session = uploads.get(key)
    if "authorization" in request.headers:
        return failed(401, "unauthenticated", "No token belongs here.")
    if session is None:
        return failed(404, "itemNotFound", "The upload session was not found.")
    if request.method == "DELETE":
        del uploads[key]
        return Response(status_code=204)
    try:
        return await _part(request, session) if request.method == "PUT" else _missing(session, 200)
    except GraphError as error:
        return error.answer


async def _part(request: Request, session: Upload) -> Response:
    data, span = await request.body(), _RANGE.fullmatch(request.headers.get("content-range", ""))
    if span is None or int(span[2]) - int(span[1]) + 1 != len(data) or len(data) > MOST:
        raise invalid("The Content-Range header is missing or does not fit the body.")
    start, length = int(span[1]), int(span[3])
    if start != len(session.data):
        return failed(416, "invalidRange", "The uploaded fragment has already been received, or comes too early.")
    whole = start + len(data) == length
    if not whole and len(data) % MULTIPLE:
        raise invalid("A fragment that is not the last must be a multiple of 320 KiB.")
    session.data += data
    if not whole:
        return _missing(session, 202)
    made = store(request, session.library, session.path, bytes(session.data), session.taken)
    del tenant_of(request).uploads[request.path_params["key"]]
    return made


def _missing(session: Upload, status: int) -> Response:
    return JSONResponse({"nextExpectedRanges": [f"{len(session.data)}-"]}, status)
