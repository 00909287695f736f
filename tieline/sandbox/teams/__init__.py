"""The simulated Microsoft Teams: Graph under `/teams/v1.0`, tokens, and a workflow under `/teams/workflows`.

Reference: https://learn.microsoft.com/graph/api/resources/teams-api-overview
"""

import json
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox import entra, graph
from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes
from tieline.sandbox.teams import hooks, pages, seed, wire
from tieline.sandbox.teams.memory import Teams, by_app, by_person
from tieline.sandbox.teams.wire import channel_of, teams_of
from tieline.sandbox.vendor import Vendor

WORKFLOW = "/workflows/28a9c1/triggers/manual/paths/invoke"


async def who_am_i(request: Request) -> Response:
    """GET /me: whose refresh token it is."""
    if graph.bearer(request).startswith(graph.APP):
        raise graph.GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return JSONResponse(teams_of(request).me)


async def list_teams(request: Request) -> Response:
    """GET /me/joinedTeams and /teams: there is one."""
    return graph.page(request, list(teams_of(request).teams.values()))


async def list_channels(request: Request) -> Response:
    """GET /teams/{team}/channels."""
    team, teams = request.path_params["team"], teams_of(request)
    if team not in teams.teams:
        raise graph.GraphError(404, "NotFound", "No team found with Group Id")
    return graph.page(request, [without_notes(one) for one in teams.channels.values() if one["sandbox_team"] == team])


async def send_message(request: Request) -> Response:
    """POST /teams/{team}/channels/{channel}/messages, and below a message its `/replies`."""
    wire.check_writer(request)
    channel, teams = channel_of(request), teams_of(request)
    first = request.path_params.get("message")
    if first and not any(one["id"] == first for one in teams.messages[channel["id"]]):
        raise graph.GraphError(404, "NotFound", "NotFound")
    wire.check_size(await request.body())
    body, attached = wire.check_message(await graph.json_body(request))
    me = by_person(teams.me["displayName"], teams.me["id"])
    return JSONResponse(teams.add(channel["id"], me, body, attached, first), 201)


async def run_workflow(request: Request) -> Response:
    """POST to the workflow's address: taken at once. Whether it could be posted, nobody is told."""
    teams = teams_of(request)
    if request.query_params.get("sig") != wire.LOGIN["workflow_signature"]:
        return graph.failed(401, "AuthorizationFailed", "The authentication credentials are not valid.")
    raw = await request.body()
    attached, wrong = _carried(raw)
    if wrong:
        teams.failed_runs.append(wrong)
    else:
        empty = {"contentType": "html", "content": ""}
        teams.add(teams.workflow_channel, by_app("Workflows"), empty, attached)
    return Response(status_code=202)


def _carried(raw: bytes) -> tuple[list[Record], str]:
    """The cards in what a workflow was told, and what keeps it from posting them."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    attached = told.get("attachments") if isinstance(told, dict) and told.get("type") == "message" else None
    if not isinstance(attached, list) or not attached:
        return [], "The body is no message with attachments."
    if len(raw) > wire.LARGEST:
        return [], "Message size too large."
    contents = [one.get("content") if isinstance(one, dict) else None for one in attached]
    wrong = next(filter(None, map(wire.wrong_card, contents)), "")
    return [{"contentType": wire.CARD, "content": json.dumps(content)} for content in contents], wrong


async def write(request: Request) -> Response:
    """POST /_sandbox/teams/messages: somebody writes; `<at>Tieline</at>` calls the outgoing webhook."""
    teams, told = teams_of(request), await graph.json_body(request)
    channel = next((one["id"] for one in teams.channels.values() if one["displayName"] == told.get("channel")), None)
    text = told.get("text")
    if channel is None or not isinstance(text, str):
        return JSONResponse({"error": "channel must be the name of a channel, text a text"}, 400)
    person = by_person("Sandbox Person", "00000000-0000-0000-0000-000000000002")
    return JSONResponse(teams.add(channel, person, {"contentType": "html", "content": text}), 201)


def _connection(url: str) -> dict[str, str]:
    query = {
        "api-version": "2016-06-01",
        "sp": "/triggers/manual/run",
        "sv": "1.0",
        "sig": wire.LOGIN["workflow_signature"],
    }
    login = {name: wire.LOGIN[name] for name in ("tenant_id", "client_id", "client_secret", "refresh_token")}
    return {"url": url, "login_url": url, "workflow_url": f"{url}{WORKFLOW}?{urlencode(query)}", **login}


def _route(path: str, handler: graph.Handler, method: str) -> Route:
    return Route(f"/v1.0{path}", graph.logged_in(handler, teams_of), methods=[method])


_MESSAGES = "/teams/{team}/channels/{channel}/messages"
_APP = Starlette(
    routes=[
        *entra.routes(Teams, wire.LOGIN),
        Route(WORKFLOW, run_workflow, methods=["POST"]),
        _route("/me", who_am_i, "GET"),
        _route("/me/joinedTeams", list_teams, "GET"),
        _route("/teams", list_teams, "GET"),
        _route("/teams/{team}/channels", list_channels, "GET"),
        _route(_MESSAGES, send_message, "POST"),
        _route(f"{_MESSAGES}/{{message}}/replies", send_message, "POST"),
    ]
)

vendor = Vendor(
    name="teams",
    title="Microsoft Teams",
    app=_APP,
    memory=Teams,
    seed=seed.populate,
    logins=wire.LOGIN,
    connection=_connection,
    limited=graph.limited,
    broken=graph.broken,
    hooks=hooks.MANNER,
    controls=[Route("/messages", write, methods=["POST"])],
    pages=pages.ROUTES,
    page=pages.HOME,
)
