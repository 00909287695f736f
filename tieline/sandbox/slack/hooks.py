"""What Slack's Events API sends.

Pages: https://docs.slack.dev/apis/events-api/ (envelope, retries), https://docs.slack.dev/reference/events,
https://docs.slack.dev/authentication/verifying-requests-from-slack/,
https://docs.slack.dev/reference/events/url_verification/
"""

import hashlib
import hmac
import json
import secrets
import string
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Question, Subscription
from tieline.sandbox.slack.memory import Workspace

#: Slack waits this long, and tries again at once, after a minute, and after five.
TIMEOUT = 3.0
AGAIN = (0.0, 60.0, 300.0)
APP = "A0SBX000000"
#: The old way to know Slack, which every message still carries. It opens nothing.
TOKEN = "sandbox-verification-token"  # noqa: S105 - known to everybody, on purpose
_REASONS = {"timeout": "http_timeout", "connection": "connection_failed", "redirects": "too_many_redirects"}
_LETTERS = string.ascii_uppercase + string.digits


def messages(event: Event, slack: Workspace) -> Iterator[Message]:
    """The events that the app may see: of channels that it is in."""
    if event.name == "command.given":
        yield Message("slash_command", urlencode(event.record).encode(), event.record["trigger_id"])
        return
    if event.name == "button.clicked":
        form = {"payload": json.dumps(event.record)}
        yield Message(event.record["type"], urlencode(form).encode(), event.record["trigger_id"])
        return
    moment = event.at.timestamp()
    for said in _happened(event, slack):
        number = "Ev" + "".join(secrets.choice(_LETTERS) for _ in range(10))
        body = {
            "token": TOKEN,
            "team_id": slack.team["id"],
            "context_team_id": slack.team["id"],
            "api_app_id": APP,
            "event": {"event_ts": f"{moment:.6f}", **said},
            "type": "event_callback",
            "event_id": number,
            "event_time": int(moment),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": slack.team["id"],
                    "user_id": slack.bot_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        yield Message(_subscribed_as(said), json.dumps(body).encode(), number)


def _happened(event: Event, slack: Workspace) -> Iterator[Record]:
    record = event.record
    if event.name in ("message.created", "message.updated"):
        channel = slack.channels[record["channel"]]
        message = {name: value for name, value in record.items() if name not in ("channel", "sandbox_history")}
        where = {"channel": channel["id"], "channel_type": _kind(channel)}
        if slack.bot_id not in channel["members"]:
            return
        if event.name == "message.updated":
            moment = {"ts": message["edited"]["ts"], "event_ts": message["edited"]["ts"]}
            yield {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "message": message,
                **where,
                **moment,
            }
            return
        yield {**message, **where, "event_ts": message["ts"]}
        if f"<@{slack.bot_id}>" in message["text"]:
            yield {**message, "type": "app_mention", "channel": channel["id"], "event_ts": message["ts"]}
    elif event.name == "channel.created":
        names = ("id", "name", "created", "creator")
        yield {"type": "channel_created", "channel": {name: record[name] for name in names}}
    elif event.name == "channel.joined":
        channel = slack.channels[record["channel"]]
        kind = {"channel_type": "G" if channel["is_private"] else "C", "team": slack.team["id"]}
        yield {"type": "member_joined_channel", **record, **kind}
    elif event.name == "user.updated":
        yield {"type": "user_change", "user": record, "cache_ts": int(event.at.timestamp())}


def _kind(channel: Record) -> str:
    """The type of a channel, in the words of events."""
    return "im" if channel["is_im"] else "group" if channel["is_private"] else "channel"


def _subscribed_as(said: Record) -> str:
    """The name under which an app asks for an event: `message` goes by the type of its channel."""
    if said["type"] != "message":
        return str(said["type"])
    return {"im": "message.im", "group": "message.groups"}.get(said["channel_type"], "message.channels")


def sign(delivery: Delivery, now: float) -> dict[str, str]:
    """The headers of one try: HMAC-SHA256 in hex over `v0:timestamp:body`, and which try it is."""
    signed = signature(delivery.subscription.secret, delivery.message.body, now)
    if not delivery.failures:
        return signed
    last = delivery.tries[-1]
    reason = _REASONS.get(last.problem, "http_error")
    return {**signed, "x-slack-retry-num": str(delivery.failures), "x-slack-retry-reason": reason}


def signature(secret: str, body: bytes, now: float) -> dict[str, str]:
    """The headers by which a receiver knows that Slack sent a body."""
    moment = str(int(now))
    made = hmac.new(secret.encode(), b"v0:" + moment.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded",
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": moment,
        "x-slack-signature": f"v0={made}",
    }


def again(delivery: Delivery) -> float | None:
    """At once, after a minute, after five; not where the receiver says that it does not want that."""
    if delivery.tries[-1].headers.get("x-slack-no-retry") == "1":
        return None
    return AGAIN[delivery.failures - 1] if delivery.failures <= len(AGAIN) else None


def greet(secret: str) -> Question:
    """What an address is asked before it is used; it must give the challenge back, as text or in JSON."""
    challenge = secrets.token_urlsafe(24)
    body = json.dumps({"token": TOKEN, "challenge": challenge, "type": "url_verification"}).encode()

    def answered(said: bytes) -> bool:
        return said.decode(errors="replace").strip() == challenge or _in_json(said, challenge)

    return Question(body, signature(secret, body, time.time()), answered)


def _in_json(said: bytes, challenge: str) -> bool:
    try:
        found = json.loads(said)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("challenge") == challenge


def _wants(subscription: Subscription, message: Message) -> bool:
    """Whether an app has asked for an event; `message` stands for those of every type of channel."""
    names = subscription.events
    return not names or message.event in names or ("message" in names and message.event.startswith("message."))


MANNER = Manner(messages, _wants, sign, TIMEOUT, again, "https://docs.slack.dev/apis/events-api/", greet)
