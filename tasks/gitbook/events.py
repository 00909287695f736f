"""What GitBook's Webhook integration tells us, and how it signs it."""

from typing import Any

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Facts, body, hmac_sha256, in_item, numbered

PAGE = "https://gitbook.com/docs/developers/integrations/guides/webhook"

webhook = Webhook(
    verify=hmac_sha256(
        "X-GitBook-Signature",
        prefix="v1=",
        split=",",
        timestamp=in_item("X-GitBook-Signature", "t="),
        signed="{timestamp}.{body}",
    ),
    event=body("type"),
    delivery=numbered(body("eventId")),
    facts=Facts(who="visitor.anonymousId", subject="feedback.comment|spaceId|siteId", link="url"),
    guide="""\
1. In GitBook open **Integrations**, install **Webhook** for the organization, and then for the space (content) or the
   site (views and feedback).
2. Webhook URL: `{url}`. Choose the events.
3. Copy the **secret** that it shows into the block.
""",
    caveat="A copy passes while its time is young; the event's id is signed, so that it counts as a redelivery. "
    "GitBook tries three times more, and then no more.",
    docs=PAGE,
)


class ContentUpdated(Model):
    """The content of a space was changed: a change request was merged, or somebody edited it live.

    See https://gitbook.com/docs/developers/integrations/guides/webhook#content-updated-events-space_content_updated
    """

    event_id: str = Field(alias="eventId")
    space_id: str = Field(alias="spaceId")
    revision_id: str = Field("", alias="revisionId")


class Visit(Model):
    """Somebody looked at a page of a site.

    See https://gitbook.com/docs/developers/integrations/guides/webhook#site-view-events-site_view
    """

    event_id: str = Field(alias="eventId")
    site_id: str = Field("", alias="siteId")
    url: str = ""
    referrer: str = ""
    visitor: dict[str, Any] = Field(default_factory=dict)


class Feedback(Model):
    """What a reader thinks of a page."""

    rating: str = ""
    comment: str = ""


class PageFeedback(Model):
    """A reader has rated a page.

    See https://gitbook.com/docs/developers/integrations/guides/webhook#page-feedback-events-page_feedback
    """

    event_id: str = Field(alias="eventId")
    site_id: str = Field("", alias="siteId")
    space_id: str = Field("", alias="spaceId")
    page_id: str = Field("", alias="pageId")
    feedback: Feedback = Feedback()
    url: str = ""
