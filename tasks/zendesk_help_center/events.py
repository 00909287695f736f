"""What the Help Center tells us.

https://developer.zendesk.com/api-reference/webhooks/event-types/article-events/
"""

from datetime import datetime

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, body, header, hmac_sha256, numbered

_TYPE = body("type")


def _event(delivery: Delivery) -> str:
    """Our name for an event: `article.published` for `zen:event-type:article.published`."""
    return _TYPE(delivery).removeprefix("zen:event-type:")


webhook = Webhook(
    # https://developer.zendesk.com/documentation/webhooks/verifying/
    verify=hmac_sha256(
        "X-Zendesk-Webhook-Signature",
        timestamp="X-Zendesk-Webhook-Signature-Timestamp",
        signed="{timestamp}{body}",
        encoding="base64",
    ),
    event=_event,
    # The event's own id is signed.
    delivery=numbered(body("id"), header("X-Zendesk-Webhook-Invocation-Id")),
    facts=Facts(who="event.author_id|event.current", when="time", subject="event.title"),
    guide="""\
1. **Admin Center → Apps and integrations → Actions and webhooks → Webhooks → Create webhook → Zendesk events**.
2. Choose *Article published* and *Article unpublished*, and what else you want of the article's events.
3. Endpoint URL: `{url}`. Method `POST`, format `JSON`, no authentication.
4. Save, then **Reveal secret** on the webhook's page, and put it into the block. Zendesk's *Test webhook* before the
   first save is signed with a secret that everybody knows: it is refused.

An event says that an article was published, and its title; ask for its text with `get_article`.
""",
    docs="https://developer.zendesk.com/documentation/webhooks/verifying/",
)


class ArticleDetail(Model):
    """Which article it is, and of which brand."""

    id: int
    brand_id: int | None = None


class ArticleChange(Model):
    """What the event says of it; which of these there are depends on the event."""

    title: str | None = None
    locale: str | None = None
    author_id: int | None = None
    section_id: int | None = None
    category_id: int | None = None
    current: int | None = Field(None, description="The author now, where that was changed.")


class ArticleEvent(Model):
    """An article was published or unpublished, or has another author.

    See https://developer.zendesk.com/api-reference/webhooks/event-types/article-events/
    """

    type: str
    detail: ArticleDetail
    event: ArticleChange = ArticleChange()
    time: datetime | None = None

    @property
    def article_id(self) -> int:
        """The article's number."""
        return self.detail.id
