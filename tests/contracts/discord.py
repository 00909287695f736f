"""Discord's API v10, as of https://discord.com/developers/docs/reference on 2026-11-22."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.contracts import Case, Contract, Event, Exchange

DOCS = "https://discord.com/developers/docs"
CHANNEL_ID, GUILD_ID, MESSAGE_ID = "41771983423143937", "41771983423143936", "334385199974967042"
KEY = Ed25519PrivateKey.from_private_bytes(b"secret-key-of-thirty-two-bytes!!")
BOT = {"id": "80351110224678912", "username": "tieline", "discriminator": "0", "global_name": None, "bot": True}
CHANNEL = {
    "id": CHANNEL_ID,
    "guild_id": GUILD_ID,
    "name": "general",
    "type": 0,
    "position": 6,
    "permission_overwrites": [],
    "nsfw": False,
    "topic": "24/7 chat",
    "last_message_id": MESSAGE_ID,
    "parent_id": None,
}
MESSAGE: dict[str, Any] = {
    "id": MESSAGE_ID,
    "channel_id": CHANNEL_ID,
    "author": BOT,
    "content": "Hello",
    "timestamp": "2026-11-22T05:00:00.204000+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
}
FILE = {
    "id": "1",
    "filename": "report.csv",
    "size": 4,
    "url": "https://cdn.discordapp.com/attachments/1/1/report.csv",
    "proxy_url": "https://media.discordapp.net/attachments/1/1/report.csv",
}
MESSAGES = f"/channels/{CHANNEL_ID}/messages"
NOBODY: dict[str, Any] = {"parse": []}
USER = {"id": "53908232506183680", "username": "Mason", "global_name": "Mason", "discriminator": "0"}
APPLICATION = "775799577604522054"
EMBED = {"title": "Summary", "description": "• Sales rose.", "color": 0x3B82F6}
COMMAND = {"id": "771825006014889984", "name": "tieline", "type": 1}
PAGES = [{**MESSAGE, "id": str(10_000 - i)} for i in range(101)]


def sign(raw: bytes, now: float) -> dict[str, str]:
    """https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers."""
    moment = str(int(now))
    return {"X-Signature-Ed25519": KEY.sign(moment.encode() + raw).hex(), "X-Signature-Timestamp": moment}


def interaction(kind: int, **data: Any) -> Event:
    """https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object."""
    payload = {
        "id": "846462639134605312",
        "application_id": "775799577604522054",
        "type": kind,
        "token": "A_UNIQUE_TOKEN",
        "version": 1,
        "guild_id": GUILD_ID,
        "channel_id": CHANNEL_ID,
        "member": {"user": USER, "roles": [], "permissions": "2147483647"},
        "data": data,
    }
    return Event(payload, docs=f"{DOCS}/interactions/receiving-and-responding#interaction-object")


def event(kind: str, **data: Any) -> Event:
    """https://discord.com/developers/docs/events/webhook-events#payload-structure."""
    inner = {"type": kind.upper(), "timestamp": "2024-10-18T14:42:53.064834", "data": data}
    payload = {"version": 1, "application_id": "1234560123453231555", "type": 1, "event": inner}
    return Event(payload, docs=f"{DOCS}/events/webhook-events#event-types")


ENTITLEMENT = {
    "id": "1",
    "sku_id": "2",
    "application_id": "1234560123453231555",
    "user_id": USER["id"],
    "type": 8,
    "deleted": False,
    "consumed": False,
}
HERE = "https://hooks.acme.test/hooks/discord/main"
APP = {
    "id": APPLICATION,
    "name": "Tieline",
    "description": "",
    "verify_key": KEY.public_key().public_bytes_raw().hex(),
    "interactions_endpoint_url": None,
}
SAID = {"id": MESSAGE_ID, "channel_id": CHANNEL_ID, "type": 0, "content": "welcome", "author": USER}

contract = Contract(
    base="https://discord.com/api/v10",
    checked_with="Discord's own OpenAPI description of API v10, as of 2026-07-18",
    credentials={
        "token": "MTk4NjIyNDgzNDcxOTI1MjQ4.secret.token-123",
        "webhook_secret": KEY.public_key().public_bytes_raw().hex(),
    },
    health=Exchange("GET /users/@me", response=BOT),
    sign=sign,
    logins={"bot token": ({"token": "abc"}, {"authorization": "Bot abc"})},
    actions={
        "send_message": Case(
            {"channel_id": CHANNEL_ID, "content": "Hello @everyone"},
            (
                Exchange(
                    f"POST {MESSAGES}",
                    json={"content": "Hello @everyone", "allowed_mentions": NOBODY},
                    response={**MESSAGE, "content": "Hello @everyone"},
                ),
            ),
            {"id": MESSAGE_ID, "content": "Hello @everyone"},
        ),
        "send_message: a box alone": Case(
            {"channel_id": CHANNEL_ID, "embeds": [EMBED]},
            (
                Exchange(
                    f"POST {MESSAGES}",
                    json={"embeds": [EMBED], "allowed_mentions": NOBODY},
                    response={**MESSAGE, "content": "", "embeds": [EMBED]},
                ),
            ),
            {"id": MESSAGE_ID},
        ),
        "send_message: two people may hear of it": Case(
            {"channel_id": CHANNEL_ID, "content": "<@1> <@2>", "allowed_mentions": {"users": ["1", "2"]}},
            (
                Exchange(
                    f"POST {MESSAGES}",
                    json={"content": "<@1> <@2>", "allowed_mentions": {"parse": [], "users": ["1", "2"]}},
                    response=MESSAGE,
                ),
            ),
            {"id": MESSAGE_ID},
        ),
        "reply_to_message": Case(
            {
                "channel_id": CHANNEL_ID,
                "message_id": "334385199974967041",
                "content": "Yes",
                "allowed_mentions": {"parse": ["roles"], "replied_user": True},
            },
            (
                Exchange(
                    f"POST {MESSAGES}",
                    json={
                        "content": "Yes",
                        "allowed_mentions": {"parse": ["roles"], "replied_user": True},
                        "message_reference": {"message_id": "334385199974967041"},
                    },
                    response={**MESSAGE, "content": "Yes", "type": 19},
                ),
            ),
            {"content": "Yes"},
        ),
        "update_message": Case(
            {"channel_id": CHANNEL_ID, "message_id": MESSAGE_ID, "content": "Hello again"},
            (
                Exchange(
                    f"PATCH {MESSAGES}/{MESSAGE_ID}",
                    json={"content": "Hello again", "allowed_mentions": NOBODY},
                    response={**MESSAGE, "content": "Hello again", "edited_timestamp": MESSAGE["timestamp"]},
                ),
            ),
            {"id": MESSAGE_ID, "content": "Hello again"},
        ),
        "send_file": Case(
            {"channel_id": CHANNEL_ID, "file": b"a,b\n", "filename": "report.csv", "content": "Today's"},
            (
                Exchange(
                    f"POST {MESSAGES}",
                    parts={
                        "payload_json": json.dumps({"content": "Today's", "allowed_mentions": NOBODY}),
                        "files[0]": ("report.csv", "application/octet-stream", b"a,b\n"),
                    },
                    response={**MESSAGE, "content": "Today's", "attachments": [FILE]},
                ),
            ),
            {"content": "Today's", "attachments": [{"filename": "report.csv", "size": 4}]},
            docs=f"{DOCS}/reference#uploading-files (the description does not know payload_json)",
        ),
        "list_messages": Case(
            {"channel_id": CHANNEL_ID, "limit": 2},
            (Exchange(f"GET {MESSAGES}", query={"limit": "2"}, response=[MESSAGE]),),
            [{"id": MESSAGE_ID, "author": {"username": "tieline"}}],
        ),
        "list_messages: more than a page": Case(
            {"channel_id": CHANNEL_ID, "limit": 101},
            (
                Exchange(f"GET {MESSAGES}", query={"limit": "100"}, response=PAGES[:100]),
                Exchange(f"GET {MESSAGES}", query={"limit": "100", "before": "9901"}, response=PAGES[100:]),
            ),
            [{"id": page["id"]} for page in PAGES],
        ),
        "list_channels": Case(
            {"guild_id": GUILD_ID},
            (Exchange(f"GET /guilds/{GUILD_ID}/channels", response=[CHANNEL]),),
            [{"id": CHANNEL_ID, "name": "general", "type": 0}],
        ),
        "update_response": Case(
            {"application_id": APPLICATION, "interaction_token": "A_UNIQUE_TOKEN", "embeds": [EMBED]},
            (
                Exchange(
                    f"PATCH /webhooks/{APPLICATION}/A_UNIQUE_TOKEN/messages/@original",
                    json={"embeds": [EMBED], "allowed_mentions": NOBODY},
                    response={**MESSAGE, "content": "", "embeds": [EMBED]},
                ),
            ),
            {"id": MESSAGE_ID, "content": ""},
        ),
        "update_commands": Case(
            {
                "application_id": APPLICATION,
                "commands": [{"name": "tieline", "type": 1, "description": "Summarize", "options": []}],
            },
            (
                Exchange(
                    f"PUT /applications/{APPLICATION}/commands",
                    json=[{"name": "tieline", "type": 1, "description": "Summarize", "options": []}],
                    response=[
                        {
                            **COMMAND,
                            "application_id": APPLICATION,
                            "version": "1",
                            "description": "Summarize",
                            "default_member_permissions": None,
                        }
                    ],
                ),
            ),
            [{"name": "tieline"}],
        ),
        "get_application": Case(
            {}, (Exchange("GET /applications/@me", response=APP),), {"id": APPLICATION, "endpoint": None}
        ),
        "create_webhook": Case(
            {"url": HERE},
            (
                Exchange(
                    "PATCH /applications/@me",
                    json={"interactions_endpoint_url": HERE},
                    response={**APP, "interactions_endpoint_url": HERE},
                ),
            ),
            {"endpoint": HERE},
        ),
        "delete_webhook": Case(
            {},
            (Exchange("PATCH /applications/@me", json={"interactions_endpoint_url": None}, response=APP),),
            {"endpoint": None},
        ),
        "get_channel": Case(
            {"channel_id": CHANNEL_ID},
            (Exchange(f"GET /channels/{CHANNEL_ID}", response=CHANNEL),),
            {"id": CHANNEL_ID, "topic": "24/7 chat"},
        ),
    },
    events={
        "application_command": interaction(2, **COMMAND),
        "message_component": interaction(3, custom_id="approve", component_type=2),
        "application_command_autocomplete": interaction(4, **COMMAND),
        "modal_submit": interaction(5, custom_id="summarize", components=[]),
        "application_authorized": event("application_authorized", user=USER, scopes=["applications.commands"]),
        "application_deauthorized": event("application_deauthorized", user=USER),
        "entitlement_create": event("entitlement_create", **ENTITLEMENT),
        "entitlement_update": event("entitlement_update", **ENTITLEMENT),
        "entitlement_delete": event("entitlement_delete", **ENTITLEMENT),
        "lobby_message_create": event("lobby_message_create", **SAID, lobby_id="1"),
        "lobby_message_update": event("lobby_message_update", **SAID, lobby_id="1"),
        "lobby_message_delete": event("lobby_message_delete", id=MESSAGE_ID, lobby_id="1"),
        "game_direct_message_create": event("game_direct_message_create", **SAID, recipient_id="1"),
        "game_direct_message_update": event("game_direct_message_update", **SAID, recipient_id="1"),
        "game_direct_message_delete": event("game_direct_message_delete", **SAID, recipient_id="1"),
    },
)
