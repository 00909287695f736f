"""Values of ranges: read, write, append, clear."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from tasks.google_sheets.models import (
    Appended,
    Change,
    Dates,
    Entered,
    Range,
    Render,
    Row,
    Rows,
    SpreadsheetId,
    Updated,
    UpdatedMany,
    Values,
)
from tasks.google_sheets.system import READING, WRITING, connector, path_of
from tieline import Api, segment


@connector.action(scopes=READING)
async def read_range(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    range: Range,  # noqa: A002 - the vendor's word
    render: Render = "UNFORMATTED_VALUE",
    dates: Dates = "SERIAL_NUMBER",
) -> Values:
    """Read the values of one range.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        range: What to read.
        render: UNFORMATTED_VALUE for numbers as numbers, FORMULA for formulas instead of their results,
            FORMATTED_VALUE for texts as people see them.
        dates: SERIAL_NUMBER for days since 1899-12-30 (see `notation.from_serial`), FORMATTED_STRING for texts.

    Returns:
        Rows of texts, numbers and booleans. Blank is an empty text, an error a text such as "#N/A", and a text that
        looks like a formula is not told from one: `read_cells` tells them apart.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/get
    """
    path = path_of(spreadsheet_id, "values", segment(range))
    return await api.get(path, into=Values, params=_rendered(render, dates))


@connector.action(scopes=READING)
async def read_ranges(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    ranges: Annotated[list[Range], Field(min_length=1)],
    render: Render = "UNFORMATTED_VALUE",
    dates: Dates = "SERIAL_NUMBER",
) -> list[Values]:
    """Read several ranges with one call; see `read_range`.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/batchGet
    """
    params = {"ranges": ranges, **_rendered(render, dates)}
    return await api.get(path_of(spreadsheet_id, "values:batchGet"), into=list[Values], at="valueRanges", params=params)


def _rendered(render: Render, dates: Dates) -> dict[str, Any]:
    return {"majorDimension": "ROWS", "valueRenderOption": render, "dateTimeRenderOption": dates}


@connector.action(scopes=WRITING)
async def append_row(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    range: Range,  # noqa: A002 - the vendor's word
    values: Row,
    entered: Entered = "RAW",
) -> Appended:
    """Append one row; see `append_rows`.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/append
    """
    return await _append(api, spreadsheet_id, range, [values], entered)


@connector.action(scopes=WRITING)
async def append_rows(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    range: Range,  # noqa: A002 - the vendor's word
    values: Rows,
    entered: Entered = "RAW",
) -> Appended:
    """Insert rows below the table that a range touches.

    A call that got no answer is not repeated, as it might append twice: `batch_update_values` may be repeated.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        range: Where the table is looked for.
        values: The rows; null leaves a cell alone.
        entered: RAW keeps texts as they are, also "=1+2"; USER_ENTERED makes formulas, dates and numbers of them,
            and is for texts of your own only.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/append
    """
    return await _append(api, spreadsheet_id, range, values, entered)


async def _append(api: Api, spreadsheet_id: str, place: str, rows: Rows, entered: Entered) -> Appended:
    path = path_of(spreadsheet_id, "values", f"{segment(place)}:append")
    params = {"valueInputOption": entered, "insertDataOption": "INSERT_ROWS"}
    return await api.post(path, _rows(rows), into=Appended, params=params)


def _rows(rows: Rows) -> Mapping[str, Any]:
    return {"majorDimension": "ROWS", "values": rows}


@connector.action(scopes=WRITING)
async def update_row(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    range: Range,  # noqa: A002 - the vendor's word
    values: Row,
    entered: Entered = "RAW",
) -> Updated:
    """Write into one row, from the first cell of the range on; formats stay as they are.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        range: Where it is, such as "Tickets!A7:F7"; it must have room for all values.
        values: One for each cell; null leaves a cell alone, an empty text makes it blank.
        entered: RAW keeps texts as they are; USER_ENTERED reads them as if typed, see `append_rows`.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/update
    """
    path = path_of(spreadsheet_id, "values", segment(range))
    return await api.put(path, _rows([values]), into=Updated, params={"valueInputOption": entered})


@connector.action(scopes=WRITING)
async def batch_update_values(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    changes: Annotated[list[Change], Field(min_length=1)],
    entered: Entered = "RAW",
) -> UpdatedMany:
    """Write into several ranges with one call: all of them, or none.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        changes: Ranges and their rows. Google recommends 2 MB a call at most.
        entered: RAW keeps texts as they are; USER_ENTERED reads them as if typed, see `append_rows`.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/batchUpdate
    """
    data = [{"range": change.range, **_rows(to_jsonable_python(change.values))} for change in changes]
    body = {"valueInputOption": entered, "data": data}
    return await api.post(path_of(spreadsheet_id, "values:batchUpdate"), body, into=UpdatedMany, repeatable=True)


@connector.action(kind="delete", scopes=WRITING)
async def clear_range(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    range: Range,  # noqa: A002 - the vendor's word
) -> str:
    """Make all cells of a range blank; formats, notes and validation stay.

    Returns:
        The range that was cleared, as far as the sheet goes.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/clear
    """
    path = path_of(spreadsheet_id, "values", f"{segment(range)}:clear")
    return await api.post(path, {}, into=str, at="clearedRange", repeatable=True)
