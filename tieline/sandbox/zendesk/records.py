"""Everything in Zendesk that is not a ticket: users, organizations, groups, macros, uploads.

Pages: https://developer.zendesk.com/api-reference/ticketing/users/users/,
https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/,
https://developer.zendesk.com/api-reference/ticketing/groups/groups/,
https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/,
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.sandbox.desks import Desk
from tieline.sandbox.happening import REQUEST_ID, Change, Record, stamp
from tieline.sandbox.vendor import is_integer
from tieline.sandbox.zendesk import rules
from tieline.sandbox.zendesk.tickets import shown, ticket_at
from tieline.sandbox.zendesk.wire import (
    body_of,
    desk_of,
    ids_in,
    invalid_attribute,
    link,
    not_found,
    paged,
    path_id,
    record_invalid,
)

ROLES = ("end-user", "agent", "admin")
UPLOAD_LIVES = timedelta(hours=1)
_TEXTS = ("name", "email", "role", "phone", "external_id", "notes", "details")
_TYPES: rules.Types = {
    **dict.fromkeys(_TEXTS, (rules.is_text, "a string")),
    "organization_id": (is_integer, "an integer"),
    "tags": (rules.is_texts, "an array of strings"),
}
_PERSON_FIELDS = {
    "name", "email", "role", "organization_id", "external_id", "phone", "details", "notes", "tags",
    "time_zone", "locale", "verified", "user_fields", "alias", "suspended",
}  # fmt: skip


def shower(request: Request, kind: str) -> Callable[[Record], Record]:
    """What makes a stored record of a kind (ticket, user, ...) into one with its address."""
    if kind == "ticket":
        return shown(request)
    return lambda record: {"url": link(request, f"{kind}s/{record['id']}"), **record}


def _listing(kind: str, table: Callable[[Desk], dict[int, Record]]) -> list[Route]:
    """GET /{kind}s and GET /{kind}s/{id}."""

    async def many(request: Request) -> Response:
        return paged(request, f"{kind}s", table(desk_of(request)).values(), shower(request, kind))

    async def one(request: Request) -> Response:
        record = table(desk_of(request)).get(path_id(request))
        if record is None:
            raise not_found()
        return JSONResponse({kind: shower(request, kind)(record)})

    return [Route(f"/{kind}s", many, methods=["GET"]), Route(f"/{kind}s/{{id}}", one, methods=["GET"])]


async def me(request: Request) -> Response:
    """GET /users/me: the agent whose token it is."""
    desk = desk_of(request)
    user = shower(request, "user")(desk.people[desk.me])
    return JSONResponse({"user": {**user, "authenticity_token": uuid.uuid4().hex}})


async def many_users(request: Request) -> Response:
    """GET /users/show_many: at most a hundred by id; those that are gone are left out."""
    people, show = desk_of(request).people, shower(request, "user")
    found = [show(people[number]) for number in ids_in(request) if number in people]
    return JSONResponse({"users": found, "count": len(found), "next_page": None, "previous_page": None})


async def search_users(request: Request) -> Response:
    """GET /users/search: by `query` (name, address, `email:...`) or by `external_id`."""
    query, external = request.query_params.get("query"), request.query_params.get("external_id")
    if query is None and external is None:
        raise invalid_attribute("query", "present")
    people = desk_of(request).people.values()
    if external is not None:
        found = [person for person in people if person["external_id"] == external]
    else:
        found = [person for person in people if _answers(person, query or "")]
    return paged(request, "users", found, shower(request, "user"), cursors=False)


def _answers(person: Record, query: str) -> bool:
    name, colon, value = query.partition(":")
    if colon and name in ("email", "name", "role", "phone", "notes", "external_id"):
        return str(person.get(name) or "").casefold() == value.strip('"').casefold()
    words = query.strip('"').casefold()
    return any(words in str(person.get(field) or "").casefold() for field in ("name", "email", "phone", "notes"))


async def create_user(request: Request) -> Response:
    """POST /users. Errors: 422 for a known address or no name."""
    desk = desk_of(request)
    values = _checked(desk, await body_of(request, "user"))
    if not values.get("name"):
        raise record_invalid({"name": ("Name: is too short (minimum one character)", "NameTooShort")})
    if values.get("email") and desk.person_by_email(values["email"]):
        text = f"Email: {values['email']} is already being used by another user"
        raise record_invalid({"email": (text, "DuplicateValue")})
    return _user_answer(request, rules.add_person(desk, values), 201)


async def create_or_update_user(request: Request) -> Response:
    """POST /users/create_or_update: found by address or external id; 200 when found, 201 when new."""
    desk = desk_of(request)
    values = _checked(desk, await body_of(request, "user"))
    known = desk.person_by_email(values["email"]) if values.get("email") else None
    if known is None and values.get("external_id"):
        known = next((p for p in desk.people.values() if p["external_id"] == values["external_id"]), None)
    if known is not None:
        changes = _changed(desk, known, values)
        known.update(values, updated_at=desk.now())
        desk.tell("user.updated", known, changes)
        return _user_answer(request, known, 200)
    if not values.get("name"):
        raise record_invalid({"name": ("Name: is too short (minimum one character)", "NameTooShort")})
    return _user_answer(request, rules.add_person(desk, values), 201)


def _changed(desk: Desk, person: Record, values: Record) -> list[Change]:
    now, request_id = desk.clock(), REQUEST_ID.get()
    return [
        Change(name, person.get(name), value, now, request_id)
        for name, value in values.items()
        if person.get(name) != value
    ]


def _user_answer(request: Request, person: Record, status: int) -> Response:
    user = shower(request, "user")(person)
    return JSONResponse({"user": user}, status, {"location": user["url"]})


def _checked(desk: Desk, values: Record) -> Record:
    """The known properties. Errors: 400 for wrong types, 422 for wrong values."""
    rules.check_types("user", values, _TYPES)
    email = values.get("email")
    if email is not None and "@" not in email:
        raise record_invalid({"email": (f"Email: {email} is not properly formatted", "InvalidFormat")})
    if (values.get("role") or "end-user") not in ROLES:
        raise record_invalid({"role": (f"Role: {values['role']} is not valid", "InvalidValue")})
    organization = values.get("organization_id")
    if organization is not None and organization not in desk.organizations:
        raise record_invalid({"organization": ("Organization is invalid", "InvalidValue")})
    return {name: value for name, value in values.items() if name in _PERSON_FIELDS}


async def active_macros(request: Request) -> Response:
    """GET /macros/active."""
    active = [macro for macro in desk_of(request).macros.values() if macro["active"]]
    return paged(request, "macros", active, shower(request, "macro"))


async def apply_macro(request: Request) -> Response:
    """GET /tickets/{id}/macros/{macro_id}/apply: the ticket as it would be. Nothing is changed."""
    desk, ticket = ticket_at(request)
    macro = desk.macros.get(path_id(request, "macro_id"))
    if macro is None:
        raise not_found()
    fields = dict(ticket.fields)
    comment: Record = {"body": "", "public": True, "scoped_body": []}
    for action in macro["actions"]:
        _apply(fields, comment, action["field"], action["value"])
    result = shown(request)(fields) | {"comment": comment}
    return JSONResponse({"result": {"ticket": result}})


def _apply(fields: Record, comment: Record, name: str, value: str) -> None:
    if name == "comment_value":
        comment["body"] = value
        comment["scoped_body"] = [["channel:all", value]]
    elif name == "comment_mode_is_public":
        comment["public"] = value == "true"
    elif name in ("current_tags", "set_tags"):
        before = fields["tags"] if name == "current_tags" else []
        fields["tags"] = rules.clean_tags([*before, value])
    elif name in ("group_id", "assignee_id"):
        fields[name] = int(value)
    else:
        fields[name] = value


async def upload(request: Request) -> Response:
    """POST /uploads?filename=...: the body is the file. `token=` adds a file to an earlier upload."""
    name = request.query_params.get("filename")
    if not name:
        raise invalid_attribute("filename", "present")
    desk, data = desk_of(request), await request.body()
    token = request.query_params.get("token") or uuid.uuid4().hex
    if request.query_params.get("token") and token not in desk.uploads:
        raise not_found()
    number = next(desk.ids) + 6_000_000
    attachment = {
        "id": number,
        "url": link(request, f"attachments/{number}"),
        "file_name": name,
        "content_url": link(request, f"attachments/{number}/{name}").removesuffix(".json"),
        "mapped_content_url": link(request, f"attachments/{number}/{name}").removesuffix(".json"),
        "content_type": request.headers.get("content-type", "application/octet-stream"),
        "size": len(data),
        "inline": False,
        "deleted": False,
        "thumbnails": [],
    }
    desk.uploads.setdefault(token, []).append(attachment)
    upload_record = {
        "token": token,
        "expires_at": stamp(desk.clock() + UPLOAD_LIVES),
        "attachment": attachment,
        "attachments": desk.uploads[token],
    }
    return JSONResponse({"upload": upload_record}, 201)


ROUTES = [
    Route("/users/me", me, methods=["GET"]),
    Route("/users/show_many", many_users, methods=["GET"]),
    Route("/users/search", search_users, methods=["GET"]),
    Route("/users/create_or_update", create_or_update_user, methods=["POST"]),
    Route("/users", create_user, methods=["POST"]),
    *_listing("user", lambda desk: desk.people),
    *_listing("organization", lambda desk: desk.organizations),
    *_listing("group", lambda desk: desk.groups),
    Route("/macros/active", active_macros, methods=["GET"]),
    *_listing("macro", lambda desk: desk.macros),
    Route("/tickets/{id}/macros/{macro_id}/apply", apply_macro, methods=["GET"]),
    Route("/uploads", upload, methods=["POST"]),
]
