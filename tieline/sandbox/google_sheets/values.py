"""Values of ranges, https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values."""

from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from tieline.sandbox.google_sheets import entering, formulas, ranges
from tieline.sandbox.google_sheets.memory import MOST_CELLS, Book, Sheet
from tieline.sandbox.google_sheets.ranges import Box, Unreadable
from tieline.sandbox.google_sheets.wire import body_of, book_of, chosen, invalid, shown
from tieline.sandbox.happening import Record

LONGEST_TEXT = 50_000
RENDERS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATES = ("SERIAL_NUMBER", "FORMATTED_STRING")
DIMENSIONS = ("ROWS", "COLUMNS")


def format_of(cell: Record) -> Record:
    """How a cell's number shows."""
    found: Record = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return found


def _shown(book: Book, box: Box, row: int, column: int, manner: tuple[str, str]) -> Any:
    cell, (render, dates) = box.sheet.cell(row, column), manner
    entered = cell.get("userEnteredValue")
    if render == "FORMULA" and entered and "formulaValue" in entered:
        return entered["formulaValue"]
    value, how = formulas.result(book, box.sheet, row, column), format_of(cell)
    as_text = dates == "FORMATTED_STRING" and how.get("type") in entering.DATES
    if render == "FORMATTED_VALUE" or (as_text and value and "numberValue" in value):
        return entering.formatted(value, how)
    return entering.plain(value)


def _read(book: Book, text: str, query: Any) -> Record:
    box = ranges.parse(book, text)
    manner = (
        chosen(query.get("valueRenderOption"), RENDERS, "FORMATTED_VALUE", "value_render_option"),
        chosen(query.get("dateTimeRenderOption"), DATES, "SERIAL_NUMBER", "date_time_render_option"),
    )
    dimension = chosen(query.get("majorDimension"), DIMENSIONS, "ROWS", "major_dimension")
    there = {row: box.sheet.rows[row] for row in box.sheet.rows if box.top <= row < box.bottom}
    filled = [
        (row, column)
        for row, cells in there.items()
        for column in cells
        if box.left <= column < box.right and "userEnteredValue" in cells[column]
    ]
    if dimension == "COLUMNS":
        lines = _lines(((column - box.left, row - box.top) for row, column in filled))
        values = [[_shown(book, box, box.top + y, box.left + x, manner) for y in range(n)] for x, n in enumerate(lines)]
    else:
        lines = _lines(((row - box.top, column - box.left) for row, column in filled))
        values = [[_shown(book, box, box.top + y, box.left + x, manner) for x in range(n)] for y, n in enumerate(lines)]
    answer: Record = {"range": str(box), "majorDimension": dimension}
    # Where nothing is, nothing is said.
    return {**answer, "values": values} if values else answer


def _lines(filled: Any) -> list[int]:
    """How long each line is: up to its last cell that is not blank; lines after the last of these are left out."""
    ends: dict[int, int] = {}
    for line, at in filled:
        ends[line] = max(ends.get(line, 0), at + 1)
    return [ends.get(line, 0) for line in range(max(ends, default=-1) + 1)]


def _range_of(request: Request) -> str:
    return unquote(request.path_params["range"])


async def read_values(request: Request) -> Response:
    """GET …/values/{range}."""
    return shown(request, _read(book_of(request), _range_of(request), request.query_params))


async def read_many(request: Request) -> Response:
    """GET …/values:batchGet."""
    book, query = book_of(request), request.query_params
    found = [_read(book, text, query) for text in query.getlist("ranges")]
    return shown(request, {"spreadsheetId": book.id, "valueRanges": found})


def _rows(body: Record) -> list[list[Any]]:
    """The rows of a ValueRange. Errors: 400."""
    values = body.get("values", [])
    if not isinstance(values, list) or not all(isinstance(row, list) for row in values):
        raise invalid("Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)")
    if body.get("majorDimension") == "COLUMNS":
        length = max((len(one) for one in values), default=0)
        values = [[one[at] if at < len(one) else None for one in values] for at in range(length)]
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            if isinstance(value, dict | list):
                raise invalid(f"Invalid values[{y}][{x}]: {'struct' if isinstance(value, dict) else 'list'}_value")
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise invalid("Your input contains more than the maximum of 50000 characters in a single cell.")
    return values


def _option(value: Any) -> str:
    return chosen(value, ("RAW", "USER_ENTERED"), "", "valueInputOption")


def _fitting(book: Book, body: Record, text: str) -> tuple[Box, list[list[Any]]]:
    """Where rows go. Errors: 400 where the range has no room for them."""
    box, rows = ranges.parse(book, text), _rows(body)
    if body.get("range", text) != text:
        raise invalid(f"Requested range [{text}] does not match value range [{body['range']}]")
    height, width = len(rows), max((len(row) for row in rows), default=0)
    bottom = box.sheet.grid["rowCount"] if box.one else box.bottom
    right = box.sheet.grid["columnCount"] if box.one else box.right
    if box.one and (box.top + height > bottom or box.left + width > right):
        end = ranges.name(box.sheet, box.top, box.left, box.top + height, box.left + width)
        raise Unreadable(f"Range ({end}) exceeds grid limits. Max rows: {bottom}, max columns: {right}")
    if box.top + height > bottom:
        raise invalid(f"Requested writing within range [{box}], but tried writing to row [{bottom + 1}]")
    if box.left + width > right:
        raise invalid(f"Requested writing within range [{box}], but tried writing to column [{ranges.letters(right)}]")
    return box, rows


def write(sheet: Sheet, top: int, left: int, rows: list[list[Any]], option: str) -> None:
    """Put rows into a sheet; null leaves a cell as it is."""
    for y, row in enumerate(rows, top):
        for x, value in enumerate(row, left):
            if value is None:
                continue
            kind = format_of(sheet.cell(y, x)).get("type", "")
            entered, brought = (entering.raw(value), None) if option == "RAW" else entering.typed(value, kind)
            sheet.enter(y, x, entered, brought)


def _said(book: Book, sheet: Sheet, top: int, left: int, rows: list[list[Any]]) -> Record:
    height, width = len(rows), max((len(row) for row in rows), default=0)
    where = ranges.name(sheet, top, left, top + max(height, 1), left + max(width, 1))
    said: Record = {"spreadsheetId": book.id, "updatedRange": where}
    cells = sum(value is not None for row in rows for value in row)
    if cells:
        said |= {"updatedRows": height, "updatedColumns": width, "updatedCells": cells}
    return said


async def update_values(request: Request) -> Response:
    """PUT …/values/{range}."""
    book, body = book_of(request), await body_of(request)
    option = _option(request.query_params.get("valueInputOption"))
    box, rows = _fitting(book, body, _range_of(request))
    write(box.sheet, box.top, box.left, rows, option)
    return shown(request, _said(book, box.sheet, box.top, box.left, rows))


async def update_many(request: Request) -> Response:
    """POST …/values:batchUpdate: all or nothing."""
    book, body = book_of(request), await body_of(request)
    option, made = _option(body.get("valueInputOption")), []
    for number, one in enumerate(body.get("data", [])):
        try:
            made.append(_fitting(book, one, str(one.get("range", ""))))
        except Unreadable as error:
            raise invalid(f"Invalid data[{number}]: {error}") from None
    for box, rows in made:
        write(box.sheet, box.top, box.left, rows, option)
    responses = [_said(book, box.sheet, box.top, box.left, rows) for box, rows in made]
    totals = {
        f"totalUpdated{what}": sum(one.get(f"updated{what}", 0) for one in responses)
        for what in ("Rows", "Columns", "Cells")
    }
    totals["totalUpdatedSheets"] = len({box.sheet.title for box, _ in made})
    return shown(request, {"spreadsheetId": book.id, **totals, "responses": responses})


def _table(box: Box) -> Box | None:
    """The last table that a range touches: cells around its last one that is not blank."""
    sheet = box.sheet
    inside = [
        (row, column)
        for row in sheet.rows
        for column in sheet.rows[row]
        if box.top <= row < box.bottom and box.left <= column < box.right and sheet.filled(row, column)
    ]
    if not inside:
        return None
    top, left = max(inside)
    bottom, right, grown = top + 1, left + 1, True

    def row_filled(row: int) -> bool:
        return any(sheet.filled(row, column) for column in range(max(0, left - 1), right + 1))

    def column_filled(column: int) -> bool:
        return any(sheet.filled(row, column) for row in range(max(0, top - 1), bottom + 1))

    while grown:
        before = (top, left, bottom, right)
        top -= top > 0 and row_filled(top - 1)
        bottom += row_filled(bottom)
        left -= left > 0 and column_filled(left - 1)
        right += column_filled(right)
        grown = before != (top, left, bottom, right)
    return Box(sheet, top, left, bottom, right)


async def append_values(request: Request) -> Response:
    """POST …/values/{range}:append."""
    book, query, body = book_of(request), request.query_params, await body_of(request)
    option = _option(query.get("valueInputOption"))
    how = chosen(query.get("insertDataOption"), ("OVERWRITE", "INSERT_ROWS"), "OVERWRITE", "insert_data_option")
    box, rows = ranges.parse(book, _range_of(request)), _rows(body)
    table, sheet = _table(box), box.sheet
    top, left = (table.bottom, table.left) if table else (box.top, box.left)
    width = max((len(row) for row in rows), default=0)
    more_rows = len(rows) if how == "INSERT_ROWS" and table else max(0, top + len(rows) - sheet.grid["rowCount"])
    columns = max(sheet.grid["columnCount"], left + width)
    check_room(book, (sheet.grid["rowCount"] + more_rows) * columns - sheet.cells)
    if more_rows:
        sheet.insert_rows(top if how == "INSERT_ROWS" else sheet.grid["rowCount"], more_rows)
    sheet.grid["columnCount"] = columns
    write(sheet, top, left, rows, option)
    said: Record = {"spreadsheetId": book.id, "updates": _said(book, sheet, top, left, rows)}
    return shown(request, said | ({"tableRange": str(table)} if table else {}))


def check_room(book: Book, more: int, where: str = "") -> None:
    """Refuse what makes a spreadsheet too large. Errors: 400."""
    if more > 0 and book.cells + more > MOST_CELLS:
        message = "This action would increase the number of cells in the workbook above the limit of"
        raise invalid(f"{where}{message} {MOST_CELLS} cells.")


async def clear_values(request: Request) -> Response:
    """POST …/values/{range}:clear: formats stay."""
    book = book_of(request)
    box = ranges.parse(book, _range_of(request))
    for row in [row for row in box.sheet.rows if box.top <= row < box.bottom]:
        for column in [column for column in box.sheet.rows[row] if box.left <= column < box.right]:
            box.sheet.enter(row, column, None)
    return shown(request, {"spreadsheetId": book.id, "clearedRange": str(box)})
