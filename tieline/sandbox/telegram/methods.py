"""What the simulated Telegram can do.

Pages: https://core.telegram.org/bots/api#getme, #sendmessage, #editmessagetext, #senddocument, #getchat, #getupdates,
#setwebhook, #getwebhookinfo, #deletewebhook, #setmycommands
"""

import mimetypes
import re
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.memory import without_notes
from tieline.sandbox.telegram.wire import Call, TelegramError, bad_request

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
MOST_UPDATES = 100
LARGEST_FILE = 50 * 10**6
_MODES = ("html", "markdownv2", "markdown")
_TAG = re.compile(r"</?([a-z-]+)[^<>]*>")
_TAGS = {
    *("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote"),
    *("span", "tg-spoiler", "tg-emoji", "tg-time"),
}
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_RESERVED = re.compile(r"(?<!\\)[>#+=|{}.!-]")


def unknown(_call: Call) -> Any:
    """A method that does not exist, or that nobody simulates."""
    raise TelegramError(404, "Not Found: method not found")


def get_me(call: Call) -> Record:
    """Which bot the token belongs to."""
    return call.chats.me


def send_message(call: Call) -> Record:
    """A text into a chat."""
    chat = call.chat
    text = _text(call, "text", LONGEST_TEXT)
    if not text:
        raise bad_request("message text is empty")
    return without_notes(call.chats.add(chat, call.chats.me, text=text, **_answered(call, chat)))


def edit_message_text(call: Call) -> Record:
    """Another text in a message of the bot's."""
    chat, number = call.chat, call.number("message_id")
    message = call.chats.find(chat, number)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != call.chats.me["id"]:
        raise bad_request("message can't be edited")
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    text = _text(call, "text", LONGEST_TEXT)
    if not text:
        raise bad_request("message text is empty")
    if text == message["text"]:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current"
            " content and reply markup of the message"
        )
    message |= {"text": text, "edit_date": call.chats.now()}
    return without_notes(message)


def send_document(call: Call) -> Record:
    """A file into a chat."""
    chat, file = call.chat, call.files.get("document")
    if file is None:
        raise bad_request("there is no document in the request")
    if not file.data:
        raise bad_request("file must be non-empty")
    if len(file.data) > LARGEST_FILE:
        raise TelegramError(413, "Request Entity Too Large")
    caption = _text(call, "caption", LONGEST_CAPTION)
    document = call.chats.keep(file.data, file.name, mimetypes.guess_type(file.name)[0] or file.content_type)
    fields: dict[str, Any] = {
        "document": document,
        **_answered(call, chat),
        **({"caption": caption} if caption else {}),
    }
    return without_notes(call.chats.add(chat, call.chats.me, **fields))


def set_my_commands(call: Call) -> bool:
    """The menu of commands."""
    listed = call.args.get("commands")
    if not isinstance(listed, list) or not all(re.fullmatch(r"[a-z0-9_]{1,32}", str(one["command"])) for one in listed):
        raise bad_request("BOT_COMMAND_INVALID")
    call.chats.commands = listed
    return True


def get_chat(call: Call) -> Record:
    """What a chat is."""
    return {**without_notes(call.chat), "accent_color_id": 1, "max_reaction_count": 11}


def get_updates(call: Call) -> list[Record]:
    """What the bot was told; what lies before `offset` is forgotten."""
    if call.chats.webhook:
        raise TelegramError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook",
        )
    offset, limit = call.number("offset"), call.number("limit", MOST_UPDATES)
    if offset > 0:
        call.chats.updates[:] = [update for update in call.chats.updates if update["update_id"] >= offset]
    return call.chats.updates[: min(max(limit, 1), MOST_UPDATES)]


def set_webhook(call: Call) -> bool:
    """Where updates shall go. The sandbox remembers it, and sends nothing there."""
    url, secret = call.text("url"), call.text("secret_token")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    call.chats.webhook = url
    return True


def get_webhook_info(call: Call) -> Record:
    """Where updates go."""
    waiting = len(call.chats.updates) if call.chats.webhook else 0
    return {"url": call.chats.webhook, "has_custom_certificate": False, "pending_update_count": waiting}


def delete_webhook(call: Call) -> bool:
    """Send updates nowhere."""
    call.chats.webhook = ""
    return True


def _answered(call: Call, chat: Record) -> Record:
    asked = call.record("reply_parameters")
    if not asked:
        return {}
    found = call.chats.find(chat, asked.get("message_id"))
    if found is None and not asked.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return {"reply_to_message": without_notes(found)} if found else {}


def _text(call: Call, name: str, most: int) -> str:
    """A text as people will see it."""
    text, mode = call.text(name).strip(), call.text("parse_mode").lower()
    if mode and mode not in _MODES:
        raise bad_request("unsupported parse_mode")
    if mode == "html":
        unknown = next((tag for tag in _TAG.findall(text) if tag not in _TAGS), None)
        if unknown:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{unknown}" at byte offset 0')
        text = _TAG.sub("", text)
    if mode == "markdownv2" and (found := _RESERVED.search(text)):
        raise bad_request(
            f"can't parse entities: Character '{found[0]}' is reserved and must be escaped with the preceding '\\'"
        )
    if len(text) > most:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text
