"""Where Intercom is, who we are there, and how it says that we are too fast."""

from email.utils import mktime_tz, parsedate_tz
from typing import Any, TypeVar

from blocks.intercom import IntercomCredentials
from tasks.intercom import events
from tasks.intercom.models import Admin
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import RateLimited
from tieline.transport.paging import cursor
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

T = TypeVar("T")

TOO_MANY = 429
#: Limits are counted in windows of so many seconds.
WINDOW_SECONDS = 10.0
#: Most conversations of a page; https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis/pagination
PAGE = 150


def _error(answer: Answer) -> RateLimited | None:
    """Intercom says when the next window begins, and not how long that is.

    See https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
    """
    if answer.status_code != TOO_MANY or retry_after(answer) is not None:
        return None
    reset, now = answer.headers.get("x-ratelimit-reset", ""), parsedate_tz(answer.headers.get("date", ""))
    # By its own clock: ours may be another one.
    wait = max(int(reset) - mktime_tz(now), 1.0) if reset.isdecimal() and now else WINDOW_SECONDS
    hint = f"It asks to come back in {wait:.0f} s."
    return RateLimited("Too many requests in a short time (429).", hint=hint, status=TOO_MANY, retry_after=wait)


connector = http_connector(
    "intercom",
    title="Intercom",
    block=IntercomCredentials,
    docs="https://developers.intercom.com/docs/references/rest-api/api.intercom.io/",
    rules=HttpRules(
        paginate=cursor("pages.next.starting_after", "starting_after"),
        # 10,000 a minute, counted in windows of ten seconds.
        rate="1666/10 seconds",
        error=_error,
    ),
    webhook=events.webhook,
)

connector.event(events.ConversationEvent, "conversation.user.created", "conversation.user.replied")
connector.event(events.ConversationEvent, "conversation.admin.replied", "conversation.admin.noted")
connector.event(events.ConversationEvent, "conversation.admin.assigned", "conversation.admin.closed")
connector.event(events.ConversationEvent, "conversation.admin.opened")
connector.event(events.ContactEvent, "contact.user.created", "contact.user.updated", "contact.lead.created")
connector.event(events.TicketEvent, "ticket.created", "ticket.closed", "ticket.state.updated")
connector.event(events.Ping, "ping")


@connector.health
async def check(api: Api) -> Identity:
    """Whose token it is, and in which workspace."""
    me = await api.get("/me", into=Admin)
    return Identity(name=me.name, detail=me.app.name if me.app else "")


async def acting(api: Api, admin_id: int | None) -> str:
    """The teammate who does something."""
    return str(admin_id) if admin_id is not None else (await api.get("/me", into=Admin)).id


async def searched(api: Api, path: str, query: dict[str, Any], into: type[T], limit: int, *, at: str) -> list[T]:
    """What a search finds, page by page."""
    body = {"query": query, "pagination": {"per_page": min(limit, PAGE)}}
    following = {"cursor": "pages.next.starting_after", "parameter": "pagination.starting_after"}
    return await api.query(path, body, into=into, limit=limit, at=at, **following)
