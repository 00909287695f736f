"""Many tickets at once, and macros."""

from tests.contracts import Case, Exchange
from tests.contracts.zendesk.records import BASE, PAGE, STAMP, TICKET, pages, polled, started, tickets, updated

ACTIONS = {
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
}
