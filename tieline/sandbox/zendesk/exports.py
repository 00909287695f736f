"""What changed in Zendesk, what was deleted, and which fields tickets have.

Pages: https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/,
https://developer.zendesk.com/documentation/ticketing/managing-tickets/using-the-incremental-export-api/,
https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-deleted-tickets,
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import count

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.happening import Record, stamp
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.sandbox.zendesk.tickets import shown
from tieline.sandbox.zendesk.wire import Refused, by_offset, desk_of, invalid_attribute, link, paged, positive

NOT_YET = timedelta(minutes=1)
"""What changed so lately is not exported yet."""

EXPORT_PAGE = 1_000

SYSTEM_FIELDS = ("subject", "description", "status", "tickettype", "priority", "group", "assignee")


async def changed_tickets(request: Request) -> Response:
    """GET /incremental/tickets/cursor: archived and deleted tickets, too, in the order of their changes."""
    desk, until = desk_of(request), stamp(desk_of(request).clock() - NOT_YET)
    after = _after(request, until)
    size = positive(request, "per_page", EXPORT_PAGE, EXPORT_PAGE)
    told = sorted((_changed_at(desk, number), number) for number in desk.tickets)
    rest = [one for one in told if after <= one and one[0] <= until]
    chosen = rest[:size]
    last = (chosen[-1][0], chosen[-1][1] + 1) if chosen else after
    cursor = base64.urlsafe_b64encode(json.dumps(last).encode()).decode()
    show = shown(request)
    return JSONResponse(
        {
            "tickets": [show(_exported(desk, number)) for _, number in chosen],
            "after_url": f"{link(request, 'incremental/tickets/cursor')}?cursor={cursor}",
            "after_cursor": cursor,
            "before_url": None,
            "before_cursor": None,
            "end_of_stream": len(rest) <= size,
        }
    )


def _after(request: Request, until: str) -> tuple[str, int]:
    """Where the export begins: at a cursor, or at a time that must be a minute ago."""
    cursor, start = request.query_params.get("cursor"), request.query_params.get("start_time", "")
    if cursor:
        try:
            moment, number = json.loads(base64.urlsafe_b64decode(cursor))
        except ValueError:
            raise invalid_attribute("cursor", "a cursor of an earlier answer") from None
        return moment, number
    if not start.isascii() or not start.isdigit():
        raise invalid_attribute("start_time", "an integer")
    begin = stamp(datetime.fromtimestamp(int(start), UTC))
    if begin > until:
        text = "Too recent start_time. Use a start_time older than 60 seconds"
        raise Refused(422, {"error": "StartTimeTooRecent", "description": text})
    return begin, 0


def _changed_at(desk: ZendeskDesk, number: int) -> str:
    return desk.deleted.get(number) or str(desk.tickets[number].fields["updated_at"])


def _exported(desk: ZendeskDesk, number: int) -> Record:
    fields = desk.tickets[number].fields
    return {**fields, "status": "deleted", "updated_at": desk.deleted[number]} if number in desk.deleted else fields


async def deleted_tickets(request: Request) -> Response:
    """GET /deleted_tickets, by id unless `sort_by` says otherwise."""
    desk, query = desk_of(request), request.query_params
    order = query.get("sort_by", "id")
    if order not in ("id", "subject", "deleted_at"):
        raise invalid_attribute("sort_by", "one of id, subject, deleted_at")
    actor = {"id": desk.me, "name": desk.people[desk.me]["name"]}
    records = [
        {
            "id": number,
            "subject": desk.tickets[number].fields["subject"],
            "description": None,
            "actor": actor,
            "deleted_at": at,
            "previous_state": desk.tickets[number].fields["status"],
        }
        for number, at in desk.deleted.items()
    ]
    records.sort(key=lambda one: (str(one[order]), one["id"]), reverse=query.get("sort_order") == "desc")
    return JSONResponse(by_offset(request, "deleted_tickets", records, dict))


async def ticket_fields(request: Request) -> Response:
    """GET /ticket_fields: Zendesk's own and the account's."""
    return paged(request, "ticket_fields", desk_of(request).fields.values(), dict)


def add_field(desk: ZendeskDesk, kind: str, title: str, *options: str) -> int:
    """Give tickets a field; what is chosen in it is kept as a tag. Returns its id."""
    number = next(number for number in count(360_001) if number not in desk.fields)
    chosen = [
        {"id": number * 10 + place, "name": name, "raw_name": name, "value": name.lower().replace(" ", "_")}
        for place, name in enumerate(options)
    ]
    desk.fields[number] = {
        "id": number,
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": "",
        "active": True,
        "required": False,
        "removable": kind not in SYSTEM_FIELDS,
        "tag": None,
        "created_at": desk.now(),
        "updated_at": desk.now(),
        **({"custom_field_options": chosen} if kind in ("tagger", "multiselect") else {}),
    }
    return number


ROUTES = [
    Route("/incremental/tickets/cursor", changed_tickets, methods=["GET"]),
    Route("/deleted_tickets", deleted_tickets, methods=["GET"]),
    Route("/ticket_fields", ticket_fields, methods=["GET"]),
]
