"""The simulated Microsoft Graph, as far as workbooks go: `/v1.0`, and tokens.

Reference: https://learn.microsoft.com/graph/api/resources/excel
"""

from starlette.applications import Starlette
from starlette.routing import Route

from tieline.sandbox import entra, graph
from tieline.sandbox.excel import books, ranges, seed, wire
from tieline.sandbox.excel.memory import Workbooks
from tieline.sandbox.vendor import Vendor

_BOOK = "/drives/{drive}/items/{item}/workbook"
_SHEET = _BOOK + "/worksheets/{sheet}"
_TABLE = _BOOK + "/tables/{table}"
_RANGE = _SHEET + "/range(address='{address}')"


def _route(method: str, path: str, handler: graph.Handler) -> Route:
    return Route(f"/v1.0{path}", wire.logged_in(handler), methods=[method])


_APP = Starlette(
    routes=[
        *entra.routes(Workbooks, wire.LOGIN),
        _route("GET", "/me/drive", books.my_drive),
        _route("GET", "/me/drive/root:/{path:path}", books.find_file),
        _route("GET", "/sites/{site}/drive/root:/{path:path}", books.find_file),
        _route("GET", "/sites/{site:path}", books.get_site),
        _route("GET", "/drives/{drive}/root:/{path:path}", books.find_file),
        _route("GET", "/drives/{drive}/items/{item}", books.get_file),
        _route("POST", _BOOK + "/createSession", books.create_session),
        _route("POST", _BOOK + "/refreshSession", books.end_session),
        _route("POST", _BOOK + "/closeSession", books.end_session),
        _route("GET", _BOOK + "/worksheets", books.worksheets),
        _route("POST", _BOOK + "/worksheets/add", books.add_worksheet),
        _route("GET", _BOOK + "/tables", books.tables),
        _route("GET", _SHEET + "/tables", books.tables),
        _route("GET", _TABLE + "/range", books.read_table),
        _route("GET", _TABLE + "/rows/$count", books.count_rows),
        _route("POST", _TABLE + "/rows/add", books.add_rows),
        _route("GET", _SHEET + "/usedRange(valuesOnly=true)", ranges.read),
        _route("GET", _RANGE, ranges.read),
        _route("PATCH", _RANGE, ranges.write),
        _route("POST", _RANGE + "/clear", ranges.clear),
        _route("POST", _RANGE + "/delete", ranges.delete),
    ]
)

vendor = Vendor(
    name="excel",
    title="Excel",
    app=_APP,
    memory=Workbooks,
    seed=seed.populate,
    logins=wire.LOGIN,
    connection=lambda url: {"url": url, "login_url": url, **wire.LOGIN},
    limited=graph.limited,
    broken=graph.broken,
)
