"""Everything in Freshdesk that is not a ticket: contacts, companies, agents, groups.

Reference: https://developers.freshdesk.com/api/#contacts, #companies, #agents, #groups.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Desk
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
    Refused,
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
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import base_url

_CONTACT: dict[str, Check] = {
    "name": TEXT,
    "email": TEXT,
    "phone": TEXT,
    "mobile": TEXT,
    "twitter_id": TEXT,
    "unique_external_id": TEXT,
    "other_emails": TEXTS,
    "company_id": NUMBER,
    "view_all_tickets": FLAG,
    "other_companies": LIST,
    "address": TEXT,
    "custom_fields": OBJECT,
    "description": TEXT,
    "job_title": TEXT,
    "language": TEXT,
    "tags": TEXTS,
    "time_zone": TEXT,
}
_CONTACT_FILTERS = ("email", "phone", "mobile", "company_id", "unique_external_id", "state", "_updated_since")
_REACHED_BY = ("email", "phone", "mobile", "twitter_id", "unique_external_id")


def _listing(path: str, table: Callable[[Desk], dict[int, Record]], by: tuple[str, ...] = ()) -> list[Route]:
    """GET /{path} with equality filters, and GET /{path}/{id}."""

    async def many(request: Request) -> Response:
        check_query(request, ("page", "per_page", *by))
        records = [
            record
            for record in table(desk_of(request)).values()
            if all(_same(record, name, request.query_params[name]) for name in by if name in request.query_params)
        ]
        return paged(request, records, dict)

    async def one(request: Request) -> Response:
        record = table(desk_of(request)).get(path_id(request))
        if record is None:
            raise not_found()
        return JSONResponse(record)

    return [Route(f"/{path}", many, methods=["GET"]), Route(f"/{path}/{{id}}", one, methods=["GET"])]


_STATES = ("verified", "unverified", "blocked", "deleted")


def _same(record: Record, name: str, wanted: str) -> bool:
    if name == "_updated_since":
        return bool(record["updated_at"] >= moment(name, wanted))
    if name == "state":
        if wanted not in _STATES:
            raise invalid(name, f"It should be one of these values: '{','.join(_STATES)}'")
        return wanted == ("verified" if record["active"] else "unverified")
    value = record.get(name, record.get("contact", {}).get(name))
    return str(value if value is not None else "").casefold() == wanted.casefold()


async def me(request: Request) -> Response:
    """GET /agents/me: the agent whose key it is."""
    desk = desk_of(request)
    return JSONResponse(desk.agents[desk.me])


async def create_contact(request: Request) -> Response:
    """POST /contacts: a name and one way to reach the person. Errors: 409 when one is taken already."""
    desk, values, problems = desk_of(request), await body_of(request), Problems()
    check_fields(values, _CONTACT, problems)
    problems.refuse()
    if not values.get("name"):
        missing("name", problems)
    if not any(values.get(name) for name in _REACHED_BY):
        problems.add("email", f"Please fill at least 1 of {', '.join(_REACHED_BY)} fields", "missing_field")
    if values.get("company_id") is not None and values["company_id"] not in desk.organizations:
        problems.add("company_id", "There is no company matching the given company_id", "invalid_value")
    if values.get("email") and "@" not in values["email"]:
        problems.add("email", "It should be a valid email address.", "invalid_value")
    problems.refuse()
    for name in _REACHED_BY:
        if values.get(name) and any(_same(person, name, values[name]) for person in desk.people.values()):
            problem = {"field": name, "message": "It should be a unique value", "code": "duplicate_value"}
            raise Refused(409, {"description": "Validation failed", "errors": [problem]})
    contact = rules.add_contact(desk, values)
    location = f"{base_url(request)}/api/v2/contacts/{contact['id']}"
    return JSONResponse(contact, 201, {"location": location})


async def update_contact(request: Request) -> Response:
    """PUT /contacts/{id}."""
    desk, values, problems = desk_of(request), await body_of(request), Problems()
    contact = desk.people.get(path_id(request))
    if contact is None:
        raise not_found()
    check_fields(values, _CONTACT, problems)
    problems.refuse()
    contact.update(values, updated_at=desk.now())
    desk.tell("user.updated", contact)
    return JSONResponse(contact)


ROUTES = [
    Route("/agents/me", me, methods=["GET"]),
    Route("/contacts", create_contact, methods=["POST"]),
    Route("/contacts/{id}", update_contact, methods=["PUT"]),
    *_listing("contacts", lambda desk: desk.people, _CONTACT_FILTERS),
    *_listing("companies", lambda desk: desk.organizations),
    *_listing("agents", lambda desk: desk.agents, ("email", "phone", "mobile")),
    *_listing("groups", lambda desk: desk.groups),
]
