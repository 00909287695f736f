"""Teams and channels, and what is written there."""

import json
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from tasks.teams.cards import KIND, AnyCard, attachment, fits, plain
from tasks.teams.models import Channel, Message, Team
from tasks.teams.system import ChannelId, Limit, TeamId, connector, graph, login_of, person
from tieline import Api, ConfigError, segment

Text = Annotated[str, Field(description="What to say.")]
Format = Annotated[
    Literal["text", "html"], Field(description="Whether the text is shown to the letter, or is HTML (Graph only).")
]


@connector.action(scopes=("Team.ReadBasic.All",))
async def list_teams(api: Api, *, limit: Limit = 100) -> list[Team]:
    """List the teams that the person is in; those of the whole organization where the app acts for itself.

    Args:
        api: The connection.
        limit: Most of them.

    Raises:
        ConfigError: The connection is a workflow only.

    See https://learn.microsoft.com/graph/api/user-list-joinedteams and https://learn.microsoft.com/graph/api/teams-list
    """
    path = "/me/joinedTeams" if graph(api).refresh_token else "/teams"
    return await api.list(path, into=Team, limit=limit, at="value")


@connector.action(scopes=("Channel.ReadBasic.All",))
async def list_channels(api: Api, *, team_id: TeamId, limit: Limit = 100) -> list[Channel]:
    """List a team's channels.

    Args:
        api: The connection.
        team_id: The team.
        limit: Most of them.

    Raises:
        ConfigError: The connection is a workflow only.

    See https://learn.microsoft.com/graph/api/channel-list
    """
    graph(api)
    return await api.list(f"/teams/{segment(team_id)}/channels", into=Channel, limit=limit, at="value")


@connector.action(scopes=("ChannelMessage.Send",))
async def send_message(
    api: Api, *, text: Text, team_id: TeamId = "", channel_id: ChannelId = "", content_type: Format = "text"
) -> Message | None:
    """Write in a channel: in that of the workflow, or, as the person who is signed in, in any.

    Args:
        api: The connection.
        text: What to say.
        team_id: The team; without it the workflow posts, where it was made.
        channel_id: The channel; without it as above.
        content_type: Whether the text is shown to the letter, or is HTML; a workflow shows text only.

    Returns:
        The message; None from a workflow, which does not tell what became of it.

    Raises:
        ConfigError: The text is empty or too long, or the connection cannot post there; nothing was sent.

    See https://learn.microsoft.com/graph/api/chatmessage-post
    """
    message = _said(text, content_type)
    if _by_workflow(api, team_id, channel_id):
        if content_type == "html":
            raise ConfigError("A workflow shows no HTML.", hint="Nothing was sent: send a text, or a card.")
        await _to_workflow(api, plain(text))
        return None
    return await _post(api, _messages(team_id, channel_id), message)


@connector.action(scopes=("ChannelMessage.Send",))
async def send_card(api: Api, *, card: AnyCard, team_id: TeamId = "", channel_id: ChannelId = "") -> Message | None:
    """Show an Adaptive Card in a channel: in that of the workflow, or, as the person who is signed in, in any.

    Args:
        api: The connection.
        card: Title, text, facts and actions; or a whole Adaptive Card of version 1.5 or older.
        team_id: The team; without it the workflow posts, where it was made.
        channel_id: The channel; without it as above.

    Returns:
        The message; None from a workflow, which does not tell what became of it.

    Raises:
        ConfigError: The card is empty, too large, or needs a bot, or the connection cannot post there; nothing was
            sent.

    See https://learn.microsoft.com/graph/api/chatmessage-post and
    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    """
    shown = card.adaptive()
    if _by_workflow(api, team_id, channel_id):
        await _to_workflow(api, shown)
        return None
    # Graph wants the card as a text, and a name by which the body says where it goes.
    text = json.dumps(shown, ensure_ascii=False)
    number = uuid.uuid5(uuid.NAMESPACE_OID, text).hex
    body = {"contentType": "html", "content": f'<attachment id="{number}"></attachment>'}
    carried = {"id": number, "contentType": KIND, "content": text}
    return await _post(api, _messages(team_id, channel_id), {"body": body, "attachments": [carried]})


@connector.action(scopes=("ChannelMessage.Send",))
async def reply_to_message(
    api: Api, *, team_id: TeamId, channel_id: ChannelId, message_id: str, text: Text, content_type: Format = "text"
) -> Message:
    """Answer below a message, as the person who is signed in; a workflow cannot.

    Args:
        api: The connection.
        team_id: The team.
        channel_id: The channel.
        message_id: The message that began the thread.
        text: What to say.
        content_type: Whether the text is shown to the letter, or is HTML.

    Raises:
        ConfigError: The text is empty or too long, or nobody is signed in; nothing was sent.

    See https://learn.microsoft.com/graph/api/chatmessage-post-replies
    """
    path = f"{_messages(team_id, channel_id)}/{segment(message_id)}/replies"
    return await _post(api, path, _said(text, content_type))


def _said(text: str, content_type: str) -> dict[str, Any]:
    if not text.strip():
        raise ConfigError("The text is empty.", hint="Nothing was sent.")
    return {"body": {"contentType": content_type, "content": text}}


def _by_workflow(api: Api, team_id: str, channel_id: str) -> bool:
    """Which way a message goes. Errors: `ConfigError` when there is none."""
    if bool(team_id) != bool(channel_id):
        raise ConfigError("Which channel?", hint="Give both a team_id and a channel_id. Nothing was sent.")
    if not team_id and not login_of(api).workflow_url:
        raise ConfigError(
            "Where to?", hint="Give a team_id and a channel_id, or fill in workflow_url of the block. Nothing was sent."
        )
    return not team_id


async def _to_workflow(api: Api, card: Mapping[str, Any]) -> None:
    """Hand a card to the workflow, whose address is its permission."""
    url = login_of(api).workflow_url.get_secret_value()
    await api.post(url, fits({"type": "message", "attachments": [attachment(card)]}), login=False, repeatable=False)


async def _post(api: Api, path: str, message: Mapping[str, Any]) -> Message:
    person(api)
    # A second one of the same text is a second message: what may have arrived is not sent again.
    return await api.post(path, fits(message), into=Message, repeatable=False)


def _messages(team_id: str, channel_id: str) -> str:
    return f"/teams/{segment(team_id)}/channels/{segment(channel_id)}/messages"
