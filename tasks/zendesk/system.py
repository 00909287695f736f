"""How Zendesk speaks, and who we are there."""

from typing import TypeVar

from blocks.zendesk import ZendeskCredentials
from tasks.zendesk import events
from tasks.zendesk.models import User
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import AuthFailed
from tieline.transport.paging import cursor

T = TypeVar("T")

#: Most records of a page, of `show_many`, and of a job.
PAGE = 100

connector = http_connector(
    "zendesk",
    block=ZendeskCredentials,
    docs="https://developer.zendesk.com/api-reference/",
    rules=HttpRules(
        paginate=cursor("meta.after_cursor", "page[after]", more="meta.has_more"),
        # What the smallest plan allows; a bigger one goes into the block.
        rate="200/minute",
        # Only POST /tickets reads it: https://developer.zendesk.com/api-reference/ticketing/introduction/#idempotency
        idempotency="Idempotency-Key",
    ),
    webhook=events.webhook,
)

connector.event(events.TicketEvent, "ticket.created", "ticket.updated", "ticket.solved", "ticket.closed")
connector.event(events.CommentEvent, "comment.created")
connector.event(events.RecordEvent, "user.created", "user.updated", "organization.created", "organization.updated")


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    user = await api.get("/users/me", into=User, at="user")
    if user.id is None:
        raise AuthFailed("Zendesk took us for an anonymous visitor.", hint="Check the credentials on the block.")
    return Identity(name=user.name, detail=user.email or "")


async def listed(api: Api, path: str, into: type[T], limit: int, *, at: str = "", **params: str) -> list[T]:
    """The first items of a list, which stand in its pages under its own name."""
    query = {"page[size]": min(limit, PAGE), **params}
    return await api.list(path, into=into, limit=limit, at=at or path.rpartition("/")[2], params=query)
