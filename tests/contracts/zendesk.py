"""Zendesk, as of https://developer.zendesk.com/api-reference/ on 2026-11-22.

The description at hand is a copy whose parts were put together again. It misses some parameters that the vendor's pages
name; a case that uses one says which page.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

PAGE = "https://developer.zendesk.com/api-reference/ticketing"
CURSORS = "https://developer.zendesk.com/api-reference/introduction/pagination/#using-cursor-pagination"
OFFSETS = "https://developer.zendesk.com/api-reference/introduction/pagination/#using-offset-pagination"
EVENTS = "https://developer.zendesk.com/api-reference/webhooks/event-types"
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
    return Event(payload, headers=headers, docs=f"{EVENTS}/{page}/")


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

contract = Contract(
    base=BASE,
    beyond={
        "query 'page[": CURSORS,
        "query 'per_page'": OFFSETS,
        "query 'page'": OFFSETS,
        "query 'ids'": f"{PAGE}/tickets/tickets/#show-multiple-tickets, #bulk-delete-tickets",
        "query 'sort'": f"{PAGE}/tickets/tickets/#list-tickets",
        "spec defines no request body": f"{PAGE}/tickets/tickets/#update-many-tickets: the page has the body",
    },
    checked_with="Zendesk's OpenAPI description, as of 2026-11-22",
    credentials={
        "subdomain": "acme",
        "email": "bo@acme.test",
        "api_token": "secret-token-123",
        "webhook_secret": HOOK,
    },
    health=Exchange("GET /users/me", response={"user": {**USER, "name": "Bo", "email": "bo@acme.test"}}),
    sign=sign,
    logins={
        "API token": (
            {"subdomain": "https://acme.zendesk.com/", "email": "bo@acme.test", "api_token": "abc"},
            {"authorization": "Basic " + base64.b64encode(b"bo@acme.test/token:abc").decode()},
        ),
        "OAuth": ({"subdomain": "acme", "oauth_token": "abc"}, {"authorization": "Bearer abc"}),
    },
    own_words=("apply", "change", "set"),
    actions={
        "create_ticket": Case(
            {"subject": "Help", "body": "It burns."},
            (
                Exchange(
                    "POST /tickets",
                    json={"ticket": {"subject": "Help", "comment": {"body": "It burns.", "public": True}}},
                    response={"ticket": TICKET},
                    status=201,
                ),
            ),
            {"id": 35436, "status": "open"},
        ),
        "create_ticket: for somebody, with everything": Case(
            {
                "subject": "Help",
                "body": "It burns.",
                "public": False,
                "requester_email": "ann@example.com",
                "requester_name": "Ann",
                "priority": "urgent",
                "status": "pending",
                "type": "incident",
                "group_id": 98738,
                "assignee_id": 235323,
                "tags": ["fire"],
                "custom_fields": {27642: "745"},
                "uploads": ["6bk3gql82em5nmf"],
                "external_id": "a-1",
            },
            (
                Exchange(
                    "POST /tickets",
                    json={
                        "ticket": {
                            "subject": "Help",
                            "comment": {"body": "It burns.", "public": False, "uploads": ["6bk3gql82em5nmf"]},
                            "requester": {"name": "Ann", "email": "ann@example.com"},
                            "priority": "urgent",
                            "status": "pending",
                            "type": "incident",
                            "group_id": 98738,
                            "assignee_id": 235323,
                            "tags": ["fire"],
                            "custom_fields": [{"id": 27642, "value": "745"}],
                            "external_id": "a-1",
                        }
                    },
                    response={"ticket": TICKET},
                    status=201,
                ),
            ),
            {"id": 35436},
            docs="https://developer.zendesk.com/documentation/ticketing/managing-tickets/"
            "creating-and-updating-tickets/#creating-a-ticket-with-a-new-requester (`requester`)",
        ),
        "get_ticket": Case(
            {"ticket_id": 35436}, (Exchange("GET /tickets/35436", response={"ticket": TICKET}),), {"id": 35436}
        ),
        "get_tickets": Case(
            {"ticket_ids": [3, 1, 2]},
            (
                Exchange(
                    "GET /tickets/show_many",
                    query={"ids": "3,1,2"},
                    response={"tickets": tickets(1, 1) + tickets(1, 3), "count": 2, "next_page": None},
                ),
            ),
            [{"id": 3}, {"id": 1}],
        ),
        "get_tickets: more than Zendesk takes at once": Case(
            {"ticket_ids": list(range(1, 102))},
            (
                Exchange(
                    "GET /tickets/show_many",
                    query={"ids": ",".join(map(str, range(1, 101)))},
                    response={"tickets": tickets(100)},
                ),
                Exchange("GET /tickets/show_many", query={"ids": "101"}, response={"tickets": tickets(1, 101)}),
            ),
            [{"id": 1 + i} for i in range(101)],
        ),
        "get_tickets: none": Case({"ticket_ids": []}, (), []),
        "list_tickets": Case(
            {"limit": 3},
            pages("/tickets", "tickets", tickets(2), tickets(2, 3), sort="-updated_at"),
            [{"id": 1}, {"id": 2}, {"id": 3}],
        ),
        "list_tickets: what changed": Case(
            {"since": STAMP, "limit": 3},
            (
                Exchange(
                    "GET /tickets",
                    query={"page[size]": "3", "sort": "-updated_at"},
                    response={
                        "tickets": [{**TICKET, "updated_at": LATER}, TICKET, {**TICKET, "updated_at": BEFORE}],
                        "meta": {"has_more": True, "after_cursor": "c1"},
                    },
                ),
            ),
            [{"id": 35436}, {"id": 35436}],
        ),
        "list_tickets: by an id of another system": Case(
            {"external_id": "a-1", "limit": 1},
            (
                Exchange(
                    "GET /tickets",
                    query={"page[size]": "1", "sort": "-updated_at", "external_id": "a-1"},
                    response={"tickets": [{**TICKET, "external_id": "a-1"}], "meta": {"has_more": False}},
                ),
            ),
            [{"external_id": "a-1"}],
        ),
        "list_changed_tickets": Case(
            {"since": STAMP},
            (
                Exchange(
                    "GET /incremental/tickets/cursor",
                    query={"start_time": "1767323045", "per_page": "1000"},
                    response={"tickets": tickets(1), "after_cursor": "MTU3", "end_of_stream": False},
                ),
                Exchange(
                    "GET /incremental/tickets/cursor",
                    query={"cursor": "MTU3", "per_page": "1000"},
                    response={
                        "tickets": [{**TICKET, "id": 2, "status": "deleted"}],
                        "after_cursor": "MTU4",
                        "end_of_stream": True,
                    },
                ),
            ),
            [{"id": 1}, {"id": 2, "status": "deleted"}],
            docs="https://developer.zendesk.com/documentation/ticketing/managing-tickets/"
            "using-the-incremental-export-api/#cursor-based-incremental-exports (`start_time`, `cursor`, `per_page`)",
        ),
        "list_deleted_tickets": Case(
            {"since": STAMP},
            (
                Exchange(
                    "GET /deleted_tickets",
                    query={"sort_by": "deleted_at", "sort_order": "desc", "per_page": "100"},
                    response={
                        "deleted_tickets": [
                            {"id": 581, "subject": "Wombat", "deleted_at": LATER, "previous_state": "open"},
                            {"id": 580, "subject": "Older", "deleted_at": BEFORE, "previous_state": "new"},
                        ],
                        "count": 2,
                        "next_page": None,
                    },
                ),
            ),
            [{"id": 581, "previous_state": "open"}],
            docs="https://developer.zendesk.com/api-reference/introduction/pagination/#using-offset-pagination",
        ),
        "list_ticket_fields": Case(
            {},
            (
                Exchange(
                    "GET /ticket_fields",
                    query={"page[size]": "100"},
                    response={
                        "ticket_fields": [
                            {"id": 1, "type": "subject", "title": "Subject", "active": True, "removable": False},
                            {
                                "id": 27642,
                                "type": "tagger",
                                "title": "Pie",
                                "active": True,
                                "removable": True,
                                "custom_field_options": [{"id": 5, "name": "Apple Pie", "value": "apple"}],
                            },
                        ],
                        "meta": {"has_more": False, "after_cursor": "c"},
                    },
                ),
            ),
            [{"title": "Subject"}, {"id": 27642, "custom_field_options": [{"name": "Apple Pie", "value": "apple"}]}],
        ),
        "search_tickets": Case(
            {"query": "status:new created>1hour", "limit": 101},
            (
                Exchange(
                    "GET /search",
                    query={
                        "query": "type:ticket status:new created>1hour",
                        "sort_by": "created_at",
                        "sort_order": "desc",
                        "per_page": "100",
                    },
                    response={"results": tickets(100), "count": 102, "next_page": f"{BASE}/search.json?page=2"},
                ),
                Exchange(
                    "GET /search",
                    query={
                        "query": "type:ticket status:new created>1hour",
                        "sort_by": "created_at",
                        "sort_order": "desc",
                        "per_page": "100",
                        "page": "2",
                    },
                    response={"results": tickets(2, 101), "count": 102, "next_page": None},
                ),
            ),
            [{"id": 1 + i} for i in range(101)],
            docs="https://developer.zendesk.com/api-reference/introduction/pagination/#using-offset-pagination",
        ),
        "update_ticket": change({"priority": "high", "tags": ["vip"]}, {"priority": "high", "tags": ["vip"]}),
        "update_ticket: only if nobody changed it, with a note": change(
            {"status": "pending", "comment": "Waiting.", "updated_stamp": STAMP},
            {
                "status": "pending",
                "comment": {"body": "Waiting.", "public": False},
                "updated_stamp": STAMP,
                "safe_update": True,
            },
            {"status": "pending"},
        ),
        "update_ticket: no answer, and it was done": Case(
            {"ticket_id": 35436, "tags": ["vip"], "updated_stamp": STAMP},
            (
                Exchange(
                    "PUT /tickets/35436",
                    json={"ticket": {"tags": ["vip"], "updated_stamp": STAMP, "safe_update": True}},
                    status=502,
                ),
                Exchange("GET /tickets/35436", response={"ticket": {**TICKET, "tags": ["vip"], "updated_at": LATER}}),
            ),
            {"tags": ["vip"], "updated_at": LATER},
        ),
        "update_ticket: no answer, and it was not done": Case(
            {"ticket_id": 35436, "tags": ["vip"], "updated_stamp": STAMP},
            (
                Exchange("", status=502),
                Exchange("GET /tickets/35436", response={"ticket": TICKET}),
                Exchange(
                    "PUT /tickets/35436",
                    json={"ticket": {"tags": ["vip"], "updated_stamp": STAMP, "safe_update": True}},
                    response={"ticket": {**TICKET, "tags": ["vip"], "updated_at": LATER}},
                ),
            ),
            {"tags": ["vip"]},
        ),
        "add_comment": change(
            {"body": "Look at the fuse."}, {"comment": {"body": "Look at the fuse.", "public": False}}, {"id": 35436}
        ),
        "add_comment: public, with a file": change(
            {"body": "Here is how.", "public": True, "uploads": ["6bk3gql82em5nmf"]},
            {"comment": {"body": "Here is how.", "public": True, "uploads": ["6bk3gql82em5nmf"]}},
            {"id": 35436},
        ),
        "list_comments": Case(
            {"ticket_id": 35436, "limit": 3},
            pages(
                "/tickets/35436/comments",
                "comments",
                [{"id": 1, "type": "Comment", "body": "a", "plain_body": "a", "public": True, "author_id": 5}],
                [{"id": 2, "type": "Comment", "body": "b", "plain_body": "b", "public": False, "author_id": 6}],
            ),
            [{"id": 1, "public": True}, {"id": 2, "plain_body": "b", "public": False}],
        ),
        "assign_ticket": change({"assignee_id": 235323, "group_id": 98738}, {"assignee_id": 235323, "group_id": 98738}),
        "change_status": change({"status": "solved"}, {"status": "solved"}),
        "set_priority": change({"priority": "urgent"}, {"priority": "urgent"}),
        "add_tags": Case(
            {"ticket_id": 35436, "tags": ["fire"]},
            (Exchange("PUT /tickets/35436/tags", json={"tags": ["fire"]}, response={"tags": ["enterprise", "fire"]}),),
            ["enterprise", "fire"],
        ),
        "create_tickets": Case(
            {"tickets": [{"subject": "A", "body": "a"}, {"subject": "B", "body": "b", "tags": ["x"]}]},
            (
                Exchange(
                    "POST /tickets/create_many",
                    json={
                        "tickets": [
                            {"subject": "A", "comment": {"body": "a", "public": True}},
                            {"subject": "B", "comment": {"body": "b", "public": True}, "tags": ["x"]},
                        ]
                    },
                    response=started(),
                ),
                Exchange("GET /job_statuses/8b72", response=started(1, "working")),
                polled({"index": 1, "id": 12}, {"index": 0, "id": 11}),
            ),
            [{"index": 0, "id": 11, "success": True}, {"index": 1, "id": 12, "success": True}],
        ),
        "update_tickets": Case(
            {
                "tickets": [
                    {"id": 7, "additional_tags": ["vip"], "remove_tags": ["new"], "priority": "high"},
                    {"id": 8, "status": "solved", "custom_fields": {27642: "745"}},
                ]
            },
            (
                Exchange(
                    "PUT /tickets/update_many",
                    json={
                        "tickets": [
                            {"id": 7, "additional_tags": ["vip"], "remove_tags": ["new"], "priority": "high"},
                            {"id": 8, "status": "solved", "custom_fields": [{"id": 27642, "value": "745"}]},
                        ]
                    },
                    response=started(),
                ),
                polled(updated(7), updated(8)),
            ),
            [{"index": 0, "id": 7, "success": True}, {"index": 1, "id": 8, "success": True}],
        ),
        "update_tickets: one fails": Case(
            {
                "tickets": [
                    {"id": 7, "tags": ["vip"], "updated_stamp": STAMP},
                    {"id": 8, "comment": "Done.", "public": True},
                ]
            },
            (
                Exchange(
                    "PUT /tickets/update_many",
                    json={
                        "tickets": [
                            {"id": 7, "tags": ["vip"], "updated_stamp": STAMP, "safe_update": True},
                            {"id": 8, "comment": {"body": "Done.", "public": True}},
                        ]
                    },
                    response=started(),
                ),
                polled(
                    updated(8),
                    {"id": 7, "action": "update", "success": False, "status": "Failed"}
                    | {"error": "UpdateConflict", "details": "Safe Update prevented the update"},
                ),
            ),
            [{"id": 7, "success": False, "error": "UpdateConflict"}, {"id": 8, "success": True}],
        ),
        "update_tickets: more than a job takes": Case(
            {"tickets": [{"id": 1 + i, "priority": "low"} for i in range(101)]},
            (
                Exchange(
                    "PUT /tickets/update_many",
                    json={"tickets": [{"id": 1 + i, "priority": "low"} for i in range(100)]},
                    response=started(),
                ),
                polled(*[updated(1 + i) for i in range(100)]),
                Exchange(
                    "PUT /tickets/update_many",
                    json={"tickets": [{"id": 101, "priority": "low"}]},
                    response=started(),
                ),
                polled(status="failed", message="The job broke."),
            ),
            [{"index": i, "id": 1 + i, "success": True} for i in range(100)]
            + [{"index": 100, "id": 101, "success": False, "error": "failed", "details": "The job broke."}],
        ),
        "update_tickets: what shall be blank": Case(
            {
                "tickets": [
                    {"id": 7, "clear": ["priority", "assignee_id"], "custom_fields": {27642: None}},
                    {"id": 8, "requester_id": 20978392, "external_id": "a-8"},
                ]
            },
            (
                Exchange(
                    "PUT /tickets/update_many",
                    json={
                        "tickets": [
                            {
                                "id": 7,
                                "priority": None,
                                "assignee_id": None,
                                "custom_fields": [{"id": 27642, "value": None}],
                            },
                            {"id": 8, "requester_id": 20978392, "external_id": "a-8"},
                        ]
                    },
                    response=started(),
                ),
                polled(updated(7), updated(8)),
            ),
            [{"id": 7, "success": True}, {"id": 8, "success": True}],
        ),
        "delete_tickets": Case(
            {"ticket_ids": [7, 8]},
            (
                Exchange("DELETE /tickets/destroy_many", query={"ids": "7,8"}, response=started()),
                polled(
                    {"index": 0, "id": 7, "success": True},
                    {"index": 1, "id": 8, "success": False, "error": "TicketNotFound"},
                ),
            ),
            [{"id": 7, "success": True}, {"id": 8, "success": False, "error": "TicketNotFound"}],
        ),
        "list_macros": Case(
            {"limit": 3},
            pages("/macros", "macros", [{"id": 1, "title": "Close"}], [{"id": 2, "title": "VIP"}], active="true"),
            [{"id": 1, "title": "Close"}, {"id": 2}],
            docs=f"{PAGE}/business-rules/macros/#list-macros (`active`)",
        ),
        "apply_macro": Case(
            {"ticket_id": 35436, "macro_id": 25},
            (
                Exchange(
                    "GET /tickets/35436/macros/25/apply",
                    response={
                        "result": {
                            "ticket": {
                                **{k: v for k, v in TICKET.items() if k != "custom_fields"},
                                "status": "pending",
                                "assignee_id": 235323,
                                "group_id": 98738,
                                "tags": ["enterprise", "waiting"],
                                "fields": [{"id": 27642, "value": "745"}, {"id": 27643, "value": None}],
                                "comment": {
                                    "body": "We are on it.",
                                    "scoped_body": [["channel:all", "We are on it."]],
                                    "public": True,
                                },
                            }
                        }
                    },
                ),
                Exchange(
                    "PUT /tickets/35436",
                    json={
                        "ticket": {
                            "subject": "My printer is on fire!",
                            "type": "incident",
                            "status": "pending",
                            "assignee_id": 235323,
                            "group_id": 98738,
                            "tags": ["enterprise", "waiting"],
                            "custom_fields": [{"id": 27642, "value": "745"}],
                            "comment": {"body": "We are on it.", "public": True},
                            "updated_stamp": STAMP,
                            "safe_update": True,
                        }
                    },
                    response={"ticket": {**TICKET, "status": "pending"}},
                ),
            ),
            {"status": "pending"},
        ),
        "apply_macro: as the example on the vendor's page": Case(
            {"ticket_id": 35436, "macro_id": 25},
            (
                Exchange(
                    "GET /tickets/35436/macros/25/apply",
                    response={
                        "result": {
                            "ticket": {
                                "id": 35436,
                                "url": f"{BASE}/tickets/35436.json",
                                "assignee_id": 235323,
                                "group_id": 98738,
                                "fields": {"id": 27642, "value": "745"},
                                "comment": {"body": "", "scoped_body": [], "public": False},
                            }
                        }
                    },
                ),
                Exchange(
                    "PUT /tickets/35436",
                    json={
                        "ticket": {
                            "assignee_id": 235323,
                            "group_id": 98738,
                            "custom_fields": [{"id": 27642, "value": "745"}],
                        }
                    },
                    response={"ticket": TICKET},
                ),
            ),
            {"id": 35436},
        ),
        "upload_attachment": Case(
            {"file": b"%PDF-", "filename": "manual.pdf"},
            (
                Exchange(
                    "POST /uploads",
                    query={"filename": "manual.pdf"},
                    raw=b"%PDF-",
                    sends={"content-type": "application/pdf"},
                    response={"upload": {"token": "6bk3gql82em5nmf", "attachment": {"id": 498483}}},
                    status=201,
                ),
            ),
            {"token": "6bk3gql82em5nmf"},
            docs=f"{PAGE}/tickets/ticket-attachments/#upload-files (`filename`, the body)",
        ),
        "create_user": Case(
            {"name": "Ann", "email": "ann@example.com", "organization_id": 57542},
            (
                Exchange(
                    "POST /users",
                    json={
                        "user": {
                            "name": "Ann",
                            "email": "ann@example.com",
                            "role": "end-user",
                            "organization_id": 57542,
                        }
                    },
                    response={"user": USER},
                    status=201,
                ),
            ),
            {"id": 35436, "email": "ann@example.com"},
        ),
        "find_user": Case(
            {"email": "Ann@example.com"},
            (
                Exchange(
                    "GET /users/search",
                    query={"query": "email:Ann@example.com"},
                    response={"users": [{**USER, "id": 1, "email": "dann@example.com"}, USER], "count": 2},
                ),
            ),
            {"id": 35436},
        ),
        "find_user: nobody": Case(
            {"email": "no@example.com"},
            (Exchange("GET /users/search", query={"query": "email:no@example.com"}, response={"users": []}),),
            None,
        ),
        "list_organizations": Case(
            {"limit": 3},
            pages("/organizations", "organizations", [{**FIRM, "id": 1}], [{"id": 2, "name": "B"}]),
            [{"id": 1, "name": "Acme"}, {"id": 2}],
        ),
        "get_users": Case(
            {"user_ids": [35436, 7]},
            (Exchange("GET /users/show_many", query={"ids": "35436,7"}, response={"users": [USER]}),),
            [{"id": 35436, "name": "Ann"}],
        ),
        "get_current_user": Case({}, (Exchange("GET /users/me", response={"user": USER}),), {"id": 35436}),
        "list_groups": Case(
            {"limit": 3},
            pages("/groups", "groups", [{"id": 1, "name": "Billing"}], [{"id": 2, "name": "Technik"}]),
            [{"id": 1, "name": "Billing"}, {"id": 2}],
        ),
        "list_webhooks": Case(
            {"limit": 3},
            pages("/webhooks", "webhooks", [{**HOOKED, "id": "01A"}], [HOOKED]),
            [{"id": "01A"}, {"id": "01FMJQSY40HZBCBVPZB9212S8V"}],
            docs=f"{WEBHOOKS}#list-webhooks",
        ),
        "create_webhook": Case(
            {"name": "Tieline main", "url": HOOKED["endpoint"], "events": HOOKED["subscriptions"]},
            (
                Exchange(
                    "POST /webhooks",
                    json={
                        "webhook": {
                            "name": "Tieline main",
                            "status": "active",
                            "endpoint": HOOKED["endpoint"],
                            "http_method": "POST",
                            "request_format": "json",
                            "subscriptions": HOOKED["subscriptions"],
                        }
                    },
                    response={"webhook": HOOKED},
                    status=201,
                ),
            ),
            {"id": "01FMJQSY40HZBCBVPZB9212S8V"},
            docs=f"{WEBHOOKS}#create-or-clone-webhook",
        ),
        "delete_webhook": Case(
            {"webhook_id": "01FMJQSY40HZBCBVPZB9212S8V"},
            (Exchange("DELETE /webhooks/01FMJQSY40HZBCBVPZB9212S8V", status=204),),
            docs=f"{WEBHOOKS}#delete-webhook",
        ),
        "get_webhook_secret": Case(
            {"webhook_id": "01FMJQSY40HZBCBVPZB9212S8V"},
            (
                Exchange(
                    "GET /webhooks/01FMJQSY40HZBCBVPZB9212S8V/signing_secret",
                    response={"signing_secret": {"algorithm": "SHA256", "secret": "bm90IHRvIGJlIHNob3du"}},
                ),
            ),
            {"algorithm": "SHA256", "secret": "**********"},
            docs=f"{WEBHOOKS}#show-webhook-signing-secret",
        ),
    },
    events={
        "ticket.created": event("ticket.created", SEEN, "ticket-events", meta={"sequence": {"id": "a", "position": 1}}),
        "ticket.updated": event("ticket.priority_changed", SEEN, "ticket-events", current="HIGH", previous="NORMAL"),
        "ticket.solved": event("ticket.status_changed", SEEN, "ticket-events", current="SOLVED", previous="OPEN"),
        "ticket.closed": event("ticket.status_changed", SEEN, "ticket-events", current="CLOSED", previous="SOLVED"),
        "comment.created": event(
            "ticket.comment_added",
            SEEN,
            "ticket-events",
            comment={
                "id": "9876543210",
                "body": "Still burning.",
                "is_public": True,
                "author": {"id": "20978392", "is_staff": False, "name": "Ann"},
            },
        ),
        "user.created": event("user.created", PERSON, "user-events"),
        "user.updated": event("user.name_changed", PERSON, "user-events", current="Ann B.", previous="Ann"),
        "organization.created": event("organization.created", FIRM, "organization-events"),
        "organization.updated": event(
            "organization.name_changed", FIRM, "organization-events", current="Acme", previous="Acme Inc."
        ),
    },
)
