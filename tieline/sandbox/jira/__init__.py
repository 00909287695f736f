"""The simulated Jira Cloud, under `/jira/rest/api/3` and, for admins, `/jira/rest/webhooks/1.0`.

Reference: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from tieline.sandbox.jira import files, hooks, issues, search, seed, talk, webhooks, wire
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.vendor import Handler, Vendor, behind_login

_HANDLERS: dict[int | type[Exception], Handler] = {
    wire.Refused: wire.refusal,
    404: wire.nothing,
    405: wire.wrong_method,
}


def _behind(prefix: str, routes: Sequence[BaseRoute]) -> ASGIApp:
    return behind_login(
        routes,
        _HANDLERS,
        prefix=prefix,
        authenticated=wire.authenticated,
        unauthenticated=wire.unauthenticated,
    )


_API = _behind("/rest/api/3", [*issues.ROUTES, *talk.ROUTES, *files.ROUTES, *search.ROUTES])
_ADMIN = _behind(webhooks.PREFIX, webhooks.ROUTES)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    await (_ADMIN if scope["path"].startswith(webhooks.PREFIX) else _API)(scope, receive, send)


vendor = Vendor(
    name="jira",
    title="Jira",
    app=_app,
    memory=Site,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
)
