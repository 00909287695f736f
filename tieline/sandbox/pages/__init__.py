"""The pages that people look at: help desks with their tickets, Slack with its channels, the request log."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tieline.sandbox import admin, forms, registry
from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.hooks import Delivery
from tieline.sandbox.hooks.outbox import manner_of
from tieline.sandbox.pages import mrkdwn, view
from tieline.sandbox.seed.cast import Customer
from tieline.sandbox.seed.letters import Letter
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.state import State
from tieline.sandbox.vendor import state_of

PER_PAGE = 50
SHOWN_REQUESTS = 200
_SPELLED = {"api": "API", "id": "ID", "oauth": "OAuth", "email": "e-mail"}
VISITOR = Customer("Somebody Looking Around", "visitor@sandbox.test", None)
"""Who writes what people type into these pages."""

_SOURCES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'"
_POLICY = {
    "content-security-policy": _SOURCES,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


@dataclass(frozen=True)
class Place:
    """Where people talk, in the list beside what they say there."""

    href: str
    name: str
    messages: int


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = _when
    environment.filters["label"] = _label
    environment.filters["moment"] = lambda seconds: _when(datetime.fromtimestamp(seconds, UTC))
    return environment


def _when(moment: str | datetime) -> str:
    """A moment, short: `22 Nov 03:15:06`, in UTC."""
    value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return value.strftime("%d %b %H:%M:%S")


def _label(field: str) -> str:
    """The name of a field as people write it: `API token`."""
    words = [_SPELLED.get(word, word) for word in field.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def show(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page of the sandbox, from one of its templates."""
    base = str(request.base_url).rstrip("/")
    around = {"path": request.url.path, "base": base, "bar": _bar(), "titles": _titles()}
    return HTMLResponse(_templates().get_template(template).render(**around, **context), status, _POLICY)


def _titles() -> dict[str, str]:
    return {vendor.name: vendor.title for vendor in registry.vendors()}


def _bar() -> list[tuple[str, str]]:
    """Where the bar at the top leads: to what can be looked at in each system, and to what is about all of them."""
    systems = [(vendor.page, vendor.title) for vendor in registry.vendors() if vendor.page]
    return [("/", "Overview"), *systems, ("/requests", "Requests"), ("/hooks", "Webhooks")]


async def index(request: Request) -> Response:
    """GET /: what is simulated, where it is, how to log in, and what was asked last."""
    state = state_of(request)
    front = request.scope["sandbox_front"]
    return show(
        request,
        "index.html",
        vendors=registry.vendors(),
        counts=state.counts(),
        served=state.served,
        faults=front.faults.listed(),
        requests=list(state.log)[-12:][::-1],
    )


async def list_tickets(request: Request) -> Response:
    """GET /tickets/{system}: newest activity first; `q`, `status`, `group` and `changed` narrow it down."""
    desk = _desk(request)
    query = request.query_params
    rows = [view.row(desk, ticket) for ticket in sorted(desk.living(), key=_activity, reverse=True)]
    statuses, groups = sorted({row.status for row in rows}), sorted({row.group for row in rows})
    chosen = [row for row in rows if _wanted(row, request)]
    page = max(1, int(query["page"])) if query.get("page", "").isdigit() else 1
    return show(
        request,
        "tickets.html",
        desk=desk,
        rows=chosen[(page - 1) * PER_PAGE : page * PER_PAGE],
        found=len(chosen),
        total=len(rows),
        changed=sum(row.changed for row in rows),
        statuses=statuses,
        groups=groups,
        query=query,
        page=page,
        pages=max(1, -(-len(chosen) // PER_PAGE)),
    )


def _activity(ticket: Ticket) -> tuple[str, int]:
    return ticket.fields["updated_at"], ticket.id


def _wanted(row: view.Row, request: Request) -> bool:
    query = request.query_params
    words = query.get("q", "").casefold()
    return (
        query.get("status", "") in ("", row.status)
        and query.get("group", "") in ("", row.group)
        and (not query.get("changed") or row.changed)
        and words in f"{row.id} {row.subject} {row.requester} {' '.join(row.tags)}".casefold()
    )


async def show_ticket(request: Request) -> Response:
    """GET /tickets/{system}/{id}: the conversation, before and after, and every change."""
    desk, state = _desk(request), state_of(request)
    ticket = desk.tickets.get(request.path_params["id"])
    if ticket is None:
        raise HTTPException(404)
    return show(
        request,
        "ticket.html",
        desk=desk,
        ticket=ticket,
        row=view.row(desk, ticket),
        assignee=view.person(desk, ticket.fields.get("assignee_id", ticket.fields.get("responder_id"))),
        said=view.conversation(desk, ticket),
        summary=view.before_and_after(desk, ticket),
        steps=[view.step(desk, change) for change in reversed(ticket.changes)],
        truth=state.truth.get((desk.system, ticket.id)),
        neighbors=_neighbors(desk, ticket),
    )


def _neighbors(desk: Desk, ticket: Ticket) -> tuple[int | None, int | None]:
    ids = [other.id for other in desk.living()]
    before = max((number for number in ids if number < ticket.id), default=None)
    return before, min((number for number in ids if number > ticket.id), default=None)


def _desk(request: Request) -> Desk:
    desk = state_of(request).desks.get(request.path_params["system"])
    if desk is None:
        raise HTTPException(404)
    return desk


async def list_channels(request: Request) -> Response:
    """GET /channels: goes to the channel with the latest message."""
    slack = state_of(request)[Workspace]
    latest = max(slack.channels, key=lambda number: _latest(state_of(request), number))
    return RedirectResponse(f"/channels/{latest}", 307)


def _latest(state: State, channel: str) -> str:
    messages = state[Workspace].messages[channel]
    return str(messages[-1]["ts"]) if messages else ""


async def show_channel(request: Request) -> Response:
    """GET /channels/{id}: the messages, oldest first."""
    slack = state_of(request)[Workspace]
    channel = slack.channels.get(request.path_params["id"])
    if channel is None:
        raise HTTPException(404)
    shown = [
        {
            "author": slack.users.get(message["user"], {}).get("real_name", ""),
            "bot": slack.users.get(message["user"], {}).get("is_bot", False),
            "at": datetime.fromtimestamp(float(message["ts"])).astimezone(),
            "reply": message.get("thread_ts", message["ts"]) != message["ts"],
            "parts": [mrkdwn.block(slack, block) for block in message.get("blocks", [])]
            or [Markup("<p>{}</p>").format(mrkdwn.text(slack, message["text"]))],
            "files": message.get("files", []),
            "history": message.get("sandbox_history", []),
            "ts": message["ts"],
        }
        for message in slack.messages[channel["id"]]
    ]
    places = [
        Place(f"/channels/{one['id']}", f"{'@' if one['is_im'] else '#'} {one['name']}", len(slack.messages[one["id"]]))
        for one in slack.channels.values()
    ]
    about = [f"{len(channel['members'])} members", channel["purpose"]["value"]]
    return show(request, "channel.html", title=f"# {channel['name']}", about=about, places=places, messages=shown)


async def list_requests(request: Request) -> Response:
    """GET /requests: what was asked, newest first."""
    state = state_of(request)
    system = request.query_params.get("system", "")
    found = [logged for logged in reversed(state.log) if system in ("", logged.system)][:SHOWN_REQUESTS]
    return show(request, "requests.html", requests=found, system=system, served=state.served)


async def write_ticket(request: Request) -> Response:
    """POST /tickets/{system}: a customer writes what stands in the form."""
    desk, front = _desk(request), request.scope["sandbox_front"]
    fields = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
    subject, text = (str(fields.get(name, "")).strip() for name in ("subject", "text"))
    if not subject:
        raise HTTPException(404)
    number = front.customers.write(desk.system, Letter(VISITOR, subject, text, "", 0))
    return RedirectResponse(f"/tickets/{desk.system}/{number}", 303)


async def list_hooks(request: Request) -> Response:
    """GET /hooks: who is told of what happens, and what they were told, newest first."""
    hooks, status = request.scope["sandbox_front"].hooks, request.query_params.get("status", "")
    deliveries = list(hooks.deliveries)
    return show(
        request,
        "hooks.html",
        subscriptions=list(hooks.subscriptions.values()),
        told=Counter(delivery.subscription.id for delivery in deliveries),
        counts=hooks.counts(),
        wanted=status,
        deliveries=[one for one in reversed(deliveries) if status in ("", one.status)][:SHOWN_REQUESTS],
    )


async def show_hook(request: Request) -> Response:
    """GET /hooks/{number}: the request as it was sent last, signature included."""
    delivery = _delivery(request)
    body = _legible(delivery.message.body)
    docs = manner_of(delivery.subscription.system).docs
    return show(request, "hook.html", delivery=delivery, body=body, docs=docs.removeprefix("https://"))


def _legible(body: bytes) -> str:
    """A request's body, laid out where it is JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return "\n".join(f"{name} = {value}" for name, value in parse_qsl(body.decode(errors="replace")))


async def send_again(request: Request) -> Response:
    """POST /hooks/{number}/again: tell it once more."""
    delivery = _delivery(request)
    request.scope["sandbox_front"].hooks.again(delivery)
    return RedirectResponse("/hooks", 303)


def _delivery(request: Request) -> Delivery:
    found: Delivery | None = request.scope["sandbox_front"].hooks.find(request.path_params["number"])
    if found is None:
        raise HTTPException(404)
    return found


def missing(request: Request, _error: Exception) -> Response:
    """404, with the way back."""
    return show(request, "missing.html", 404)


def app() -> Starlette:
    """Pages and controls."""
    systems = [route for vendor in registry.vendors() for route in vendor.pages]
    routes = [
        Route("/", index),
        Route("/tickets/{system}", list_tickets),
        Route("/tickets/{system}", write_ticket, methods=["POST"]),
        Route("/tickets/{system}/{id:int}", show_ticket),
        Route("/channels", list_channels),
        Route("/channels/{id}", show_channel),
        Route("/requests", list_requests),
        Route("/hooks", list_hooks),
        Route("/hooks/{number:int}", show_hook),
        Route("/hooks/{number:int}/again", send_again, methods=["POST"]),
    ]
    return Starlette(routes=[*routes, *systems, *admin.routes()], exception_handlers={404: missing, **admin.HANDLERS})
