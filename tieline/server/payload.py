"""What a delivery says: whether it can be read, which event it is, and the row that is made of it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tieline.inbox.writer import Arrival
from tieline.observe import log
from tieline.server import answers
from tieline.server.answers import Answer, Refusal
from tieline.server.receiver import Receiver
from tieline.webhooks import Delivery, Reply

#: Lists and objects inside each other. Readers further on give up at a thousand; no vendor comes near fifty.
DEPTH = 100
NAME = 200
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.-]+)", re.IGNORECASE)
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_DIGEST = hashlib.sha256().digest_size * 2


def signed_handshake(receiver: Receiver, delivery: Delivery) -> Reply | None:
    """The answer to a handshake that comes with a signature."""
    try:
        return receiver.handshake(delivery, signed=True)
    except Exception as exc:  # noqa: BLE001 - see `_read`
        raise Refusal(answers.UNREADABLE, "unreadable", type(exc).__name__) from None


def arrival(receiver: Receiver, delivery: Delivery, now: float) -> Arrival:
    """The row for a delivery.

    Raises:
        Refusal: It cannot be read.
    """
    _check_form(receiver, delivery)
    _check_content(receiver, delivery)
    webhook = receiver.webhook
    event = _read(webhook.event, delivery)
    if not event:
        raise Refusal(answers.UNREADABLE, "no event", "It does not say what happened.")
    if not _can_be_kept(event):
        raise Refusal(answers.UNREADABLE, "no event", "The name of the event is no name.")
    number, numbered = _number(_read(webhook.delivery, delivery), delivery)
    return Arrival(
        receiver.system,
        receiver.connection,
        number,
        event,
        now,
        receiver.headers(delivery.headers),
        receiver.query(delivery.query),
        delivery.raw,
        numbered=numbered,
    )


def acknowledgement(receiver: Receiver, delivery: Delivery) -> Answer:
    """What the vendor hears when its delivery is safe."""
    if receiver.webhook.reply is None:
        return answers.ACCEPTED
    try:
        return answers.from_reply(receiver.webhook.reply(delivery))
    except Exception as exc:  # noqa: BLE001 - it is safe: nothing may keep us from saying so
        log().error("The vendor's acknowledgement cannot be made.", system=receiver.system, kind=type(exc).__name__)
        return answers.ACCEPTED


def _check_form(receiver: Receiver, delivery: Delivery) -> None:
    """Whether it is packed as it should be.

    Compressed bodies are turned down, not unpacked: no vendor sends any, and so there is no bomb to be afraid of.
    """
    packed = delivery.headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"", "identity"}:
        raise Refusal(answers.MEDIA_TYPE, "compressed", packed[:40])
    wanted = receiver.webhook.media_types
    said = delivery.headers.get("content-type", "")
    if wanted and said.partition(";")[0].strip().lower() not in wanted:
        raise Refusal(answers.MEDIA_TYPE, "another content type", said[:80])
    charset = _CHARSET.search(said)
    if charset and charset[1].lower() not in _CHARSETS:
        raise Refusal(answers.MEDIA_TYPE, "another charset", said[:80])


def _check_content(receiver: Receiver, delivery: Delivery) -> None:
    content = _read(receiver.webhook.read, delivery)
    if content is None:
        raise Refusal(answers.UNREADABLE, "unreadable", "The body is not what it should be.")
    if _too_deep(delivery.raw, content):
        raise Refusal(answers.UNREADABLE, "too deep", f"More than {DEPTH} lists and objects inside each other.")


def _too_deep(raw: bytes, content: Any) -> bool:
    if raw.count(b"{") + raw.count(b"[") <= DEPTH:
        return False
    level = [content]
    for _ in range(DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if type(child) in {dict, list}
        ]
        if not level:
            return False
    return True


def _read(reader: Any, delivery: Delivery) -> Any:
    try:
        return reader(delivery)
    except Exception as exc:  # noqa: BLE001 - readers are written for what the vendor documents; this is something else
        raise Refusal(answers.UNREADABLE, "unreadable", type(exc).__name__) from None


def _number(number: str, delivery: Delivery) -> tuple[str, bool]:
    """What tells this delivery from others, and whether the vendor has numbered it."""
    own = hashlib.sha256(delivery.raw).hexdigest() if not number or len(number) == _DIGEST else ""
    if not number or number == own:
        return own, False
    # A number that cannot be kept as it is still tells it from others.
    return (number if _can_be_kept(number) else hashlib.sha256(number.encode(errors="replace")).hexdigest()), True


def _can_be_kept(name: str) -> bool:
    return len(name) <= NAME and name.isprintable()
