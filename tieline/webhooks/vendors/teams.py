"""Microsoft Teams: outgoing webhooks, by which people talk to us."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.handshakes import as_json
from tieline.webhooks.readers import body, numbered
from tieline.webhooks.verifiers import Hmac, from_base64

EVENTS = ("message",)

webhook = Webhook(
    verify=Hmac("Authorization", prefix="HMAC ", encoding="base64", key=from_base64),
    event=body("type"),
    delivery=numbered(body("id")),
    # Teams shows what it hears; with nothing it tells the writer that we are broken.
    reply=lambda _: as_json({"type": "message", "text": "Received."}),
    facts=Facts(who="from.name|from.id", when="timestamp", subject="text"),
    guide="""\
1. In Teams open the team's **⋯ → Manage team → Apps → Create an outgoing webhook**.
2. Callback URL: `{url}`. Its name is how people call it: `@name do this`.
3. Teams shows a **security token** once. Put it into the block, as it is.
""",
    caveat="No time is signed apart from the body; the message's id is, so that a copy counts as a redelivery.",
    docs="https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
)
