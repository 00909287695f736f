"""What a bot can do in the channels of a server."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from blocks.discord import DiscordCredentials
from tasks.discord.errors import read_error
from tasks.discord.events import AppEvent, Interaction, webhook
from tieline import Api, ConfigError, HttpRules, Identity, Input, Model, http_connector, segment
from tieline.transport.multipart import File
from tieline.transport.paging import last_id

connector = http_connector(
    "discord",
    block=DiscordCredentials,
    docs="https://discord.com/developers/docs/reference",
    # https://discord.com/developers/docs/topics/rate-limits#global-rate-limit; each route has its own limit besides.
    rules=HttpRules(rate="50/second", error=read_error),
    webhook=webhook,
)

connector.event(Interaction, "application_command", "message_component", "application_command_autocomplete")
connector.event(Interaction, "modal_submit")
#: https://discord.com/developers/docs/events/webhook-events#event-types
connector.event(AppEvent, "application_authorized", "application_deauthorized", "entitlement_create")
connector.event(AppEvent, "entitlement_delete", "entitlement_update", "game_direct_message_create")
connector.event(AppEvent, "game_direct_message_delete", "game_direct_message_update", "lobby_message_create")
connector.event(AppEvent, "lobby_message_delete", "lobby_message_update")

#: https://discord.com/developers/docs/resources/message#create-message
LONGEST_CONTENT = 2000
PAGE = 100

ChannelId = Annotated[str, Field(description="The channel's number, from Copy Channel ID in developer mode.")]
MessageId = Annotated[str, Field(description="The message's number, from Copy Message ID in developer mode.")]


class AllowedMentions(Input):
    """Who a message may notify; by default nobody, whatever the text says."""

    parse: tuple[Literal["everyone", "roles", "users"], ...] = Field((), description="Kinds of mentions that count.")
    users: tuple[str, ...] = Field((), description="Ids of people, where not all of them may be mentioned.")
    roles: tuple[str, ...] = Field((), description="Ids of roles, where not all of them may be mentioned.")
    replied_user: bool = Field(default=False, description="Whether the author of what is answered hears of it.")


NOBODY = AllowedMentions()


class Embed(Input):
    """A box with a coloured edge, https://discord.com/developers/docs/resources/message#embed-object."""

    title: str | None = Field(None, max_length=256)
    description: str | None = Field(None, max_length=4096, description="In Discord's Markdown.")
    url: str | None = None
    color: int | None = Field(None, ge=0, le=0xFFFFFF)
    fields: tuple[dict[str, Any], ...] = Field((), max_length=25, description="Name, value and inline of each.")
    footer: dict[str, Any] | None = None


Embeds = Annotated[tuple[Embed, ...], Field(description="Boxes, at most ten.", max_length=10)]


class User(Model):
    """A person or a bot."""

    id: str
    username: str
    global_name: str | None = None
    bot: bool = False


class Attachment(Model):
    """A file in a message."""

    id: str
    filename: str
    size: int
    url: str


class Message(Model):
    """A message in a channel."""

    id: str
    channel_id: str
    content: str = ""
    author: User | None = None
    timestamp: str = ""
    edited_timestamp: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Application(Model):
    """An app. Interactions go to the `endpoint`, signed with the private half of the `verify_key`."""

    id: str
    name: str = ""
    verify_key: str = ""
    endpoint: str | None = Field(None, alias="interactions_endpoint_url")


class RegisteredCommand(Model):
    """A command that people can type."""

    id: str
    name: str
    type: int = 1


class Channel(Model):
    """A channel, a category or a thread; `type` says which."""

    id: str
    type: int
    name: str | None = None
    topic: str | None = None
    guild_id: str | None = None
    parent_id: str | None = None


@connector.health
async def check(api: Api) -> Identity:
    """Which bot the token belongs to. See https://discord.com/developers/docs/resources/user#get-current-user."""
    me = await api.get("/users/@me", into=User)
    return Identity(name=me.username, detail=me.id)


@connector.action(scopes=("VIEW_CHANNEL", "SEND_MESSAGES"))
async def send_message(
    api: Api,
    *,
    channel_id: ChannelId,
    content: str = "",
    embeds: Embeds = (),
    allowed_mentions: AllowedMentions = NOBODY,
) -> Message:
    """Post a message.

    Args:
        api: The connection.
        channel_id: Where to.
        content: In Discord's Markdown, up to 2000 characters; it may be left out where there are embeds.
        embeds: Boxes below it.
        allowed_mentions: Who it may notify; by default nobody.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.

    See https://discord.com/developers/docs/resources/message#create-message
    """
    return await _post(api, channel_id, _message(content, allowed_mentions, embeds))


@connector.action(scopes=("VIEW_CHANNEL", "SEND_MESSAGES", "READ_MESSAGE_HISTORY"))
async def reply_to_message(
    api: Api,
    *,
    channel_id: ChannelId,
    message_id: MessageId,
    content: str,
    allowed_mentions: AllowedMentions = NOBODY,
) -> Message:
    """Answer a message, which is shown above the answer.

    Args:
        api: The connection.
        channel_id: Where the message is.
        message_id: The message; it must be there still.
        content: In Discord's Markdown, up to 2000 characters.
        allowed_mentions: Who it may notify; by default nobody, not even the message's author.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.

    See https://discord.com/developers/docs/resources/message#create-message
    """
    message = {**_message(content, allowed_mentions), "message_reference": {"message_id": message_id}}
    return await _post(api, channel_id, message)


@connector.action(scopes=("VIEW_CHANNEL",))
async def update_message(
    api: Api,
    *,
    channel_id: ChannelId,
    message_id: MessageId,
    content: str,
    allowed_mentions: AllowedMentions = NOBODY,
) -> Message:
    """Replace the text of a message that the bot sent.

    Args:
        api: The connection.
        channel_id: Where the message is.
        message_id: The message.
        content: In Discord's Markdown, up to 2000 characters.
        allowed_mentions: Whose names in it are shown as mentions; by default nobody's.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.

    See https://discord.com/developers/docs/resources/message#edit-message
    """
    path = f"{_messages(channel_id)}/{segment(message_id)}"
    return await api.patch(path, _message(content, allowed_mentions), into=Message, repeatable=True)


@connector.action(scopes=("VIEW_CHANNEL", "SEND_MESSAGES", "ATTACH_FILES"))
async def send_file(
    api: Api,
    *,
    channel_id: ChannelId,
    file: Path | bytes,
    filename: str = "",
    content: str | None = None,
    allowed_mentions: AllowedMentions = NOBODY,
) -> Message:
    """Post a file, up to 10 MiB; more on servers with boosts.

    Args:
        api: The connection.
        channel_id: Where to.
        file: Its path, or its bytes.
        filename: What it shall be called; by default as on the path.
        content: A text above it, up to 2000 characters.
        allowed_mentions: Who it may notify; by default nobody.

    Raises:
        ConfigError: Bytes without a name, a path that cannot be read, or a text that is too long; nothing was sent.

    See https://discord.com/developers/docs/reference#uploading-files
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    message = _message(content, allowed_mentions) if content else {"allowed_mentions": _mentions(allowed_mentions)}
    form, files = {"payload_json": json.dumps(message)}, {"files[0]": File(name, file)}
    return await api.post(_messages(channel_id), form=form, files=files, into=Message, repeatable=False)


@connector.action(scopes=("VIEW_CHANNEL", "READ_MESSAGE_HISTORY"))
async def list_messages(api: Api, *, channel_id: ChannelId, limit: Annotated[int, Field(gt=0)] = 100) -> list[Message]:
    """List a channel's messages, newest first.

    What others wrote is empty unless the app has the Message Content Intent, under Bot in the developer portal.

    Args:
        api: The connection.
        channel_id: The channel.
        limit: Most messages.

    See https://discord.com/developers/docs/resources/message#get-channel-messages
    """
    params = {"limit": min(limit, PAGE)}
    return await api.list(_messages(channel_id), into=Message, limit=limit, params=params, paginate=last_id("before"))


@connector.action(scopes=("VIEW_CHANNEL",))
async def list_channels(
    api: Api,
    *,
    guild_id: Annotated[str, Field(description="The server's number, from Copy Server ID in developer mode.")],
    limit: Annotated[int, Field(gt=0)] = 500,
) -> list[Channel]:
    """List a server's channels, without threads. See https://discord.com/developers/docs/resources/guild#get-guild-channels."""
    return await api.list(f"/guilds/{segment(guild_id)}/channels", into=Channel, limit=limit)


ApplicationId = Annotated[str, Field(description="The app's number, under General Information.")]


@connector.action(kind="write")
async def update_response(
    api: Api,
    *,
    application_id: ApplicationId,
    interaction_token: Annotated[str, Field(description="From the interaction; good for 15 minutes.")],
    content: str = "",
    embeds: Embeds = (),
    allowed_mentions: AllowedMentions = NOBODY,
) -> Message:
    """Put the answer to a command in the place of "thinking…".

    Args:
        api: The connection.
        application_id: The app.
        interaction_token: Carries the permission.
        content: In Discord's Markdown, up to 2000 characters; it may be left out where there are embeds.
        embeds: Boxes below it.
        allowed_mentions: Who it may notify; by default nobody.

    Raises:
        ConfigError: The text is empty or too long; nothing was sent.
        AuthFailed: The 15 minutes are over.

    See https://discord.com/developers/docs/interactions/receiving-and-responding#edit-original-interaction-response
    """
    path = f"/webhooks/{segment(application_id)}/{segment(interaction_token)}/messages/@original"
    return await api.patch(path, _message(content, allowed_mentions, embeds), into=Message, repeatable=True)


@connector.action(scopes=("applications.commands",))
async def update_commands(
    api: Api,
    *,
    application_id: ApplicationId,
    commands: Annotated[list[dict[str, Any]], Field(description="As Discord documents them.", max_length=100)],
) -> list[RegisteredCommand]:
    """Replace the commands that the app has everywhere. Those that are left out are gone.

    Args:
        api: The connection.
        application_id: The app.
        commands: All of them.

    See https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
    """
    path = f"/applications/{segment(application_id)}/commands"
    return await api.put(path, commands, into=list[RegisteredCommand])


@connector.action
async def get_application(api: Api) -> Application:
    """Read which app the token belongs to. See https://discord.com/developers/docs/resources/application#get-current-application."""
    return await api.get("/applications/@me", into=Application)


@connector.action(scopes=("VIEW_CHANNEL",))
async def get_channel(api: Api, *, channel_id: ChannelId) -> Channel:
    """Read what a channel is. See https://discord.com/developers/docs/resources/channel#get-channel."""
    return await api.get(f"/channels/{segment(channel_id)}", into=Channel)


async def _post(api: Api, channel_id: str, message: dict[str, Any]) -> Message:
    # A second one of the same text is a second message: what may have arrived is not sent again.
    return await api.post(_messages(channel_id), message, into=Message, repeatable=False)


def _messages(channel_id: str) -> str:
    return f"/channels/{segment(channel_id)}/messages"


def _message(content: str, allowed: AllowedMentions, embeds: tuple[Embed, ...] = ()) -> dict[str, Any]:
    if not content.strip() and not embeds:
        raise ConfigError("The text is empty.", hint="Nothing was sent.")
    if len(content) > LONGEST_CONTENT:
        raise ConfigError(
            f"The text has {len(content)} characters; Discord takes {LONGEST_CONTENT}.",
            hint="Nothing was sent: shorten it, send it in parts, or as a file.",
        )
    boxes = {"embeds": [one.model_dump(mode="json", exclude_defaults=True) for one in embeds]} if embeds else {}
    return {**({"content": content} if content else {}), **boxes, "allowed_mentions": _mentions(allowed)}


def _mentions(allowed: AllowedMentions) -> dict[str, Any]:
    """As Discord reads it: without `parse` everything in the text would count."""
    return {"parse": list(allowed.parse), **allowed.model_dump(mode="json", exclude={"parse"}, exclude_defaults=True)}
