"""The controls of a sandbox, as JSON under `/_sandbox`.

GET    /_sandbox/state            counts, and what each ticket is really about
GET    /_sandbox/requests         the request log, newest first (`?limit=100&system=zendesk`)
GET    /_sandbox/faults           what goes wrong now
POST   /_sandbox/faults           add one: {"fault": "429", "system": "zendesk", "match": "PUT", "times": 3}
DELETE /_sandbox/faults           remove all of them
PUT    /_sandbox/limits           {"system": "zendesk", "calls": 700, "seconds": 60}
POST   /_sandbox/slack/trigger    a trigger id for `views.open`, as a click would bring one
POST   /_sandbox/reset            back to the start: records, log and faults
"""

import json
from dataclasses import asdict
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.faults import SYSTEMS, Fault
from tieline.sandbox.front import Front
from tieline.sandbox.limits import Limit
from tieline.sandbox.state import Desk, State, stamp
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


def counts(state: State) -> dict[str, dict[str, int]]:
    """How much of everything there is."""
    slack = state.slack
    return {
        "zendesk": _desk_counts(state.zendesk),
        "freshdesk": _desk_counts(state.freshdesk),
        "slack": {
            "users": len(slack.users),
            "channels": len(slack.channels),
            "messages": sum(len(messages) for messages in slack.messages.values()),
            "files": len(slack.files),
        },
    }


def _desk_counts(desk: Desk) -> dict[str, int]:
    tickets = desk.living()
    return {
        "tickets": len(tickets),
        "changed": sum(1 for ticket in tickets if ticket.changes),
        "comments": sum(len(ticket.comments) for ticket in tickets),
        "people": len(desk.people),
        "groups": len(desk.groups),
    }


async def show_state(request: Request) -> Response:
    """GET /_sandbox/state."""
    state = state_of(request)
    truth: dict[str, dict[str, str]] = {}
    for (system, number), category in state.truth.items():
        truth.setdefault(system, {})[str(number)] = category
    return JSONResponse({"counts": counts(state), "served": state.served, "truth": truth})


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
    if system not in SYSTEMS:
        raise _Bad(f"system must be one of {', '.join(SYSTEMS)}")
    numbers = isinstance(calls, int) and is_integer(calls) and isinstance(seconds, int | float)
    if not numbers or calls < 1 or seconds <= 0:
        raise _Bad("calls must be a number from 1 on, seconds a number above 0")
    _front(request).limit(system, Limit(calls, seconds))
    return Response(status_code=204)


async def new_trigger(request: Request) -> Response:
    """POST /_sandbox/slack/trigger."""
    return JSONResponse({"trigger_id": state_of(request).slack.new_trigger()}, 201)


async def reset(request: Request) -> Response:
    """POST /_sandbox/reset."""
    _front(request).reset()
    return Response(status_code=204)


HANDLERS = {_Bad: refusal}
ROUTES = [
    Route("/_sandbox/state", show_state, methods=["GET"]),
    Route("/_sandbox/requests", list_requests, methods=["GET"]),
    Route("/_sandbox/faults", list_faults, methods=["GET"]),
    Route("/_sandbox/faults", add_fault, methods=["POST"]),
    Route("/_sandbox/faults", clear_faults, methods=["DELETE"]),
    Route("/_sandbox/limits", set_limit, methods=["PUT"]),
    Route("/_sandbox/slack/trigger", new_trigger, methods=["POST"]),
    Route("/_sandbox/reset", reset, methods=["POST"]),
]
