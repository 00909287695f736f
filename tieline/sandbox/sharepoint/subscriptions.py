"""Subscriptions: made after the address was asked, renewed, listed, ended.

Pages: https://learn.microsoft.com/graph/api/resources/subscription,
https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
"""

import secrets
from datetime import UTC, datetime, timedelta

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox.graph import GraphError, invalid, json_body, missing, page
from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.hooks.outbox import address
from tieline.sandbox.sharepoint.memory import moment
from tieline.sandbox.sharepoint.wire import tenant_of

#: Of drives and lists.
LONGEST = timedelta(minutes=42_300)
#: What is asked for less gets this.
SHORTEST = timedelta(minutes=45)
MOST_CHARACTERS = 128
SECONDS = 10.0


async def many(request: Request) -> Response:
    """GET those that live, or POST a new one. Errors: 400, 404."""
    if request.method == "GET":
        _end_the_old(request)
        return page(request, [_shown(one) for one in _ours(request)])
    body = await json_body(request)
    url, state = body.get("notificationUrl"), body.get("clientState", "")
    ends = _ends(request, body)
    resource = str(body.get("resource", "")).strip("/")
    found = [drive for drive in tenant_of(request).libraries if resource == f"drives/{drive}/root"]
    if body.get("changeType") != "updated" or not found:
        raise invalid("The sandbox tells of drives/{id}/root, changeType updated, only.")
    if not isinstance(state, str) or len(state) > MOST_CHARACTERS:
        raise invalid(f"clientState has at most {MOST_CHARACTERS} characters.")
    for one in dict.fromkeys([url, body.get("lifecycleNotificationUrl") or url]):
        await run_in_threadpool(_validate, one)
    made = _hooks(request).subscribe("sharepoint", str(url), secret=state, greet=False)
    made.record.update({"resource": body["resource"], "expirationDateTime": ends})
    return JSONResponse({**_shown(made), "clientState": state}, 201)


async def one(request: Request) -> Response:
    """GET, PATCH (renew) or DELETE one. Errors: 400, 404."""
    _end_the_old(request)
    found = next((s for s in _ours(request) if s.id == request.path_params["id"]), None)
    if found is None:
        raise missing()
    if request.method == "DELETE":
        _hooks(request).unsubscribe(found.id)
        return Response(status_code=204)
    if request.method == "PATCH":
        found.record["expirationDateTime"] = _ends(request, await json_body(request))
    return JSONResponse(_shown(found))


def _validate(url: object) -> None:
    """Ask an address whether it is there; it must give the token back as plain text. Errors: 400."""
    token = secrets.token_urlsafe(24)
    try:
        target = address(url if isinstance(url, str) else "")
        answer = httpx.post(target, params={"validationToken": token}, timeout=SECONDS, trust_env=False)
    except (ValueError, httpx.HTTPError):
        raise _refused("The address cannot be reached.") from None
    if answer.status_code != httpx.codes.OK or answer.text != token:
        raise _refused(f"It answered {answer.status_code}, not the validation token.")


def _refused(why: str) -> GraphError:
    return GraphError(400, "ValidationError", f"Subscription validation request failed. {why}")


def _ends(request: Request, body: Record) -> str:
    """When it ends. Errors: 400."""
    try:
        ends = datetime.fromisoformat(str(body.get("expirationDateTime", "")))
    except ValueError:
        raise invalid("expirationDateTime must be a moment in ISO 8601.") from None
    now = tenant_of(request).clock()
    left = (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) - now
    if not timedelta() < left <= LONGEST:
        raise GraphError(400, "ValidationError", "Subscription expiration can only be 42300 minutes in the future.")
    return moment(now + max(left, SHORTEST))


def _end_the_old(request: Request) -> None:
    now = tenant_of(request).clock()
    for found in _ours(request):
        if datetime.fromisoformat(found.record["expirationDateTime"]) <= now:
            _hooks(request).unsubscribe(found.id)


def _ours(request: Request) -> list[Subscription]:
    """Those that were made here; the sandbox's own are no business of Graph's."""
    return [s for s in _hooks(request).subscriptions.values() if s.system == "sharepoint" and s.record]


def _shown(found: Subscription) -> Record:
    return {
        "id": found.id,
        "changeType": "updated",
        "clientState": None,
        "notificationUrl": found.url,
        **found.record,
    }


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    return hooks
