"""What Freshdesk does to tickets and conversations when they are written: checks, defaults, side effects.

Reference: https://developers.freshdesk.com/api/#tickets, #conversations.
"""

import html
import re
from datetime import timedelta
from typing import Any

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.freshdesk.wire import (
    FLAG,
    LIST,
    NUMBER,
    OBJECT,
    TEXT,
    TEXTS,
    Check,
    Problems,
    check_fields,
    missing,
    one_of,
)
from tieline.sandbox.happening import Record, stamp

FIRST_TICKET = 5001
"""Ticket ids start here, and elsewhere than at the other help desk, so that mixing them up shows."""

OPEN, PENDING, RESOLVED, CLOSED = 2, 3, 4, 5
STATUSES = {OPEN: "Open", PENDING: "Pending", RESOLVED: "Resolved", CLOSED: "Closed"}
PRIORITIES = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
SOURCES = {1: "Email", 2: "Portal", 3: "Phone", 7: "Chat", 9: "Feedback Widget", 10: "Outbound Email"}
TYPES = ("Question", "Incident", "Problem", "Feature Request", "Refund")
DUE = {1: 72, 2: 48, 3: 24, 4: 4}
"""Hours until a ticket of each priority is due."""

_WRITABLE: dict[str, Check] = {
    "name": TEXT,
    "requester_id": NUMBER,
    "email": TEXT,
    "phone": TEXT,
    "twitter_id": TEXT,
    "facebook_id": TEXT,
    "unique_external_id": TEXT,
    "subject": TEXT,
    "type": TEXT,
    "status": NUMBER,
    "priority": NUMBER,
    "description": TEXT,
    "responder_id": NUMBER,
    "attachments": LIST,
    "custom_fields": OBJECT,
    "due_by": TEXT,
    "fr_due_by": TEXT,
    "email_config_id": NUMBER,
    "group_id": NUMBER,
    "product_id": NUMBER,
    "source": NUMBER,
    "tags": TEXTS,
    "company_id": NUMBER,
    "internal_agent_id": NUMBER,
    "internal_group_id": NUMBER,
    "parent_id": NUMBER,
}
_CREATE = {**_WRITABLE, "cc_emails": TEXTS, "related_ticket_ids": LIST}
_BULK = {**_WRITABLE, "from_email": TEXT, "skip_close_notification": FLAG}
_STORED = (
    "subject", "type", "status", "priority", "responder_id", "custom_fields", "due_by", "fr_due_by",
    "email_config_id", "group_id", "product_id", "source", "tags", "company_id", "cc_emails",
)  # fmt: skip
_WHO = ("requester_id", "email", "phone", "twitter_id", "facebook_id", "unique_external_id")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check(desk: Desk, values: Record, known: dict[str, Check], problems: Problems) -> None:
    """Everything that can be wrong with ticket fields by themselves."""
    check_fields(values, known, problems)
    if problems.errors:
        return
    one_of("status", values.get("status"), STATUSES, problems)
    one_of("priority", values.get("priority"), PRIORITIES, problems)
    one_of("source", values.get("source"), SOURCES, problems)
    one_of("type", values.get("type"), TYPES, problems)
    if values.get("email") is not None and not _ADDRESS.fullmatch(values["email"]):
        problems.add("email", "It should be a valid email address.", "invalid_value")
    references: dict[str, tuple[Any, str]] = {
        "requester_id": (desk.people, "contact"),
        "responder_id": (desk.agents, "agent"),
        "group_id": (desk.groups, "group"),
        "company_id": (desk.organizations, "company"),
    }
    for name, (table, what) in references.items():
        if values.get(name) is not None and values[name] not in table:
            problems.add(name, f"There is no {what} matching the given {name}", "invalid_value")


def create(desk: Desk, values: Record) -> Ticket:
    """Create a ticket. Status, priority and source are open, low and portal unless given."""
    problems = Problems()
    check(desk, values, _CREATE, problems)
    if not any(values.get(name) for name in _WHO):
        missing("requester_id", problems, "Positive Integer")
    if not values.get("email") and values.get("phone") and not values.get("name"):
        missing("name", problems)
    problems.refuse()
    requester = _requester(desk, values)
    now = desk.clock()
    number = max(desk.tickets, default=FIRST_TICKET - 1) + 1
    fields = blank(number, stamp(now)) | {
        "requester_id": requester["id"],
        "company_id": requester.get("company_id"),
        "source": 2,
    }
    fields |= {name: values[name] for name in _STORED if values.get(name) is not None}
    fields |= described(values.get("description") or "Not given.")
    fields["tags"] = unique(fields["tags"])
    fields["due_by"] = values.get("due_by") or stamp(now + timedelta(hours=DUE[fields["priority"]]))
    fields["fr_due_by"] = values.get("fr_due_by") or stamp(now + timedelta(hours=DUE[fields["priority"]] // 2))
    fields["attachments"] = [attachment(desk, file) for file in values.get("attachments") or []]
    ticket = desk.tickets[number] = Ticket(fields)
    desk.tell("ticket.created", fields)
    return ticket


def check_bulk(desk: Desk, values: Record) -> None:
    """Refuse properties of a bulk update that no ticket could take."""
    problems = Problems()
    check(desk, values, _BULK, problems)
    problems.refuse()


def update(desk: Desk, ticket: Ticket, values: Record, *, bulk: bool = False) -> None:
    """Change a ticket. Nothing is written when anything is wrong."""
    problems = Problems()
    check(desk, values, _BULK if bulk else _WRITABLE, problems)
    if not values:
        problems.add("request", "Please check your request body", "missing_field")
    problems.refuse()
    new = {name: values[name] for name in _STORED if name in values}
    if values.get("description") is not None:
        new |= described(values["description"])
    if values.get("tags") is not None:
        new["tags"] = unique(values["tags"])
    if any(values.get(name) for name in _WHO):
        new["requester_id"] = _requester(desk, values)["id"]
    if "status" in new and new["status"] != ticket.fields["status"]:
        new |= _moments(desk, new["status"])
    changes = desk.change(ticket, new)
    ticket.fields["attachments"] += [attachment(desk, file) for file in values.get("attachments") or []]
    if changes:
        desk.tell("ticket.updated", ticket.fields, changes)


def _moments(desk: Desk, status: int) -> Record:
    """When a ticket was resolved and closed; reopening forgets both."""
    now = desk.now()
    if status == RESOLVED:
        return {"resolved_at": now}
    if status == CLOSED:
        return {"resolved_at": now, "closed_at": now}
    return {"resolved_at": None, "closed_at": None}


def _requester(desk: Desk, values: Record) -> Record:
    """The contact who asks: by id, or by address or phone, and then created if unknown."""
    if values.get("requester_id"):
        return desk.people[values["requester_id"]]
    if values.get("email"):
        known = desk.person_by_email(values["email"])
    else:
        name = next(name for name in _WHO[2:] if values.get(name))
        known = next((p for p in desk.people.values() if p.get(name) == values[name]), None)
    if known is not None:
        return known
    mail = values.get("email")
    given = {name: values[name] for name in ("phone", "twitter_id", "unique_external_id") if values.get(name)}
    return add_contact(desk, {"name": values.get("name") or (mail or "").split("@")[0], "email": mail, **given})


def add_contact(desk: Desk, values: Record) -> Record:
    """Create a contact in Freshdesk's form."""
    contact = contact_form(max(desk.people, default=70_000) + 1, desk.now()) | values
    desk.people[contact["id"]] = contact
    desk.tell("user.created", contact)
    return contact


def contact_form(number: int, now: str) -> Record:
    """A contact with nothing filled in."""
    return {
        "id": number,
        "name": "",
        "active": False,
        "address": None,
        "company_id": None,
        "view_all_tickets": False,
        "deleted": False,
        "description": None,
        "email": None,
        "job_title": None,
        "language": "en",
        "mobile": None,
        "phone": None,
        "time_zone": "UTC",
        "twitter_id": None,
        "unique_external_id": None,
        "other_emails": [],
        "other_companies": [],
        "custom_fields": {},
        "tags": [],
        "created_at": now,
        "updated_at": now,
    }


def add_conversation(desk: Desk, ticket: Ticket, values: Record, **extra: Any) -> Record:
    """Add a note or a reply to a ticket. `extra` is what differs between the two."""
    now = desk.now()
    record = {
        "id": next(desk.ids) + 8_000_000,
        "body": values["body"],
        "body_text": plain(values["body"]),
        "incoming": False,
        "private": False,
        "user_id": values.get("user_id") or desk.me,
        "support_email": None,
        "source": 2,
        "ticket_id": ticket.id,
        "to_emails": [],
        "from_email": None,
        "cc_emails": values.get("cc_emails") or [],
        "bcc_emails": values.get("bcc_emails") or [],
        "attachments": [attachment(desk, file) for file in values.get("attachments") or []],
        "created_at": now,
        "updated_at": now,
        **extra,
    }
    ticket.comments.append(record)
    ticket.fields["updated_at"] = now
    desk.tell("comment.created", record)
    return record


def attachment(desk: Desk, file: Record) -> Record:
    """A file that was sent along; its content is not kept."""
    now, number = desk.now(), next(desk.ids) + 9_000_000
    url = f"https://attachments.sandbox.test/{number}"
    return {"id": number, **file, "attachment_url": url, "created_at": now, "updated_at": now}


def described(text: str) -> Record:
    """A description is HTML; beside it goes the text alone."""
    return {"description": text, "description_text": plain(text)}


def plain(markup: str) -> str:
    """HTML without its tags; breaks and paragraphs become line ends."""
    lines = re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", markup)
    return html.unescape(re.sub(r"<[^>]*>", "", lines)).strip()


def unique(tags: list[str]) -> list[str]:
    """Each tag once, in the given order; Freshdesk compares them without case."""
    return list({tag.strip().casefold(): tag.strip() for tag in reversed(tags) if tag.strip()}.values())[::-1]


def blank(number: int, now: str) -> Record:
    """A ticket with nothing filled in."""
    return {
        "cc_emails": [],
        "fwd_emails": [],
        "reply_cc_emails": [],
        "ticket_cc_emails": [],
        "fr_escalated": False,
        "spam": False,
        "email_config_id": None,
        "group_id": None,
        "priority": 1,
        "requester_id": None,
        "responder_id": None,
        "source": 1,
        "company_id": None,
        "status": OPEN,
        "subject": None,
        "association_type": None,
        "support_email": None,
        "to_emails": None,
        "product_id": None,
        "id": number,
        "type": None,
        "due_by": None,
        "fr_due_by": None,
        "is_escalated": False,
        "description": "",
        "description_text": "",
        "custom_fields": {},
        "tags": [],
        "attachments": [],
        "created_at": now,
        "updated_at": now,
        "resolved_at": None,
        "closed_at": None,
        "first_responded_at": None,
    }
