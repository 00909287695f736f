"""The simulated GitLab, under `/gitlab`, with real git objects.

Reference: https://docs.gitlab.com/api/rest/
"""

from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tieline.sandbox import consent
from tieline.sandbox.gitlab import data, hooks, pages, runs, seed, shown, talk, wire
from tieline.sandbox.gitlab.memory import GitLab
from tieline.sandbox.vendor import Vendor

_LOGIN = ("/oauth/token", "/oauth/authorize")
_API = Starlette(
    routes=[
        *data.ROUTES,
        *talk.ROUTES,
        *runs.ROUTES,
        Route(_LOGIN[0], runs.give_token, methods=["POST"]),
        consent.page(_LOGIN[1], GitLab, runs.DESK),
    ],
    exception_handlers={wire.Refused: wire.refusal, 404: wire.nothing, 405: wire.nothing},
)


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """The API, for those that have a token; its paths may hold names with slashes, sent as %2F."""
    request = Request(scope)
    raw = scope["raw_path"].decode("latin-1")
    open_ = raw in _LOGIN
    if not open_ and not _known(request):
        await JSONResponse({"message": "401 Unauthorized"}, 401)(scope, receive, send)
        return
    path = "/".join(unquote(one).replace("/", wire.SLASH) for one in raw.split("/"))
    inner = path if open_ else path.removeprefix(wire.API) if path.startswith(f"{wire.API}/") else "/?"
    await _API({**scope, "path": inner}, receive, send)


def _known(request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    given = request.headers.get("private-token") or (token if scheme.lower() == "bearer" else "")
    return given == wire.LOGIN["token"] or given in wire.gitlab_of(request).tokens


vendor = Vendor(
    name="gitlab",
    title="GitLab",
    app=_app,
    memory=GitLab,
    seed=seed.populate,
    logins=wire.LOGIN,
    limited=wire.limited,
    broken=wire.broken,
    headers=wire.budget_headers,
    hooks=hooks.MANNER,
    controls=[pages.PAGES.control()],
    pages=pages.PAGES.routes(),
    page=shown.HOME,
)
