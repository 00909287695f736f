"""The simulated Freshdesk, under `/freshdesk/api/v2`.

Reference: https://developers.freshdesk.com/api/
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tieline.sandbox.freshdesk import records, search, tickets, wire
from tieline.sandbox.vendor import Vendor

_PREFIX = "/api/v2"

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def vendor() -> Vendor:
    """The simulated Freshdesk."""
    handlers: dict[int | type[Exception], Handler] = {
        wire.Refused: wire.refusal,
        404: wire.nothing,
        405: wire.wrong_method,
    }
    app = Starlette(routes=[*search.ROUTES, *records.ROUTES, *tickets.ROUTES], exception_handlers=handlers)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if not wire.authenticated(Headers(scope=scope).get("authorization")):
            await wire.unauthenticated()(scope, receive, send)
            return
        path = scope["path"]
        scope["path"] = path.removeprefix(_PREFIX) if path.startswith(_PREFIX) else "/?"
        await app(scope, receive, send)

    return Vendor("freshdesk", guarded, wire.limited, wire.broken, wire.budget_headers)
