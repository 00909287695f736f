"""What Confluence tells about pages and comments.

Confluence Cloud has no webhooks of its own, so this is what Data Center sends, which signs.
Page: https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html
"""

import hashlib
import hmac
import json
from collections.abc import Iterator

from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants

#: Confluence does not say how long it waits for an answer, and speaks of no second try.
TIMEOUT = 20.0
_NAMES = {"page.created": "page_created", "page.updated": "page_updated", "comment.created": "comment_created"}


def messages(event: Event, wiki: Wiki) -> Iterator[Message]:
    """One message for each thing that happened."""
    if event.name in _NAMES:
        name, me = _NAMES[event.name], wiki.me
        said = {"page": _page(event.record)}
        if event.name == "comment.created":
            parent = _page(event.parent) if event.parent else {}
            said = {"comment": {"id": int(event.record["id"]), "parent": {**parent, "contentType": "page"}}}
        moment = int(event.at.timestamp() * 1000)
        body = {"timestamp": moment, "event": name, "userKey": me["accountId"], **said}
        yield Message(name, json.dumps(body).encode())


def _page(page: Record) -> Record:
    return {
        "id": int(page["id"]),
        "title": page["title"],
        "version": page["version"]["number"],
        "self": page["_links"]["webui"],
    }


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: HMAC-SHA256 of the body, in hex."""
    made = hmac.new(delivery.subscription.secret.encode(), delivery.message.body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-event-key": delivery.message.event,
        "x-hub-signature": f"sha256={made}",
    }


def again(_delivery: Delivery) -> float | None:
    """Never."""
    return None


MANNER = Manner(
    messages, wants, sign, TIMEOUT, again, "https://confluence.atlassian.com/doc/managing-webhooks-1021225606.html"
)
