"""What Zendesk does to a ticket when it is written: checks, side effects, audit.

Pages: https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/,
https://developer.zendesk.com/documentation/ticketing/managing-tickets/creating-and-updating-tickets/,
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
"""

from collections.abc import Callable
from typing import Any

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.happening import Change, Record
from tieline.sandbox.vendor import is_integer
from tieline.sandbox.zendesk.wire import Refused, invalid_attribute, not_found, record_invalid

FIRST_TICKET = 1001
"""Ticket ids start here, and elsewhere than at the other help desk, so that mixing them up shows."""

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")

_CHOICES = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}


Types = dict[str, tuple[Callable[[Any], bool], str]]
"""What fits a parameter, and how Zendesk calls that."""


def is_text(value: Any) -> bool:
    """Whether a JSON value is a string."""
    return isinstance(value, str)


def is_texts(value: Any) -> bool:
    """Whether a JSON value is a list of strings."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_COMMENT: Types = {
    "body": (is_text, "a string"),
    "html_body": (is_text, "a string"),
    "public": (lambda v: isinstance(v, bool), "a boolean"),
    "author_id": (is_integer, "an integer"),
    "uploads": (is_texts, "an array of strings"),
}
_REQUESTER: Types = {"name": (is_text, "a string"), "email": (is_text, "a string")}


def _are_values(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and is_integer(one.get("id")) for one in value)


_TYPES: Types = {
    "subject": (is_text, "a string"),
    "external_id": (is_text, "a string"),
    "due_at": (is_text, "a string"),
    "status": (is_text, "a string"),
    "priority": (is_text, "a string"),
    "type": (is_text, "a string"),
    "group_id": (is_integer, "an integer"),
    "assignee_id": (is_integer, "an integer"),
    "requester_id": (is_integer, "an integer"),
    "organization_id": (is_integer, "an integer"),
    "problem_id": (is_integer, "an integer"),
    "ticket_form_id": (is_integer, "an integer"),
    "tags": (is_texts, "an array of strings"),
    "additional_tags": (is_texts, "an array of strings"),
    "remove_tags": (is_texts, "an array of strings"),
    "custom_fields": (_are_values, "an array of objects, each with the id of its field"),
    "comment": (lambda v: isinstance(v, dict), "a hash"),
    "requester": (lambda v: isinstance(v, dict), "a hash"),
}
"""The parameters of a ticket and their types. Zendesk passes over parameters that it does not know."""

_STORED = (
    "subject",
    "external_id",
    "due_at",
    "status",
    "priority",
    "type",
    "group_id",
    "assignee_id",
    "requester_id",
    "organization_id",
    "problem_id",
    "ticket_form_id",
    "custom_fields",
)


def check(desk: Desk, values: Record) -> None:
    """Refuse values of the wrong type (400), unknown choices and unknown references (422)."""
    check_types("ticket", values, _TYPES)
    check_types("ticket.comment", values.get("comment") or {}, _COMMENT)
    check_types("ticket.requester", values.get("requester") or {}, _REQUESTER)
    problems: dict[str, tuple[str, str]] = {}
    for name, choices in _CHOICES.items():
        if values.get(name) is not None and values[name] not in choices:
            problems[name] = (f"{name.capitalize()}: {values[name]} is not valid", "InvalidValue")
    for name, known in _references(desk).items():
        if values.get(name) is not None and values[name] not in known:
            label = name.removesuffix("_id")
            problems[label] = (f"{label.capitalize()} is invalid", "InvalidValue")
    if problems:
        raise record_invalid(problems)


def check_types(where: str, values: Record, types: Types) -> None:
    """Refuse values of another type than the documented one."""
    for name, (fits, must_be) in types.items():
        if values.get(name) is not None and not fits(values[name]):
            raise invalid_attribute(f"{where}.{name}", must_be)


def _references(desk: Desk) -> dict[str, Any]:
    return {
        "group_id": desk.groups,
        "assignee_id": desk.agents,
        "requester_id": desk.people,
        "organization_id": desk.organizations,
        "problem_id": desk.tickets,
    }


def create(desk: Desk, values: Record, via: str = "api") -> Ticket:
    """Create a ticket as the authenticated agent."""
    check(desk, values)
    comment = values.get("comment") or {}
    body = _comment_text(comment)
    if not body.strip():
        raise record_invalid({"base": ("Description: cannot be blank", "BlankValue")})
    requester = _requester(desk, values)
    number = max(desk.tickets, default=FIRST_TICKET - 1) + 1
    now = desk.now()
    ticket = Ticket(
        blank(number, now)
        | {
            "via": {"channel": via, "source": {"from": {}, "to": {}, "rel": None}},
            "raw_subject": values.get("subject"),
            "description": body,
            "requester_id": requester,
            # Mail is from whoever wrote it; what comes through the API is from the agent whose token it is.
            "submitter_id": requester if via == "email" else desk.me,
            "organization_id": desk.people[requester].get("organization_id"),
            "is_public": comment.get("public", True),
        }
    )
    ticket.fields.update({name: values[name] for name in _STORED if values.get(name) is not None})
    ticket.fields.update(_consequences(desk, ticket, values))
    ticket.fields["tags"] = clean_tags(values.get("tags") or [])
    desk.tickets[number] = ticket
    first = _new_comment(desk, ticket, comment)
    desk.tell("ticket.created", ticket.fields)
    desk.tell("comment.created", first, parent=ticket.fields)
    return ticket


def update(desk: Desk, ticket: Ticket, values: Record) -> Record:
    """Update a ticket; returns the audit. Errors: 409 for a safe update too late, 422 for a closed ticket."""
    check(desk, values)
    if values.get("safe_update") and values.get("updated_stamp") != ticket.fields["updated_at"]:
        raise Refused(
            409,
            {
                "error": "UpdateConflict",
                "description": "Safe Update prevented the update due to outdated ticket data. "
                "Please fetch the latest ticket data and try again.",
            },
        )
    if ticket.fields["status"] == "closed":
        raise record_invalid({"status": ("Status: closed prevents ticket update", "ClosedTicket")})
    new = {name: values[name] for name in _STORED if name in values}
    if "custom_fields" in new:
        told = {one["id"]: one for one in (*ticket.fields["custom_fields"], *(new["custom_fields"] or []))}
        new["custom_fields"] = list(told.values())
    if "requester" in values:
        new["requester_id"] = _requester(desk, values)
    new |= _consequences(desk, ticket, values)
    tags = _tags_after(ticket.fields["tags"], values)
    if tags is not None:
        new["tags"] = tags
    _check_solvable(ticket, new)
    comment = values.get("comment")
    if comment is not None and not _comment_text(comment).strip() and not comment.get("uploads"):
        raise record_invalid({"base": ("Comment: cannot be blank", "BlankValue")})
    changes = desk.change(ticket, new)
    added = add_comment(desk, ticket, comment) if comment is not None else None
    if changes or added:
        desk.tell("ticket.updated", ticket.fields, changes)
    return _audit(desk, ticket, changes, added)


def _check_solvable(ticket: Ticket, new: Record) -> None:
    after = {**ticket.fields, **new}
    if new.get("status") == "solved" and after["assignee_id"] is None:
        raise record_invalid({"base": ("Assignee: is required when solving a ticket", "BlankValue")})


def _consequences(desk: Desk, ticket: Ticket, values: Record) -> Record:
    """What an assignment brings with it: a group that the agent is in, and the status open."""
    result: Record = {}
    before = ticket.fields
    assignee = values.get("assignee_id", before["assignee_id"])
    group = values.get("group_id", before["group_id"])
    if values.get("assignee_id") is not None:
        groups = desk.agents[values["assignee_id"]]["group_ids"]
        if group not in groups:
            result["group_id"] = groups[0]
        if before["status"] == "new" and values.get("status") in (None, "new"):
            result["status"] = "open"
    elif "group_id" in values and assignee is not None and group not in desk.agents[assignee]["group_ids"]:
        result["assignee_id"] = None
    return result


def clean_tags(tags: list[str]) -> list[str]:
    """Tags as Zendesk keeps them: lower case, split at blanks, sorted, each once."""
    return sorted({word for tag in tags for word in tag.lower().split()})


def _tags_after(before: list[str], values: Record) -> list[str] | None:
    if not {"tags", "additional_tags", "remove_tags"} & values.keys():
        return None
    tags = set(clean_tags(values["tags"] or [])) if "tags" in values else set(before)
    tags |= set(clean_tags(values.get("additional_tags") or []))
    return sorted(tags - set(clean_tags(values.get("remove_tags") or [])))


def _requester(desk: Desk, values: Record) -> int:
    """Who asks: the given person, a person with the given address (created if new), or the caller."""
    given = values.get("requester")
    if not given:
        return int(values.get("requester_id") or desk.me)
    email = given.get("email")
    if not isinstance(email, str) or "@" not in email:
        raise record_invalid({"requester": (f"Requester: Email: {email} is not properly formatted", "InvalidFormat")})
    known = desk.person_by_email(email)
    if known is None:
        if not given.get("name"):
            raise record_invalid(
                {"requester": ("Requester: Name: is too short (minimum one character)", "NameTooShort")}
            )
        known = add_person(desk, {"name": given["name"], "email": email})
    return int(known["id"])


def add_person(desk: Desk, values: Record) -> Record:
    """Create a user in Zendesk's form."""
    now = desk.now()
    person = {
        "id": max(desk.people, default=900_000) + 1,
        "name": values["name"],
        "email": values.get("email"),
        "created_at": now,
        "updated_at": now,
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "locale": "en-US",
        "role": "end-user",
        "verified": False,
        "active": True,
        "suspended": False,
        "phone": None,
        "organization_id": None,
        "external_id": None,
        "details": "",
        "notes": "",
        "tags": [],
        "user_fields": {},
        **values,
    }
    desk.people[person["id"]] = person
    desk.tell("user.created", person)
    return person


def _comment_text(comment: Record) -> str:
    return str(comment.get("body") or comment.get("html_body") or "")


def add_comment(desk: Desk, ticket: Ticket, comment: Record) -> Record:
    """Add a comment, with the uploads it names. Errors: 404 for an unknown upload token."""
    record = _new_comment(desk, ticket, comment)
    desk.tell("comment.created", record, parent=ticket.fields)
    return record


def _new_comment(desk: Desk, ticket: Ticket, comment: Record) -> Record:
    text = _comment_text(comment)
    attachments: list[Record] = []
    for token in comment.get("uploads") or []:
        if token not in desk.uploads:
            raise not_found()
        attachments += desk.uploads[token]
    author = comment.get("author_id") or desk.me
    if author not in desk.people:
        raise record_invalid({"comment": ("Author is invalid", "InvalidValue")})
    record = {
        "id": next(desk.ids) + 7_000_000,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "html_body": comment.get("html_body") or f'<div class="zd-comment" dir="auto">{_escaped(text)}</div>',
        "plain_body": text,
        "public": comment.get("public", True),
        "attachments": attachments,
        "audit_id": next(desk.ids) + 7_000_000,
        "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": desk.now(),
        "metadata": {"system": {}, "custom": {}},
    }
    ticket.comments.append(record)
    ticket.fields["updated_at"] = record["created_at"]
    return record


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def _audit(desk: Desk, ticket: Ticket, changes: list[Change], comment: Record | None) -> Record:
    """The audit of one update: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/."""
    events: list[Record] = [
        {
            "id": next(desk.ids) + 8_000_000,
            "type": "Change",
            "field_name": change.field,
            "value": change.new,
            "previous_value": change.old,
        }
        for change in changes
    ]
    if comment is not None:
        events.append(comment)
    audit: Record = {
        "id": comment["audit_id"] if comment else next(desk.ids) + 7_000_000,
        "ticket_id": ticket.id,
        "created_at": desk.now(),
        "author_id": desk.me,
        "metadata": {"system": {}, "custom": {}},
        "events": events,
        "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
    }
    if events:
        ticket.audits.append(audit)
    return audit


def blank(number: int, now: str) -> Record:
    """A ticket with nothing filled in."""
    return {
        "id": number,
        "external_id": None,
        "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": now,
        "updated_at": now,
        "type": None,
        "subject": None,
        "raw_subject": None,
        "description": "",
        "priority": None,
        "status": "new",
        "recipient": None,
        "requester_id": None,
        "submitter_id": None,
        "assignee_id": None,
        "organization_id": None,
        "group_id": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [],
        "custom_fields": [],
        "satisfaction_rating": None,
        "sharing_agreement_ids": [],
        "followup_ids": [],
        "ticket_form_id": None,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }
