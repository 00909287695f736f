"""What Drive sends to its channels: headers that say that something changed, and no body.

Page: https://developers.google.com/workspace/drive/api/guides/push
"""

from collections.abc import Iterator

from tieline.sandbox.google_drive.memory import Drive
from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription, wants

#: Google does not say how long it waits, nor how often it tries again: only that it does so, ever more slowly.
TIMEOUT = 10.0
AGAIN = (1.0, 4.0, 16.0, 64.0)
#: What it tries again after; anything else but a success it takes for the last word.
TEMPORARY = (500, 502, 503, 504)
DOCS = "https://developers.google.com/workspace/drive/api/guides/push"


def messages(event: Event, drive: Drive) -> Iterator[Message]:
    """For the channels of all changes, and for those of the file. The numbers grow, but leave some out."""
    number = 1 + drive.forgotten + len(drive.changes)
    yield Message("change", b"", str(number))
    # Which file it is about goes no further than `_wants`.
    yield Message(event.record["state"], b"", f"{number} {event.record['fileId']}")


def _wants(subscription: Subscription, message: Message) -> bool:
    """Whether it is the channel's: of one file, or of all changes."""
    about = message.number.partition(" ")[2]
    return about == subscription.record.get("file", "") and wants(subscription, message)


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: which channel, its token, and what for."""
    subscription, message = delivery.subscription, delivery.message
    channel = subscription.record or {"id": subscription.id, "resourceId": "sandbox", "resourceUri": "", "until": ""}
    headers = {
        "content-length": "0",
        "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
        "x-goog-channel-id": channel["id"],
        "x-goog-channel-token": subscription.secret,
        "x-goog-channel-expiration": channel["until"],
        "x-goog-message-number": message.number.partition(" ")[0],
        "x-goog-resource-id": channel["resourceId"],
        "x-goog-resource-state": message.event,
        "x-goog-resource-uri": channel["resourceUri"],
    }
    return {name: value for name, value in headers.items() if value}


def again(delivery: Delivery) -> float | None:
    """After an error that may pass."""
    last = delivery.tries[-1]
    if last.status and last.status not in TEMPORARY:
        return None
    return AGAIN[delivery.failures - 1] if delivery.failures <= len(AGAIN) else None


MANNER = Manner(messages, _wants, sign, TIMEOUT, again, DOCS)
