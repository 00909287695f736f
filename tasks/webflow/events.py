"""What Webflow tells us, and how it signs it."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, body, digest, hmac_sha256, in_header


def _number(delivery: Delivery) -> str:
    """A form is sent in once; an item changes often under the same id, though not in the same words."""
    once = body("payload.id")(delivery) if body("triggerType")(delivery) == "form_submission" else ""
    return once or digest(delivery)


webhook = Webhook(
    verify=hmac_sha256(
        "x-webflow-signature", timestamp=in_header("x-webflow-timestamp", "ms"), signed="{timestamp}:{body}"
    ),
    event=body("triggerType"),
    delivery=_number,
    facts=Facts(
        who="payload.data.email|payload.data.Email|payload.customerInfo.email|payload.author.name"
        "|payload.publishedBy.displayName",
        when="payload.submittedAt|payload.lastUpdated|payload.lastPublished|payload.createdOn|payload.publishedOn"
        "|payload.acceptedOn",
        subject="payload.name|payload.fieldData.name|payload.pageTitle|payload.orderId|payload.content|payload.domains.0",
        link="payload.url",
    ),
    guide="""\
1. Make the webhook with the API and the token of an app (Site settings' older webhooks are not signed):

       curl https://api.webflow.com/v2/sites/SITE_ID/webhooks -H "Authorization: Bearer TOKEN" \\
         -H "Content-Type: application/json" -d '{"triggerType": "form_submission", "url": "{url}"}'

2. The block's secret is the app's **client secret**; for a webhook made with a site token, the `secretKey` of
   the answer.
""",
    caveat="A copy passes while its time is young; the form's id, or the body, tells it from a new one.",
    docs="https://developers.webflow.com/data/docs/working-with-webhooks",
)


class ItemData(Model):
    """An item that something happened to."""

    id: str
    site_id: str = Field("", alias="siteId")
    collection_id: str = Field("", alias="collectionId")
    fields: dict[str, Any] = Field(default_factory=dict, alias="fieldData")
    draft: bool = Field(default=False, alias="isDraft")
    last_updated: datetime | None = Field(None, alias="lastUpdated")


class ItemEvent(Model):
    """An item was created, changed, deleted, published or unpublished.

    See https://developers.webflow.com/data/reference/webhooks/events/collection-item-created
    """

    payload: ItemData


class PageData(Model):
    """A page that something happened to."""

    page_id: str = Field(alias="pageId")
    site_id: str = Field("", alias="siteId")
    title: str = Field("", alias="pageTitle")
    path: str = Field("", alias="publishedPath")


class PageEvent(Model):
    """A page was created or deleted, or its settings changed.

    See https://developers.webflow.com/data/reference/webhooks/events/page-created
    """

    payload: PageData


class PublishData(Model):
    """What was published where."""

    site_id: str = Field("", alias="siteId")
    published_on: datetime | None = Field(None, alias="publishedOn")
    domains: tuple[str, ...] = ()


class SitePublish(Model):
    """A site was published.

    See https://developers.webflow.com/data/reference/webhooks/events/site-publish
    """

    payload: PublishData


class FormData(Model):
    """What somebody has sent in."""

    id: str
    site_id: str = Field("", alias="siteId")
    name: str = Field("", description="The form's.")
    submitted_at: datetime | None = Field(None, alias="submittedAt")
    data: dict[str, Any] = Field(default_factory=dict, description="By the names of the form's fields.")


class FormSubmission(Model):
    """Somebody has sent in a form.

    See https://developers.webflow.com/data/reference/webhooks/events/form-submission
    """

    payload: FormData


class CommentData(Model):
    """A comment on a page."""

    thread_id: str = Field("", alias="threadId")
    comment_id: str = Field("", alias="commentId")
    site_id: str = Field("", alias="siteId")
    page_id: str = Field("", alias="pageId")
    content: str = ""
    url: str = ""


class CommentCreated(Model):
    """Somebody has commented in the Designer.

    See https://developers.webflow.com/data/reference/webhooks/events/comment-created
    """

    payload: CommentData


class OrderData(Model):
    """An order of a shop."""

    order_id: str = Field(alias="orderId")
    status: str = ""


class OrderEvent(Model):
    """An order came in, or changed.

    See https://developers.webflow.com/data/reference/webhooks/events/ecomm-new-order
    """

    payload: OrderData


class InventoryData(Model):
    """How many there are."""

    id: str
    quantity: float | None = None


class InventoryChanged(Model):
    """The stock of something changed.

    See https://developers.webflow.com/data/reference/webhooks/events/ecomm-inventory-changed
    """

    payload: InventoryData
