"""Telegram, as of https://core.telegram.org/bots/api on 2026-11-22 (Bot API)."""

from typing import Any

from tests.contracts import Case, Contract, Event, Exchange

API = "https://core.telegram.org/bots/api"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALD-secret"
HOOK = "secret_hook_789"
HERE = "https://hooks.acme.test/hooks/telegram/main"
ANN = {"id": 1111111, "is_bot": False, "first_name": "Ann", "username": "ann"}
BOT = {"id": 110201543, "is_bot": True, "first_name": "Tieline", "username": "tieline_bot"}
CHAT = {"id": -1001234567890, "type": "supergroup", "title": "Support"}
MESSAGE = {"message_id": 7, "date": 1_795_323_600, "chat": CHAT, "from": BOT, "text": "Hello"}
FILE = {"file_id": "BQACAgQAAx", "file_unique_id": "AgADBAAD", "file_name": "report.csv", "file_size": 4}


def sent(method: str, body: dict[str, Any], **result: Any) -> tuple[Exchange]:
    """A POST of JSON that gives a message back."""
    return (Exchange(f"POST /{method}", json=body, response={"ok": True, "result": {**MESSAGE, **result}}),)


def update(kind: str, **fields: Any) -> Event:
    """An update, https://core.telegram.org/bots/api#update."""
    return Event({"update_id": 10000, kind: fields}, docs=f"{API}#update")


def sign(_raw: bytes, _now: float) -> dict[str, str]:
    """https://core.telegram.org/bots/api#setwebhook, `secret_token`."""
    return {"X-Telegram-Bot-Api-Secret-Token": HOOK}


WHO = {"user": ANN, "date": 1_795_323_600, "chat": CHAT}
SAID = {**MESSAGE, "from": ANN, "text": "/start"}
MEMBER = {"chat": CHAT, "from": ANN, "date": 1_795_323_600}
STATUS = {"old_chat_member": {"status": "left", "user": BOT}, "new_chat_member": {"status": "member", "user": BOT}}
BOOST = {"boost_id": "b1", "add_date": 1_795_323_600, "expiration_date": 1_797_915_600, "source": {"source": "premium"}}
ADDRESS = {
    "country_code": "DE",
    "state": "",
    "city": "Bonn",
    "street_line1": "1 Road",
    "street_line2": "",
    "post_code": "53111",
}
POLL = {
    "id": "5",
    "question": "Lunch?",
    "options": [{"text": "Yes", "voter_count": 1}, {"text": "No", "voter_count": 0}],
    "total_voter_count": 1,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}

contract = Contract(
    base=f"https://api.telegram.org/bot{TOKEN}",
    checked_with="the methods as https://core.telegram.org/bots/api lists them, read on 2026-06-18",
    credentials={"token": TOKEN, "webhook_secret": HOOK},
    health=Exchange("GET /getMe", response={"ok": True, "result": BOT}),
    sign=sign,
    exempt={"scopes": "A token has no scopes; what a bot may do is up to each chat."},
    actions={
        "update_commands": Case(
            {"commands": [{"command": "summarize", "description": "Say in short what a page says"}]},
            (
                Exchange(
                    "POST /setMyCommands",
                    json={"commands": [{"command": "summarize", "description": "Say in short what a page says"}]},
                    response={"ok": True, "result": True},
                ),
            ),
            output=True,
        ),
        "download_file": Case(
            {"file_id": FILE["file_id"]},
            (
                Exchange(
                    "GET /getFile",
                    query={"file_id": str(FILE["file_id"])},
                    response={"ok": True, "result": {**FILE, "file_path": "documents/file 1.csv"}},
                ),
                Exchange(
                    f"GET https://api.telegram.org/file/bot{TOKEN}/documents/file%201.csv",
                    response=b"a,b\n",
                    headers={"content-type": "application/octet-stream"},
                ),
            ),
            "a,b\n",
            docs=f"{API}#file (the bytes lie at an address of their own)",
        ),
        "send_message": Case(
            {"chat_id": -1001234567890, "text": "Hello"},
            sent("sendMessage", {"chat_id": -1001234567890, "text": "Hello"}),
            {"message_id": 7, "text": "Hello", "chat": {"id": -1001234567890}},
        ),
        "send_message: marked up, silent, as an answer, to a channel by name": Case(
            {"chat_id": "@support", "text": "<b>Hello</b>", "parse_mode": "HTML", "reply_to": 6, "silent": True},
            sent(
                "sendMessage",
                {
                    "chat_id": "@support",
                    "text": "<b>Hello</b>",
                    "parse_mode": "HTML",
                    "reply_parameters": {"message_id": 6},
                    "disable_notification": True,
                },
            ),
            {"message_id": 7},
        ),
        "update_message": Case(
            {"chat_id": -1001234567890, "message_id": 7, "text": "Hello again"},
            sent(
                "editMessageText",
                {"chat_id": -1001234567890, "message_id": 7, "text": "Hello again"},
                text="Hello again",
                edit_date=1_795_323_700,
            ),
            {"message_id": 7, "text": "Hello again", "edit_date": 1_795_323_700},
        ),
        "send_document": Case(
            {
                "chat_id": -1001234567890,
                "file": b"a,b\n",
                "filename": "report.csv",
                "caption": "Today's",
                "reply_to": 6,
            },
            (
                Exchange(
                    "POST /sendDocument",
                    parts={
                        "chat_id": "-1001234567890",
                        "caption": "Today's",
                        "reply_parameters": '{"message_id": 6}',
                        "document": ("report.csv", "application/octet-stream", b"a,b\n"),
                    },
                    response={"ok": True, "result": {**MESSAGE, "document": FILE, "caption": "Today's"}},
                ),
            ),
            {"document": {"file_id": "BQACAgQAAx", "file_name": "report.csv"}, "caption": "Today's"},
        ),
        "get_chat": Case(
            {"chat_id": -1001234567890},
            (
                Exchange(
                    "GET /getChat",
                    query={"chat_id": "-1001234567890"},
                    response={"ok": True, "result": {**CHAT, "accent_color_id": 1, "max_reaction_count": 11}},
                ),
            ),
            {"id": -1001234567890, "type": "supergroup", "title": "Support"},
        ),
        "list_updates": Case(
            {"offset": 10000, "limit": 2},
            (
                Exchange(
                    "GET /getUpdates",
                    query={"offset": "10000", "limit": "2"},
                    response={"ok": True, "result": [{"update_id": 10000, "message": SAID}]},
                ),
            ),
            [{"update_id": 10000, "message": {"text": "/start", "from_": {"username": "ann"}}}],
        ),
        "get_webhook": Case(
            {},
            (
                Exchange(
                    "GET /getWebhookInfo",
                    response={
                        "ok": True,
                        "result": {
                            "url": HERE,
                            "has_custom_certificate": False,
                            "pending_update_count": 3,
                            "last_error_date": 1_795_323_600,
                            "last_error_message": "Connection refused",
                            "allowed_updates": ["message"],
                        },
                    },
                ),
            ),
            {"url": HERE, "pending_update_count": 3, "last_error_message": "Connection refused"},
        ),
        "create_webhook": Case(
            {"url": HERE, "updates": ["message"]},
            (
                Exchange(
                    "POST /setWebhook",
                    json={"url": HERE, "secret_token": HOOK, "allowed_updates": ["message"]},
                    response={"ok": True, "result": True, "description": "Webhook was set"},
                ),
            ),
        ),
        "delete_webhook": Case({}, (Exchange("POST /deleteWebhook", json={}, response={"ok": True, "result": True}),)),
    },
    events={
        "message": update("message", **SAID),
        "edited_message": update("edited_message", **SAID, edit_date=1_795_323_700),
        "channel_post": update("channel_post", **MESSAGE),
        "edited_channel_post": update("edited_channel_post", **MESSAGE, edit_date=1_795_323_700),
        "business_connection": update(
            "business_connection", id="c1", user=ANN, user_chat_id=1111111, date=1_795_323_600, is_enabled=True
        ),
        "business_message": update("business_message", **SAID, business_connection_id="c1"),
        "edited_business_message": update("edited_business_message", **SAID, business_connection_id="c1"),
        "deleted_business_messages": update(
            "deleted_business_messages", business_connection_id="c1", chat=CHAT, message_ids=[7]
        ),
        "message_reaction": update(
            "message_reaction", **WHO, message_id=7, old_reaction=[], new_reaction=[{"type": "emoji", "emoji": "👍"}]
        ),
        "message_reaction_count": update(
            "message_reaction_count", chat=CHAT, message_id=7, date=1_795_323_600, reactions=[]
        ),
        "inline_query": update("inline_query", id="1", **{"from": ANN}, query="cats", offset=""),
        "chosen_inline_result": update("chosen_inline_result", result_id="12", **{"from": ANN}, query="cats"),
        "callback_query": update(
            "callback_query",
            id="4382bfdwdsb323b2d9",
            **{"from": ANN},
            chat_instance="42",
            data="yes",
            message=MESSAGE,
        ),
        "shipping_query": update(
            "shipping_query", id="2", **{"from": ANN}, invoice_payload="x", shipping_address=ADDRESS
        ),
        "pre_checkout_query": update(
            "pre_checkout_query", id="3", **{"from": ANN}, currency="EUR", total_amount=145, invoice_payload="x"
        ),
        "purchased_paid_media": update("purchased_paid_media", **{"from": ANN}, paid_media_payload="x"),
        "poll": update("poll", **POLL),
        "poll_answer": update("poll_answer", poll_id="5", user=ANN, option_ids=[0]),
        "my_chat_member": update("my_chat_member", **MEMBER, **STATUS),
        "chat_member": update("chat_member", **MEMBER, **STATUS),
        "chat_join_request": update("chat_join_request", **MEMBER, user_chat_id=1111111),
        "chat_boost": update("chat_boost", chat=CHAT, boost=BOOST),
        "removed_chat_boost": update(
            "removed_chat_boost", chat=CHAT, boost_id="b1", remove_date=1_795_323_600, source={"source": "premium"}
        ),
        "guest_message": update("guest_message", **SAID, guest_query_id="g1"),
        "managed_bot": update("managed_bot", user=ANN, bot=BOT),
    },
)
