"""How Slack speaks, and what it can do."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_json

from blocks.slack import SlackCredentials
from tasks.slack.errors import read_error
from tasks.slack.events import Event, Interaction, SlashCommand, webhook
from tieline import Api, ConfigError, HttpRules, Identity, Model, http_connector
from tieline.errors import BadAnswer, NotFound
from tieline.transport.answers import peek
from tieline.transport.paging import cursor, dig
from tieline.transport.wire import size

connector = http_connector(
    "slack",
    block=SlackCredentials,
    docs="https://docs.slack.dev/apis/web-api/",
    rules=HttpRules(
        paginate=cursor("response_metadata.next_cursor", "cursor"),
        # Slack counts by method: 20 (lists of channels), 50, 100, or one message a second; beyond that it says when.
        rate="50/minute",
        error=read_error,
        # https://docs.slack.dev/reference/objects/file-object/: url_private wants the token.
        hosts=frozenset({"files.slack.com"}),
    ),
    webhook=webhook,
)

connector.event(Event, "message", "app_mention", "reaction_added", "reaction_removed")
connector.event(Event, "channel_created", "member_joined_channel", "team_join")
connector.event(SlashCommand, "slash_command")
connector.event(Interaction, "block_actions", "message_action", "shortcut", "view_submission", "view_closed")

ChannelId = Annotated[str, Field(description="Such as C012AB3CD, shown at the end of the channel's details.")]
Timestamp = Annotated[str, Field(description="A message's `ts`, such as 1503435956.000247: its id in the channel.")]
Blocks = Annotated[list[dict[str, Any]], Field(description="Block Kit blocks.", max_length=50)]

PAGE = 200
LARGEST_FILE = 50 * 2**20
#: Where answers to commands and clicks go.
_HOOKS = "https://hooks.slack.com/"


class Sent(Model):
    """Where a message went."""

    channel: str
    ts: str


class Message(Model):
    """A message in a channel."""

    ts: str
    text: str = ""
    user: str | None = None
    bot_id: str | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    reply_count: int = 0


class Channel(Model):
    """A public or private channel."""

    id: str
    name: str = ""
    is_private: bool = False
    is_im: bool = Field(default=False, description="A direct message to one person.")
    is_mpim: bool = Field(default=False, description="A direct message to several.")
    is_archived: bool = False
    is_member: bool | None = None
    num_members: int | None = None


class Profile(Model):
    """What a person says about themselves."""

    email: str | None = None
    real_name: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0


class User(Model):
    """A person, or an app's bot."""

    id: str
    name: str = ""
    deleted: bool = False
    is_bot: bool = False
    profile: Profile = Profile()


class File(Model):
    """A file in Slack."""

    id: str
    title: str | None = None
    name: str | None = None
    permalink: str | None = None
    url_private_download: str | None = None


class View(Model):
    """A dialog that is open."""

    id: str
    hash: str | None = None
    callback_id: str | None = None


class Login(Model):
    """Whose token it is."""

    user: str
    team: str
    user_id: str = ""
    url: str = Field("", description="Of the workspace.")


class _Slot(Model):
    upload_url: str
    file_id: str


@connector.health
async def check(api: Api) -> Identity:
    """Who the token belongs to."""
    login = await api.post("/auth.test", into=Login, repeatable=True)
    return Identity(name=login.user, detail=login.team)


@connector.action(scopes=("chat:write",))
async def send_message(
    api: Api, *, channel: str, text: str, blocks: Blocks | None = None, thread_ts: Timestamp | None = None
) -> Sent:
    """Post a message.

    Args:
        api: The connection.
        channel: Its id or name; a person's id for a direct message.
        text: In Slack's mrkdwn. With blocks it is what notifications show.
        blocks: The message, laid out.
        thread_ts: The message to answer in its thread.

    See https://docs.slack.dev/reference/methods/chat.postMessage
    """
    message = {"channel": channel, "text": text, "blocks": blocks, "thread_ts": thread_ts}
    return await api.post("/chat.postMessage", message, into=Sent)


@connector.action
async def send_response(
    api: Api,
    *,
    response_url: Annotated[str, Field(description="From the command, click or shortcut that is answered.")],
    text: str,
    blocks: Blocks | None = None,
    everybody: Annotated[bool, Field(description="Whether all of the channel see it, or who asked alone.")] = False,
    thread_ts: Timestamp | None = None,
) -> None:
    """Answer a command, a click or a shortcut: five times, within 30 minutes, also where the app is not a member.

    Args:
        api: The connection.
        response_url: Carries the permission; no token is sent.
        text: In Slack's mrkdwn. With blocks it is what notifications show.
        blocks: The message, laid out.
        everybody: Whether all of the channel see it.
        thread_ts: The message to answer in its thread.

    Raises:
        ConfigError: It is no address of Slack's; nothing was sent.
        NotFound: Its time is over.

    See https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses
    """
    if not response_url.startswith((_HOOKS, f"{api.credentials.home}/")):
        raise ConfigError("That is no address that Slack gives out for answers.", hint="Nothing was sent.")
    answer = {"response_type": "in_channel" if everybody else "ephemeral", "replace_original": False, "text": text}
    optional = {"blocks": blocks, "thread_ts": thread_ts}
    content = to_json({**answer, **{name: value for name, value in optional.items() if value is not None}})
    said = await api.upload(response_url, content, headers={"content-type": "application/json"})
    if said.text.strip() != "ok" and dig(peek(said), "ok") is not True:
        raise BadAnswer("Slack did not say that it took the answer.", hint="Look into the channel.")


@connector.action(scopes=("chat:write",))
async def update_message(
    api: Api, *, channel: ChannelId, ts: Timestamp, text: str, blocks: Blocks | None = None
) -> Sent:
    """Replace a message that the app sent. See https://docs.slack.dev/reference/methods/chat.update."""
    message = {"channel": channel, "ts": ts, "text": text, "blocks": blocks}
    return await api.post("/chat.update", message, into=Sent, repeatable=True)


@connector.action(scopes=("channels:history", "groups:history"))
async def list_messages(
    api: Api,
    *,
    channel: ChannelId,
    thread_ts: Timestamp | None = None,
    oldest: datetime | None = None,
    limit: Annotated[int, Field(gt=0)] = 100,
) -> list[Message]:
    """List a channel's messages, newest first, or a thread's, oldest first.

    Args:
        api: The connection.
        channel: The channel.
        thread_ts: The message that the thread hangs on.
        oldest: Only messages sent after this.
        limit: Most messages.

    See https://docs.slack.dev/reference/methods/conversations.history and
    https://docs.slack.dev/reference/methods/conversations.replies
    """
    method = "/conversations.replies" if thread_ts else "/conversations.history"
    since = f"{oldest.timestamp():.6f}" if oldest else None
    params = {"channel": channel, "ts": thread_ts, "oldest": since, "limit": min(limit, PAGE)}
    return await api.list(method, into=Message, limit=limit, at="messages", params=params)


@connector.action
async def get_login(api: Api) -> Login:
    """Fetch whose token it is. See https://docs.slack.dev/reference/methods/auth.test."""
    return await api.post("/auth.test", into=Login, repeatable=True)


@connector.action(scopes=("channels:read", "groups:read"))
async def get_channel(api: Api, *, channel: ChannelId) -> Channel:
    """Fetch a channel. See https://docs.slack.dev/reference/methods/conversations.info."""
    return await api.get("/conversations.info", into=Channel, at="channel", params={"channel": channel})


@connector.action(scopes=("users:read",))
async def get_user(api: Api, *, user_id: str) -> User:
    """Fetch a person or an app's bot. See https://docs.slack.dev/reference/methods/users.info."""
    return await api.get("/users.info", into=User, at="user", params={"user": user_id})


@connector.action(scopes=("channels:manage", "groups:write"))
async def create_channel(
    api: Api,
    *,
    name: Annotated[str, Field(pattern=r"^[^A-Z\s.]{1,80}$", description="Lower case, no spaces or periods.")],
    private: bool = False,
) -> Channel:
    """Open a channel. See https://docs.slack.dev/reference/methods/conversations.create."""
    return await api.post("/conversations.create", {"name": name, "is_private": private}, into=Channel, at="channel")


@connector.action(scopes=("channels:write.invites", "groups:write.invites"))
async def invite_user(api: Api, *, channel: ChannelId, user_id: str) -> Channel:
    """Bring somebody into a channel. See https://docs.slack.dev/reference/methods/conversations.invite."""
    return await api.post("/conversations.invite", {"channel": channel, "users": user_id}, into=Channel, at="channel")


@connector.action(scopes=("channels:read", "groups:read"))
async def list_channels(
    api: Api, *, private: bool = False, archived: bool = False, limit: Annotated[int, Field(gt=0)] = 200
) -> list[Channel]:
    """List channels.

    Args:
        api: The connection.
        private: Also the private ones that the app is in.
        archived: Also those that are closed.
        limit: Most channels.

    See https://docs.slack.dev/reference/methods/conversations.list
    """
    types = "public_channel,private_channel" if private else "public_channel"
    params = {"types": types, "exclude_archived": not archived, "limit": min(limit, PAGE)}
    return await api.list("/conversations.list", into=Channel, limit=limit, at="channels", params=params)


@connector.action(scopes=("users:read.email",))
async def find_user(api: Api, *, email: str) -> User | None:
    """Look a person up by e-mail address. See https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    return await api.find(
        "/users.lookupByEmail", into=User, missing="users_not_found", at="user", params={"email": email}
    )


@connector.action(scopes=("users.profile:write",))
async def set_status(
    api: Api,
    *,
    text: Annotated[str, Field(max_length=100)],
    emoji: str = "",
    until: datetime | None = None,
    user_id: str | None = None,
) -> Profile:
    """Set a person's status. It needs a user token.

    Args:
        api: The connection.
        text: Empty to take the status away.
        emoji: Such as :palm_tree:; Slack puts a speech balloon where there is none.
        until: When it ends by itself.
        user_id: Somebody else; an admin's token on a paid plan may do so.

    See https://docs.slack.dev/reference/methods/users.profile.set
    """
    ends = int(until.timestamp()) if until else 0
    profile = {"status_text": text, "status_emoji": emoji, "status_expiration": ends}
    status = {"profile": profile, "user": user_id}
    return await api.post("/users.profile.set", status, into=Profile, at="profile", repeatable=True)


@connector.action(scopes=("files:write",))
async def upload_file(
    api: Api,
    *,
    file: Path | bytes,
    filename: str = "",
    title: str | None = None,
    channel: ChannelId | None = None,
    thread_ts: Timestamp | None = None,
    comment: str | None = None,
) -> File:
    """Put a file into a channel.

    Args:
        api: The connection.
        file: Its path, or its bytes.
        filename: Its name in Slack; by default that of the path.
        title: What is shown above it; by default its name.
        channel: Where it is shared; without one only its owner sees it.
        thread_ts: The message to share it below.
        comment: The message that it comes with.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://docs.slack.dev/reference/methods/files.getUploadURLExternal and
    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    wanted = {"filename": name, "length": size(file)}
    slot = await api.post("/files.getUploadURLExternal", form=wanted, into=_Slot, repeatable=True)
    await api.upload(slot.upload_url, file, headers={"content-type": "application/octet-stream"})
    files = [{"id": slot.file_id, "title": title or name}]
    shared = {"files": files, "channel_id": channel, "thread_ts": thread_ts, "initial_comment": comment}
    return (await api.post("/files.completeUploadExternal", shared, into=tuple[File], at="files"))[0]


@connector.action(scopes=("files:read",))
async def download_file(
    api: Api, *, file_id: str, cap: Annotated[int, Field(gt=0, description="Most bytes.")] = LARGEST_FILE
) -> bytes:
    """Fetch a file that was shared where the app can see it.

    Args:
        api: The connection.
        file_id: Such as F0S43P1CZ.
        cap: Most bytes.

    Raises:
        NotFound: It is gone, or lies outside of Slack.

    See https://docs.slack.dev/reference/methods/files.info and https://docs.slack.dev/reference/objects/file-object/
    """
    found = await api.get("/files.info", into=File, at="file", params={"file": file_id})
    if not found.url_private_download:
        raise NotFound("Slack has no bytes of that file.", hint="It may lie in another service: give its own link.")
    return await api.download(found.url_private_download, cap=cap)


@connector.action
async def open_dialog(
    api: Api,
    *,
    trigger_id: Annotated[str, Field(description="From the click or command that asks for it; good for 3 seconds.")],
    view: Annotated[dict[str, Any], Field(description="A modal in Block Kit.")],
) -> View:
    """Show somebody a form. See https://docs.slack.dev/reference/methods/views.open."""
    return await api.post("/views.open", {"trigger_id": trigger_id, "view": view}, into=View, at="view")
