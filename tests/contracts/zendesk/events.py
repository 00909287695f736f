"""What it tells us."""

from tests.contracts.zendesk.records import FIRM, PERSON, SEEN, event

EVENTS = {
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
}
