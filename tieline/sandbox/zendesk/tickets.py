"""Zendesk tickets, one at a time: list, show, create, update, delete, tags, comments, audits.

Pages: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/,
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/,
https://developer.zendesk.com/api-reference/ticketing/ticket-management/tags/,
https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
"""

from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Ticket
from tieline.sandbox.happening import Record
from tieline.sandbox.zendesk import rules
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.sandbox.zendesk.wire import (
    Refused,
    body_of,
    desk_of,
    ids_in,
    invalid_attribute,
    json_body,
    link,
    not_found,
    paged,
    path_id,
)

KEYS_LIVE = timedelta(hours=2)
"""How long an idempotency key is remembered."""

_SORTS = ("id", "updated_at", "status")


def shown(request: Request) -> Callable[[Record], Record]:
    """What makes a stored ticket into one with addresses."""
    return lambda fields: {
        "url": link(request, f"tickets/{fields['id']}"),
        **fields,
        "fields": fields["custom_fields"],
    }


def ticket_at(request: Request) -> tuple[ZendeskDesk, Ticket]:
    """The ticket that the path names. Errors: 404."""
    desk = desk_of(request)
    ticket = desk.find(path_id(request))
    if ticket is None:
        raise not_found()
    return desk, ticket


async def list_tickets(request: Request) -> Response:
    """GET /tickets: every ticket that is not deleted."""
    desk = desk_of(request)
    records = [ticket.fields for ticket in desk.living()]
    wanted = request.query_params.get("external_id")
    if wanted is not None:
        records = [record for record in records if record["external_id"] == wanted]
    return paged(request, "tickets", records, shown(request), order=_order(request))


def _order(request: Request) -> tuple[str, bool]:
    """`sort=-updated_at` with cursors, `sort_by` and `sort_order` with offsets."""
    query = request.query_params
    text = query.get("sort")
    if text is None:
        name, descending = query.get("sort_by", "id"), query.get("sort_order") == "desc"
        allowed: tuple[str, ...] = (*_SORTS, "created_at")
    else:
        name, descending, allowed = text.removeprefix("-"), text.startswith("-"), _SORTS
    if name not in allowed:
        raise invalid_attribute("sort", f"one of {', '.join(allowed)}")
    return name, descending


async def show_ticket(request: Request) -> Response:
    """GET /tickets/{id}."""
    _, ticket = ticket_at(request)
    return JSONResponse({"ticket": shown(request)(ticket.fields)})


async def show_many(request: Request) -> Response:
    """GET /tickets/show_many: up to 100 tickets; ids that do not exist are left out."""
    desk = desk_of(request)
    found = [ticket.fields for number in ids_in(request) if (ticket := desk.find(number))]
    return paged(request, "tickets", found, shown(request), cursors=False)


async def count_tickets(request: Request) -> Response:
    """GET /tickets/count."""
    desk = desk_of(request)
    return JSONResponse({"count": {"value": len(desk.living()), "refreshed_at": desk.now()}})


async def create_ticket(request: Request) -> Response:
    """POST /tickets, with `Idempotency-Key`: the same key and body give the first answer again."""
    desk = desk_of(request)
    key, raw = request.headers.get("idempotency-key"), await request.body()
    known = desk.replies.get(key) if key else None
    if known and desk.clock() - known["at"] < KEYS_LIVE:
        if known["raw"] != raw:
            raise Refused(
                400,
                {
                    "error": "IdempotentRequestError",
                    "description": "Request parameters don't match the given idempotency key",
                },
            )
        return JSONResponse(known["answer"], 201, {**known["headers"], "x-idempotency-lookup": "hit"})
    ticket = rules.create(desk, await body_of(request, "ticket"))
    answer = {"ticket": shown(request)(ticket.fields)}
    headers = {"location": link(request, f"tickets/{ticket.id}")}
    if key:
        desk.replies[key] = {"raw": raw, "answer": answer, "headers": headers, "at": desk.clock()}
        headers = {**headers, "x-idempotency-lookup": "miss"}
    return JSONResponse(answer, 201, headers)


async def update_ticket(request: Request) -> Response:
    """PUT /tickets/{id}: fields, tags, a comment; `safe_update` with `updated_stamp` refuses lost updates."""
    desk, ticket = ticket_at(request)
    audit = rules.update(desk, ticket, await body_of(request, "ticket"))
    return JSONResponse({"ticket": shown(request)(ticket.fields), "audit": audit})


async def delete_ticket(request: Request) -> Response:
    """DELETE /tickets/{id}: the ticket goes to the deleted ones."""
    desk, ticket = ticket_at(request)
    desk.throw_away(ticket)
    return Response(status_code=204)


async def list_comments(request: Request) -> Response:
    """GET /tickets/{id}/comments, oldest first unless asked otherwise."""
    _, ticket = ticket_at(request)
    query = request.query_params
    newest_first = query.get("sort") == "-created_at" or query.get("sort_order") == "desc"
    return paged(request, "comments", ticket.comments, dict, order=("created_at", newest_first))


async def list_audits(request: Request) -> Response:
    """GET /tickets/{id}/audits."""
    _, ticket = ticket_at(request)
    return paged(request, "audits", ticket.audits, dict)


async def list_tags(request: Request) -> Response:
    """GET /tickets/{id}/tags."""
    _, ticket = ticket_at(request)
    return JSONResponse({"tags": ticket.fields["tags"]})


async def change_tags(request: Request) -> Response:
    """POST sets the tags of a ticket, PUT adds to them, DELETE takes some away."""
    desk, ticket = ticket_at(request)
    body = await json_body(request)
    if "tags" not in body:
        raise invalid_attribute("tags", "an array of strings")
    name = {"POST": "tags", "PUT": "additional_tags", "DELETE": "remove_tags"}[request.method]
    # The documentation writes `safe_update` as a string here and as a boolean on tickets.
    safe = str(body.get("safe_update", "")).lower() == "true"
    values = {name: body["tags"], "safe_update": safe, "updated_stamp": body.get("updated_stamp")}
    rules.update(desk, ticket, values)
    return JSONResponse({"tags": ticket.fields["tags"]}, 201 if request.method == "POST" else 200)


ROUTES = [
    Route("/tickets", list_tickets, methods=["GET"]),
    Route("/tickets", create_ticket, methods=["POST"]),
    Route("/tickets/show_many", show_many, methods=["GET"]),
    Route("/tickets/count", count_tickets, methods=["GET"]),
    Route("/tickets/{id}", show_ticket, methods=["GET"]),
    Route("/tickets/{id}", update_ticket, methods=["PUT"]),
    Route("/tickets/{id}", delete_ticket, methods=["DELETE"]),
    Route("/tickets/{id}/comments", list_comments, methods=["GET"]),
    Route("/tickets/{id}/audits", list_audits, methods=["GET"]),
    Route("/tickets/{id}/tags", list_tags, methods=["GET"]),
    Route("/tickets/{id}/tags", change_tags, methods=["POST", "PUT", "DELETE"]),
]
