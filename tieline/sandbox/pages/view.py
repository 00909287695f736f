"""What the pages show of a ticket: names instead of numbers, the same words for both help desks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.freshdesk import rules as freshdesk
from tieline.sandbox.happening import Change, Record

NOTHING = "none"

_CODES = {"status": freshdesk.STATUSES, "priority": freshdesk.PRIORITIES}
_FIELDS = {
    "group_id": "group",
    "assignee_id": "assignee",
    "responder_id": "assignee",
    "requester_id": "requester",
    "organization_id": "organization",
    "company_id": "company",
}


@dataclass(frozen=True)
class Row:
    """A ticket in a list."""

    id: int
    subject: str
    requester: str
    status: str
    priority: str
    tags: list[str]
    new_tags: set[str]
    group: str
    updated: str
    changed: bool


@dataclass(frozen=True)
class Step:
    """One change, readable. `added` and `removed` are set for tags."""

    field: str
    old: str
    new: str
    at: datetime
    request_id: str
    added: list[str]
    removed: list[str]


@dataclass(frozen=True)
class Said:
    """One entry of a conversation."""

    author: str
    kind: str
    at: str
    text: str
    files: list[Record]


def row(desk: Desk, ticket: Ticket) -> Row:
    """A ticket for the list."""
    fields = ticket.fields
    first = next((change.old for change in ticket.changes if change.field == "tags"), fields["tags"])
    return Row(
        ticket.id,
        fields["subject"] or "(no subject)",
        person(desk, fields["requester_id"]),
        readable(desk, "status", fields["status"]),
        readable(desk, "priority", fields["priority"]),
        fields["tags"],
        set(fields["tags"]) - set(first or []),
        readable(desk, "group_id", fields["group_id"]),
        fields["updated_at"],
        bool(ticket.changes),
    )


def readable(desk: Desk, field: str, value: Any) -> str:
    """A value as people say it."""
    if value is None or value in ("", []):
        return NOTHING
    if field == "tags":
        return ", ".join(value)
    if field in ("assignee_id", "responder_id", "requester_id"):
        return person(desk, value)
    if field in ("group_id", "organization_id", "company_id"):
        table = desk.groups if field == "group_id" else desk.organizations
        return str(table.get(value, {}).get("name", value))
    codes = _CODES.get(field, {}) if desk.system == "freshdesk" else {}
    return codes.get(value, str(value)).lower() if codes else str(value)


def person(desk: Desk, number: int | None) -> str:
    """The name of a customer or an agent."""
    if number is None:
        return NOTHING
    known = desk.people.get(number) or desk.agents.get(number, {})
    return str(known.get("name") or known.get("contact", {}).get("name") or number)


def step(desk: Desk, change: Change) -> Step:
    """A change, readable."""
    before, after = (set(v or []) if change.field == "tags" else set() for v in (change.old, change.new))
    return Step(
        _FIELDS.get(change.field, change.field),
        readable(desk, change.field, change.old),
        readable(desk, change.field, change.new),
        change.at,
        change.request_id,
        sorted(after - before),
        sorted(before - after),
    )


def before_and_after(desk: Desk, ticket: Ticket) -> list[Step]:
    """Each changed field once: what it was at first, and what it is now."""
    first: dict[str, Change] = {}
    for change in ticket.changes:
        seen = first.get(change.field, change)
        first[change.field] = Change(change.field, seen.old, change.new, change.at, change.request_id)
    return [step(desk, change) for change in first.values() if change.old != change.new]


def conversation(desk: Desk, ticket: Ticket) -> list[Said]:
    """Everything that was said, oldest first, the customer's first message included."""
    fields = ticket.fields
    said = [_said(desk, ticket, comment) for comment in ticket.comments]
    if desk.system == "freshdesk":
        opening = fields["description_text"]
        author = person(desk, fields["requester_id"])
        said.insert(0, Said(author, "customer", fields["created_at"], opening, fields["attachments"]))
    return said


def _said(desk: Desk, ticket: Ticket, comment: Record) -> Said:
    author = comment.get("author_id") or comment.get("user_id")
    public = comment["public"] if "public" in comment else not comment["private"]
    kind = "customer" if author == ticket.fields["requester_id"] else "agent"
    text = str(comment.get("body_text", comment["body"]))
    return Said(person(desk, author), kind if public else "note", comment["created_at"], text, comment["attachments"])
