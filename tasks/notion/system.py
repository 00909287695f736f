"""How Notion speaks, and who we are there."""

from typing import Any

from pydantic_core import to_json

from blocks.notion import NotionCredentials
from tasks.notion.events import Event, webhook
from tieline import Api, HttpRules, Identity, Model, http_connector
from tieline.transport.paging import cursor

#: Most items of a page of a list.
PAGE = 100
JSON = {"content-type": "application/json"}

connector = http_connector(
    "notion",
    block=NotionCredentials,
    docs="https://developers.notion.com/reference/intro",
    rules=HttpRules(
        paginate=cursor("next_cursor", "start_cursor", more="has_more"),
        # Three a second on average, and some bursts: https://developers.notion.com/reference/request-limits
        rate="30/10 seconds",
    ),
    webhook=webhook,
)

connector.event(Event, "page.created", "page.content_updated", "page.properties_updated", "page.deleted")
connector.event(Event, "page.moved", "page.undeleted", "page.locked", "page.unlocked")
connector.event(Event, "comment.created", "comment.updated", "comment.deleted")
connector.event(Event, "data_source.content_updated", "data_source.schema_updated")


class Bot(Model):
    """The integration's own user."""

    id: str
    name: str | None = None
    bot: dict[str, Any] | None = None


@connector.health
async def check(api: Api) -> Identity:
    """Which integration the token belongs to, and in which workspace."""
    user = await api.get("/users/me", into=Bot)
    return Identity(name=user.name or user.id, detail=str((user.bot or {}).get("workspace_name") or ""))


def exact(body: dict[str, Any]) -> bytes:
    """A body that is sent as it is, with `JSON`: to Notion, null means "make it empty"."""
    return to_json(body)
