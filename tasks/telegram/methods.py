"""Telegram: what a bot sends, and what it is told."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from blocks.telegram import TelegramCredentials
from tieline import Api, ConfigError, ConnectorError, HttpRules, Identity, Model, http_connector
from tieline.errors import AuthFailed, Conflict, NotFound, RateLimited, Unavailable, from_status
from tieline.transport.answers import peek
from tieline.transport.multipart import File
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer
from tieline.webhooks import Delivery, Facts, Webhook, body, numbered, shared_secret
from tieline.webhooks.readers import at

# ---------------------------------------------------------------- errors: `ok: false`, and why in words

#: What a 400 is about. Telegram has a few numbers for errors only, and says the rest in words.
#: https://core.telegram.org/bots/api#making-requests
_BY_WORDS: Mapping[str, type[ConnectorError]] = {
    "not found": NotFound,
    "message is not modified": Conflict,
}
_HINTS = {
    "chat not found": "Somebody has to write to the bot first, or add it to the group or channel.",
    "message is not modified": "The message says exactly this already.",
    "can't parse entities": "Leave parse_mode out, or escape what it reserves.",
    "blocked by the user": "The person has to unblock the bot.",
    "not a member": "Add the bot to the group or channel.",
    "was kicked": "Add the bot to the group or channel again.",
    "message to ": "Check the number: the message may have been deleted.",
    "webhook is active": "Updates come through the webhook; remove that first if you want to list them.",
}
_BAD_REQUEST, _UNKNOWN, _TOO_MANY = 400, 404, 429
_ERRORS = range(400, 600)
#: A year in seconds: what is more is no number of theirs.
_LONGEST_WAIT = 366 * 86400


def read_error(answer: Answer) -> ConnectorError | None:
    """The error in an answer that says `ok: false`."""
    said = peek(answer)
    if not isinstance(said, Mapping) or said.get("ok") is not False:
        return None
    code = said.get("error_code")
    status = code if type(code) is int and code in _ERRORS else max(answer.status_code, _BAD_REQUEST)
    described = str(said.get("description") or "no reason given")[:300]
    error = _kind_of(status, described.lower())(
        f"It answered {status}: {described.rstrip('.')}.",
        hint=next((hint for sign, hint in _HINTS.items() if sign in described.lower()), _moved(said)),
        status=status,
        retry_after=_wait(said) if status == _TOO_MANY else None,
    )
    if isinstance(error, RateLimited):
        error.retry_after = retry_after(answer) if error.retry_after is None else error.retry_after
        error.hint = f"It asks to come back in {error.retry_after:.0f} s." if error.retry_after is not None else ""
    if isinstance(error, Unavailable):
        error.may_have_happened = True
    return error


def _kind_of(status: int, described: str) -> type[ConnectorError]:
    if status == _UNKNOWN:
        # The path holds nothing but the token and the method, and the methods are known.
        return AuthFailed
    usual = from_status(status)
    found = (kind for sign, kind in _BY_WORDS.items() if sign in described)
    return next(found, usual) if status == _BAD_REQUEST else usual


def _wait(said: Mapping[str, Any]) -> float | None:
    seconds = dig(said, "parameters.retry_after")
    return float(seconds) if type(seconds) is int and 0 <= seconds <= _LONGEST_WAIT else None


def _moved(said: Mapping[str, Any]) -> str:
    new = dig(said, "parameters.migrate_to_chat_id")
    return f"The group has become a supergroup: its chat_id is {new} now." if type(new) is int else ""


# ---------------------------------------------------------------- what Telegram tells us


def _kind(payload: Any) -> str:
    """An update holds exactly one of these."""
    return next((name for name in connector.events if isinstance(at(payload, name), dict)), "")


def _event(delivery: Delivery) -> str:
    return _kind(delivery.json)


def _fact(*paths: str) -> Any:
    def read(payload: Any) -> str:
        inner = at(payload, _kind(payload) or "-")
        return next((str(found) for path in paths if (found := at(inner, path)) and not isinstance(found, dict)), "")

    return read


webhook = Webhook(
    verify=shared_secret("X-Telegram-Bot-Api-Secret-Token"),
    event=_event,
    delivery=numbered(body("update_id")),
    facts=Facts(
        who=_fact("from.username", "from.first_name", "user.username", "user.first_name", "sender_chat.title"),
        when=_fact("edit_date", "date", "message.date", "boost.add_date", "remove_date"),
        subject=_fact("text", "caption", "data", "query", "chat.title", "question"),
    ),
    guide="""\
`tieline webhook setup telegram` sets the bot's webhook, with a secret of its own. A bot has one: if it leads elsewhere,
it is replaced. By hand, with a long random text of letters, digits, `_` and `-` (at most 256) that is in the block,
too:

    curl "https://api.telegram.org/botTOKEN/setWebhook" \\
      -d url={url} -d secret_token=SECRET -d 'allowed_updates=["message","callback_query"]'

`tieline webhook subscriptions telegram` shows the last error of its deliveries.
""",
    caveat="The secret itself is sent, and no time is checked; the update's number tells a copy from a new one.",
    docs="https://core.telegram.org/bots/api#setwebhook",
)


# ---------------------------------------------------------------- the connector

connector = http_connector(
    "telegram",
    block=TelegramCredentials,
    docs="https://core.telegram.org/bots/api",
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this; one chat takes one message a
    # second, a group twenty a minute: beyond that Telegram says when.
    rules=HttpRules(rate="30/second", error=read_error),
    webhook=webhook,
)

#: https://core.telegram.org/bots/api#sendmessage and #senddocument
LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024

ChatId = Annotated[
    int | str,
    Field(description="The chat's number, or @name of a public group or channel.", union_mode="left_to_right"),
]
MessageId = Annotated[int, Field(description="The message's number in its chat.")]
ParseMode = Annotated[
    Literal["HTML", "MarkdownV2"] | None,
    Field(description="How the text is marked up; without it nothing in the text is markup."),
]


class Chat(Model):
    """A private chat, a group or a channel."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    description: str | None = None


class User(Model):
    """A person or a bot."""

    id: int
    is_bot: bool = False
    first_name: str = ""
    username: str | None = None


class Document(Model):
    """A file in a message."""

    file_id: str
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Message(Model):
    """A message in a chat."""

    message_id: int
    date: int
    chat: Chat
    from_: User | None = Field(None, alias="from")
    text: str | None = None
    caption: str | None = None
    document: Document | None = None
    edit_date: int | None = None


class CallbackQuery(Model):
    """A click on a button below a message."""

    id: str
    from_: User = Field(alias="from")
    data: str | None = None


class Update(Model):
    """Something that happened, under its kind, https://core.telegram.org/bots/api#update."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    channel_post: Message | None = None
    edited_channel_post: Message | None = None
    callback_query: CallbackQuery | None = None


#: https://core.telegram.org/bots/api#update
connector.event(Update, "message", "edited_message", "channel_post", "edited_channel_post")
connector.event(Update, "business_connection", "business_message", "edited_business_message")
connector.event(Update, "deleted_business_messages", "message_reaction", "message_reaction_count")
connector.event(Update, "inline_query", "chosen_inline_result", "callback_query", "shipping_query")
connector.event(Update, "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member")
connector.event(Update, "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "guest_message")
connector.event(Update, "managed_bot")


@connector.health
async def check(api: Api) -> Identity:
    """Which bot the token belongs to. See https://core.telegram.org/bots/api#getme."""
    me = await api.get("/getMe", into=User, at="result")
    return Identity(name=me.username or me.first_name, detail=str(me.id))


@connector.action
async def send_message(
    api: Api,
    *,
    chat_id: ChatId,
    text: str,
    parse_mode: ParseMode = None,
    reply_to: MessageId | None = None,
    silent: bool = False,
) -> Message:
    """Send a text.

    Args:
        api: The connection.
        chat_id: Where to.
        text: Up to 4096 characters, markup included.
        parse_mode: How the text is marked up.
        reply_to: The message that it answers.
        silent: Whether nobody's phone makes a sound.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.

    See https://core.telegram.org/bots/api#sendmessage
    """
    message = {
        "chat_id": chat_id,
        "text": _fitting("text", text, LONGEST_TEXT),
        "parse_mode": parse_mode,
        "reply_parameters": {"message_id": reply_to} if reply_to is not None else None,
        "disable_notification": silent or None,
    }
    return await api.post("/sendMessage", message, into=Message, at="result", repeatable=False)


@connector.action
async def update_message(
    api: Api, *, chat_id: ChatId, message_id: MessageId, text: str, parse_mode: ParseMode = None
) -> Message:
    """Replace the text of a message that the bot sent.

    Args:
        api: The connection.
        chat_id: Where the message is.
        message_id: The message.
        text: Up to 4096 characters, markup included.
        parse_mode: How the text is marked up.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.
        Conflict: The message says exactly this already.

    See https://core.telegram.org/bots/api#editmessagetext
    """
    message = {
        "chat_id": chat_id,
        "message_id": message_id,
        "text": _fitting("text", text, LONGEST_TEXT),
        "parse_mode": parse_mode,
    }
    return await api.post("/editMessageText", message, into=Message, at="result", repeatable=True)


@connector.action
async def send_document(
    api: Api,
    *,
    chat_id: ChatId,
    file: Path | bytes,
    filename: str = "",
    caption: str | None = None,
    parse_mode: ParseMode = None,
    reply_to: MessageId | None = None,
) -> Message:
    """Send a file, up to 50 MB.

    Args:
        api: The connection.
        chat_id: Where to.
        file: Its path, or its bytes.
        filename: What it shall be called; by default as on the path.
        caption: A text below it, up to 1024 characters.
        parse_mode: How the caption is marked up.
        reply_to: The message that it answers.

    Raises:
        ConfigError: Bytes without a name, a path that cannot be read, or a caption that is too long; nothing was sent.

    See https://core.telegram.org/bots/api#senddocument
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    form = {
        "chat_id": chat_id,
        "caption": _fitting("caption", caption, LONGEST_CAPTION) if caption else None,
        "parse_mode": parse_mode,
        "reply_parameters": f'{{"message_id": {reply_to:d}}}' if reply_to is not None else None,
    }
    files = {"document": File(name, file)}
    return await api.post("/sendDocument", form=form, files=files, into=Message, at="result", repeatable=False)


@connector.action
async def get_chat(api: Api, *, chat_id: ChatId) -> Chat:
    """Read what a chat is. See https://core.telegram.org/bots/api#getchat."""
    return await api.get("/getChat", into=Chat, at="result", params={"chat_id": chat_id})


@connector.action
async def list_updates(
    api: Api, *, offset: int | None = None, limit: Annotated[int, Field(ge=1, le=100)] = 100
) -> list[Update]:
    """List what the bot was told in the last 24 hours, oldest first, where no webhook takes it.

    Args:
        api: The connection.
        offset: The first update to list. Those before it are done with: Telegram forgets them.
        limit: Most updates.

    Raises:
        Conflict: A webhook is set, or somebody else lists updates with the same token.

    See https://core.telegram.org/bots/api#getupdates
    """
    params = {"offset": offset, "limit": limit}
    return await api.get("/getUpdates", into=list[Update], at="result", params=params)


def _fitting(name: str, text: str, most: int) -> str:
    """The text, if Telegram takes so much."""
    if not text.strip():
        raise ConfigError(f"The {name} is empty.", hint="Nothing was sent.")
    if len(text) > most:
        raise ConfigError(
            f"The {name} has {len(text)} characters; Telegram takes {most}.",
            hint="Nothing was sent: shorten it, send it in parts, or as a document.",
        )
    return text
