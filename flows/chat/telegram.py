"""Telegram: the answer is a reply to the message with the command."""

from __future__ import annotations

import html
from typing import Any

from blocks.telegram import TelegramCredentials
from flows.chat.answer import LONGEST, Answer, Line
from tasks import telegram
from tieline import ConfigError, NotFound
from tieline.chat import Command, Shared
from tieline.credentials import Commands
from tieline.webhooks.readers import at


class Chat:
    """A chat with the bot, or a group that it is in.

    Args:
        connection: The block, or its name.
        payload: The update.
        age: How long ago it was, in seconds; answers are possible at any time.
    """

    def __init__(self, connection: TelegramCredentials | str, payload: Any, age: float) -> None:  # noqa: ARG002 - every chat is told
        self._connection, self._payload = connection, payload

    def read(self) -> Command | None:
        """See `flows.chat.desk.Chat`."""
        return telegram.read_command(self._payload)

    async def rules(self) -> Commands:
        """See `flows.chat.desk.Chat`."""
        return (await telegram.connector.credentials(self._connection)).commands

    async def thread(self, command: Command) -> str:
        """The message that the command answers: Telegram shows a bot nothing of what was said before.

        Raises:
            ConfigError: There is none.
        """
        if not command.message:
            raise ConfigError(
                "Telegram shows a bot nothing of what was said before.",
                hint=f"Reply to a message with /{command.verb}, or paste the text behind it.",
            )
        return command.message

    async def file(self, shared: Shared) -> bytes:
        """See `flows.chat.desk.Chat`."""
        return await telegram.download_file(self._connection, file_id=shared.reference)

    async def say(self, answer: Answer, command: Command | None) -> None:  # noqa: ARG002 - the update says where
        """Reply; where the message was deleted meanwhile, as a message of its own."""
        chat_id, message_id = at(self._payload, "message.chat.id"), at(self._payload, "message.message_id")
        text = markup(answer)
        try:
            await telegram.send_message(
                self._connection, chat_id=chat_id, text=text, parse_mode="HTML", reply_to=message_id
            )
        except NotFound as exc:
            if "replied not found" not in str(exc):
                raise
            await telegram.send_message(self._connection, chat_id=chat_id, text=text, parse_mode="HTML")


def markup(answer: Answer) -> str:
    """An answer in Telegram's HTML, https://core.telegram.org/bots/api#html-style."""
    longest = LONGEST
    while len(made := _markup(answer.fitting(longest))) > telegram.LONGEST_TEXT:  # what is escaped takes more room
        longest //= 2
    return made


def _markup(answer: Answer) -> str:
    title = f"<b>{'⚠️ ' if answer.problem else ''}{_escaped(answer.title)}</b>"
    parts = [f'<a href="{html.escape(answer.link)}">{title}</a>' if answer.link else title]
    parts += ["\n".join(f"<b>{_escaped(name)}</b>: {_escaped(value)}" for name, value in answer.facts)]
    parts += ["\n".join(_line(line, points=answer.points) for line in answer.lines)]
    parts += [" ".join(f"<code>{_escaped(tag)}</code>" for tag in answer.tags)]
    parts += ["\n".join(f"<i>{_escaped(note)}</i>" for note in answer.notes)]
    return "\n\n".join(part for part in parts if part)


def _line(line: Line, *, points: bool) -> str:
    where = f" <i>({_escaped(line.where)})</i>" if line.where else ""
    return f"{'• ' if points else ''}{_escaped(line.text)}{where}"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
