"""The simulated Google Sheets: `/google_sheets/v4/spreadsheets`, `/google_sheets/token`.

Reference: https://developers.google.com/workspace/sheets/api/reference/rest
"""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import consent, google
from tieline.sandbox.google_sheets import pages, seed, sheets, values, wire
from tieline.sandbox.google_sheets.memory import Workbooks
from tieline.sandbox.limits import Limit, Window
from tieline.sandbox.vendor import Vendor, state_of

_BOOK = "/v4/spreadsheets/{id}"
_RANGE = _BOOK + "/values/{range:path}"


def _route(method: str, path: str, handler: wire.Handler) -> Route:
    return Route(path, wire.handled(handler, writes=method != "GET"), methods=[method])


async def nothing(request: Request) -> Response:
    """What the API does not know."""
    return wire.SheetsError(404, "NOT_FOUND", f"Not Found: {request.method}").answer()


ROUTES = [
    consent.page("/o/oauth2/v2/auth", Workbooks, google.DESK),
    Route("/token", google.token_endpoint(Workbooks, "spreadsheets"), methods=["POST"]),
    _route("POST", "/v4/spreadsheets", sheets.create_book),
    _route("POST", _BOOK + "/values:batchUpdate", values.update_many),
    _route("GET", _BOOK + "/values:batchGet", values.read_many),
    _route("POST", _RANGE + ":append", values.append_values),
    _route("POST", _RANGE + ":clear", values.clear_values),
    _route("GET", _RANGE, values.read_values),
    _route("PUT", _RANGE, values.update_values),
    _route("POST", _BOOK + ":batchUpdate", sheets.change_book),
    _route("GET", _BOOK, sheets.show_book),
    Route("/{path:path}", nothing),
]


async def new_service_account(request: Request) -> Response:
    """POST /_sandbox/google_sheets/service_account."""
    made = await run_in_threadpool(google.new_account, state_of(request)[Workbooks])
    return JSONResponse({"service_account": made}, 201)


async def set_quota(request: Request) -> Response:
    """PUT /_sandbox/google_sheets/quota: how many reads and writes a minute there are, such as Google's 60 and 60."""
    memory, body = wire.memory_of(request), await wire.body_of(request)
    memory.reads, memory.writes = (Window(Limit(int(body[name]))) for name in ("reads", "writes"))
    return JSONResponse(body)


vendor = Vendor(
    name="google_sheets",
    title="Google Sheets",
    app=Starlette(routes=ROUTES),
    memory=Workbooks,
    seed=seed.populate,
    logins=google.LOGIN,
    connection=lambda url: {"url": url, **google.LOGIN, "spreadsheet": seed.DESK},
    limited=wire.limited,
    broken=wire.broken,
    controls=[
        Route("/service_account", new_service_account, methods=["POST"]),
        Route("/quota", set_quota, methods=["PUT"]),
    ],
    pages=pages.ROUTES,
    page=pages.HOME,
)
