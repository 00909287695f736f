"""Columns of a library, and their values.

Pages: https://learn.microsoft.com/graph/api/resources/columndefinition,
https://learn.microsoft.com/graph/api/listitem-update
"""

import re
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.graph import GraphError, invalid, json_body, page
from tieline.sandbox.happening import Record
from tieline.sandbox.sharepoint.items import address, list_item, unlocked
from tieline.sandbox.sharepoint.wire import library_of

KINDS = ("text", "choice", "number", "boolean", "dateTime", "currency", "personOrGroup", "lookup", "hyperlinkOrPicture")
LINE, NOTE = 255, 63_999
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")
_TYPED = "@odata.type"


async def columns(request: Request) -> Response:
    """GET the columns, or POST a new one. Errors: 400, 409."""
    library = library_of(request)
    if request.method == "GET":
        return page(request, library.columns)
    body = await json_body(request)
    kinds = [kind for kind in KINDS if isinstance(body.get(kind), dict)]
    if not isinstance(body.get("name"), str) or not _NAME.fullmatch(body["name"]) or len(kinds) != 1:
        raise invalid("A column needs a name and exactly one type.")
    if any(one["name"].casefold() == body["name"].casefold() for one in library.columns):
        raise GraphError(409, "nameAlreadyExists", "A column with that name exists already.")
    made = {"displayName": body["name"], "hidden": False, "readOnly": False, **body, "id": str(uuid.uuid4())}
    library.columns.append(made)
    return JSONResponse(made, 201)


async def update_fields(request: Request) -> Response:
    """PATCH …/listItem/fields. Errors: 400, 412, 423."""
    where, body = address(request), await json_body(request)
    if where.what != "listItem/fields":
        raise GraphError(405, "notAllowed", "The sandbox changes fields only.")
    item, library = where.there, where.library
    wanted = request.headers.get("if-match", "*")
    if wanted not in ("*", list_item(library, item)["eTag"]):
        raise GraphError(412, "notAllowed", "ETag does not match current item's value.")
    unlocked(library, item)
    known = {one["name"]: one for one in library.columns}
    values = {name: value for name, value in body.items() if not name.endswith(_TYPED)}
    for name, value in values.items():
        if name not in known:
            raise invalid(f"Field '{name[:60]}' is not recognized.")
        _check(known[name], value, typed=f"{name}{_TYPED}" in body)
    row = library.fields[item["id"]]
    row.update({name: value for name, value in values.items() if value is not None})
    for name in [name for name, value in values.items() if value is None]:
        row.pop(name, None)
    library.touch(item, "Tieline")
    return JSONResponse(row)


def _check(column: Record, value: Any, *, typed: bool) -> None:
    """Whether a column takes a value. Errors: 400."""
    if column.get("readOnly"):
        raise invalid(f"Field '{column['name']}' is read-only.")
    if value is None:
        return
    if isinstance(column.get("text"), dict):
        most = NOTE if column["text"].get("allowMultipleLines") else LINE
        if not isinstance(value, str) or len(value) > most:
            raise invalid(f"Invalid text value: '{column['name']}' holds text of at most {most} characters.")
    elif isinstance(column.get("choice"), dict) and isinstance(value, list):
        _several(column, value, typed=typed)
    elif isinstance(value, list | dict):
        raise invalid(f"The value of '{column['name']}' has the wrong type.")


def _several(column: Record, value: list[Any], *, typed: bool) -> None:
    offered = column["choice"].get("choices") or []
    if not typed or column["choice"].get("displayAs") != "checkBoxes" or not all(isinstance(v, str) for v in value):
        raise invalid(f"'{column['name']}' takes a Collection(Edm.String), said to be one, if it allows several.")
    if not column["choice"].get("allowTextEntry") and not set(value) <= set(offered):
        raise invalid(f"'{column['name']}' does not offer that.")
