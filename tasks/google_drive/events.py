"""What Drive tells us: that something changed, in headers, and no more."""

from typing import Any

from tieline import Model, Webhook
from tieline.webhooks import Delivery, Facts, Reply, header, joined, numbered, shared_secret
from tieline.webhooks.handshakes import answered

_STATE = header("X-Goog-Resource-State")
_FILES = "/drive/v3/files/"
_GUIDE = """\
`tieline webhook setup google_drive --connection NAME` opens a channel for all changes that the account sees; with
`--resource drive/ID` for those in a shared drive, with `--resource file/ID` for one file. Each notification goes to
`{url}` and carries the block's `webhook_secret`. The address must be https, with a certificate that everybody trusts.
The first message (`sync`) is only answered.

A channel ends after a week, a file's after a day, and cannot be renewed: the flow `renew-subscriptions` opens another
one when a third of that is left, and then stops the old one. Google does not list channels: one that it drops before
its time is missed only when that is over. The flow `find-changes` looks every five minutes anyway.

A `change` says no more than that something changed. We look what it was, and tell of it as `file_created`,
`file_updated` and `file_deleted`: see docs/feeds.md.
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
