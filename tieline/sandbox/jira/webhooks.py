"""Webhooks that admins have, by API: below `/rest/webhooks/1.0`, beside the API of issues.

Page: https://developer.atlassian.com/cloud/jira/platform/webhooks/#registering-a-webhook
"""

import itertools

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.jira.wire import Refused, object_body
from tieline.sandbox.vendor import base_url

PREFIX = "/rest/webhooks/1.0"
_NUMBERS = itertools.count(1)


async def many(request: Request) -> Response:
    """GET all, or POST a new one. Errors: 400."""
    if request.method == "GET":
        return JSONResponse([_shown(request, one) for one in _ours(request)])
    body = await object_body(request)
    events, secret = body.get("events"), body.get("secret", "")
    if not isinstance(events, list) or not all(isinstance(one, str) for one in events) or not isinstance(secret, str):
        raise Refused(400, "events must be a list of names, and secret a text.")
    try:
        made = _hooks(request).subscribe("jira", str(body.get("url")), secret=secret, events=events)
    except ValueError as error:
        raise Refused(400, str(error)) from None
    made.record = {"number": str(next(_NUMBERS)), "name": str(body.get("name", "")), "isSigned": bool(secret)}
    return JSONResponse(_shown(request, made), 201)


async def one(request: Request) -> Response:
    """GET or DELETE one. Errors: 404."""
    found = next((s for s in _ours(request) if s.record["number"] == request.path_params["number"]), None)
    if found is None:
        raise Refused(404, "The webhook does not exist.")
    if request.method == "GET":
        return JSONResponse(_shown(request, found))
    _hooks(request).unsubscribe(found.id)
    return Response(status_code=204)


def _shown(request: Request, found: Subscription) -> Record:
    """What Jira tells of it; the secret is not among that."""
    number = found.record["number"]
    return {
        "self": f"{base_url(request)}{PREFIX}/webhook/{number}",
        "name": found.record["name"],
        "url": found.url,
        "events": list(found.events),
        "filters": {},
        "excludeBody": False,
        "isSigned": found.record["isSigned"],
        "enabled": found.active,
    }


def _ours(request: Request) -> list[Subscription]:
    """Those that were made here; the sandbox's own are no business of Jira's."""
    return [s for s in _hooks(request).subscriptions.values() if s.system == "jira" and s.record.get("number")]


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    return hooks


ROUTES = [
    Route("/webhook", many, methods=["GET", "POST"]),
    Route("/webhook/{number}", one, methods=["GET", "DELETE"]),
]
