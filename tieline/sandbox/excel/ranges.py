"""Ranges of cells: read, written, cleared and deleted. Pages: https://learn.microsoft.com/graph/api/resources/range."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tieline.sandbox.excel.memory import Cell, Sheet
from tieline.sandbox.excel.wire import Call, answer, call, invalid, missing, refused

MOST_CELLS = 5_000_000
LONGEST_TEXT = 32_767
ROWS, COLUMNS = 1_048_576, 16_384
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Z]{1,3})\$?([1-9]\d{0,6}))?")
_PLAIN = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Box:
    """Cells of a worksheet; counted from 0, and the ends belong to it."""

    sheet: Sheet
    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.top, self.bottom + 1)

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.left, self.right + 1)

    @property
    def address(self) -> str:
        """Its name, with the worksheet's."""
        sheet = self.sheet.name.replace("'", "''")
        ends = [f"{letters(self.left)}{self.top + 1}", f"{letters(self.right)}{self.bottom + 1}"]
        return f"{sheet if _PLAIN.fullmatch(sheet) else repr(sheet)}!{':'.join(dict.fromkeys(ends))}"


def letters(column: int) -> str:
    """The name of a column, counted from 0."""
    named = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        named, column = chr(65 + rest) + named, column - 1
    return named


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def box(sheet: Sheet, address: str) -> Box:
    """The cells that an address names. Errors: 400."""
    found = _PLACE.fullmatch(address.rpartition("!")[2])
    if found is None:
        raise invalid("The argument is invalid or missing or has an incorrect format.")
    top, left = int(found[2]) - 1, _column(found[1])
    bottom, right = int(found[4] or found[2]) - 1, _column(found[3] or found[1])
    if not (top <= bottom < ROWS and left <= right < COLUMNS):
        raise invalid("The range is not in the worksheet.")
    if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        raise refused(400, "invalidRequest", "rangeExceedsLimit", "The cell count in range exceeds the limit.")
    return Box(sheet, top, left, bottom, right)


def sheet_of(where: Call, name: str) -> Sheet:
    """The worksheet of that name or id. Errors: 404."""
    found = where.book.sheet(name)
    if found is None:
        raise missing()
    return found


def shown(where: Box) -> dict[str, Any]:
    """A range as Graph shows it."""
    sheet = where.sheet
    values = [[_plain(sheet.result(row, column)) for column in where.columns] for row in where.rows]
    cells = [[sheet.cells.get((row, column), Cell()) for column in where.columns] for row in where.rows]
    formulas = [
        [cell.formula or value for cell, value in zip(*pair, strict=True)] for pair in zip(cells, values, strict=True)
    ]
    return {
        "address": where.address,
        "rowIndex": where.top,
        "columnIndex": where.left,
        "rowCount": len(where.rows),
        "columnCount": len(where.columns),
        "cellCount": len(where.rows) * len(where.columns),
        "values": values,
        "valueTypes": [[_kind(one) for one in row] for row in values],
        "numberFormat": [[cell.number_format for cell in row] for row in cells],
        "formulas": formulas,
        "text": [[str(one).upper() if isinstance(one, bool) else str(one) for one in row] for row in values],
    }


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 1e15 else value  # noqa: PLR2004 - its digits


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, str):
        return "Empty" if not value else "Error" if value in ("#DIV/0!", "#NAME?", "#VALUE!", "#N/A") else "String"
    return "Double"


async def read(request: Request) -> Response:
    """GET a range, or all that is used."""
    where = await call(request)
    sheet, address = sheet_of(where, request.path_params["sheet"]), request.path_params.get("address")
    found = box(sheet, address) if address else Box(sheet, *sheet.used())
    return selected(request, found)


def selected(request: Request, found: Box, status: int = 200) -> Response:
    """A range, or what was asked for of it."""
    wanted = [one for one in request.query_params.get("$select", "").split(",") if one]
    return answer(shown(found), status, wanted)


async def write(request: Request) -> Response:
    """PATCH a range. Errors: 400."""
    where = await call(request)
    found = box(sheet_of(where, request.path_params["sheet"]), request.path_params["address"])
    grids = {
        name: _grid(where.body[name], found) for name in ("values", "formulas", "numberFormat") if name in where.body
    }
    if not grids:
        raise invalid("There is nothing to update.")
    # Formats first: into a cell of format "@" texts go as they are.
    for name in ("numberFormat", "values", "formulas"):
        for row, given in enumerate(grids.get(name, [])):
            for column, value in enumerate(given):
                if value is not None:
                    _put(found, found.top + row, found.left + column, name, value)
    where.changed()
    return selected(request, found)


def _put(found: Box, row: int, column: int, name: str, value: Any) -> None:
    if name == "numberFormat":
        found.sheet.cell(row, column).number_format = str(value) or "General"
    elif isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise invalid("The text is too long for a cell.")
    elif not isinstance(value, str | int | float):
        raise invalid("A cell takes a text, a number or a boolean.")
    else:
        found.sheet.enter(row, column, value)


def _grid(given: Any, found: Box) -> list[list[Any]]:
    """Values for each cell; a single one goes into all. Errors: 400."""
    if not isinstance(given, list):
        if given is None:
            raise invalid("null is not valid for the entire property.")
        return [[given] * len(found.columns) for _ in found.rows]
    fits = len(given) == len(found.rows) and all(isinstance(r, list) and len(r) == len(found.columns) for r in given)
    if not fits:
        raise invalid("The number of rows or columns in the input array doesn't match the size of the range.")
    return given


async def clear(request: Request) -> Response:
    """POST range/clear."""
    where = await call(request)
    found, what = (
        box(sheet_of(where, request.path_params["sheet"]), request.path_params["address"]),
        where.body.get("applyTo", "All"),
    )
    if what not in ("All", "Formats", "Contents"):
        raise invalid("applyTo must be All, Formats or Contents.")
    for at, cell in found.sheet.cells.items():
        if at[0] in found.rows and at[1] in found.columns:
            if what != "Formats":
                cell.value, cell.formula = "", ""
            if what != "Contents":
                cell.number_format = "General"
    where.changed()
    return Response(status_code=204)


async def delete(request: Request) -> Response:
    """POST range/delete; only upwards, and tables that it lies in lose rows."""
    where = await call(request)
    found = box(sheet_of(where, request.path_params["sheet"]), request.path_params["address"])
    if where.body.get("shift") != "Up":
        raise invalid("The sandbox moves cells up only.")
    for row in found.rows:
        for column in found.columns:
            found.sheet.cells.pop((row, column), None)
    found.sheet.shift(found.bottom + 1, -len(found.rows), (found.left, found.right))
    for table in where.book.tables:
        if table.sheet == found.sheet.id and table.first_row < found.top <= table.last_row:
            table.last_row -= len(found.rows)
    where.changed()
    return Response(status_code=204)
