"""Tickets, one at a time, and what is said on them."""

from tests.contracts import Case, Exchange
from tests.contracts.zendesk.records import BASE, BEFORE, LATER, PAGE, STAMP, TICKET, change, pages, tickets

ACTIONS = {
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
}
