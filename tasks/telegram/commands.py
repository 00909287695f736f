"""`/tieline …` in Telegram, or a verb alone: `/summarize …`; also as the answer to a message, or below a file.

Pages: https://core.telegram.org/bots/features#commands, https://core.telegram.org/bots/api#message
"""

import re
from collections.abc import Mapping
from typing import Any

from tasks.telegram.models import BotCommand
from tieline.chat import NAME, Command, Misunderstood, Person, Shared, is_ours, read, understood, usage, verbs
from tieline.webhooks import Delivery, Reply
from tieline.webhooks.handshakes import as_json
from tieline.webhooks.readers import at

#: `/summarize@tieline_bot …`: in a group the bot's name tells whose command it is; Telegram sees to that.
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?=\s|$)")
#: Somebody opens the chat with the bot.
_START = frozenset({"start", "help"})


def read_command(payload: Any) -> Command | None:
    """What somebody asks of us; None where it is nothing for us.

    Raises:
        Misunderstood: It makes no sense, or asks for help.
    """
    message = at(payload, "message")
    text = at(message, "text") or at(message, "caption")
    found = _COMMAND.match(text) if isinstance(text, str) else None
    # A bot that talks to itself, or to another one, would never end.
    if found is None or at(message, "from.is_bot"):
        return None
    word, rest = found[1].lower().replace("_", "-"), text[found.end() :]
    if word in _START and at(message, "chat.type") == "private":
        raise Misunderstood(usage().replace(f"/{NAME} ", "/"))
    if not is_ours(word):
        if word not in verbs():
            return None
        rest = f"{word} {rest}"
    return _command(message, rest)


def reply(delivery: Delivery) -> Reply:
    """Help at once, for a command of ours that makes no sense: an answer may hold a call.

    https://core.telegram.org/bots/api#making-requests-when-getting-updates
    """
    command, help_ = understood(read_command, delivery.json)
    if help_:
        message = at(delivery.json, "message") or {}
        call = {"method": "sendMessage", "chat_id": at(message, "chat.id"), "text": help_.replace("`", "")[:4096]}
        return as_json({**call, "reply_parameters": {"message_id": message.get("message_id")}})
    if command is None:
        return Reply(200)
    # "typing …", for five seconds: https://core.telegram.org/bots/api#sendchataction
    return as_json({"method": "sendChatAction", "chat_id": at(delivery.json, "message.chat.id"), "action": "typing"})


def declared() -> list[BotCommand]:
    """Our commands as the bot's menu shows them."""
    return [BotCommand(command=verb.name, description=verb.summary) for verb in verbs().values()]


def _command(message: Mapping[str, Any], text: str) -> Command:
    answered = at(message, "reply_to_message") or {}
    files = (*_files(message), *_files(answered))
    about = str(answered.get("text") or answered.get("caption") or "")
    typed = read(text, about=bool(about or files))
    author = message.get("from") or message.get("sender_chat") or {}
    return Command(
        verb=typed.verb.name,
        argument=typed.argument,
        options=typed.options,
        who=Person(id=str(author.get("id")), name=str(author.get("first_name") or author.get("title") or "")),
        channel=str(at(message, "chat.id")),
        thread=str(message.get("message_id")),
        message=about,
        files=files,
    )


def _files(message: Any) -> tuple[Shared, ...]:
    one = at(message, "document")
    if not isinstance(one, Mapping) or not one.get("file_id"):
        return ()
    name, size = str(one.get("file_name") or "file"), int(one.get("file_size") or 0)
    return (Shared(name=name, reference=str(one["file_id"]), size=size),)
