"""What a bot can do."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from blocks.telegram import FILES
from tasks.telegram.models import BotCommand, Chat, Message, Update, User
from tasks.telegram.system import connector
from tieline import Api, ConfigError, Identity, Model
from tieline.errors import BadAnswer
from tieline.transport.multipart import File

#: https://core.telegram.org/bots/api#sendmessage and #senddocument
LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
#: https://core.telegram.org/bots/api#getfile
LARGEST_FILE = 20 * 2**20

ChatId = Annotated[
    int | str,
    Field(description="The chat's number, or @name of a public group or channel.", union_mode="left_to_right"),
]
MessageId = Annotated[int, Field(description="The message's number in its chat.")]
ParseMode = Annotated[
    Literal["HTML", "MarkdownV2"] | None,
    Field(description="How the text is marked up; without it nothing in the text is markup."),
]


class _Kept(Model):
    file_path: str | None = None


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


@connector.action
async def download_file(api: Api, *, file_id: Annotated[str, Field(description="From the message.")]) -> bytes:
    """Fetch a file that was sent to the bot, up to 20 MB.

    Args:
        api: The connection.
        file_id: From the message.

    See https://core.telegram.org/bots/api#getfile
    """
    found = await api.get("/getFile", into=_Kept, at="result", params={"file_id": file_id})
    if not found.file_path or ".." in found.file_path:
        raise BadAnswer("Telegram does not say where the file lies.", hint="It may be larger than 20 MB.")
    # https://core.telegram.org/bots/api#file: the key stands in this path, too.
    return await api.download(f"{api.credentials.home}{FILES}/{quote(found.file_path)}", cap=LARGEST_FILE)


@connector.action
async def update_commands(
    api: Api, *, commands: Annotated[list[BotCommand], Field(description="All of them.", max_length=100)]
) -> bool:
    """Replace the commands that the bot's menu shows. See https://core.telegram.org/bots/api#setmycommands."""
    listed = {"commands": [one.model_dump() for one in commands]}
    return await api.post("/setMyCommands", listed, into=bool, at="result", repeatable=True)


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
