"""Freshdesk tickets: list, show, create, update, delete, conversations, time entries, bulk updates and jobs.

Reference: https://developers.freshdesk.com/api/#tickets, #conversations, #time-entries.
"""

import asyncio
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.freshdesk import rules
from tieline.sandbox.freshdesk.wire import (
    FLAG,
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    TEXTS,
    Check,
    Problems,
    body_of,
    check_fields,
    check_query,
    desk_of,
    invalid,
    missing,
    moment,
    not_found,
    paged,
    path_id,
)
from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.vendor import base_url, charge, is_integer

LISTED_DAYS = 30
"""Lists show tickets created in this many days, unless `updated_since` is given."""

LISTED_PAGES = 300
CONVERSATIONS = 10
"""`include=conversations` embeds at most this many."""

WORKS_FOR = 0.03
"""Seconds that a job takes."""

_STATS = ("resolved_at", "closed_at", "first_responded_at")
_LIST_QUERY = (
    "page", "per_page", "filter", "requester_id", "email", "unique_external_id", "company_id",
    "updated_since", "order_by", "order_type", "include",
)  # fmt: skip
_ORDERS = ("created_at", "due_by", "updated_at", "status")
_FILTERS = ("new_and_my_open", "watching", "spam", "deleted")
_NOTE: dict[str, Check] = {
    "body": TEXT,
    "private": FLAG,
    "incoming": FLAG,
    "notify_emails": TEXTS,
    "user_id": NUMBER,
    "attachments": LIST,
}
_REPLY: dict[str, Check] = {
    "body": TEXT,
    "from_email": TEXT,
    "user_id": NUMBER,
    "cc_emails": TEXTS,
    "bcc_emails": TEXTS,
    "attachments": LIST,
}
_TIME_ENTRY: dict[str, Check] = {
    "agent_id": NUMBER,
    "billable": FLAG,
    "executed_at": TEXT,
    "note": TEXT,
    "start_time": TEXT,
    "time_spent": TEXT,
    "timer_running": FLAG,
}


def listed(fields: Record) -> Record:
    """A ticket as lists and searches show it: without conversations, attachments and statistics."""
    hidden = ("description", "description_text", "attachments", "cc_emails", *_STATS)
    return {name: value for name, value in fields.items() if name not in hidden} | {"cc_emails": fields["cc_emails"]}


def detailed(fields: Record) -> Record:
    """A ticket as it is shown alone."""
    return {name: value for name, value in fields.items() if name not in _STATS}


def ticket_at(request: Request) -> tuple[Desk, Ticket]:
    """The ticket that the path names. Errors: 404."""
    desk = desk_of(request)
    ticket = desk.find(path_id(request))
    if ticket is None:
        raise not_found()
    return desk, ticket


def _includes(request: Request, allowed: tuple[str, ...]) -> list[str]:
    wanted = [name for name in request.query_params.get("include", "").split(",") if name]
    if not set(wanted) <= set(allowed):
        raise invalid("include", f"It should be one of these values: '{', '.join(allowed)}'")
    return wanted


async def list_tickets(request: Request) -> Response:
    """GET /tickets. Each thing included costs two more calls."""
    check_query(request, _LIST_QUERY)
    desk = desk_of(request)
    includes = _includes(request, ("requester", "stats", "description"))
    charge(request, 1 + 2 * len(includes))
    test = _test(desk, request)
    records = [ticket.fields for ticket in _filtered(desk, request) if test(ticket.fields)]
    name, kind = (
        request.query_params.get("order_by", "created_at"),
        request.query_params.get("order_type", "desc"),
    )
    if name not in _ORDERS:
        raise invalid("order_by", f"It should be one of these values: '{','.join(_ORDERS)}'")
    if kind not in ("asc", "desc"):
        raise invalid("order_type", "It should be one of these values: 'asc,desc'")
    records.sort(key=lambda r: (r[name], r["id"]), reverse=kind == "desc")
    return paged(request, records, lambda r: _embed(desk, listed(r), r, includes), LISTED_PAGES)


def _filtered(desk: Desk, request: Request) -> list[Ticket]:
    wanted = request.query_params.get("filter")
    if wanted is None:
        return [t for t in desk.living() if not t.fields["spam"]]
    if wanted not in _FILTERS:
        raise invalid("filter", f"It should be one of these values: '{','.join(_FILTERS)}'")
    if wanted == "deleted":
        return [t for t in desk.tickets.values() if t.deleted]
    if wanted == "new_and_my_open":
        mine = (None, desk.me)
        return [t for t in desk.living() if t.fields["status"] == rules.OPEN and t.fields["responder_id"] in mine]
    return [t for t in desk.living() if wanted == "spam" and t.fields["spam"]]


def _test(desk: Desk, request: Request) -> Callable[[Record], bool]:
    """What the query asks of a ticket, beside the named filter."""
    query = request.query_params
    since = query.get("updated_since")
    limit = moment("updated_since", since) if since else stamp(desk.clock() - timedelta(days=LISTED_DAYS))
    dated = "updated_at" if since else "created_at"
    equal = {name: query[name] for name in ("requester_id", "company_id") if name in query}
    for name in ("email", "unique_external_id"):
        if name in query:
            equal["requester_id"] = str(_contact(desk, name, query[name])["id"])
    return lambda fields: fields[dated] >= limit and all(str(fields[name]) == equal[name] for name in equal)


def _contact(desk: Desk, name: str, value: str) -> Record:
    found = next((p for p in desk.people.values() if (p.get(name) or "").casefold() == value.casefold()), None)
    if found is None:
        raise invalid(name, f"There is no contact matching the given {name}")
    return found


def _embed(desk: Desk, shown: Record, fields: Record, includes: list[str]) -> Record:
    person = desk.people[fields["requester_id"]]
    if "description" in includes:
        shown |= {name: fields[name] for name in ("description", "description_text")}
    if "requester" in includes:
        shown["requester"] = {name: person.get(name) for name in ("id", "name", "email", "mobile", "phone")}
    if "stats" in includes:
        shown["stats"] = {name: fields[name] for name in _STATS}
    if "company" in includes:
        company = desk.organizations.get(fields["company_id"] or 0)
        shown["company"] = {"id": company["id"], "name": company["name"]} if company else {}
    return shown


async def show_ticket(request: Request) -> Response:
    """GET /tickets/{id}. Each thing included costs one more call."""
    check_query(request, ("include",))
    desk, ticket = ticket_at(request)
    includes = _includes(request, ("conversations", "requester", "company", "stats"))
    charge(request, 1 + len(includes))
    shown = _embed(desk, detailed(ticket.fields), ticket.fields, includes)
    if "conversations" in includes:
        shown["conversations"] = ticket.comments[:CONVERSATIONS]
    return JSONResponse(shown)


async def create_ticket(request: Request) -> Response:
    """POST /tickets."""
    ticket = rules.create(desk_of(request), await body_of(request))
    return JSONResponse(detailed(ticket.fields), 201, {"location": f"{base_url(request)}/api/v2/tickets/{ticket.id}"})


async def update_ticket(request: Request) -> Response:
    """PUT /tickets/{id}."""
    desk, ticket = ticket_at(request)
    rules.update(desk, ticket, await body_of(request))
    return JSONResponse(detailed(ticket.fields))


async def delete_ticket(request: Request) -> Response:
    """DELETE /tickets/{id}: moves it to the trash."""
    desk, ticket = ticket_at(request)
    ticket.deleted = True
    desk.tell("ticket.deleted", ticket.fields)
    return Response(status_code=204)


async def restore_ticket(request: Request) -> Response:
    """PUT /tickets/{id}/restore: takes it out of the trash again."""
    ticket = desk_of(request).tickets.get(path_id(request))
    if ticket is None or not ticket.deleted:
        raise not_found()
    ticket.deleted = False
    return Response(status_code=204)


async def list_conversations(request: Request) -> Response:
    """GET /tickets/{id}/conversations, oldest first."""
    check_query(request, ("page", "per_page"))
    _, ticket = ticket_at(request)
    return paged(request, ticket.comments, dict)


async def add_note(request: Request) -> Response:
    """POST /tickets/{id}/notes: private unless said otherwise."""
    desk, ticket = ticket_at(request)
    values = _conversation_body(desk, await body_of(request), _NOTE)
    extra = {"private": values.get("private", True), "incoming": values.get("incoming", False)}
    note = rules.add_conversation(desk, ticket, values, **extra, to_emails=values.get("notify_emails") or [])
    return JSONResponse(note, 201)


async def update_conversation(request: Request) -> Response:
    """PUT /conversations/{id}: the text of a note; who sees it stays as it is."""
    desk, number = desk_of(request), path_id(request)
    found = next((c for ticket in desk.tickets.values() for c in ticket.comments if c["id"] == number), None)
    if found is None:
        raise not_found()
    values = _conversation_body(desk, await body_of(request), {"body": TEXT, "attachments": LIST})
    if found["source"] != 2:  # noqa: PLR2004 - a note, https://developers.freshdesk.com/api/#conversations
        raise invalid("id", "Only public & private notes can be edited")
    found.update(body=values["body"], body_text=rules.plain(values["body"]), updated_at=desk.now())
    return JSONResponse(found)


async def reply(request: Request) -> Response:
    """POST /tickets/{id}/reply: goes to the requester."""
    desk, ticket = ticket_at(request)
    values = _conversation_body(desk, await body_of(request), _REPLY)
    to = [desk.people[ticket.fields["requester_id"]]["email"]]
    answer = rules.add_conversation(
        desk,
        ticket,
        values,
        source=0,
        to_emails=to,
        from_email=values.get("from_email") or "support@lumora.example",
    )
    ticket.fields["first_responded_at"] = ticket.fields["first_responded_at"] or answer["created_at"]
    return JSONResponse({**answer, "replied_to": to}, 201)


def _conversation_body(desk: Desk, values: Record, known: dict[str, Check]) -> Record:
    problems = Problems()
    check_fields(values, known, problems)
    problems.refuse()
    if not values.get("body"):
        missing("body", problems)
    if values.get("user_id") and values["user_id"] not in desk.people | desk.agents:
        problems.add("user_id", "There is no contact matching the given user_id", "invalid_value")
    problems.refuse()
    return values


async def list_time_entries(request: Request) -> Response:
    """GET /tickets/{id}/time_entries."""
    _, ticket = ticket_at(request)
    return paged(request, ticket.time_entries, dict)


async def create_time_entry(request: Request) -> Response:
    """POST /tickets/{id}/time_entries. `time_spent` is `hh:mm`; without it the timer runs."""
    desk, ticket = ticket_at(request)
    values, problems = await body_of(request), Problems()
    check_fields(values, _TIME_ENTRY, problems)
    problems.refuse()
    spent = values.get("time_spent")
    if spent is not None and not re.fullmatch(r"\d{2,3}:[0-5]\d", spent):
        problems.add("time_spent", "Accepted format is hh:mm", "invalid_value")
    if values.get("agent_id") is not None and values["agent_id"] not in desk.agents:
        problems.add("agent_id", "There is no agent matching the given agent_id", "invalid_value")
    if values.get("timer_running") is False and "start_time" in values:
        text = "It cannot be set when timer_running is false"
        problems.add("start_time", text, "incompatible_field")
    problems.refuse()
    now, number = desk.now(), next(desk.ids) + 5_000_000
    entry = {
        "id": number,
        "agent_id": desk.me,
        "billable": True,
        "note": None,
        "time_spent": "00:00",
        "timer_running": spent is None,
        "ticket_id": ticket.id,
        "executed_at": now,
        "start_time": now,
        "created_at": now,
        "updated_at": now,
        **values,
    }
    ticket.time_entries.append(entry)
    return JSONResponse(entry, 201)


async def bulk_update(request: Request) -> Response:
    """POST /tickets/bulk_update: the same properties, or a reply, for many tickets, done by a job."""
    desk = desk_of(request)
    action = (await body_of(request)).get("bulk_action")
    if not isinstance(action, dict):
        raise invalid("bulk_action", "It should be a/an key/value pair", "missing_field")
    problems = Problems()
    check_fields(action, {"ids": LIST, "properties": OBJECT, "reply": OBJECT}, problems)
    problems.refuse()
    ids = action.get("ids")
    if not isinstance(ids, list) or not ids or not all(is_integer(number) for number in ids):
        missing("ids", problems, "Array")
    if not action.get("properties") and not action.get("reply"):
        problems.add("request", "Please specify at least one of properties and reply", "missing_field")
    problems.refuse()
    rules.check_bulk(desk, action.get("properties") or {})
    if action.get("reply"):
        _conversation_body(desk, action["reply"], _REPLY)

    def one(ticket: Ticket) -> None:
        if action.get("properties"):
            rules.update(desk, ticket, action["properties"], bulk=True)
        if action.get("reply"):
            rules.add_conversation(desk, ticket, action["reply"], source=0)

    return _start(request, desk, ids or [], one)


def _start(request: Request, desk: Desk, ids: list[int], one: Callable[[Ticket], None]) -> Response:
    """Start a job that is done soon. The timer inherits the request's id."""
    number = uuid.uuid4().hex[:29]
    desk.jobs[number] = job = {"id": number, "status": "IN PROGRESS"}

    def work() -> None:
        # Ids that do not exist are passed over: the documented answer has no place for them.
        for ticket_id in ids:
            if ticket := desk.find(ticket_id):
                one(ticket)
        job["status"] = "COMPLETED"

    asyncio.get_running_loop().call_later(WORKS_FOR, work)
    return JSONResponse({"job_id": number, "href": f"{base_url(request)}/api/v2/jobs/{number}"}, 202)


async def show_job(request: Request) -> Response:
    """GET /jobs/{id}."""
    job = desk_of(request).jobs.get(request.path_params["id"])
    if job is None:
        raise not_found()
    return JSONResponse(job)


ROUTES = [
    Route("/tickets", list_tickets, methods=["GET"]),
    Route("/tickets", create_ticket, methods=["POST"]),
    Route("/tickets/bulk_update", bulk_update, methods=["POST"]),
    Route("/tickets/{id}", show_ticket, methods=["GET"]),
    Route("/tickets/{id}", update_ticket, methods=["PUT"]),
    Route("/tickets/{id}", delete_ticket, methods=["DELETE"]),
    Route("/tickets/{id}/restore", restore_ticket, methods=["PUT"]),
    Route("/tickets/{id}/conversations", list_conversations, methods=["GET"]),
    Route("/tickets/{id}/notes", add_note, methods=["POST"]),
    Route("/tickets/{id}/reply", reply, methods=["POST"]),
    Route("/conversations/{id}", update_conversation, methods=["PUT"]),
    Route("/tickets/{id}/time_entries", list_time_entries, methods=["GET"]),
    Route("/tickets/{id}/time_entries", create_time_entry, methods=["POST"]),
    Route("/jobs/{id}", show_job, methods=["GET"]),
]
