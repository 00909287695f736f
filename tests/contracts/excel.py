"""Excel workbooks through Graph v1.0, as of https://learn.microsoft.com/graph/api/resources/excel on 2026-11-22.

The description at hand is Microsoft's OpenAPI file of 2023. It has no addresses by path (`root:/…`).
It writes `microsoft.graph.` before the names of functions and actions, which the documentation leaves out; it has no
PATCH of a range and none of its actions (https://github.com/microsoftgraph/msgraph-metadata/issues/644).
"""

from typing import Any

from tests.contracts import Case, Contract, Exchange

DOCS = "https://learn.microsoft.com/graph"
BY_PATH = f"{DOCS}/onedrive-addressing-driveitems: the description leaves addresses by path out"
FUNCTION = "the description has microsoft.graph. before the name"
PATCHED = f"{DOCS}/api/range-update: the description has no PATCH of a range"
GRAPH = "https://graph.microsoft.com/v1.0"
TENANT, CLIENT = "84841066-274d-4ec0-a5c1-276be684bdd3", "1b8d1f5a-6d0e-4c0b-9a57-0f1d2c3b4a59"
DRIVE_ID, ITEM_ID = "b!t18F8ybsHUq1z3LTz8xvZqP8", "01CYZLFJGUJ7JHBSZDFZFL25KSZGQTVAUN"
DRIVE = "b%21t18F8ybsHUq1z3LTz8xvZqP8"
SITE = "contoso.sharepoint.com,2C712604-1370-44E7-A1F5-426573FDA80A,2D2244C3-251A-49EA-93A8-39E1C3A060FE"
HERE: dict[str, Any] = {"drive_id": DRIVE_ID, "item_id": ITEM_ID}
FILE_AT = f"/drives/{DRIVE}/items/{ITEM_ID}"
BOOK = f"{FILE_AT}/workbook"
SESSION_ID = "cluster=PUS5&session=12.13dc22b1.A83.1.E113.fd41"
SESSION = {"id": SESSION_ID, "persistChanges": True}
IN_SESSION = {"workbook-session-id": SESSION_ID}
SEEN = {"$select": "id,name,size,eTag,cTag,webUrl,parentReference"}
WHERE = "address,rowIndex,columnIndex,rowCount,columnCount"
ALL = {"$select": f"{WHERE},values,valueTypes,numberFormat,formulas"}
FILE = {
    "id": ITEM_ID,
    "name": "orders.xlsx",
    "size": 9120,
    "eTag": '"{9CEB4C8E-D2FA-4CA5-B8C2-7BB1F3F7DC9F},2"',
    "cTag": '"c:{9CEB4C8E-D2FA-4CA5-B8C2-7BB1F3F7DC9F},1"',
    "webUrl": "https://contoso.sharepoint.com/sites/finance/_layouts/15/Doc.aspx?sourcedoc=%7B9CEB4C8E%7D",
    "parentReference": {"driveId": DRIVE_ID, "path": f"/drives/{DRIVE_ID}/root:/Reports"},
}
FOUND = {"id": ITEM_ID, "c_tag": FILE["cTag"], "parent_reference": {"drive_id": DRIVE_ID}}
SHEET = {"id": "{00000000-0001-0000-0000-000000000000}", "name": "My orders", "position": 0, "visibility": "Visible"}
TABLE = {"id": "4", "name": "Orders", "showHeaders": True, "showTotals": False, "style": "TableStyleMedium4"}
AT = f"{BOOK}/worksheets/My%20orders"
CELLS = {
    "address": "'My orders'!A1:D2",
    "rowIndex": 0,
    "columnIndex": 0,
    "rowCount": 2,
    "columnCount": 4,
    "values": [["Id", "Due", "Total", ""], ["007", 46348, "#DIV/0!", True]],
    "valueTypes": [["String", "String", "String", "Empty"], ["String", "Double", "Error", "Boolean"]],
    "numberFormat": [["General", "General", "General", "General"], ["@", "yyyy-mm-dd", "General", "General"]],
    "formulas": [["Id", "Due", "Total", ""], ["007", 46348, "=1/0", True]],
}
PLACE = {"address": "'My orders'!A2:B3", "rowIndex": 1, "columnIndex": 0, "rowCount": 2, "columnCount": 2}
OPERATION = f"{GRAPH}{BOOK}/operations/0b0b-1"


def opening(*wire: Exchange) -> tuple[Exchange, ...]:
    """A session that takes its time."""
    sends = {"prefer": "respond-async"}
    started = Exchange(
        f"POST {BOOK}/createSession",
        json={"persistChanges": True},
        sends=sends,
        status=202,
        headers={"location": OPERATION},
        response={},
    )
    return (started, *wire)


contract = Contract(
    base=GRAPH,
    tokens=f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    checked_with="Microsoft Graph's OpenAPI description v1.0 (copy of 2023), as of 2026-11-22",
    credentials={
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "client_secret": "secret-of-the-client-123",
        "refresh_token": "secret-of-the-person-456",
    },
    health=Exchange(
        "GET /me/drive",
        response={
            "id": DRIVE_ID,
            "name": "OneDrive",
            "owner": {"user": {"displayName": "Ann"}},
            "webUrl": "https://contoso-my.sharepoint.com/personal/ann",
        },
    ),
    logins={
        "a public client": (
            {"tenant_id": TENANT, "client_id": CLIENT, "refresh_token": "r"},
            {"authorization": "Bearer token-1"},
        )
    },
    own_words=("clear", "close", "refresh"),
    actions={
        "get_workbook": Case(HERE, (Exchange(f"GET {FILE_AT}", query=SEEN, response=FILE),), FOUND),
        "find_workbook": Case(
            {"path": "/Reports/orders of 2026.xlsx", "drive_id": DRIVE_ID},
            (Exchange(f"GET /drives/{DRIVE}/root:/Reports/orders%20of%202026.xlsx", query=SEEN, response=FILE),),
            FOUND,
            docs=BY_PATH,
        ),
        "find_workbook: in a site, by its name": Case(
            {"path": "Reports/orders.xlsx", "site": "contoso.sharepoint.com:/sites/finance"},
            (
                Exchange("GET /sites/contoso.sharepoint.com:/sites/finance", response={"id": SITE}),
                Exchange(f"GET /sites/{SITE}/drive/root:/Reports/orders.xlsx", query=SEEN, response=FILE),
            ),
            FOUND,
            docs=f"{DOCS}/api/site-getbypath, {DOCS}/api/driveitem-get: the description leaves addresses by path out",
        ),
        "find_workbook: one's own, and there is none": Case(
            {"path": "orders.xlsx"},
            (
                Exchange(
                    "GET /me/drive/root:/orders.xlsx",
                    query=SEEN,
                    status=404,
                    response={"error": {"code": "itemNotFound", "message": "The resource could not be found."}},
                ),
            ),
            None,
            docs=BY_PATH,
        ),
        "create_session": Case(
            {**HERE, "persist": False},
            (
                Exchange(
                    f"POST {BOOK}/createSession",
                    json={"persistChanges": False},
                    sends={"prefer": "respond-async"},
                    status=201,
                    response={**SESSION, "persistChanges": False},
                ),
            ),
            {"id": SESSION_ID, "persist_changes": False},
            docs=f"{DOCS}/api/workbook-createsession: {FUNCTION}",
        ),
        "create_session: of a large workbook": Case(
            HERE,
            opening(
                Exchange(f"GET {OPERATION}", response={"id": "0b0b-1", "status": "running"}),
                Exchange(
                    f"GET {OPERATION}",
                    response={
                        "id": "0b0b-1",
                        "status": "succeeded",
                        "resourceLocation": f"{GRAPH}{BOOK}/sessionInfoResource(key='7')",
                    },
                ),
                Exchange(f"GET {BOOK}/sessionInfoResource(key='7')", response=SESSION),
            ),
            {"id": SESSION_ID},
            docs=f"{DOCS}/workbook-best-practice: {FUNCTION}",
        ),
        "refresh_session": Case(
            {**HERE, "session_id": SESSION_ID},
            (Exchange(f"POST {BOOK}/refreshSession", json={}, sends=IN_SESSION, status=204),),
            docs=f"{DOCS}/api/workbook-refreshsession: {FUNCTION}",
        ),
        "close_session": Case(
            {**HERE, "session_id": SESSION_ID},
            (Exchange(f"POST {BOOK}/closeSession", json={}, sends=IN_SESSION, status=204),),
            docs=f"{DOCS}/api/workbook-closesession: {FUNCTION}",
        ),
        "list_worksheets": Case(
            {**HERE, "session_id": SESSION_ID},
            (Exchange(f"GET {BOOK}/worksheets", sends=IN_SESSION, response={"value": [SHEET]}),),
            [{"name": "My orders", "visibility": "Visible"}],
        ),
        "list_tables": Case(
            HERE,
            (Exchange(f"GET {BOOK}/tables", sends={"workbook-session-id": None}, response={"value": [TABLE]}),),
            [{"id": "4", "name": "Orders", "show_headers": True, "show_totals": False}],
        ),
        "list_tables: of a worksheet": Case(
            {**HERE, "worksheet": "{00000000-0001-0000-0000-000000000000}"},
            (
                Exchange(
                    f"GET {BOOK}/worksheets/%7B00000000-0001-0000-0000-000000000000%7D/tables",
                    response={"value": []},
                ),
            ),
            [],
            docs=f"{DOCS}/api/resources/excel: an id has braces, which the check takes for a blank of ours",
        ),
        "read_range": Case(
            {**HERE, "worksheet": "My orders", "address": "A1:D2", "session_id": SESSION_ID},
            (Exchange(f"GET {AT}/range(address='A1:D2')", query=ALL, sends=IN_SESSION, response=CELLS),),
            {
                "row_count": 2,
                "values": [["Id", "Due", "Total", ""], ["007", 46348, "#DIV/0!", True]],
                "value_types": [["String", "String", "String", "Empty"], ["String", "Double", "Error", "Boolean"]],
                "formulas": [["Id", "Due", "Total", ""], ["007", 46348, "=1/0", True]],
                "text": None,
            },
            docs=f"{DOCS}/api/range-get: {FUNCTION}",
        ),
        "read_range: how large it is": Case(
            {**HERE, "worksheet": "My orders", "parts": []},
            (
                Exchange(
                    f"GET {AT}/usedRange(valuesOnly=true)",
                    query={"$select": WHERE},
                    response={name: CELLS[name] for name in WHERE.split(",")},
                ),
            ),
            {"address": "'My orders'!A1:D2", "column_count": 4, "values": None},
            docs=f"{DOCS}/api/worksheet-usedrange: {FUNCTION}",
        ),
        "read_table": Case(
            {**HERE, "table": "Orders", "parts": ["values"]},
            (
                Exchange(
                    f"GET {BOOK}/tables/Orders/range",
                    query={"$select": f"{WHERE},values"},
                    response={name: CELLS[name] for name in (*WHERE.split(","), "values")},
                ),
            ),
            {"values": [["Id", "Due", "Total", ""], ["007", 46348, "#DIV/0!", True]]},
            docs=f"{DOCS}/api/table-range: {FUNCTION}",
        ),
        "update_range": Case(
            {
                **HERE,
                "worksheet": "My orders",
                "address": "A2:B3",
                "values": [["=1+2", 7.5], ["", None]],
                "formulas": [[None, None], [None, "=B2*2"]],
                "number_format": [["@", None], [None, None]],
                "session_id": SESSION_ID,
            },
            (
                Exchange(
                    f"PATCH {AT}/range(address='A2:B3')",
                    query={"$select": WHERE},
                    json={
                        "values": [["'=1+2", 7.5], ["", None]],
                        "formulas": [[None, None], [None, "=B2*2"]],
                        "numberFormat": [["@", None], [None, None]],
                    },
                    sends=IN_SESSION,
                    response=PLACE,
                ),
            ),
            {"address": "'My orders'!A2:B3"},
            docs=PATCHED,
        ),
        "update_range: as if typed": Case(
            {**HERE, "worksheet": "My orders", "address": "B2", "values": [["1/1/2016"]], "typed": True},
            (
                Exchange(
                    f"PATCH {AT}/range(address='B2')",
                    query={"$select": WHERE},
                    json={"values": [["1/1/2016"]]},
                    response=PLACE,
                ),
            ),
            {"row_count": 2},
            docs=PATCHED,
        ),
        "clear_range": Case(
            {**HERE, "worksheet": "My orders", "address": "A2:B3"},
            (Exchange(f"POST {AT}/range(address='A2:B3')/clear", json={"applyTo": "Contents"}, status=204),),
            docs=f"{DOCS}/api/range-clear: the description has no actions of a range",
        ),
        "delete_range": Case(
            {**HERE, "worksheet": "My orders", "address": "A2:D2"},
            (Exchange(f"POST {AT}/range(address='A2:D2')/delete", json={"shift": "Up"}, status=204),),
            docs=f"{DOCS}/api/range-delete: the description has no actions of a range",
        ),
        "add_worksheet": Case(
            {**HERE, "name": "New"},
            (
                Exchange(
                    f"POST {BOOK}/worksheets/add",
                    json={"name": "New"},
                    status=201,
                    response={**SHEET, "name": "New", "position": 1},
                ),
            ),
            {"name": "New", "position": 1},
            docs=f"{DOCS}/api/worksheetcollection-add: {FUNCTION}",
        ),
        "append_rows": Case(
            {**HERE, "table": "Orders", "values": [["east", "-pear", 4], ["west", None, 5]]},
            (
                Exchange(
                    f"POST {BOOK}/tables/Orders/rows/add",
                    json={"values": [["'east", "'-pear", 4], ["'west", None, 5]]},
                    status=201,
                    response={"index": 6, "values": [["east", "-pear", 4], ["west", "", 5]]},
                ),
            ),
            {"index": 6},
            docs=f"{DOCS}/api/tablerowcollection-add: {FUNCTION}; values are rows of values",
        ),
    },
)
