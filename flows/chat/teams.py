"""Microsoft Teams: a reply in the thread, in the name of who is signed in; or a card of the channel's own workflow."""

from __future__ import annotations

import html
from typing import Any

from blocks.teams import TeamsCredentials
from flows.chat.answer import Answer, Line
from tasks import teams
from tieline import ConfigError
from tieline.chat import Command, Shared
from tieline.credentials import Commands


class Chat:
    """A team in which people call our outgoing webhook.

    Args:
        connection: The block, or its name.
        payload: The message.
        age: How long ago it was, in seconds; answers are possible at any time.
    """

    def __init__(self, connection: TeamsCredentials | str, payload: Any, age: float) -> None:  # noqa: ARG002 - every chat is told
        self._connection, self._payload = connection, payload

    def read(self) -> Command | None:
        """See `flows.chat.desk.Chat`."""
        return teams.read_command(self._payload)

    async def rules(self) -> Commands:
        """See `flows.chat.desk.Chat`."""
        return (await teams.connector.credentials(self._connection)).commands

    async def thread(self, command: Command) -> str:  # noqa: ARG002 - the protocol's
        """Nothing: an outgoing webhook is not shown what was said before.

        Raises:
            ConfigError: Always.
        """
        raise ConfigError("Teams shows us nothing of what was said before.", hint="Paste the text behind the verb.")

    async def file(self, shared: Shared) -> bytes:
        """See `flows.chat.desk.Chat`; an outgoing webhook gets no files.

        Raises:
            ConfigError: Always.
        """
        raise ConfigError(f"Teams does not hand out {shared.name}.", hint="Give its link.")

    async def say(self, answer: Answer, command: Command | None) -> None:
        """Reply in the thread.

        Raises:
            ConfigError: Nobody is signed in, and the connection does not say that the workflow is this channel's.
        """
        if command is None:
            return
        login = await teams.connector.credentials(self._connection)
        if login.refresh_token:
            await teams.reply_to_message(
                self._connection,
                team_id=await self._team(command.channel),
                channel_id=command.channel,
                message_id=command.thread,
                text=markup(answer),
                content_type="html",
            )
        elif login.commands.channels == [command.channel]:
            await teams.send_card(self._connection, card=card(answer))
        else:
            # A workflow posts in one channel, and it cannot be asked in which.
            raise ConfigError(
                "An answer could not be given in Teams: the workflow may post in another channel.",
                hint="Put the channel's id into `commands.channels` of the connection, or sign somebody in.",
            )

    async def _team(self, channel: str) -> str:
        """The team that a channel is in: what Teams sends is not the number that Graph wants."""
        for team in await teams.list_teams(self._connection):
            if any(one.id == channel for one in await teams.list_channels(self._connection, team_id=team.id)):
                return team.id
        raise ConfigError("Who is signed in is not in that team.", hint="Add them, or sign in somebody who is.")


def card(answer: Answer) -> teams.AdaptiveCard:
    """An answer as an Adaptive Card. Text runs take everything literally; a text block would read Markdown."""
    answer = answer.fitting()
    body: list[dict[str, Any]] = [
        _run(answer.title, weight="Bolder", size="Large", color="Attention" if answer.problem else "Default")
    ]
    body += [_run(f"{name}: {value}") for name, value in answer.facts]
    body += [_run(f"{'• ' if answer.points else ''}{line.text}", line.where) for line in answer.lines]
    body += [_run("  ".join(answer.tags), fontType="Monospace")] if answer.tags else []
    body += [_run(note, isSubtle=True, size="Small") for note in answer.notes]
    buttons = [{"type": "Action.OpenUrl", "title": "Open the page", "url": answer.link}] if answer.link else []
    schema = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "msteams": {"width": "Full"}}
    return teams.AdaptiveCard(type="AdaptiveCard", version="1.5", body=tuple(body), **schema, actions=buttons)


def markup(answer: Answer) -> str:
    """An answer in HTML, as Graph takes it."""
    answer = answer.fitting()
    title = html.escape(answer.title)
    parts = [f'<a href="{html.escape(answer.link)}">{title}</a>' if answer.link else title]
    parts = [f"<p><b>{'⚠️ ' if answer.problem else ''}{parts[0]}</b></p>"]
    parts += [f"<p><b>{html.escape(name)}</b>: {html.escape(value)}</p>" for name, value in answer.facts]
    lines = [_line(line) for line in answer.lines]
    parts += [f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"] if lines and answer.points else []
    parts += [] if answer.points else [f"<p>{line}</p>" for line in lines]
    parts += [f"<p>{' '.join(f'<code>{html.escape(tag)}</code>' for tag in answer.tags)}</p>"] if answer.tags else []
    parts += [f"<p><i>{html.escape(note)}</i></p>" for note in answer.notes]
    return "".join(parts)


def _line(line: Line) -> str:
    return html.escape(line.text) + (f" <i>({html.escape(line.where)})</i>" if line.where else "")


def _run(text: str, where: str = "", **style: Any) -> dict[str, Any]:
    runs = [{"type": "TextRun", "text": text, **style}]
    runs += [{"type": "TextRun", "text": f"  ({where})", "italic": True, "isSubtle": True}] if where else []
    return {"type": "RichTextBlock", "inlines": runs}
