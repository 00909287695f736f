"""What Teams sends to an outgoing webhook: the messages in which people name it.

Page: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator

from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants
from tieline.sandbox.teams.memory import Teams
from tieline.sandbox.teams.wire import LOGIN

DOCS = "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook"
#: Teams waits this long, and says nothing of trying again.
TIMEOUT = 5.0
CALLED = "<at>"


def messages(event: Event, teams: Teams) -> Iterator[Message]:
    """One for each message of a person in which somebody is named."""
    record = event.record
    person = (record.get("from") or {}).get("user")
    if event.name != "message.created" or person is None or CALLED not in record["body"]["content"]:
        return
    channel = record["channelIdentity"]["channelId"]
    thread = record["replyToId"] or record["id"]
    activity = {
        "type": "message",
        "id": record["id"],
        "timestamp": record["createdDateTime"],
        "serviceUrl": "https://smba.trafficmanager.sandbox.test/",
        "channelId": "msteams",
        "from": {"id": f"29:{person['id']}", "name": person["displayName"], "aadObjectId": person["id"]},
        "conversation": {"isGroup": True, "id": f"{channel};messageid={thread}", "name": None},
        "recipient": None,
        "textFormat": "plain",
        "text": record["body"]["content"],
        "attachments": [],
        "entities": [],
        "channelData": {
            "teamsChannelId": channel,
            "channel": {"id": channel},
            "team": {"id": next(iter(teams.channels))},
            "tenant": {"id": LOGIN["tenant_id"]},
        },
    }
    yield Message("message", json.dumps(activity).encode(), record["id"])


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """An HMAC of the body, with the security token's bytes as the key."""
    key = base64.b64decode(delivery.subscription.secret)
    made = base64.b64encode(hmac.new(key, delivery.message.body, hashlib.sha256).digest()).decode()
    return {"content-type": "application/json; charset=utf-8", "authorization": f"HMAC {made}"}


def new_secret() -> str:
    """A security token as Teams shows it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


MANNER = Manner(messages, wants, sign, TIMEOUT, lambda _delivery: None, DOCS, new_secret=new_secret)
