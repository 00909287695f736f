"""The simulated Jira Cloud, under `/jira/rest/api/3` and, for admins, `/jira/rest/webhooks/1.0`.

Reference: https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from tieline.sandbox.atlassian import with_apps
from tieline.sandbox.jira import app_webhooks, files, hooks, issues, search, seed, talk, webhooks, wire
from tieline.sandbox.jira.memory import Site
from tieline.sandbox.vendor import Handler, Vendor, behind_login

_HANDLERS: dict[int | type[Exception], Handler] = {
    wire.Refused: wire.refusal,
    404: wire.nothing,
    405: wire.wrong_method,
}


def _behind(
    prefix: str, routes: Sequence[BaseRoute], authenticated: Callable[[str | None], bool] = wire.authenticated
) -> ASGIApp:
    return behind_login(
        routes, _HANDLERS, prefix=prefix, authenticated=authenticated, unauthenticated=wire.unauthenticated
    )


_ISSUES = [*app_webhooks.ROUTES, *issues.ROUTES, *talk.ROUTES, *files.ROUTES, *search.ROUTES]
_API = _behind("/rest/api/3", _ISSUES)
_ADMIN = _behind(webhooks.PREFIX, webhooks.ROUTES)
#: Who comes through the gateway has shown a token there.
_APPS = _behind("/rest/api/3", _ISSUES, lambda _authorization: True)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope.get("sandbox_app"):
        await _APPS(scope, receive, send)
    else:
        await (_ADMIN if scope["path"].startswith(webhooks.PREFIX) else _API)(scope, receive, send)


def _allowed(scope: Scope, scopes: frozenset[str]) -> bool:
    """Whether an app may do that, https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/."""
    path = scope["path"].removeprefix("/rest/api/3")
    if path.startswith("/webhook"):
        return "manage:jira-webhook" in scopes
    if path.startswith(("/myself", "/user")):
        return "read:jira-user" in scopes
    reads = scope["method"] == "GET" or path.startswith("/search")
    return ("read:jira-work" if reads else "write:jira-work") in scopes


vendor = Vendor(
    name="jira",
    title="Jira",
    app=with_apps(_app, Site, "jira", _allowed),
    memory=Site,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
)
