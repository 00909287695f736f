"""Spreadsheets and their sheets: what they are like, new ones, and any other change."""

from typing import Annotated, Any

from pydantic import Field

from tasks.google_sheets.models import Sheet, SheetProperties, Sheets, Spreadsheet, SpreadsheetId
from tasks.google_sheets.system import READING, WRITING, connector, path_of
from tieline import Api

_SHEET = "sheetId,title,index,sheetType,hidden,gridProperties"
_FIELDS = f"spreadsheetId,spreadsheetUrl,properties(title,locale,timeZone),sheets(properties({_SHEET}),merges)"


class _Reply(Sheets):
    add_sheet: Sheet


#: One of https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
Request = Annotated[dict[str, dict[str, Any]], Field(min_length=1, max_length=1)]


@connector.action(scopes=READING)
async def get_spreadsheet(api: Api, *, spreadsheet_id: SpreadsheetId) -> Spreadsheet:
    """Fetch what a spreadsheet is like: locale, time zone, sheets, their sizes, and merged cells.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/get
    """
    return await api.get(path_of(spreadsheet_id), into=Spreadsheet, params={"fields": _FIELDS})


@connector.action(scopes=READING)
async def list_sheets(
    api: Api, *, spreadsheet_id: SpreadsheetId, limit: Annotated[int, Field(gt=0)] = 200
) -> list[SheetProperties]:
    """List the sheets of a spreadsheet from left to right, hidden ones too.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/get
    """
    params = {"fields": f"sheets(properties({_SHEET}))"}
    sheets = await api.get(path_of(spreadsheet_id), into=list[Sheet], at="sheets", params=params)
    return [sheet.properties for sheet in sheets[:limit]]


@connector.action(scopes=WRITING)
async def create_sheet(
    api: Api,
    *,
    spreadsheet_id: SpreadsheetId,
    title: Annotated[str, Field(min_length=1, max_length=100)],
    rows: Annotated[int, Field(gt=0)] = 1000,
    columns: Annotated[int, Field(gt=0)] = 26,
    frozen_rows: Annotated[int, Field(ge=0)] = 0,
) -> SheetProperties:
    """Add an empty sheet at the end.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        title: Its name, which no other sheet of the spreadsheet has.
        rows: How many rows it has; appending adds more.
        columns: How many columns it has.
        frozen_rows: How many rows stay at the top, such as 1 for a header.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request#addsheetrequest
    """
    grid = {"rowCount": rows, "columnCount": columns, "frozenRowCount": frozen_rows}
    request = {"addSheet": {"properties": {"title": title, "gridProperties": grid}}}
    path = path_of(spreadsheet_id) + ":batchUpdate"
    (reply,) = await api.post(path, {"requests": [request]}, into=list[_Reply], at="replies")
    return reply.add_sheet.properties


@connector.action(scopes=WRITING)
async def batch_update(
    api: Api, *, spreadsheet_id: SpreadsheetId, requests: Annotated[list[Request], Field(min_length=1)]
) -> list[dict[str, Any]]:
    """Change anything of a spreadsheet with one call: all requests in their order, or none.

    Args:
        api: The connection.
        spreadsheet_id: The spreadsheet.
        requests: Each an object with one name, such as {"updateSheetProperties": {…}}. A text in `formulaValue` or in
            `pasteData` becomes a formula: put no text from outside there.

    Returns:
        A reply for each request, in the same order; many are empty.

    See https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/batchUpdate
    """
    path = path_of(spreadsheet_id) + ":batchUpdate"
    return await api.post(path, {"requests": requests}, into=list[dict[str, Any]], at="replies")
