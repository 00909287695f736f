"""What Jira's webhooks send: those of an admin, with a secret, and those of an app.

Page: https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator

from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants
from tieline.sandbox.jira.memory import Site

TIMEOUT = 20.0
#: It tries five times more, after five to fifteen minutes each.
AGAIN, TRIES = 600.0, 5
_NAMES = {
    "issue.created": "jira:issue_created",
    "issue.updated": "jira:issue_updated",
    "comment.created": "comment_created",
}


def messages(event: Event, site: Site) -> Iterator[Message]:
    """One message for what happened to an issue or a comment."""
    name = _NAMES.get(event.name)
    if name is None:
        return
    body: Record = {"timestamp": int(event.at.timestamp() * 1000), "webhookEvent": name}
    if event.parent is not None:
        body |= {"comment": {**event.record, "body": _wiki(event.record["body"])}, "issue": _issue(event.parent)}
    else:
        body |= {"issue": _issue(event.record), "user": site.people[site.me]}
    if event.changes:
        changed = [{"field": change.field, "from": str(change.old), "to": str(change.new)} for change in event.changes]
        body["changelog"] = {"id": str(body["timestamp"]), "items": changed}
    yield Message(name, json.dumps(body).encode(), uuid.uuid4().hex)


def _issue(issue: Record) -> Record:
    """An issue with its description as text: webhooks keep to the second version of the API."""
    return {**issue, "fields": {**issue["fields"], "description": _wiki(issue["fields"]["description"])}}


def _wiki(document: Record | None) -> str | None:
    """The words of a document, a line for each block."""
    if document is None:
        return None
    return "\n".join("".join(_words(block)) for block in document["content"])


def _words(node: Record) -> Iterator[str]:
    yield str(node.get("text", ""))
    for child in node.get("content", []):
        yield from _words(child)


def sign(delivery: Delivery, now: float) -> dict[str, str]:
    """The headers: an HMAC of the body, or for an app a token, and a number that all tries share."""
    if delivery.subscription.record.get("app"):
        return {
            "content-type": "application/json",
            "authorization": f"Bearer {_token(delivery.subscription.secret, now)}",
            "x-atlassian-webhook-identifier": delivery.message.number,
        }
    made = hmac.new(delivery.subscription.secret.encode(), delivery.message.body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-hub-signature": f"sha256={made}",
        "x-atlassian-webhook-identifier": delivery.message.number,
    }


def _token(secret: str, now: float) -> str:
    """Signed with the app's secret; which claims Jira puts in, its page does not say."""
    head, claims = {"alg": "HS256", "typ": "JWT"}, {"iat": int(now), "exp": int(now) + 180}
    parts = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
    return f"{parts}.{_base64(hmac.new(secret.encode(), parts.encode(), hashlib.sha256).digest())}"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def again(delivery: Delivery) -> float | None:
    """After some minutes, five times."""
    return AGAIN if delivery.failures <= TRIES else None


MANNER = Manner(messages, wants, sign, TIMEOUT, again, "https://developer.atlassian.com/cloud/jira/platform/webhooks/")
