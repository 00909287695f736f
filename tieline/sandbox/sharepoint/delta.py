"""What has changed in a drive. Page: https://learn.microsoft.com/graph/api/driveitem-delta.

A token says how many changes are known, or, while everything is listed, where to go on and what was known then.
"""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.graph import GraphError, invalid, link, number
from tieline.sandbox.happening import Record
from tieline.sandbox.sharepoint.items import shown
from tieline.sandbox.sharepoint.memory import Library
from tieline.sandbox.sharepoint.wire import library_of

_TOKEN = re.compile(r"(?:(?P<from>\d{1,9})\.)?(?P<known>\d{1,9})")


async def delta(request: Request) -> Response:
    """GET /drives/{drive}/root/delta. Errors: 400, 410."""
    library, token = library_of(request), request.query_params.get("token", "")
    now = len(library.changes)
    if token == "latest":  # noqa: S105 - no secret, but Graph's word
        return JSONResponse({"value": [], "@odata.deltaLink": _link(request, str(now))})
    found = _TOKEN.fullmatch(token or f"0.{now}")
    if found is None:
        raise invalid("The token is not one of ours.")
    known = int(found["known"])
    if token and known < library.forgotten:
        fresh = {"location": link(request, request.url.path, {"token": f"0.{now}"})}
        raise GraphError(410, "resyncChangesApplyDifferences", "Resync required.", fresh)
    if found["from"] is None:
        # The latest change of each counts. However many there are, they come in one page.
        ids = list(dict.fromkeys(reversed(library.changes[known:])))[::-1]
        value = [_seen(request, library, one) for one in ids]
        return JSONResponse({"value": value, "@odata.deltaLink": _link(request, str(now))})
    return _everything(request, library, int(found["from"]), known)


def _everything(request: Request, library: Library, start: int, known: int) -> Response:
    """A page of all there is. What is deleted meanwhile leaves its place, so that nothing moves over a page's end."""
    ids, top = list(dict.fromkeys(library.changes)), number(request, "$top", 200)
    alive = [one for one in ids[start : start + top] if one in library.items]
    answer: Record = {"value": [_seen(request, library, one) for one in alive]}
    if start + top < len(ids):
        answer["@odata.nextLink"] = _link(request, f"{start + top}.{known}")
    else:
        answer["@odata.deltaLink"] = _link(request, str(known))
    return JSONResponse(answer)


def _seen(request: Request, library: Library, item_id: str) -> Record:
    found = library.items.get(item_id)
    return library.gone[item_id] if found is None else shown(request, library, found)


def _link(request: Request, token: str) -> str:
    top = {"$top": request.query_params["$top"]} if "$top" in request.query_params else {}
    return link(request, request.url.path, {**top, "token": token})
