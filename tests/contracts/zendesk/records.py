"""What things look like there, and the requests that come often."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from tests.contracts import Case, Event, Exchange

PAGE = "https://developer.zendesk.com/api-reference/ticketing"
CURSORS = "https://developer.zendesk.com/api-reference/introduction/pagination/#using-cursor-pagination"
OFFSETS = "https://developer.zendesk.com/api-reference/introduction/pagination/#using-offset-pagination"
EVENT_TYPES = "https://developer.zendesk.com/api-reference/webhooks/event-types"
BASE = "https://acme.zendesk.com/api/v2"
STAMP = "2026-01-02T03:04:05Z"
BEFORE = "2026-01-02T03:04:04Z"
LATER = "2026-01-02T03:09:00Z"
HOOK = "secret-hook-789"

TICKET = {
    "id": 35436,
    "url": f"{BASE}/tickets/35436.json",
    "subject": "My printer is on fire!",
    "description": "The fire is very colorful.",
    "status": "open",
    "priority": None,
    "type": "incident",
    "tags": ["enterprise"],
    "requester_id": 20978392,
    "assignee_id": None,
    "group_id": None,
    "organization_id": None,
    "custom_fields": [{"id": 27642, "value": "745"}],
    "created_at": STAMP,
    "updated_at": STAMP,
}
USER = {"id": 35436, "name": "Ann", "email": "ann@example.com", "role": "end-user", "organization_id": None}
DONE = {"id": "8b72", "url": f"{BASE}/job_statuses/8b72.json", "job_type": "Bulk Update Ticket", "message": None}


def tickets(count: int, start: int = 1) -> list[dict[str, Any]]:
    """So many tickets."""
    return [{**TICKET, "id": start + i} for i in range(count)]


def change(given: dict[str, Any], sent: dict[str, Any], result: dict[str, Any] | None = None) -> Case:
    """An action that changes ticket 35436."""
    answer = {"ticket": {**TICKET, **(result or sent)}, "audit": {"id": 1, "events": []}}
    wire = Exchange("PUT /tickets/35436", json={"ticket": sent}, response=answer)
    return Case({"ticket_id": 35436, **given}, (wire,), result or sent)


def pages(path: str, at: str, first: list[Any], second: list[Any], **query: str) -> tuple[Exchange, Exchange]:
    """A list in two pages; the last one has a cursor too, as Zendesk's have."""
    asked = {"page[size]": "3", **query}
    more = {"meta": {"has_more": True, "after_cursor": "c1"}, "links": {"next": f"{BASE}{path}.json?page[after]=c1"}}
    end = {"meta": {"has_more": False, "after_cursor": "c2"}, "links": {"next": None}}
    return (
        Exchange(f"GET {path}", query=asked, response={at: first, **more}),
        Exchange(f"GET {path}", query={**asked, "page[after]": "c1"}, response={at: second, **end}),
    )


def started(progress: int = 0, status: str = "queued", **fields: Any) -> dict[str, Any]:
    """A job, as it is told of."""
    return {"job_status": {**DONE, "total": 2, "progress": progress, "status": status, "results": None, **fields}}


def polled(*results: dict[str, Any], status: str = "completed", **fields: Any) -> Exchange:
    """The job, when it is over."""
    return Exchange(
        "GET /job_statuses/8b72", response=started(len(results), status, results=list(results) or None, **fields)
    )


def updated(number: int) -> dict[str, Any]:
    """What a job says of a ticket that it changed."""
    return {"id": number, "action": "update", "success": True, "status": "Updated"}


def event(kind: str, detail: dict[str, Any], page: str, **event: Any) -> Event:
    """A delivery of an event subscription."""
    payload = {
        "type": f"zen:event-type:{kind}",
        "account_id": 12514403,
        "id": "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
        "time": "2026-01-02T03:04:05.123456789Z",
        "zendesk_event_version": "2022-11-06",
        "subject": f"zen:{kind.partition('.')[0]}:{detail['id']}",
        "detail": detail,
        "event": event,
    }
    headers = {"X-Zendesk-Webhook-Id": "01GK8E", "X-Zendesk-Webhook-Invocation-Id": "01H0QC"}
    return Event(payload, headers=headers, docs=f"{EVENT_TYPES}/{page}/")


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://developer.zendesk.com/documentation/webhooks/verifying/."""
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = hmac.new(HOOK.encode(), moment.encode() + raw, hashlib.sha256).digest()
    signature = base64.b64encode(made).decode()
    return {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": moment}


SEEN = {
    "id": "35436",
    "subject": "My printer is on fire!",
    "description": "The fire is very colorful.",
    "status": "OPEN",
    "priority": "HIGH",
    "tags": ["enterprise"],
    "requester_id": "20978392",
    "assignee_id": "",
    "external_id": None,
    "is_public": True,
    "created_at": STAMP,
    "updated_at": STAMP,
}
PERSON = {"id": "6596848315901", "email": "ann@example.com", "role": "end-user", "organization_id": "0"}
FIRM = {"id": "6607619104125", "name": "Acme", "shared_comments": False, "shared_tickets": False}

WEBHOOKS = "https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/"
HOOKED: dict[str, Any] = {
    "id": "01FMJQSY40HZBCBVPZB9212S8V",
    "name": "Tieline main",
    "status": "active",
    "endpoint": "https://hooks.acme.test/hooks/zendesk/main",
    "http_method": "POST",
    "request_format": "json",
    "subscriptions": ["zen:event-type:ticket.created"],
}
