"""Notion: pages, data sources and comments."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.handshakes import secret_in_body
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

# https://github.com/makenotion/notion-sdk-js/blob/main/src/api-endpoints/webhooks.ts
EVENTS = words("""
    comment.created comment.deleted comment.updated data_source.content_updated data_source.created
    data_source.deleted data_source.moved data_source.schema_updated data_source.undeleted database.content_updated
    database.created database.deleted database.moved database.schema_updated database.undeleted
    file_upload.completed file_upload.created file_upload.expired file_upload.upload_failed page.content_updated
    page.created page.deleted page.locked page.moved page.properties_updated
    page.transcription_block.transcript_deleted page.undeleted page.unlocked view.created view.deleted view.updated
""")

webhook = Webhook(
    verify=hmac_sha256("X-Notion-Signature", prefix="sha256="),
    event=body("type"),
    delivery=numbered(body("id")),
    handshakes=(
        secret_in_body(
            "verification_token",
            "Notion has sent its verification token, and it is in the block now. Paste it at Notion under Verify.",
        ),
    ),
    facts=Facts(who="authors.0.id", when="timestamp", subject="entity.type"),
    guide="""\
1. Let the block wait for Notion's secret, and start the gateway:
   `tieline webhook secret notion --connection NAME --handshake`.
2. At <https://www.notion.so/profile/integrations> open your integration, **Webhooks → Create a subscription**, URL
   `{url}`. Choose the events. Notion sends a verification token at once, which is kept in the block.
3. Paste that token at Notion under **Verify**. `tieline webhook secret notion --connection NAME --show`
   shows it.
   From then on only what is signed passes.
""",
    caveat="No time is checked; the event's id is signed, so that a copy counts as a redelivery. "
    "Events hold ids alone: fetch the page.",
    docs="https://developers.notion.com/reference/webhooks",
)
