"""Freshdesk, as of https://developers.freshdesk.com/api/ on 2026-11-22.

Freshdesk publishes no machine-readable description. The one that others wrote down knows no jobs, and has another body
for bulk updates than the vendor's page; nor does it know that `me` is an agent (PAGE#me).
"""

from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

PAGE = "https://developers.freshdesk.com/api/"
BASE = "https://acme.freshdesk.com/api/v2"
TICKET = {
    "id": 7,
    "subject": "Fire!",
    "description": "<div>Help</div>",
    "description_text": "Help",
    "status": 2,
    "priority": 1,
    "type": None,
    "tags": ["printer"],
    "requester_id": 129,
    "responder_id": None,
    "group_id": None,
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}
NOTE = {"id": 9, "body": "<div>On it.</div>", "body_text": "On it.", "private": True, "ticket_id": 7, "user_id": 1}
CONTACT = {"id": 3, "name": "Ann", "email": "ann@example.com", "phone": None, "company_id": None}
AGENT = {"id": 1, "available": True, "contact": {"name": "Bo", "email": "bo@acme.test", "active": True}}
JOB = {"id": "e1e2", "status": "COMPLETED", "progress": 100}


def listed(count: int, start: int = 1) -> list[dict[str, Any]]:
    """So many tickets."""
    return [{**TICKET, "id": start + i} for i in range(count)]


def change(given: dict[str, Any], sent: dict[str, Any]) -> Case:
    """An action that changes ticket 7."""
    return Case({"ticket_id": 7, **given}, (Exchange("PUT /tickets/7", json=sent, response={**TICKET, **sent}),), sent)


def event(name: str, **fields: Any) -> Event:
    """A body as our documentation tells people to put into the automation rule."""
    docs = "https://support.freshdesk.com/support/solutions/articles/132589"
    return Event({"event": name, **fields}, docs=docs)


contract = Contract(
    base=BASE,
    credentials={"domain": "acme", "api_key": "secret-key-123", "webhook_secret": "secret-hook-456"},
    health=Exchange(
        "GET /agents/me",
        response={"id": 1, "contact": {"name": "Bo", "email": "bo@acme.test"}},
        docs=PAGE + "#me (the third-party description knows numbers only)",
    ),
    logins={
        "API key": (
            {"domain": "https://acme.freshdesk.com/", "api_key": "abc"},
            {"authorization": "Basic YWJjOlg="},
        ),
    },
    own_words=("change",),
    exempt={
        "scopes": "An API key may do what its agent may.",
        "checked": "Freshdesk publishes no machine-readable description.",
    },
    actions={
        "create_ticket": Case(
            {"email": "ann@example.com", "subject": "Fire!", "description": "Help"},
            (
                Exchange(
                    "POST /tickets",
                    json={
                        "email": "ann@example.com",
                        "subject": "Fire!",
                        "description": "Help",
                        "priority": 1,
                        "status": 2,
                    },
                    response=TICKET,
                    status=201,
                ),
            ),
            {"id": 7, "subject": "Fire!"},
        ),
        "get_ticket": Case({"ticket_id": 7}, (Exchange("GET /tickets/7", response=TICKET),), {"id": 7, "status": 2}),
        "list_tickets": Case(
            {"limit": 101, "updated_since": "2026-01-01T00:00:00+02:00"},
            (
                Exchange(
                    "GET /tickets",
                    query={"updated_since": "2025-12-31T22:00:00Z", "include": "description", "per_page": "100"},
                    response=listed(100),
                    headers={"link": f'<{BASE}/tickets?include=description&per_page=100&page=2>; rel="next"'},
                ),
                Exchange(
                    "GET /tickets",
                    query={"include": "description", "per_page": "100", "page": "2"},
                    response=listed(100, start=101),
                ),
            ),
            [{"id": 1 + i} for i in range(101)],
        ),
        "search_tickets": Case(
            {"query": "priority:4 AND status:2", "limit": 40},
            (
                Exchange(
                    "GET /search/tickets",
                    query={"query": '"priority:4 AND status:2"', "page": "1"},
                    response={"total": 32, "results": listed(30)},
                ),
                Exchange(
                    "GET /search/tickets",
                    query={"query": '"priority:4 AND status:2"', "page": "2"},
                    response={"total": 32, "results": listed(2, start=31)},
                ),
            ),
            [{"id": 1 + i} for i in range(32)],
            docs=PAGE + "#filter_tickets (`page`)",
        ),
        "update_ticket": change({"priority": 4, "tags": ["vip"]}, {"priority": 4, "tags": ["vip"]}),
        "assign_ticket": change({"group_id": 5, "responder_id": 1}, {"group_id": 5, "responder_id": 1}),
        "change_status": change({"status": 4}, {"status": 4}),
        "delete_ticket": Case({"ticket_id": 7}, (Exchange("DELETE /tickets/7", status=204),)),
        "bulk_update_tickets": Case(
            {"ticket_ids": [7, 8], "priority": 3},
            (
                Exchange(
                    "POST /tickets/bulk_update",
                    json={"bulk_action": {"ids": [7, 8], "properties": {"priority": 3}}},
                    response={"job_id": "e1e2", "href": f"{BASE}/jobs/e1e2"},
                    status=202,
                ),
                Exchange("GET /jobs/e1e2", response={"id": "e1e2", "status": "IN_PROGRESS", "progress": 50}),
                Exchange("GET /jobs/e1e2", response=JOB),
            ),
            {"status": "COMPLETED"},
            docs=PAGE + "#bulk_update_tickets",
        ),
        "add_note": Case(
            {"ticket_id": 7, "body": "On it."},
            (Exchange("POST /tickets/7/notes", json={"body": "On it.", "private": True}, response=NOTE, status=201),),
            {"id": 9, "private": True},
        ),
        "list_conversations": Case(
            {"ticket_id": 7, "limit": 10},
            (Exchange("GET /tickets/7/conversations", query={"per_page": "10"}, response=[NOTE]),),
            [{"id": 9, "private": True}],
        ),
        "update_note": Case(
            {"note_id": 9, "body": "Done."},
            (Exchange("PUT /conversations/9", json={"body": "Done."}, response={**NOTE, "body_text": "Done."}),),
            {"id": 9, "body_text": "Done.", "private": True},
        ),
        "add_reply": Case(
            {"ticket_id": 7, "body": "On it.", "cc_emails": ["bo@acme.test"]},
            (
                Exchange(
                    "POST /tickets/7/reply",
                    json={"body": "On it.", "cc_emails": ["bo@acme.test"]},
                    response={"id": 10, "body_text": "On it."},
                    status=201,
                ),
            ),
            {"id": 10},
        ),
        "add_time_entry": Case(
            {"ticket_id": 7, "time_spent": "01:30", "note": "Looked into it"},
            (
                Exchange(
                    "POST /tickets/7/time_entries",
                    json={"time_spent": "01:30", "note": "Looked into it", "billable": True},
                    response={"id": 4, "time_spent": "01:30", "billable": True, "note": "Looked into it"},
                    status=201,
                ),
            ),
            {"id": 4},
        ),
        "create_contact": Case(
            {"name": "Ann", "email": "ann@example.com"},
            (
                Exchange(
                    "POST /contacts", json={"name": "Ann", "email": "ann@example.com"}, response=CONTACT, status=201
                ),
            ),
            {"id": 3},
        ),
        "create_contact: the answer got lost, the contact is there": Case(
            {"name": "Ann", "email": "ann@example.com"},
            (
                Exchange("POST /contacts", json={"name": "Ann", "email": "ann@example.com"}, status=502),
                Exchange("GET /contacts", query={"email": "ann@example.com"}, response=[CONTACT]),
            ),
            {"id": 3},
        ),
        "create_contact: the answer got lost, the contact is not there": Case(
            {"name": "Ann", "email": "ann@example.com"},
            (
                Exchange("POST /contacts", json={"name": "Ann", "email": "ann@example.com"}, status=502),
                Exchange("GET /contacts", query={"email": "ann@example.com"}, response=[]),
                Exchange("POST /contacts", json={"name": "Ann", "email": "ann@example.com"}, response=CONTACT),
            ),
            {"id": 3},
        ),
        "find_contact": Case(
            {"email": "ann@example.com"},
            (Exchange("GET /contacts", query={"email": "ann@example.com"}, response=[CONTACT]),),
            {"id": 3},
        ),
        "find_contact: nobody": Case(
            {"email": "no@example.com"},
            (Exchange("GET /contacts", query={"email": "no@example.com"}, response=[]),),
            None,
        ),
        "get_contact": Case({"contact_id": 3}, (Exchange("GET /contacts/3", response=CONTACT),), {"name": "Ann"}),
        "get_agent": Case({"agent_id": 1}, (Exchange("GET /agents/1", response=AGENT),), {"contact": {"name": "Bo"}}),
        "get_current_agent": Case(
            {},
            (Exchange("GET /agents/me", response=AGENT),),
            {"id": 1},
            docs=PAGE + "#me (the third-party description knows numbers only)",
        ),
        "list_companies": Case(
            {"limit": 5},
            (
                Exchange(
                    "GET /companies",
                    query={"per_page": "5"},
                    response=[{"id": 2, "name": "Acme", "domains": ["acme.test"]}],
                ),
            ),
            [{"id": 2, "domains": ["acme.test"]}],
        ),
        "list_groups": Case(
            {},
            (Exchange("GET /groups", query={"per_page": "100"}, response=[{"id": 5, "name": "Billing"}]),),
            [{"id": 5}],
        ),
    },
    events={
        "ticket_created": event("ticket_created", ticket_id=7, subject="Fire!", status="Open", priority="Low"),
        "ticket_updated": event("ticket_updated", ticket_id=7, subject="Fire!", status="Open", priority="High"),
        "ticket_resolved": event("ticket_resolved", ticket_id=7, subject="Fire!", status="Resolved", priority="Low"),
        "ticket_closed": event("ticket_closed", ticket_id=7, subject="Fire!", status="Closed", priority="Low"),
        "note_created": event("note_created", ticket_id=7, subject="Fire!", note="On it."),
        "contact_created": event("contact_created", contact_id=3, email="ann@example.com"),
        "contact_updated": event("contact_updated", contact_id=3, email="ann@example.com"),
    },
    sign=lambda _raw, _now: {"X-Tieline-Secret": "secret-hook-456"},
)
