"""What the chats send when somebody gives a command, as they document it, and signed as they sign."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SLACK_SECRET, TELEGRAM_SECRET = "slack-signing-secret", "telegram_secret_token"
DISCORD_KEY = Ed25519PrivateKey.from_private_bytes(b"a key of thirty-two bytes, fixed")
DISCORD_SECRET = DISCORD_KEY.public_key().public_bytes_raw().hex()
_numbers = itertools.count(1000)

Signed = tuple[dict[str, str], bytes]


def slash(text: str, **more: str) -> dict[str, str]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands/#app_command_handling."""
    return {
        "command": "/tieline",
        "text": text,
        "user_id": "U1",
        "user_name": "ann",
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": f"{next(_numbers)}.1.abc",
        "response_url": "https://hooks.slack.com/commands/T1/2/secret-answer",
        **more,
    }


def shortcut(callback_id: str, **message: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload/."""
    return {
        "type": "message_action",
        "callback_id": callback_id,
        "trigger_id": f"{next(_numbers)}.1.abc",
        "response_url": "https://hooks.slack.com/app/T1/2/secret-answer",
        "user": {"id": "U1", "name": "ann"},
        "channel": {"id": "C1", "name": "general"},
        "message": {"type": "message", "user": "U2", "ts": "1503435956.000247", "text": "Hello", **message},
    }


def mention(text: str, **event: Any) -> dict[str, Any]:
    """https://docs.slack.dev/reference/events/app_mention."""
    inner = {
        "type": "app_mention",
        "user": "U1",
        "text": f"<@U0BOT> {text}",
        "ts": "1503435957.000100",
        "channel": "C1",
    }
    number = f"Ev{next(_numbers)}"
    return {"type": "event_callback", "event_id": number, "event_time": 1503435957, "event": {**inner, **event}}


def interaction(verb: str, **options: Any) -> dict[str, Any]:
    """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object."""
    given = [
        {"name": name, "type": 4 if isinstance(value, int) else 3, "value": value} for name, value in options.items()
    ]
    return {
        "id": str(next(_numbers)),
        "application_id": "775799577604522054",
        "type": 2,
        "token": "secret-interaction-token",
        "version": 1,
        "guild_id": "1",
        "channel_id": "2",
        "member": {"user": {"id": "9", "username": "ann", "global_name": "Ann"}},
        "data": {"id": "3", "name": "tieline", "type": 1, "options": [{"name": verb, "type": 1, "options": given}]},
    }


def on_message(name: str, content: str, **message: Any) -> dict[str, Any]:
    """A command of a message's menu."""
    data = {"id": "4", "name": name, "type": 3, "target_id": "5"}
    resolved = {"messages": {"5": {"id": "5", "content": content, "attachments": [], **message}}}
    return {**interaction("-"), "data": {**data, "resolved": resolved}}


def update(text: str, **message: Any) -> dict[str, Any]:
    """https://core.telegram.org/bots/api#update."""
    inner = {
        "message_id": 7,
        "date": 1_795_323_600,
        "chat": {"id": -100, "type": "supergroup", "title": "Support"},
        "from": {"id": 11, "is_bot": False, "first_name": "Ann"},
    }
    return {"update_id": next(_numbers), "message": {**inner, "text": text, **message}}


def slack_form(form: dict[str, str], secret: str = SLACK_SECRET) -> Signed:
    """A command, or an interaction under `payload`, as a form."""
    return _slack(urlencode(form).encode(), "application/x-www-form-urlencoded", secret)


def slack_json(payload: dict[str, Any], secret: str = SLACK_SECRET) -> Signed:
    """An event."""
    return _slack(json.dumps(payload).encode(), "application/json", secret)


def _slack(raw: bytes, kind: str, secret: str) -> Signed:
    moment = str(int(time.time()))
    made = hmac.new(secret.encode(), f"v0:{moment}:".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"content-type": kind, "x-slack-signature": f"v0={made}", "x-slack-request-timestamp": moment}
    return headers, raw


def discord_json(payload: dict[str, Any], key: Ed25519PrivateKey = DISCORD_KEY) -> Signed:
    """An interaction."""
    raw, moment = json.dumps(payload).encode(), str(int(time.time()))
    signature = key.sign(moment.encode() + raw).hex()
    headers = {"x-signature-ed25519": signature, "x-signature-timestamp": moment}
    return {"content-type": "application/json", **headers}, raw


def telegram_json(payload: dict[str, Any], secret: str = TELEGRAM_SECRET) -> Signed:
    """An update."""
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": secret}
    return headers, json.dumps(payload).encode()


def activity(text: str, **more: Any) -> dict[str, Any]:
    """https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook."""
    return {
        "type": "message",
        "id": str(next(_numbers)),
        "from": {"id": "29:1", "name": "Ann", "aadObjectId": "aad-1"},
        "conversation": {"isGroup": True, "id": "19:c1@thread.tacv2;messageid=1503435956"},
        "text": f"<at>Tieline</at>&nbsp;{text}",
        **more,
    }
