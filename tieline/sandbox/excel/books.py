"""Workbooks: found by path, opened in sessions; their worksheets and tables.

Pages: https://learn.microsoft.com/graph/api/resources/excel
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import graph
from tieline.sandbox.excel.memory import Sheet, Table
from tieline.sandbox.excel.ranges import Box, selected, sheet_of
from tieline.sandbox.excel.wire import Call, answer, call, invalid, memory_of, missing, refused
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes

_LONGEST_NAME = 31


async def my_drive(request: Request) -> Response:
    """GET /me/drive."""
    memory = memory_of(request)
    owner = {"user": {"displayName": memory.me["displayName"]}}
    return JSONResponse({"id": memory.drive, "name": "OneDrive", "owner": owner, "webUrl": memory.site["webUrl"]})


async def get_site(request: Request) -> Response:
    """GET /sites/{id}, /sites/{host}:/{path}."""
    return JSONResponse(_site(request))


def _site(request: Request) -> Record:
    site, wanted = memory_of(request).site, request.path_params["site"]
    host, _, path = wanted.partition(":")
    if wanted not in ("root", site["id"]) and site["webUrl"] != f"https://{host}{path}":
        raise graph.missing()
    return site


async def find_file(request: Request) -> Response:
    """GET a file by its path in the drive, or in the site's."""
    memory = memory_of(request)
    if "site" in request.path_params:
        _site(request)
    if request.path_params.get("drive", memory.drive) != memory.drive:
        raise graph.missing()
    wanted = request.path_params["path"].casefold()
    found = [one for one in memory.files.values() if one["sandbox_path"].casefold() == wanted]
    if not found:
        raise graph.missing()
    return _file(request, found[0])


async def get_file(request: Request) -> Response:
    """GET a file by its id."""
    memory = memory_of(request)
    found = memory.files.get(request.path_params["item"])
    if request.path_params["drive"] != memory.drive or found is None:
        raise graph.missing()
    return _file(request, found)


def _file(request: Request, record: Record) -> Response:
    wanted = [one for one in request.query_params.get("$select", "").split(",") if one]
    return answer(without_notes(record), select=wanted)


async def create_session(request: Request) -> Response:
    """POST createSession."""
    where = await call(request)
    persist = where.body.get("persistChanges")
    if not isinstance(persist, bool):
        raise invalid("persistChanges must be true or false.")
    key, _ = where.memory.open(where.number, persist=persist)
    return JSONResponse({"id": key, "persistChanges": persist}, 201)


async def end_session(request: Request) -> Response:
    """POST refreshSession or closeSession: without the session's id neither makes sense."""
    where = await call(request)
    if where.session is None:
        raise invalid("The header workbook-session-id is required.")
    if request.url.path.endswith("closeSession"):
        where.memory.sessions.pop(request.headers["workbook-session-id"])
    return Response(status_code=204)


async def worksheets(request: Request) -> Response:
    """GET the worksheets."""
    where = await call(request)
    return JSONResponse({"value": [_sheet(where, one) for one in where.book.sheets]})


def _sheet(where: Call, one: Sheet) -> Record:
    position = where.book.sheets.index(one)
    return {"id": one.id, "name": one.name, "position": position, "visibility": one.visibility}


async def add_worksheet(request: Request) -> Response:
    """POST a worksheet. Errors: 400."""
    where = await call(request)
    name = where.body.get("name", f"Sheet{len(where.book.sheets) + 1}")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or set(name) & set(":\\/?*[]"):
        raise invalid("The name of the worksheet is not valid.")
    if where.book.sheet(name):
        raise refused(400, "invalidRequest", "itemAlreadyExists", "A resource with the same name already exists.")
    made = where.book.add_sheet(name)
    where.changed()
    return JSONResponse(_sheet(where, made), 201)


async def tables(request: Request) -> Response:
    """GET the tables of the workbook, or of a worksheet."""
    where, wanted = await call(request), None
    if "sheet" in request.path_params:
        wanted = sheet_of(where, request.path_params["sheet"]).id
    found = [one for one in where.book.tables if wanted in (None, one.sheet)]
    records = [{"id": one.id, "name": one.name, "showHeaders": True, "showTotals": False} for one in found]
    return JSONResponse({"value": records})


def _table(request: Request, where: Call) -> tuple[Table, Sheet]:
    found = where.book.table(request.path_params["table"])
    if found is None:
        raise missing()
    return found, sheet_of(where, found.sheet)


async def read_table(request: Request) -> Response:
    """GET a table's range."""
    where = await call(request)
    found, sheet = _table(request, where)
    return selected(request, Box(sheet, found.first_row, found.first_column, found.last_row, found.last_column))


async def count_rows(request: Request) -> Response:
    """GET how many rows a table has."""
    found, _ = _table(request, await call(request))
    return JSONResponse(found.last_row - found.first_row)


async def add_rows(request: Request) -> Response:
    """POST rows to the end of a table; what is below it moves down. Errors: 400."""
    where = await call(request)
    found, sheet = _table(request, where)
    rows, width = where.body.get("values"), found.last_column - found.first_column + 1
    if not isinstance(rows, list) or not rows or any(not isinstance(r, list) or len(r) != width for r in rows):
        raise invalid("The number of columns in the input array doesn't match the table's.")
    if where.body.get("index") is not None:
        raise invalid("The sandbox appends rows only.")
    index, first = found.last_row - found.first_row, found.last_row + 1
    sheet.shift(first, len(rows), (found.first_column, found.last_column))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.enter(first + at, found.first_column + column, "" if value is None else value)
    found.last_row += len(rows)
    where.changed()
    return JSONResponse({"index": index, "values": rows}, 201)
