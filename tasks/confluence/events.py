"""What Confluence tells us about pages and comments, and how it is known to be Confluence."""

from typing import Any

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Facts, body, either, hmac_sha256, shared_secret
from tieline.webhooks.readers import fingerprint

_GUIDE = """\
Confluence Cloud has no webhooks of its own and signs nothing: an automation rule sends what its author writes.

1. **Settings → Automation → Create rule** (Premium and Enterprise). Trigger *Page published*, *Page edited* or
   *Comment added*; action **Send web request**.
2. URL `{url}`, method `POST`, header `X-Tieline-Secret` with the same long random text as in the block, hidden.
3. Body **Custom data**, with the event's name: `page_created`, `page_updated` or `comment_created`. The time makes each
   delivery another one:

       {"event": "page_updated", "timestamp": "{{now}}",
        "page": {"id": "{{page.id}}", "title": "{{page.title.asJsonString}}", "self": "{{page.url}}"}}

   A comment's rule adds `"comment": {"id": "{{comment.id}}"}`.

Confluence Data Center signs: **Administration → General Configuration → Webhooks → Create webhook**, URL `{url}`, a
secret of at most 255 characters, the same as in the block; choose the events, tick **Active**, and **Create**.
"""

webhook = Webhook(
    verify=either(hmac_sha256("X-Hub-Signature", prefix="sha256="), shared_secret("X-Tieline-Secret")),
    event=body("event"),
    # The body holds the moment.
    delivery=fingerprint,
    facts=Facts(
        who="userProfile.fullName|userKey",
        when="timestamp",
        subject="page.title|blog.title|content.title|attachments.0.fileName|space.title|label.name|group",
        link="page.self|blog.self|content.self|comment.self|attachments.0.self|space.self",
    ),
    guide=_GUIDE,
    caveat="The time is in the body, but not checked: a copy counts as a redelivery and does nothing. "
    "A rule of Confluence Cloud sends the secret itself: guard the header's text. "
    "Newer Confluence sends the ids of things without titles and addresses: fetch them.",
    docs="https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html",
)


class Named(Model):
    """A page or a comment, as far as the event names it. Data Center sends numbers, Cloud sends text."""

    id: str | int
    title: str = ""
    link: str = Field("", alias="self")


class PageEvent(Model):
    """A page was made or changed: fetch it to see what it says now."""

    event: str
    page: Named
    timestamp: str | int = ""


class Remark(Named):
    """A comment, and what it is on."""

    parent: dict[str, Any] | None = None


class CommentEvent(Model):
    """Somebody commented. Data Center says in the comment's `parent` on what, a rule of Cloud in `page`."""

    event: str
    comment: Remark
    page: Named | None = None
    timestamp: str | int = ""
