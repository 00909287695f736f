"""The simulated Zendesk, under `/zendesk/api/v2`.

Reference: https://developer.zendesk.com/api-reference/
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tieline.sandbox.vendor import Vendor
from tieline.sandbox.zendesk import bulk, records, search, tickets, webhooks, wire

_PREFIX = "/api/v2"

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def vendor() -> Vendor:
    """The simulated Zendesk."""
    handlers: dict[int | type[Exception], Handler] = {
        wire.Refused: wire.refusal,
        404: wire.no_endpoint,
        405: wire.wrong_method,
    }
    routes = [*bulk.ROUTES, *search.ROUTES, *records.ROUTES, *tickets.ROUTES, *webhooks.ROUTES]
    app = Starlette(routes=routes, exception_handlers=handlers)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if not wire.authenticated(Headers(scope=scope).get("authorization")):
            await wire.unauthenticated()(scope, receive, send)
            return
        path = scope["path"]
        # Zendesk takes every address with and without `.json`.
        scope["path"] = path.removeprefix(_PREFIX).removesuffix(".json") if path.startswith(_PREFIX) else "/?"
        await app(scope, receive, send)

    return Vendor("zendesk", guarded, wire.limited, wire.broken, wire.budget_headers)
