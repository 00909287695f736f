"""What Telegram tells us, as far as flows need it."""

from pydantic import Field

from tieline import Input, Model


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


class BotCommand(Input):
    """A command in the menu of a chat with the bot."""

    command: str = Field(pattern=r"^[a-z0-9_]{1,32}$", description="Without the slash.")
    description: str = Field(min_length=1, max_length=256, description="What it does.")
