"""Google Sheets, as of https://developers.google.com/workspace/sheets/api/reference/rest on 2026-11-22."""

from typing import Any

from tests.contracts import Case, Contract, Exchange

ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"
HERE = {"spreadsheet_id": ID}
WHERE = f"/v4/spreadsheets/{ID}"
TABLE = {**HERE, "range": "'Open tickets'!A1:C"}
VALUES = f"{WHERE}/values/%27Open%20tickets%27%21A1%3AC"
PLAIN = {
    "majorDimension": "ROWS",
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
}
SHEET = "sheetId,title,index,sheetType,hidden,gridProperties"
CELL = "userEnteredValue,effectiveValue,formattedValue,effectiveFormat(numberFormat),textFormatRuns(startIndex)"
HIDDEN = "(hiddenByUser,hiddenByFilter)"
PROPERTIES = {
    "sheetId": 7,
    "title": "Open tickets",
    "index": 0,
    "sheetType": "GRID",
    "gridProperties": {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 1},
}
MERGE = {"sheetId": 7, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 3}
UPDATED = {
    "spreadsheetId": ID,
    "updatedRange": "'Open tickets'!A3:C3",
    "updatedRows": 1,
    "updatedColumns": 3,
    "updatedCells": 3,
}
APPENDED = {"spreadsheetId": ID, "tableRange": "'Open tickets'!A1:C2", "updates": UPDATED}
SAID = {"updated_range": "'Open tickets'!A3:C3", "updated_rows": 1, "updated_cells": 3}
ERROR = {"errorValue": {"type": "DIVIDE_BY_ZERO", "message": "Function DIVIDE parameter 2 cannot be zero."}}
ROW = [
    {"userEnteredValue": {"stringValue": "=1+2"}, "effectiveValue": {"stringValue": "=1+2"}},
    {"userEnteredValue": {"formulaValue": "=1/0"}, "effectiveValue": ERROR, "formattedValue": "#DIV/0!"},
    {
        "userEnteredValue": {"numberValue": 46348},
        "effectiveValue": {"numberValue": 46348},
        "effectiveFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}},
    },
    {},
]


def appended(rows: list[Any], entered: str) -> tuple[Exchange]:
    """An append."""
    query = {"valueInputOption": entered, "insertDataOption": "INSERT_ROWS"}
    body = {"majorDimension": "ROWS", "values": rows}
    return (Exchange(f"POST {VALUES}:append", query=query, json=body, response=APPENDED),)


contract = Contract(
    base="https://sheets.googleapis.com",
    checked_with="Google's discovery document sheets.v4 of 2026-10-19",
    tokens="https://oauth2.googleapis.com/token",
    credentials={
        "client_id": "1234.apps.googleusercontent.com",
        "client_secret": "GOCSPX-secret-client",
        "refresh_token": "1//secret-refresh",
        "spreadsheet": ID,
    },
    health=Exchange(f"GET {WHERE}", query={"fields": "properties(title)"}, response={"properties": {"title": "Desk"}}),
    logins={
        "refresh token": (
            {"client_id": "1234", "client_secret": "x", "refresh_token": "1//y", "spreadsheet": ID},
            {"authorization": "Bearer token-1"},
        )
    },
    own_words=("batch", "clear"),
    actions={
        "read_range": Case(
            TABLE,
            (
                Exchange(
                    f"GET {VALUES}",
                    query=PLAIN,
                    response={
                        "range": "'Open tickets'!A1:C1000",
                        "majorDimension": "ROWS",
                        "values": [["Id", "Done", "Due"], [7, True, 46348.5], [], ["7", "", "#N/A"]],
                    },
                ),
            ),
            {
                "range": "'Open tickets'!A1:C1000",
                "values": [["Id", "Done", "Due"], [7, True, 46348.5], [], ["7", "", "#N/A"]],
            },
        ),
        "read_range: formulas, and nothing there": Case(
            {**TABLE, "render": "FORMULA", "dates": "FORMATTED_STRING"},
            (
                Exchange(
                    f"GET {VALUES}",
                    query={**PLAIN, "valueRenderOption": "FORMULA", "dateTimeRenderOption": "FORMATTED_STRING"},
                    response={"range": "'Open tickets'!A1:C1000", "majorDimension": "ROWS"},
                ),
            ),
            {"values": []},
        ),
        "read_ranges": Case(
            {**HERE, "ranges": ["Stock!A1:B"]},
            (
                Exchange(
                    f"GET {WHERE}/values:batchGet",
                    query={"ranges": "Stock!A1:B", **PLAIN},
                    response={"spreadsheetId": ID, "valueRanges": [{"range": "Stock!A1:B9", "values": [["a", 1]]}]},
                ),
            ),
            [{"range": "Stock!A1:B9", "values": [["a", 1]]}],
        ),
        "read_grid": Case(
            {**HERE, "ranges": ["'Open tickets'!1:60000"]},
            (
                Exchange(
                    f"GET {WHERE}",
                    query={
                        "ranges": "'Open tickets'!1:60000",
                        "fields": f"properties(title,locale,timeZone),sheets(properties({SHEET}),merges,data(startRow,"
                        "startColumn,rowData(values(userEnteredValue,effectiveValue,effectiveFormat(numberFormat)))))",
                        "prettyPrint": "false",
                    },
                    response={
                        "properties": {"title": "Desk", "locale": "en_US", "timeZone": "Europe/Lisbon"},
                        "sheets": [
                            {"properties": PROPERTIES, "merges": [MERGE], "data": [{"rowData": [{"values": ROW}, {}]}]}
                        ],
                    },
                ),
            ),
            {
                "grid": {
                    "properties": {"time_zone": "Europe/Lisbon"},
                    "sheets": [{"merges": [{"end_column_index": 3}], "data": [{"row_data": [{"values": ROW}, {}]}]}],
                }
            },
        ),
        "read_cells": Case(
            {**HERE, "ranges": ["'Open tickets'!A2:D2"]},
            (
                Exchange(
                    f"GET {WHERE}",
                    query={
                        "ranges": "'Open tickets'!A2:D2",
                        "fields": f"sheets(properties({SHEET}),merges,data(startRow,startColumn,"
                        f"rowData(values({CELL})),rowMetadata{HIDDEN},columnMetadata{HIDDEN}))",
                    },
                    response={
                        "sheets": [
                            {
                                "properties": PROPERTIES,
                                "merges": [MERGE],
                                "data": [
                                    {
                                        "startRow": 1,
                                        "rowData": [{"values": ROW}],
                                        "rowMetadata": [{"hiddenByUser": True}],
                                        "columnMetadata": [{}, {}, {}, {"hiddenByFilter": True}],
                                    }
                                ],
                            }
                        ]
                    },
                ),
            ),
            [
                {
                    "properties": {"title": "Open tickets"},
                    "merges": [{"end_column_index": 3}],
                    "data": [{"start_row": 1}],
                }
            ],
        ),
        "append_row": Case(
            {**TABLE, "values": ["=IMPORTXML(A1)", 7, True]},
            appended([["=IMPORTXML(A1)", 7, True]], "RAW"),
            {"updates": SAID},
        ),
        "append_rows": Case(
            {**TABLE, "values": [["a", None, ""], [1.5]], "entered": "USER_ENTERED"},
            appended([["a", None, ""], [1.5]], "USER_ENTERED"),
            {"table_range": "'Open tickets'!A1:C2", "updates": SAID},
        ),
        "update_row": Case(
            {**HERE, "range": "Stock!A3:C3", "values": ["007", None, ""]},
            (
                Exchange(
                    f"PUT {WHERE}/values/Stock%21A3%3AC3",
                    query={"valueInputOption": "RAW"},
                    json={"majorDimension": "ROWS", "values": [["007", None, ""]]},
                    response=UPDATED,
                ),
            ),
            SAID,
        ),
        "batch_update_values": Case(
            {
                **HERE,
                "changes": [{"range": "Stock!A2:B2", "values": [["x", 1]]}, {"range": "Stock!A9", "values": [[""]]}],
            },
            (
                Exchange(
                    f"POST {WHERE}/values:batchUpdate",
                    json={
                        "valueInputOption": "RAW",
                        "data": [
                            {"range": "Stock!A2:B2", "majorDimension": "ROWS", "values": [["x", 1]]},
                            {"range": "Stock!A9", "majorDimension": "ROWS", "values": [[""]]},
                        ],
                    },
                    response={
                        "spreadsheetId": ID,
                        "totalUpdatedRows": 2,
                        "totalUpdatedCells": 3,
                        "responses": [UPDATED],
                    },
                ),
            ),
            {"total_updated_rows": 2, "total_updated_cells": 3, "responses": [SAID]},
        ),
        "clear_range": Case(
            {**HERE, "range": "Stock!A2:Z"},
            (
                Exchange(
                    f"POST {WHERE}/values/Stock%21A2%3AZ:clear",
                    json={},
                    response={"spreadsheetId": ID, "clearedRange": "Stock!A2:Z1000"},
                ),
            ),
            "Stock!A2:Z1000",
        ),
        "get_spreadsheet": Case(
            HERE,
            (
                Exchange(
                    f"GET {WHERE}",
                    query={
                        "fields": "spreadsheetId,spreadsheetUrl,properties(title,locale,timeZone),"
                        f"sheets(properties({SHEET}),merges)"
                    },
                    response={
                        "spreadsheetId": ID,
                        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{ID}/edit",
                        "properties": {"title": "Desk", "locale": "en_US", "timeZone": "Europe/Lisbon"},
                        "sheets": [{"properties": {**PROPERTIES, "hidden": True}, "merges": [MERGE]}],
                    },
                ),
            ),
            {
                "properties": {"title": "Desk", "time_zone": "Europe/Lisbon"},
                "sheets": [
                    {
                        "properties": {"hidden": True, "grid_properties": {"frozen_row_count": 1, "row_count": 1000}},
                        "merges": [{"start_column_index": 1, "end_column_index": 3}],
                    }
                ],
            },
        ),
        "list_sheets": Case(
            {**HERE, "limit": 1},
            (
                Exchange(
                    f"GET {WHERE}",
                    query={"fields": f"sheets(properties({SHEET}))"},
                    response={"sheets": [{"properties": PROPERTIES}, {"properties": {"sheetId": 8, "title": "Stock"}}]},
                ),
            ),
            [{"sheet_id": 7, "title": "Open tickets", "hidden": False}],
        ),
        "create_sheet": Case(
            {**HERE, "title": "Open tickets", "frozen_rows": 1},
            (
                Exchange(
                    f"POST {WHERE}:batchUpdate",
                    json={
                        "requests": [
                            {
                                "addSheet": {
                                    "properties": {
                                        "title": "Open tickets",
                                        "gridProperties": {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 1},
                                    }
                                }
                            }
                        ]
                    },
                    response={"spreadsheetId": ID, "replies": [{"addSheet": {"properties": PROPERTIES}}]},
                ),
            ),
            {"sheet_id": 7, "title": "Open tickets"},
        ),
        "batch_update": Case(
            {**HERE, "requests": [{"mergeCells": {"range": MERGE, "mergeType": "MERGE_ALL"}}]},
            (
                Exchange(
                    f"POST {WHERE}:batchUpdate",
                    json={"requests": [{"mergeCells": {"range": MERGE, "mergeType": "MERGE_ALL"}}]},
                    response={"spreadsheetId": ID, "replies": [{}]},
                ),
            ),
            [{}],
        ),
    },
)
