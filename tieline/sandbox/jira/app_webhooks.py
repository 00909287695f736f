"""Webhooks of an app, below `/rest/api/3/webhook`: they end after 30 days unless they are renewed.

Page: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/
"""

import itertools
import re
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.atlassian import CLIENT
from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.jira.wire import Refused, object_body, page, site_of

LIFE = timedelta(days=30)
#: For each person who has let the app in.
MOST = 5
EVENTS = frozenset(
    {
        *(f"jira:issue_{what}" for what in ("created", "updated", "deleted")),
        *(f"comment_{what}" for what in ("created", "updated", "deleted")),
        "issue_property_set",
        "issue_property_deleted",
    }
)
_NUMBERS = itertools.count(10_000)
_FILTER = re.compile(r"(\w+) *(=|!=|IN|NOT IN) *(\w+|\([\w, ]+\))", re.IGNORECASE)


async def many(request: Request) -> Response:
    """GET all, POST new ones, DELETE some. Errors: 400, 403."""
    _only_apps(request)
    if request.method == "GET":
        return JSONResponse(page(request, "values", [_shown(one) for one in _ours(request)]))
    body = await object_body(request)
    if request.method == "DELETE":
        for one in _named(request, body):
            _hooks(request).unsubscribe(one.id)
        return Response(status_code=202)
    wanted = body.get("webhooks")
    if not isinstance(body.get("url"), str) or not isinstance(wanted, list) or not wanted:
        raise Refused(400, "url and webhooks are needed.")
    if any(one.url != body["url"] for one in _ours(request)):
        raise Refused(400, "Only a single URL per app is allowed to be registered.")
    return JSONResponse({"webhookRegistrationResult": [_made(request, body["url"], one) for one in wanted]})


async def refresh(request: Request) -> Response:
    """PUT: 30 days from now for those of the app, the others are ignored. Errors: 400, 403."""
    _only_apps(request)
    until = _until(request)
    for one in _named(request, await object_body(request)):
        one.record["until"] = until
    return JSONResponse({"expirationDate": _number(until)})


def _made(request: Request, url: str, wanted: Any) -> Record:
    events = wanted.get("events") if isinstance(wanted, dict) else None
    jql = wanted.get("jqlFilter") if isinstance(wanted, dict) else None
    if not isinstance(events, list) or not events or not all(isinstance(one, str) for one in events):
        return {"errors": ["The events are missing."]}
    if wrong := sorted(set(events) - EVENTS):
        return {"errors": [f"The event {wrong[0]} is unknown."]}
    if not isinstance(jql, str) or not all(_FILTER.fullmatch(one.strip()) for one in re.split(r"(?i) and ", jql)):
        return {"errors": ["The JQL filter is missing or unsupported."]}
    if len(_ours(request)) >= MOST:
        return {"errors": [f"There are {MOST} webhooks already."]}
    try:
        made = _hooks(request).subscribe("jira", url, secret=CLIENT["client_secret"], events=events)
    except ValueError as error:
        return {"errors": [str(error)]}
    made.record = {"app": next(_NUMBERS), "jql": jql, "until": _until(request)}
    return {"createdWebhookId": made.record["app"]}


def _shown(found: Subscription) -> Record:
    return {
        "id": found.record["app"],
        "url": found.url,
        "events": list(found.events),
        "jqlFilter": found.record["jql"],
        "expirationDate": _number(found.record["until"]),
    }


def _named(request: Request, body: Record) -> list[Subscription]:
    numbers = body.get("webhookIds")
    if not isinstance(numbers, list):
        raise Refused(400, "webhookIds is needed.")
    return [one for one in _ours(request) if one.record["app"] in numbers]


def _ours(request: Request) -> list[Subscription]:
    """Those of the app that have not ended; the others are dropped."""
    now, hooks = site_of(request).clock(), _hooks(request)
    found = [one for one in hooks.subscriptions.values() if one.system == "jira" and one.record.get("app")]
    for one in found:
        if one.record["until"] <= now:
            hooks.unsubscribe(one.id)
    return [one for one in found if one.record["until"] > now]


def _only_apps(request: Request) -> None:
    if not request.scope.get("sandbox_app"):
        raise Refused(403, "The caller isn't an app.")


def _until(request: Request) -> datetime:
    return site_of(request).clock() + LIFE


def _number(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    return hooks


ROUTES = [
    Route("/webhook/refresh", refresh, methods=["PUT"]),
    Route("/webhook", many, methods=["GET", "POST", "DELETE"]),
]
