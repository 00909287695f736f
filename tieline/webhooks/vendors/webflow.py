"""Webflow: forms, pages, collections and orders of a site."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook, digest
from tieline.webhooks.readers import body, words
from tieline.webhooks.times import in_header
from tieline.webhooks.verifiers import hmac_sha256

# https://developers.webflow.com/data/reference/all-events
EVENTS = words("""
    collection_item_changed collection_item_created collection_item_deleted collection_item_published
    collection_item_unpublished comment_created ecomm_inventory_changed ecomm_new_order ecomm_order_changed
    form_submission page_created page_deleted page_metadata_updated site_publish
""")


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
