"""Slack: answers stand in the channel, laid out in blocks; what went wrong is shown to who asked alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from blocks.slack import SlackCredentials
from flows.chat.answer import Answer, Line
from tasks import slack
from tieline import ConfigError, NotFound
from tieline.chat import Command, Shared
from tieline.credentials import Commands
from tieline.errors import AuthFailed, Rejected
from tieline.webhooks.readers import at

#: An address for answers is good for half an hour, less a little.
ANSWER_SECONDS = 29 * 60.0
MESSAGES = 200
_PEOPLE = 20


class Chat:
    """A workspace.

    Args:
        connection: The block, or its name.
        payload: What Slack sent.
        age: How long ago, in seconds.
    """

    def __init__(self, connection: SlackCredentials | str, payload: Any, age: float) -> None:
        self._connection, self._payload = connection, payload
        address = at(payload, "response_url")
        self._address = str(address) if address and age < ANSWER_SECONDS else ""

    def read(self) -> Command | None:
        """See `flows.chat.desk.Chat`."""
        return slack.read_command(self._payload)

    async def rules(self) -> Commands:
        """See `flows.chat.desk.Chat`."""
        return (await slack.connector.credentials(self._connection)).commands

    async def thread(self, command: Command) -> str:
        """The thread that the command stands in, or whose link follows: of the same channel, and no other."""
        channel, ts = _linked(command.argument) if command.argument else (command.channel, command.thread)
        if not ts:
            raise ConfigError(
                "Slack does not tell in which thread a command was typed.",
                hint="Copy the link of its first message and put it behind, use the message's menu (⋮) instead, or "
                "mention the app in the thread.",
            )
        if channel != command.channel:
            raise ConfigError(
                "That thread is in another channel.",
                hint="Ask there: what is said there may not be for everybody here.",
            )
        found = await slack.list_messages(self._connection, channel=channel, thread_ts=ts, limit=MESSAGES)
        said = [one for one in found if one.text.strip()]
        names = await self._names([one.user for one in said if one.user])
        return "\n".join(f"{names.get(one.user or '', 'App')}: {_one_line(one.text)}" for one in said)

    async def file(self, shared: Shared) -> bytes:
        """See `flows.chat.desk.Chat`."""
        return await slack.download_file(self._connection, file_id=shared.reference)

    async def say(self, answer: Answer, command: Command | None) -> None:
        """Answer through the address that came with the command; when that is over, as a message of the app."""
        thread = command.thread if command else at(self._payload, "event.thread_ts") or at(self._payload, "event.ts")
        what: dict[str, Any] = {"text": escaped(answer.plain), "blocks": blocks(answer), "thread_ts": thread or None}
        if self._address:
            try:
                await slack.send_response(
                    self._connection, response_url=self._address, everybody=not answer.problem, **what
                )
            except (NotFound, Rejected, AuthFailed):
                pass  # it was used up, or its time is over
            else:
                return
        channel = command.channel if command else self._channel()
        if channel:
            await slack.send_message(self._connection, channel=channel, **what)

    def _channel(self) -> str:
        paths = ("channel_id", "channel.id", "event.channel")
        return next((str(found) for path in paths if (found := at(self._payload, path))), "")

    async def _names(self, users: list[str]) -> dict[str, str]:
        """How people are called; their ids where the app may not read that."""
        asked = list(dict.fromkeys(users))
        names = {user: user for user in asked}
        try:
            for user in asked[:_PEOPLE]:
                found = await slack.get_user(self._connection, user_id=user)
                names[user] = found.profile.real_name or found.name or user
        except (AuthFailed, NotFound):
            pass
        return names


def escaped(text: str) -> str:
    """Text that is no markup and calls nobody, https://docs.slack.dev/messaging/formatting-message-text/#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks(answer: Answer) -> list[dict[str, Any]]:
    """An answer as Slack shows it. Rich text takes everything literally, so that a document cannot call @everyone."""
    answer = answer.fitting()
    made: list[dict[str, Any]] = []
    if answer.problem:
        made.append(_rich(_paragraph({"type": "emoji", "name": "warning"}, _text(f" {answer.title}", bold=True))))
    else:
        made.append({"type": "header", "text": {"type": "plain_text", "text": answer.title, "emoji": False}})
    if answer.facts:
        made.append(_rich(*(_paragraph(_text(f"{name}  ", bold=True), _text(value)) for name, value in answer.facts)))
    if answer.lines:
        made.append(_lines(answer.lines, points=answer.points))
    if answer.tags:
        spaced = [part for tag in answer.tags for part in (_text(tag, code=True), _text("  "))]
        made.append(_rich(_paragraph(*spaced)))
    if answer.link:
        made.append(_rich(_paragraph({"type": "link", "url": answer.link, "text": "Open the page"})))
    if answer.notes:
        elements = [{"type": "plain_text", "text": note, "emoji": False} for note in answer.notes]
        made.append({"type": "context", "elements": elements})
    return made


def _lines(lines: tuple[Line, ...], *, points: bool) -> dict[str, Any]:
    written = [
        _paragraph(_text(line.text), *([_text(f"  ({line.where})", italic=True)] if line.where else []))
        for line in lines
    ]
    if points:
        return _rich({"type": "rich_text_list", "style": "bullet", "elements": written})
    return _rich(*(_paragraph(*one["elements"], _text("\n")) for one in written))


def _rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def _paragraph(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _linked(address: str) -> tuple[str, str]:
    """Channel and thread of a message's link, such as https://acme.slack.com/archives/C012AB3CD/p1503435956000247.

    Raises:
        ConfigError: It is another link.
    """
    found = urlsplit(address)
    parts = [part for part in found.path.split("/") if part]
    if len(parts) != 3 or parts[0] != "archives" or not parts[2].startswith("p") or not parts[2][1:].isdecimal():  # noqa: PLR2004 - archives, channel, message
        raise ConfigError("That is no link to a message.", hint="Take it from the message's menu: Copy link.")
    first = parse_qs(found.query).get("thread_ts", [""])[0]
    return parts[1], first or f"{parts[2][1:-6]}.{parts[2][-6:]}"


def _one_line(text: str) -> str:
    return " ".join(slack.plain(text).split())
