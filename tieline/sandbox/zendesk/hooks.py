"""What Zendesk tells those who subscribe to its events.

Pages: https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/ (and `user-events/`),
https://developer.zendesk.com/documentation/webhooks/verifying/,
https://developer.zendesk.com/documentation/webhooks/anatomy-of-a-webhook-request/,
https://developer.zendesk.com/api-reference/webhooks/introduction/ (retries)
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from tieline.sandbox.happening import Change, Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription, wants
from tieline.sandbox.zendesk.memory import ZendeskDesk

PREFIX = "zen:event-type:"
#: Webhooks that triggers and automations call; they subscribe to no event.
BY_TRIGGER = "conditional_ticket_events"
ACCOUNT = 12_514_403
VERSION = "2022-11-06"
#: Zendesk waits this long, tries again this often after silence and after 409, and heeds a Retry-After up to a minute.
#: It does not say how long it waits in between: here 1, 2, 4 ... seconds.
TIMEOUT, AFTER_SILENCE, AFTER_CONFLICT, LONGEST_WAIT = 10.0, 5, 3, 60
_CONFLICT, _BUSY = 409, (429, 503)

_TICKET_EVENTS = {
    "status": "status_changed",
    "priority": "priority_changed",
    "type": "type_changed",
    "subject": "subject_changed",
    "description": "description_changed",
    "group_id": "group_assignment_changed",
    "assignee_id": "agent_assignment_changed",
    "requester_id": "requester_changed",
    "organization_id": "organization_changed",
    "external_id": "external_id_changed",
    "problem_id": "problem_link_changed",
    "due_at": "task_due_at_changed",
    "ticket_form_id": "form_changed",
    "custom_fields": "custom_field_changed",
}
_USER_EVENTS = {
    "name": "name_changed",
    "role": "role_changed",
    "external_id": "external_id_changed",
    "details": "details_changed",
    "notes": "notes_changed",
}
#: Words that events write in capitals.
_CAPITALS = ("status", "priority", "type")


def messages(event: Event, desk: ZendeskDesk) -> Iterator[Message]:
    """One message for each thing that happened; those of one request carry the same sequence id."""
    told = _TELLS[event.name](event, desk) if event.name in _TELLS else ()
    for position, (kind, detail, said) in enumerate(told, 1):
        sequence = {"id": uuid.uuid5(uuid.NAMESPACE_OID, event.request_id).hex.upper(), "position": position}
        record = kind.partition(".")[0]
        number = str(uuid.uuid4())
        body = {
            "type": PREFIX + kind,
            "account_id": ACCOUNT,
            "id": number,
            "time": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
            "zendesk_event_version": VERSION,
            "subject": f"zen:{record}:{detail['id']}",
            "detail": detail,
            "event": {"meta": {"sequence": sequence}, **said},
        }
        yield Message(PREFIX + kind, json.dumps(body).encode(), number)


_Told = tuple[str, Record, Record]
"""What Zendesk calls it, the record as it is now, and what is said of the event itself."""


def _ticket_created(event: Event, desk: ZendeskDesk) -> Iterator[_Told]:
    yield "ticket.created", _ticket(event.record, desk), {}


def _ticket_deleted(event: Event, desk: ZendeskDesk) -> Iterator[_Told]:
    yield "ticket.soft_deleted", _ticket(event.record, desk), {}


def _comment_created(event: Event, desk: ZendeskDesk) -> Iterator[_Told]:
    if event.parent is not None:
        yield "ticket.comment_added", _ticket(event.parent, desk), {"comment": _comment(event.record, desk)}


def _ticket_updated(event: Event, desk: ZendeskDesk) -> Iterator[_Told]:
    for change in event.changes:
        if change.field == "tags":
            yield "ticket.tags_changed", _ticket(event.record, desk), _tags(change)
        elif change.field in _TICKET_EVENTS:
            yield f"ticket.{_TICKET_EVENTS[change.field]}", _ticket(event.record, desk), _before_and_after(change)


def _user_created(event: Event, _desk: ZendeskDesk) -> Iterator[_Told]:
    yield "user.created", _user(event.record), {}


def _user_updated(event: Event, _desk: ZendeskDesk) -> Iterator[_Told]:
    for change in event.changes:
        if change.field in _USER_EVENTS:
            yield f"user.{_USER_EVENTS[change.field]}", _user(event.record), _before_and_after(change)


_TELLS: dict[str, Callable[[Event, ZendeskDesk], Iterator[_Told]]] = {
    "ticket.created": _ticket_created,
    "ticket.updated": _ticket_updated,
    "ticket.deleted": _ticket_deleted,
    "comment.created": _comment_created,
    "user.created": _user_created,
    "user.updated": _user_updated,
}


def _ticket(fields: Record, desk: ZendeskDesk) -> Record:
    """A ticket as events show it: ids are strings, and some words are in capitals."""
    ids = ("assignee_id", "group_id", "id", "organization_id", "requester_id", "submitter_id")
    same = ("created_at", "description", "external_id", "is_public", "subject", "tags", "updated_at")
    mailed = fields["via"]["channel"] == "email" and fields["updated_at"] == fields["created_at"]
    actor = fields["requester_id"] if mailed else desk.me
    return {
        "actor_id": str(actor),
        "brand_id": None,
        "custom_status": None,
        "form_id": _text(fields["ticket_form_id"]),
        **{name: fields[name] for name in same},
        **{name: _text(fields[name]) for name in ids},
        **{name: _capitals(fields[name]) for name in _CAPITALS},
        "via": {"channel": fields["via"]["channel"]},
    }


def _comment(comment: Record, desk: ZendeskDesk) -> Record:
    author = desk.people[comment["author_id"]]
    return {
        "id": str(comment["id"]),
        "body": comment["body"],
        "is_public": comment["public"],
        "author": {
            "id": str(author["id"]),
            "is_staff": author["role"] in ("agent", "admin"),
            "name": author["name"],
        },
    }


def _user(person: Record) -> Record:
    same = ("created_at", "email", "external_id", "name", "role", "updated_at")
    ids = {name: _text(person.get(name)) for name in ("id", "organization_id", "default_group_id")}
    return {**{name: person[name] for name in same}, **ids}


def _tags(change: Change) -> Record:
    before, after = set(change.old or []), set(change.new or [])
    return {"tags_added": sorted(after - before), "tags_removed": sorted(before - after)}


def _before_and_after(change: Change) -> Record:
    show = _capitals if change.field in _CAPITALS else _text if change.field.endswith("_id") else _as_it_is
    return {"current": show(change.new), "previous": show(change.old)}


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _capitals(value: Any) -> str | None:
    return None if value is None else str(value).upper()


def sign(delivery: Delivery, now: float) -> dict[str, str]:
    """The headers of one try: HMAC-SHA256 in base64 over the timestamp and the body, with nothing between them."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = moment.encode() + delivery.message.body
    made = hmac.digest(delivery.subscription.secret.encode(), signed, hashlib.sha256)
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zendesk Webhook",
        "x-zendesk-account-id": str(ACCOUNT),
        "x-zendesk-webhook-id": delivery.subscription.id,
        "x-zendesk-webhook-invocation-id": delivery.invocation,
        "x-zendesk-webhook-signature": base64.b64encode(made).decode(),
        "x-zendesk-webhook-signature-timestamp": moment,
    }


def again(delivery: Delivery) -> float | None:
    """When the next try comes: after silence and 409 a few times, after 429 and 503 when they say so, else never."""
    last, failures = delivery.tries[-1], delivery.failures
    if not last.status:
        return float(2 ** (failures - 1)) if failures <= AFTER_SILENCE else None
    if last.status == _CONFLICT:
        return float(2 ** (failures - 1)) if failures <= AFTER_CONFLICT else None
    wait = last.headers.get("retry-after", "")
    asked = last.status in _BUSY and wait.isdecimal() and int(wait) < LONGEST_WAIT
    return float(wait) if asked and failures <= AFTER_SILENCE else None


def _wants(subscription: Subscription, message: Message) -> bool:
    return BY_TRIGGER not in subscription.events and wants(subscription, message)


MANNER = Manner(
    messages,
    _wants,
    sign,
    TIMEOUT,
    again,
    "https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/",
)
