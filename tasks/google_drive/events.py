"""What Drive tells us: that something changed, in headers, and no more."""

from typing import Any

from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, Reply, header, joined, numbered, shared_secret
from tieline.webhooks.handshakes import answered

_STATE = header("X-Goog-Resource-State")
_FILES = "/drive/v3/files/"
_GUIDE = """\
1. `tieline webhook secret google_drive --connection NAME --generate` puts a long random text into the block: the token
   that each notification must carry.
2. `tieline call google_drive.get_start_page_token --connection NAME` says where the list of changes ends now. Keep it.
3. Open a channel with `tieline call google_drive.create_channel --connection NAME url={url} page_token=TOKEN`. The
   address must be https, with a certificate that everybody trusts. The first message (`sync`) is only answered.
4. A `change` says no more than that something changed. We look what it was, and tell of it as `file_created`,
   `file_updated` and `file_deleted`: see docs/feeds.md.
5. A channel expires (that of all changes after a week at most, a file's after a day): open another one before.
"""


def _payload(delivery: Delivery) -> dict[str, Any]:
    """All is in the headers; the body is empty."""
    changed, uri = header("X-Goog-Changed")(delivery), header("X-Goog-Resource-URI")(delivery)
    return {
        "channel_id": header("X-Goog-Channel-ID")(delivery),
        "channel_expiration": header("X-Goog-Channel-Expiration")(delivery),
        "message_number": header("X-Goog-Message-Number")(delivery),
        "resource_id": header("X-Goog-Resource-ID")(delivery),
        "resource_state": _STATE(delivery),
        "resource_uri": uri,
        "file_id": uri.partition(_FILES)[2].partition("?")[0],
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
    guide=_GUIDE,
    caveat="A delivery has no signature, and no time of its own: guard the channel's token.",
    docs="https://developers.google.com/workspace/drive/api/guides/push",
)


class Notification(Model):
    """Something changed. Which file, only the channel of one file says: `file_id` is empty for that of all changes."""

    channel_id: str
    message_number: str
    resource_id: str
    resource_state: str
    resource_uri: str = ""
    channel_expiration: str = ""
    file_id: str = ""
    changed: tuple[str, ...] = ()
