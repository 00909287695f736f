"""What Airtable tells us: that something has changed in a base. What it was, `read_webhook_payloads` says."""

from datetime import datetime

from tieline import Model, Webhook
from tieline.webhooks import Facts
from tieline.webhooks.delivery import Reply
from tieline.webhooks.readers import constant, fingerprint
from tieline.webhooks.verifiers import Hmac, from_base64

webhook = Webhook(
    # https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery
    verify=Hmac("X-Airtable-Content-MAC", prefix="hmac-sha256=", key=from_base64),
    event=constant("base.changed"),
    # A ping has no id, but the moment to the millisecond.
    delivery=fingerprint,
    # Anything but 200 and 204 counts as a failure.
    reply=lambda _: Reply(200),
    facts=Facts(when="timestamp", subject="base.id"),
    guide="""\
`tieline webhook setup airtable --resource BASE` does this, with the id of a base (app...), or of a table in it
(app.../tbl...), and keeps the webhook alive, which ends after seven days otherwise. By hand:

1. Make the webhook, with a token that has the scopes `webhook:manage` and `data.records:read`:

       curl https://api.airtable.com/v0/bases/BASE/webhooks -H "Authorization: Bearer TOKEN" \\
         -H "Content-Type: application/json" -d '{"notificationUrl": "{url}",
         "specification": {"options": {"filters": {"dataTypes": ["tableData"]}}}}'

2. The answer holds `macSecretBase64`, which Airtable does not show again. Paste it into the block:
   `tieline webhook secret airtable --connection NAME --secret -`.
3. After seven days it ends, unless `refresh_webhook` or `read_webhook_payloads` is called before.
""",
    caveat="The time is in the body and signed, but not checked: Airtable repeats a ping for a day, and a copy counts "
    "as a redelivery. A ping says in which base alone, and stands for several changes.",
    docs="https://airtable.com/developers/web/api/webhooks-overview",
)


class Named(Model):
    """A base or a webhook, by its id."""

    id: str


class Ping(Model):
    """Something has changed, https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery."""

    base: Named
    webhook: Named
    timestamp: datetime
