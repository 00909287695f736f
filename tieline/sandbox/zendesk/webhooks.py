"""Zendesk webhooks: create, list, show, change, delete, and the secrets that they sign with.

A webhook that is for triggers and automations (`conditional_ticket_events`) is kept, and told nothing: triggers are
not simulated.

Page: https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

import base64
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.hooks.outbox import address
from tieline.sandbox.zendesk.hooks import BY_TRIGGER, PREFIX
from tieline.sandbox.zendesk.wire import Refused, body_of, desk_of, json_body

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FORMATS = ("json", "xml", "form_encoded")
STATUSES = ("active", "inactive")

_MANDATORY = ("endpoint", "http_method", "name", "request_format", "status")
_WRITABLE = (*_MANDATORY, "description", "subscriptions", "custom_headers")
_CHOICES = {"http_method": METHODS, "request_format": FORMATS, "status": STATUSES}


def _invalid(detail: str) -> Refused:
    error = {"code": "InvalidWebhook", "status": "400", "title": "The webhook is not valid", "detail": detail}
    return Refused(400, {"errors": [error]})


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.scope["sandbox_front"].hooks
    return hooks


def _webhook(request: Request) -> Subscription:
    """The webhook that the path names. Errors: 404."""
    found = _hooks(request).subscriptions.get(request.path_params["id"])
    if found is None or not found.record:
        error = {"code": "WebhookNotFound", "status": "404", "title": "The webhook does not exist"}
        raise Refused(404, {"errors": [error]})
    return found


def _checked(values: Record, *, whole: bool) -> Record:
    """The properties that can be written. Errors: 400."""
    missing = [name for name in _MANDATORY if not values.get(name)] if whole else []
    if missing:
        raise _invalid(f"{', '.join(missing)} must be given")
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            raise _invalid(f"{name} must be one of {', '.join(choices)}")
    subscriptions = values.get("subscriptions", [])
    if not isinstance(subscriptions, list) or not all(map(_is_subscription, subscriptions)):
        raise _invalid(f"subscriptions must be event types such as {PREFIX}ticket.created, or {BY_TRIGGER}")
    if BY_TRIGGER in subscriptions and len(subscriptions) > 1:
        raise _invalid(f"{BY_TRIGGER} cannot be combined with event types")
    if "endpoint" in values:
        try:
            address(values["endpoint"])
        except ValueError as error:
            raise _invalid(f"endpoint: {error}") from None
    return {name: values[name] for name in _WRITABLE if name in values}


def _is_subscription(value: Any) -> bool:
    return isinstance(value, str) and (value == BY_TRIGGER or value.startswith(PREFIX))


def _write(request: Request, webhook: Subscription, values: Record) -> None:
    """Set properties, and tell from now on whom and what they say."""
    desk = desk_of(request)
    webhook.record |= {**values, "updated_at": desk.now(), "updated_by": str(desk.me)}
    webhook.url = webhook.record["endpoint"]
    # A webhook without subscriptions is for triggers too: it is told nothing, and not everything.
    webhook.events = tuple(webhook.record.get("subscriptions") or (BY_TRIGGER,))
    webhook.active = webhook.record["status"] == "active"


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def list_webhooks(request: Request) -> Response:
    """GET /webhooks, all on one page; `filter[name_contains]` and `filter[status]` narrow it down."""
    query = request.query_params
    name, status = query.get("filter[name_contains]", ""), query.get("filter[status]")
    found = [
        webhook.record
        for webhook in _hooks(request).subscriptions.values()
        if webhook.record and name in webhook.record["name"] and status in (None, webhook.record["status"])
    ]
    ends = {"has_more": False, "after_cursor": None, "before_cursor": None}
    return JSONResponse({"webhooks": found, "meta": ends, "links": {"prev": None, "next": None}})


async def create_webhook(request: Request) -> Response:
    """POST /webhooks."""
    values, desk = _checked(await body_of(request, "webhook"), whole=True), desk_of(request)
    made = _hooks(request).subscribe("zendesk", values["endpoint"], secret=_new_secret())
    made.record = {"id": made.id, "created_at": desk.now(), "created_by": str(desk.me)}
    _write(request, made, values)
    return JSONResponse({"webhook": made.record}, 201)


async def show_webhook(request: Request) -> Response:
    """GET /webhooks/{id}."""
    return JSONResponse({"webhook": _webhook(request).record})


async def update_webhook(request: Request) -> Response:
    """PUT /webhooks/{id} sets all properties, PATCH some."""
    webhook = _webhook(request)
    values = (await json_body(request)).get("webhook")
    if not isinstance(values, dict):
        raise _invalid("webhook must be an object")
    _write(request, webhook, _checked(values, whole=request.method == "PUT"))
    return Response(status_code=204)


async def delete_webhook(request: Request) -> Response:
    """DELETE /webhooks/{id}."""
    _hooks(request).unsubscribe(_webhook(request).id)
    return Response(status_code=204)


async def show_secret(request: Request) -> Response:
    """GET /webhooks/{id}/signing_secret."""
    return JSONResponse(_signing_secret(_webhook(request)))


async def reset_secret(request: Request) -> Response:
    """POST /webhooks/{id}/signing_secret: from now on another one."""
    webhook = _webhook(request)
    webhook.secret = _new_secret()
    return JSONResponse(_signing_secret(webhook), 201)


def _signing_secret(webhook: Subscription) -> Record:
    return {"signing_secret": {"algorithm": "SHA256", "secret": webhook.secret}}


ROUTES = [
    Route("/webhooks", list_webhooks, methods=["GET"]),
    Route("/webhooks", create_webhook, methods=["POST"]),
    Route("/webhooks/{id}", show_webhook, methods=["GET"]),
    Route("/webhooks/{id}", update_webhook, methods=["PUT", "PATCH"]),
    Route("/webhooks/{id}", delete_webhook, methods=["DELETE"]),
    Route("/webhooks/{id}/signing_secret", show_secret, methods=["GET"]),
    Route("/webhooks/{id}/signing_secret", reset_secret, methods=["POST"]),
]
