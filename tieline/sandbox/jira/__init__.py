"""The simulated Jira Cloud, under `/jira/rest/api/3` and `/jira/rest/webhooks/1.0`.

Reference: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tieline.sandbox.jira import files, issues, search, talk, webhooks, wire
from tieline.sandbox.vendor import Vendor

_PREFIX = "/rest/api/3"

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def vendor() -> Vendor:
    """The simulated Jira."""
    handlers: dict[int | type[Exception], Handler] = {
        wire.Refused: wire.refusal,
        404: wire.nothing,
        405: wire.wrong_method,
    }
    routes = [*issues.ROUTES, *talk.ROUTES, *files.ROUTES, *search.ROUTES, *webhooks.ROUTES]
    app = Starlette(routes=routes, exception_handlers=handlers)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if not wire.authenticated(Headers(scope=scope).get("authorization")):
            await wire.unauthenticated()(scope, receive, send)
            return
        path = scope["path"]
        if not path.startswith(f"{webhooks.PREFIX}/"):
            scope["path"] = path.removeprefix(_PREFIX) if path.startswith(_PREFIX) else "/?"
        await app(scope, receive, send)

    return Vendor("jira", guarded, wire.limited, wire.broken, wire.budget_headers)
