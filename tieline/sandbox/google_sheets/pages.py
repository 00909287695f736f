"""What people see of the simulated Google Sheets: a sheet, whose cells they can write into."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox import forms
from tieline.sandbox.google_sheets import entering, formulas, ranges
from tieline.sandbox.google_sheets.memory import Book, Sheet
from tieline.sandbox.google_sheets.ranges import Unreadable
from tieline.sandbox.google_sheets.values import LONGEST_TEXT, format_of, write
from tieline.sandbox.google_sheets.wire import memory_of
from tieline.sandbox.pages import Place, show

HOME = "/spreadsheets"
SHOWN_ROWS = 200


async def list_books(request: Request) -> Response:
    """GET /spreadsheets: goes to the first one's first sheet."""
    book = next(iter(memory_of(request).books.values()))
    return RedirectResponse(f"{HOME}/{book.id}/{book.sheets[0].properties['sheetId']}", 307)


def _chosen(request: Request) -> tuple[Book, Sheet]:
    book = memory_of(request).books.get(request.path_params["id"])
    sheet = None if book is None else book.numbered(request.path_params["sheet"])
    if book is None or sheet is None:
        raise HTTPException(404)
    return book, sheet


async def show_sheet(request: Request) -> Response:
    """GET /spreadsheets/{id}/{sheet}: its cells as people see them, and the formulas behind."""
    book, sheet = _chosen(request)
    places = [
        Place(f"{HOME}/{one.id}/{tab.properties['sheetId']}", f"{one.properties['title']}: {tab.title}", len(tab.rows))
        for one in memory_of(request).books.values()
        for tab in one.sheets
    ]
    width = 1 + max((column for cells in sheet.rows.values() for column in cells), default=0)
    last = min(SHOWN_ROWS, 1 + max(sheet.rows, default=0))
    rows = [(row + 1, [_cell(book, sheet, row, column) for column in range(width)]) for row in range(last)]
    columns = [ranges.letters(column) for column in range(width)]
    hidden = {"rows": {row + 1 for row in sheet.hidden_rows}, "sheet": sheet.properties.get("hidden", False)}
    here = f"{HOME}/{book.id}/{sheet.properties['sheetId']}"
    return show(
        request,
        "sheet.html",
        book=book,
        sheet=sheet,
        here=here,
        places=places,
        columns=columns,
        rows=rows,
        hidden=hidden,
    )


def _cell(book: Book, sheet: Sheet, row: int, column: int) -> tuple[str, str]:
    cell = sheet.cell(row, column)
    shown = entering.formatted(formulas.result(book, sheet, row, column), format_of(cell))
    return shown, cell.get("userEnteredValue", {}).get("formulaValue", "")


async def write_cell(request: Request) -> Response:
    """POST /spreadsheets/{id}/{sheet}: somebody types into a cell."""
    book, sheet = _chosen(request)
    sent = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
    place, text = (str(sent.get(name, "")) for name in ("cell", "text"))
    try:
        quoted = sheet.title.replace("'", "''")
        box = ranges.parse(book, f"'{quoted}'!{place.strip()}")
    except Unreadable:
        raise HTTPException(404) from None
    write(sheet, box.top, box.left, [[text[:LONGEST_TEXT]]], "USER_ENTERED")
    return RedirectResponse(f"{HOME}/{book.id}/{sheet.properties['sheetId']}", 303)


ROUTES = [
    Route(HOME, list_books),
    Route(f"{HOME}/{{id}}/{{sheet:int}}", show_sheet),
    Route(f"{HOME}/{{id}}/{{sheet:int}}", write_cell, methods=["POST"]),
]
