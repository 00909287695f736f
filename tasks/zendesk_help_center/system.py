"""How the Help Center speaks, and who we are there."""

from typing import TypeVar

from pydantic import BaseModel

from blocks.zendesk_help_center import ZendeskHelpCenterCredentials
from tasks.zendesk_help_center import events
from tieline import Api, HttpRules, Identity, http_connector
from tieline.errors import AuthFailed
from tieline.transport.paging import cursor

T = TypeVar("T")

#: Most records of a page.
PAGE = 100
READ, WRITE = ("hc:read",), ("hc:write",)

connector = http_connector(
    "zendesk_help_center",
    title="Zendesk Help Center",
    block=ZendeskHelpCenterCredentials,
    docs="https://developer.zendesk.com/api-reference/help_center/help-center-api/introduction/",
    rules=HttpRules(
        # https://developer.zendesk.com/api-reference/introduction/pagination/#using-cursor-pagination
        paginate=cursor("meta.after_cursor", "page[after]", more="meta.has_more"),
        # What the smallest plan allows; a bigger one goes into the block.
        rate="200/minute",
    ),
    webhook=events.webhook,
)

connector.event(events.ArticleEvent, "article.published", "article.unpublished", "article.author_changed")


class _User(BaseModel):
    id: int | None
    name: str = ""
    email: str | None = None


@connector.health
async def check(api: Api) -> Identity:
    """Whom the token belongs to."""
    user = await api.get("/users/me", into=_User, at="user")
    if user.id is None:
        raise AuthFailed("Zendesk took us for an anonymous visitor.", hint="Check the credentials on the block.")
    return Identity(name=user.name, detail=user.email or "")


async def listed(api: Api, path: str, into: type[T], limit: int, *, at: str = "", **params: str | None) -> list[T]:
    """The first items of a list, which stand in its pages under its own name."""
    query = {"page[size]": min(limit, PAGE), **params}
    return await api.list(path, into=into, limit=limit, at=at or path.rpartition("/")[2], params=query)
