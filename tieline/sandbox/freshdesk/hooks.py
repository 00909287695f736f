"""What Freshdesk's automation rules send. A rule signs nothing: it sends a header and a JSON of its author's making.

The rules here are the ones that our documentation asks an admin to make, with the header `X-Tieline-Secret`.
Pages: https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules, on retries
https://supportsandbox.freshdesk.com/support/solutions/articles/11000000028141-receiving-webhook-failure-emails
"""

import json
from collections.abc import Iterator

from tieline.sandbox.freshdesk import rules
from tieline.sandbox.freshdesk.memory import FreshdeskDesk
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants

HEADER = "X-Tieline-Secret"
#: Freshdesk does not say how long it waits for an answer.
TIMEOUT = 15.0
#: Seconds until each of the three tries that follow a failure.
AGAIN = (300.0, 1800.0, 3600.0)
_NOTE = 2
_SOLVED = {rules.RESOLVED: "ticket_resolved", rules.CLOSED: "ticket_closed"}


def messages(event: Event, desk: FreshdeskDesk) -> Iterator[Message]:
    """One message for each rule that applies."""
    for name, values in _applying(event, desk):
        yield Message(name, json.dumps({"event": name, **values}).encode())


def _applying(event: Event, desk: FreshdeskDesk) -> Iterator[tuple[str, Record]]:
    record = event.record
    if event.name == "ticket.created":
        yield "ticket_created", _ticket(record)
    elif event.name == "ticket.updated":
        yield "ticket_updated", _ticket(record)
        solved = next((_SOLVED[c.new] for c in event.changes if c.field == "status" and c.new in _SOLVED), None)
        if solved:
            yield solved, _ticket(record)
    elif event.name == "comment.created" and record["source"] == _NOTE:
        ticket = desk.tickets[record["ticket_id"]].fields
        yield "note_created", {**_ticket(ticket), "note": record["body_text"]}
    elif event.name in ("user.created", "user.updated"):
        values = {"contact_id": record["id"], "email": record["email"], "updated_at": record["updated_at"]}
        yield event.name.replace("user.", "contact_"), values


def _ticket(fields: Record) -> Record:
    """What the placeholders {{ticket.id}}, {{ticket.subject}}, {{ticket.status}} and {{ticket.priority}} become."""
    return {
        "ticket_id": fields["id"],
        "subject": fields["subject"],
        "status": rules.STATUSES[fields["status"]],
        "priority": rules.PRIORITIES[fields["priority"]],
        "updated_at": fields["updated_at"],
    }


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: the secret itself stands in one of them."""
    return {"content-type": "application/json", HEADER.lower(): delivery.subscription.secret}


def again(delivery: Delivery) -> float | None:
    """After five minutes, half an hour and an hour."""
    return AGAIN[delivery.failures - 1] if delivery.failures <= len(AGAIN) else None


MANNER = Manner(
    messages,
    wants,
    sign,
    TIMEOUT,
    again,
    "https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules",
)
