"""Spreadsheets and changes of any kind, https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.google_drive import fields
from tieline.sandbox.google_sheets import entering, formulas, ranges, wire
from tieline.sandbox.google_sheets.memory import Book, Sheet, new_sheet
from tieline.sandbox.google_sheets.ranges import Box
from tieline.sandbox.google_sheets.values import check_room, format_of
from tieline.sandbox.google_sheets.wire import body_of, book_of, invalid, memory_of, shown
from tieline.sandbox.happening import Record


async def show_book(request: Request) -> Response:
    """GET /v4/spreadsheets/{id}: with cells where `includeGridData` or the fields ask for them."""
    book, query = book_of(request), request.query_params
    wanted = query.getlist("ranges")
    boxes = [ranges.parse(book, text) for text in wanted]
    mask = wire.mask_of(request)
    with_cells = "data" in mask.get("sheets", {}) if mask else query.get("includeGridData") == "true"
    sheets = [sheet for sheet in book.sheets if not wanted or any(box.sheet is sheet for box in boxes)]
    if with_cells and not wanted:
        boxes = [Box(sheet, 0, 0, sheet.grid["rowCount"], sheet.grid["columnCount"]) for sheet in sheets]
    record: Record = {
        "spreadsheetId": book.id,
        "properties": book.properties,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    record = fields.pick(record, mask)
    if not mask or "sheets" in mask:
        wanted = mask.get("sheets", {})
        record["sheets"] = [
            _sheet(book, sheet, [box for box in boxes if box.sheet is sheet], wanted, with_cells=with_cells)
            for sheet in sheets
        ]
    # Spreadsheets are large.
    return Response(orjson.dumps(record), media_type="application/json")


def _sheet(book: Book, sheet: Sheet, boxes: list[Box], mask: fields.Mask, *, with_cells: bool) -> Record:
    record: Record = {"properties": sheet.properties}
    if sheet.merges:
        record["merges"] = sheet.merges
    record = fields.pick(record, mask)
    return {**record, "data": [_data(book, box, mask.get("data", {})) for box in boxes]} if with_cells else record


def _data(book: Book, box: Box, mask: fields.Mask) -> Record:
    sheet = box.sheet
    # A start of 0 is left out, as any zero is.
    data: Record = ({"startRow": box.top} if box.top else {}) | ({"startColumn": box.left} if box.left else {})
    if not mask or "rowMetadata" in mask:
        data["rowMetadata"] = [_line(21, hidden=row in sheet.hidden_rows) for row in range(box.top, box.bottom)]
    if not mask or "columnMetadata" in mask:
        hidden = sheet.hidden_columns
        data["columnMetadata"] = [_line(100, hidden=column in hidden) for column in range(box.left, box.right)]
    data = fields.pick(data, mask)
    last = max((row for row in sheet.rows if box.top <= row < box.bottom and sheet.rows[row]), default=box.top - 1)
    if last >= box.top and (not mask or "rowData" in mask):
        # Cells are many: each is made with what is asked for only.
        wanted = mask.get("rowData", {}).get("values", {})
        data["rowData"] = [_row(book, box, row, wanted) for row in range(box.top, last + 1)]
    return data


def _line(pixels: int, *, hidden: bool) -> Record:
    return {"pixelSize": pixels} | ({"hiddenByUser": True} if hidden else {})


def _row(book: Book, box: Box, row: int, mask: fields.Mask) -> Record:
    there = [column for column in box.sheet.rows.get(row, {}) if box.left <= column < box.right]
    last = max(there, default=box.left - 1)
    cells = [_cell(book, box.sheet, row, column, mask) for column in range(box.left, last + 1)]
    return {"values": cells} if cells else {}


def _cell(book: Book, sheet: Sheet, row: int, column: int, mask: fields.Mask) -> Record:
    """What is asked for of a cell."""
    cell = sheet.cell(row, column)
    if not cell:
        return {}
    value = formulas.result(book, sheet, row, column)
    record = {name: one for name, one in cell.items() if not mask or name in mask}
    if "userEnteredFormat" in cell and (not mask or "effectiveFormat" in mask):
        record["effectiveFormat"] = cell["userEnteredFormat"]
    if value is not None:
        if not mask or "effectiveValue" in mask:
            record["effectiveValue"] = _held(value)
        if not mask or "formattedValue" in mask:
            record["formattedValue"] = entering.formatted(value, format_of(cell))
    below = [name for name in record if mask and mask[name]]
    return record | {name: fields.pick(record[name], mask[name]) for name in below} if below else record


def _held(value: Record) -> Record:
    return {"numberValue": entering.plain(value)} if "numberValue" in value else value


async def create_book(request: Request) -> Response:
    """POST /v4/spreadsheets."""
    memory, body = memory_of(request), await body_of(request)
    title = str(body.get("properties", {}).get("title") or "Untitled spreadsheet")
    properties = {"title": title, "locale": "en_US", "timeZone": "Etc/GMT", "autoRecalc": "ON_CHANGE"}
    book = Book(f"1sheet{next(memory.ids):038d}", properties, [new_sheet(0, "Sheet1", 0)])
    memory.books[book.id] = book
    record = {
        "spreadsheetId": book.id,
        "properties": properties,
        "sheets": [_sheet(book, book.sheets[0], [], {}, with_cells=False)],
    }
    return shown(request, record)


async def change_book(request: Request) -> Response:
    """POST /v4/spreadsheets/{id}:batchUpdate: all or nothing."""
    book, body = book_of(request), await body_of(request)
    requests = body.get("requests")
    if not isinstance(requests, list) or not requests:
        raise invalid("Must specify at least one request.")
    draft = book.copy()
    replies = []
    for number, one in enumerate(requests):
        (name, wanted), *_ = one.items() if isinstance(one, dict) and one else [("", {})]
        if name not in CHANGES:
            message = (
                f"Invalid JSON payload received. Unknown name \"{name}\" at 'requests[{number}]': Cannot find field."
            )
            raise invalid(message)
        replies.append(CHANGES[name](draft, wanted, f"Invalid requests[{number}].{name}: "))
    book.sheets, book.properties = draft.sheets, draft.properties
    return JSONResponse({"spreadsheetId": book.id, "replies": replies})


def _found(book: Book, sheet_id: Any, where: str) -> Sheet:
    sheet = book.numbered(sheet_id or 0)
    if sheet is None:
        raise invalid(f"{where}No sheet with id: {sheet_id}")
    return sheet


def _add_sheet(book: Book, wanted: Record, where: str) -> Record:
    properties = wanted.get("properties", {})
    numbers = [sheet.properties["sheetId"] for sheet in book.sheets]
    title = properties.get("title") or f"Sheet{len(book.sheets) + 1}"
    if book.named(title):
        raise invalid(f'{where}A sheet with the name "{title}" already exists. Please enter another name.')
    sheet_id = properties.get("sheetId", max(numbers, default=0) + 1)
    if sheet_id in numbers:
        raise invalid(f"{where}Sheet with id: {sheet_id} already exists.")
    sheet = new_sheet(sheet_id, title, len(book.sheets))
    sheet.grid.update(properties.get("gridProperties", {}))
    check_room(book, sheet.cells, where)
    sheet.properties.update({name: properties[name] for name in ("hidden", "rightToLeft") if name in properties})
    book.sheets.append(sheet)
    return {"addSheet": {"properties": copy.deepcopy(sheet.properties)}}


def _delete_sheet(book: Book, wanted: Record, where: str) -> Record:
    sheet = _found(book, wanted.get("sheetId"), where)
    if len(book.sheets) == 1:
        raise invalid(f"{where}You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    for index, one in enumerate(book.sheets):
        one.properties["index"] = index
    return {}


def _update_sheet(book: Book, wanted: Record, where: str) -> Record:
    given, mask = wanted.get("properties", {}), _mask(wanted, where)
    sheet = _found(book, given.get("sheetId"), where)
    picked = fields.pick(given, mask)
    other = book.named(picked.get("title", ""))
    if other not in (None, sheet):
        raise invalid(f'{where}A sheet with the name "{picked["title"]}" already exists. Please enter another name.')
    grid = {**sheet.grid, **picked.pop("gridProperties", {})}
    check_room(book, grid["rowCount"] * grid["columnCount"] - sheet.cells, where)
    sheet.properties.update(picked)
    sheet.grid.update(grid)
    sheet.rows = {
        row: {column: cell for column, cell in cells.items() if column < grid["columnCount"]}
        for row, cells in sheet.rows.items()
        if row < grid["rowCount"]
    }
    return {}


def _mask(wanted: Record, where: str) -> fields.Mask:
    try:
        return fields.parse(str(wanted.get("fields", "")).replace(".", "/"))
    except ValueError:
        raise invalid(
            f"{where}At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        ) from None


def _area(book: Book, area: Record, where: str) -> Box:
    sheet = _found(book, area.get("sheetId"), where)
    rows, columns = int(sheet.grid["rowCount"]), int(sheet.grid["columnCount"])
    box = Box(
        sheet,
        area.get("startRowIndex", 0),
        area.get("startColumnIndex", 0),
        int(area.get("endRowIndex", rows)),
        int(area.get("endColumnIndex", columns)),
    )
    if not (0 <= box.top < box.bottom <= rows and 0 <= box.left < box.right <= columns):
        raise invalid(f"{where}range ({box}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    return box


def _merge(book: Book, wanted: Record, where: str) -> Record:
    box = _area(book, wanted.get("range", {}), where)
    if any(_meet(box, one) for one in box.sheet.merges):
        raise invalid(f"{where}You must select all cells in a merged range to merge or unmerge them.")
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            if (row, column) != (box.top, box.left):
                box.sheet.enter(row, column, None)
    area = {"startRowIndex": box.top, "endRowIndex": box.bottom}
    area |= {"startColumnIndex": box.left, "endColumnIndex": box.right}
    box.sheet.merges.append({"sheetId": box.sheet.properties["sheetId"], **area})
    return {}


def _meet(box: Box, area: Record) -> bool:
    above = area["startRowIndex"] < box.bottom and box.top < area["endRowIndex"]
    return bool(above and area["startColumnIndex"] < box.right and box.left < area["endColumnIndex"])


def _unmerge(book: Book, wanted: Record, where: str) -> Record:
    box = _area(book, wanted.get("range", {}), where)
    box.sheet.merges = [one for one in box.sheet.merges if not _meet(box, one)]
    return {}


def _hide(book: Book, wanted: Record, where: str) -> Record:
    lines = wanted.get("range", {})
    sheet = _found(book, lines.get("sheetId"), where)
    rows = lines.get("dimension") == "ROWS"
    hidden = sheet.hidden_rows if rows else sheet.hidden_columns
    chosen = range(lines.get("startIndex", 0), lines.get("endIndex", sheet.grid["rowCount" if rows else "columnCount"]))
    if wanted.get("properties", {}).get("hiddenByUser"):
        hidden.update(chosen)
    else:
        hidden.difference_update(chosen)
    return {}


def _append_lines(book: Book, wanted: Record, where: str) -> Record:
    sheet, number = _found(book, wanted.get("sheetId"), where), int(wanted.get("length", 0))
    one, other = ("rowCount", "columnCount") if wanted.get("dimension") == "ROWS" else ("columnCount", "rowCount")
    check_room(book, number * sheet.grid[other], where)
    sheet.grid[one] += number
    return {}


def _delete_rows(book: Book, wanted: Record, where: str) -> Record:
    lines = wanted.get("range", {})
    sheet = _found(book, lines.get("sheetId"), where)
    first, end = lines.get("startIndex", 0), lines.get("endIndex", sheet.grid["rowCount"])
    if lines.get("dimension") != "ROWS":
        raise invalid(f"{where}The sandbox deletes rows only.")
    if not 0 <= first < end <= sheet.grid["rowCount"]:
        raise invalid(f"{where}Cannot delete rows that do not exist.")
    if end - first == sheet.grid["rowCount"]:
        raise invalid(f"{where}You can't delete all the rows on the sheet.")
    if sheet.grid["rowCount"] - (end - first) <= sheet.grid.get("frozenRowCount", 0):
        raise invalid(f"{where}Sorry, it is not possible to delete all non-frozen rows.")
    sheet.delete_rows(first, end)
    return {}


def _repeat_format(book: Book, wanted: Record, where: str) -> Record:
    box = _area(book, wanted.get("range", {}), where)
    picked = fields.pick(wanted.get("cell", {}), _mask(wanted, where))
    for row in range(box.top, box.bottom):
        for column in range(box.left, box.right):
            cell = box.sheet.rows.setdefault(row, {}).setdefault(column, {})
            cell.update(picked)
    return {}


Change = Callable[[Book, Record, str], Record]
CHANGES: Mapping[str, Change] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet,
    "mergeCells": _merge,
    "unmergeCells": _unmerge,
    "updateDimensionProperties": _hide,
    "appendDimension": _append_lines,
    "deleteDimension": _delete_rows,
    "repeatCell": _repeat_format,
}
