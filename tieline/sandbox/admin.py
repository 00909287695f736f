"""The controls of a sandbox, as JSON under `/_sandbox`.

GET    /_sandbox/state            counts, and what each ticket is really about
GET    /_sandbox/requests         the request log, newest first (`?limit=100&system=zendesk`)
GET    /_sandbox/faults           what goes wrong now
POST   /_sandbox/faults           add one: {"fault": "429", "system": "zendesk", "match": "PUT", "times": 3}, or of
                                  webhooks: {"fault": "duplicate", "system": "zendesk", "match": "ticket.created"}
DELETE /_sandbox/faults           remove all of them
PUT    /_sandbox/limits           {"system": "zendesk", "calls": 700, "seconds": 60}
GET    /_sandbox/hooks            who is told of what happens, with the secrets, and how many deliveries there are
POST   /_sandbox/hooks            tell one more: {"system": "freshdesk", "url": "http://...", "secret": "...",
                                  "events": ["ticket_created"]}; a secret is made where none is given
DELETE /_sandbox/hooks            tell nobody any more; `/_sandbox/hooks/{id}`: that one
GET    /_sandbox/deliveries       what was told, newest first (`?limit=100&system=zendesk&status=failed`)
POST   /_sandbox/deliveries/{number}/again   tell it once more
POST   /_sandbox/tickets          customers write: {"system": "zendesk", "count": 150, "rate": 50} (per second; without
                                  a rate as fast as it goes; the same "seed" gives the same letters)
GET    /_sandbox/tickets          how many of them were asked for, and are written
POST   /_sandbox/slack/trigger    a trigger id for `views.open`, as a click would bring one
POST   /_sandbox/slack/command    somebody types `/tieline …`: {"channel": "support-triage", "text": "summarize ..."}
POST   /_sandbox/slack/click      somebody clicks a button: {"channel": "C0…", "ts": "…", "action_id": "…"}
POST   /_sandbox/discord/command  the same in Discord: {"channel": "support", "verb": "summarize", "options": {...}}
POST   /_sandbox/telegram/message Ann writes to the bot: {"chat": -1001000000001, "text": "/summarize ..."}
POST   /_sandbox/google_drive/service_account   a service account with a new key, as Google's console would make it
POST   /_sandbox/github/push      somebody pushes: {"repository": "acme/app", "files": {"a.py": "text", "b.py": null}}
POST   /_sandbox/gitlab/push      the same in GitLab
POST   /_sandbox/github/app       a GitHub App with a new key, installed
POST   /_sandbox/teams/messages   somebody writes: {"channel": "Support", "text": "<at>Tieline</at> summarize this"}
POST   /_sandbox/reset            back to the start: records, logs and faults; who is told stays
"""

import json
from dataclasses import asdict
from functools import partial
from itertools import islice
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from tieline.sandbox import registry
from tieline.sandbox.customers import MOST, desks
from tieline.sandbox.faults import Fault
from tieline.sandbox.front import Front
from tieline.sandbox.happening import stamp
from tieline.sandbox.hooks.outbox import listed, told
from tieline.sandbox.limits import Limit
from tieline.sandbox.vendor import is_integer, state_of


class _Bad(Exception):  # noqa: N818 - an answer to the caller, not a failure of ours
    """A control request that makes no sense, with the reason."""


def refusal(_request: Request, error: Exception) -> Response:
    """400 with the reason."""
    return JSONResponse({"error": str(error)}, 400)


def _front(request: Request) -> Front:
    return cast("Front", request.scope["sandbox_front"])


async def _body(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(await request.body())
    except ValueError as error:
        raise _Bad(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise _Bad("the body is not a JSON object")
    return value


async def show_state(request: Request) -> Response:
    """GET /_sandbox/state."""
    state = state_of(request)
    truth: dict[str, dict[str, str]] = {}
    for (system, number), category in state.truth.items():
        truth.setdefault(system, {})[str(number)] = category
    return JSONResponse({"counts": state.counts(), "served": state.served, "truth": truth})


async def list_requests(request: Request) -> Response:
    """GET /_sandbox/requests."""
    system, limit = request.query_params.get("system"), request.query_params.get("limit", "100")
    if not limit.isascii() or not limit.isdigit():
        raise _Bad(f"limit must be a number, not {limit!r}")
    found = [r for r in reversed(state_of(request).log) if system in (None, r.system)][: int(limit)]
    return JSONResponse({"requests": [{**asdict(r), "at": stamp(r.at)} for r in found]})


async def list_faults(request: Request) -> Response:
    """GET /_sandbox/faults."""
    return JSONResponse({"faults": _front(request).faults.listed()})


async def add_fault(request: Request) -> Response:
    """POST /_sandbox/faults."""
    body = await _body(request)
    try:
        fault = Fault(**body)
    except (TypeError, ValueError) as error:
        raise _Bad(str(error).removeprefix("Fault.__init__() ")) from None
    return JSONResponse({"fault": asdict(_front(request).faults.add(fault))}, 201)


async def clear_faults(request: Request) -> Response:
    """DELETE /_sandbox/faults."""
    _front(request).faults.clear()
    return Response(status_code=204)


async def set_limit(request: Request) -> Response:
    """PUT /_sandbox/limits."""
    body = await _body(request)
    system, calls, seconds = (body.get("system"), body.get("calls", 0), body.get("seconds", 60))
    if system not in registry.names():
        raise _Bad(f"system must be one of {', '.join(registry.names())}")
    numbers = isinstance(calls, int) and is_integer(calls) and isinstance(seconds, int | float)
    if not numbers or calls < 1 or seconds <= 0:
        raise _Bad("calls must be a number from 1 on, seconds a number above 0")
    _front(request).limit(system, Limit(calls, seconds))
    return Response(status_code=204)


async def list_hooks(request: Request) -> Response:
    """GET /_sandbox/hooks."""
    hooks = _front(request).hooks
    return JSONResponse({"hooks": [listed(s) for s in hooks.subscriptions.values()], "deliveries": hooks.counts()})


async def add_hook(request: Request) -> Response:
    """POST /_sandbox/hooks."""
    body = await _body(request)
    system, url, secret = (body.get(name, "") for name in ("system", "url", "secret"))
    events = body.get("events", [])
    if not isinstance(events, list) or not all(isinstance(v, str) for v in (system, url, secret, *events)):
        raise _Bad("system, url and secret must be texts, events a list of texts")
    subscribe = partial(_front(request).hooks.subscribe, system, url, secret=secret, events=events)
    try:
        made = await run_in_threadpool(subscribe)  # Slack asks the address first, and that takes its time
    except ValueError as error:
        raise _Bad(str(error)) from None
    return JSONResponse({"hook": listed(made)}, 201)


async def remove_hooks(request: Request) -> Response:
    """DELETE /_sandbox/hooks and /_sandbox/hooks/{id}."""
    hooks, number = _front(request).hooks, request.path_params.get("id")
    if number is None:
        hooks.subscriptions.clear()
    elif not hooks.unsubscribe(number):
        raise HTTPException(404)
    return Response(status_code=204)


async def list_deliveries(request: Request) -> Response:
    """GET /_sandbox/deliveries."""
    query, hooks = request.query_params, _front(request).hooks
    limit = query.get("limit", "100")
    if not limit.isascii() or not limit.isdigit():
        raise _Bad(f"limit must be a number, not {limit!r}")
    asked = {name: query[name] for name in ("system", "status") if name in query}
    found = (told(delivery) for delivery in reversed(list(hooks.deliveries)))
    wanted = (one for one in found if all(one[name] == value for name, value in asked.items()))
    return JSONResponse({"deliveries": list(islice(wanted, int(limit)))})


async def send_again(request: Request) -> Response:
    """POST /_sandbox/deliveries/{number}/again."""
    hooks = _front(request).hooks
    delivery = hooks.find(request.path_params["number"])
    if delivery is None:
        raise HTTPException(404)
    hooks.again(delivery)
    return Response(status_code=202)


async def write_tickets(request: Request) -> Response:
    """POST /_sandbox/tickets."""
    body = await _body(request)
    system, tickets, rate, seed = (body.get("system"), body.get("count", 1), body.get("rate", 0), body.get("seed", 0))
    if system not in desks():
        raise _Bad(f"system must be one of {', '.join(desks())}")
    if not is_integer(tickets) or not 1 <= tickets <= MOST or not is_integer(seed):
        raise _Bad(f"count must be a number from 1 to {MOST}, seed a number")
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not rate >= 0:
        raise _Bad("rate must be a number of tickets per second, or 0")
    _front(request).customers.flood(system, tickets, rate, seed)
    return _written(request, 202)


async def count_tickets(request: Request) -> Response:
    """GET /_sandbox/tickets."""
    return _written(request)


def _written(request: Request, status: int = 200) -> Response:
    customers = _front(request).customers
    return JSONResponse({"asked": customers.asked, "written": customers.written}, status)


async def reset(request: Request) -> Response:
    """POST /_sandbox/reset."""
    _front(request).reset()
    return Response(status_code=204)


def routes() -> list[BaseRoute]:
    """The controls of the sandbox, and those of each system."""
    found = registry.vendors()
    return [*_ROUTES, *(Mount(f"/_sandbox/{one.name}", routes=one.controls) for one in found if one.controls)]


HANDLERS = {_Bad: refusal}
_ROUTES = [
    Route("/_sandbox/state", show_state, methods=["GET"]),
    Route("/_sandbox/requests", list_requests, methods=["GET"]),
    Route("/_sandbox/faults", list_faults, methods=["GET"]),
    Route("/_sandbox/faults", add_fault, methods=["POST"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/limits", set_limit, methods=["PUT"]),
    Route("/_sandbox/hooks", list_hooks, methods=["GET"]),
    Route("/_sandbox/hooks", add_hook, methods=["POST"]),
    Route("/_sandbox/hooks", remove_hooks, methods=["DELETE"]),
    Route("/_sandbox/hooks/{id}", remove_hooks, methods=["DELETE"]),
    Route("/_sandbox/deliveries", list_deliveries, methods=["GET"]),
    Route("/_sandbox/deliveries/{number:int}/again", send_again, methods=["POST"]),
    Route("/_sandbox/tickets", write_tickets, methods=["POST"]),
    Route("/_sandbox/tickets", count_tickets, methods=["GET"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
