"""Google Drive: changes of files, pushed to a channel."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Reply, Webhook
from tieline.webhooks.handshakes import answered
from tieline.webhooks.readers import header, joined, numbered, words
from tieline.webhooks.verifiers import shared_secret

EVENTS = words("add change remove trash untrash update")
_STATE = header("X-Goog-Resource-State")


def _payload(delivery: Delivery) -> dict[str, Any]:
    """All is in the headers; the body is empty."""
    changed = header("X-Goog-Changed")(delivery)
    return {
        "channel_id": header("X-Goog-Channel-ID")(delivery),
        "channel_expiration": header("X-Goog-Channel-Expiration")(delivery),
        "message_number": header("X-Goog-Message-Number")(delivery),
        "resource_id": header("X-Goog-Resource-ID")(delivery),
        "resource_state": _STATE(delivery),
        "resource_uri": header("X-Goog-Resource-URI")(delivery),
        "changed": [one.strip() for one in changed.split(",") if one.strip()],
    }


webhook = Webhook(
    verify=shared_secret("X-Goog-Channel-Token"),
    event=_STATE,
    named_by="X-Goog-Resource-State",
    delivery=numbered(joined(header("X-Goog-Channel-ID"), header("X-Goog-Message-Number"))),
    payload=_payload,
    handshakes=(answered(lambda delivery: _STATE(delivery) == "sync", Reply(200)),),
    media_types=(),
    facts=Facts(subject="resource_id", link="resource_uri"),
    guide="""\
1. Put a long random text (at most 256 characters) into the block.
2. Open a channel with an access token; the address must be https, with a certificate that everybody trusts:

       curl "https://www.googleapis.com/drive/v3/files/FILE_ID/watch" -H "Authorization: Bearer TOKEN" \\
         -H "Content-Type: application/json" \\
         -d '{"id": "A_NEW_UUID", "type": "web_hook", "address": "{url}", "token": "SECRET"}'

   For all changes: `/changes/watch?pageToken=…`. The first message (`sync`) is only answered.
3. A channel expires (a file's after a day at most, that of changes after a week): open another one before.
""",
    caveat="A delivery has no signature, and no time of its own: guard the channel's token.",
    docs="https://developers.google.com/workspace/drive/api/guides/push",
)
