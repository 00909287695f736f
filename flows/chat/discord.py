"""Discord: the answer takes the place of "thinking…", as a box; after a quarter of an hour it is a message."""

from __future__ import annotations

import re
from typing import Any

from blocks.discord import DiscordCredentials
from flows.chat.answer import LONGEST, Answer, Line
from tasks import discord
from tieline import ConfigError, NotFound
from tieline.chat import Command, Shared
from tieline.credentials import Commands
from tieline.errors import AuthFailed
from tieline.transport import public
from tieline.webhooks.readers import at

#: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages, less a little.
ANSWER_SECONDS = 14 * 60.0
MESSAGES = 200
LARGEST_FILE = 20 * 2**20
#: https://discord.com/developers/docs/resources/message#embed-object-embed-limits, the latter for all texts together.
LONGEST_DESCRIPTION, LONGEST_EMBED = 4096, 6000
_BLUE, _RED = 0x3B82F6, 0xDC2626
_RESERVED = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:@])")


class Chat:
    """A server, or a private conversation with the bot.

    Args:
        connection: The block, or its name.
        payload: The interaction.
        age: How long ago it was, in seconds.
    """

    def __init__(self, connection: DiscordCredentials | str, payload: Any, age: float) -> None:
        self._connection, self._payload = connection, payload
        self._open = age < ANSWER_SECONDS

    def read(self) -> Command | None:
        """See `flows.chat.desk.Chat`."""
        return discord.read_command(self._payload)

    async def rules(self) -> Commands:
        """See `flows.chat.desk.Chat`."""
        return (await discord.connector.credentials(self._connection)).commands

    async def thread(self, command: Command) -> str:
        """What was said last where the command was typed: a thread is a channel of its own."""
        if command.argument:
            raise ConfigError("Another conversation is not read.", hint="Type `thread` alone, in the thread.")
        found = await discord.list_messages(self._connection, channel_id=command.channel, limit=MESSAGES)
        said = [one for one in reversed(found) if one.content.strip()]
        return "\n".join(f"{_name(one.author)}: {' '.join(one.content.split())}" for one in said)

    async def file(self, shared: Shared) -> bytes:
        """A file lies at an address that carries its own permission, and that the person's interaction names."""
        return (await public.fetch(shared.reference, largest=LARGEST_FILE)).content

    async def say(self, answer: Answer, command: Command | None) -> None:
        """Put it in the place of "thinking…"; when that is over, as a message of the bot's."""
        boxes = (embed(answer),)
        if self._open:
            try:
                await discord.update_response(
                    self._connection,
                    application_id=str(at(self._payload, "application_id")),
                    interaction_token=str(at(self._payload, "token")),
                    embeds=boxes,
                )
            except (AuthFailed, NotFound):
                pass  # its time is over
            else:
                return
        channel = command.channel if command else str(at(self._payload, "channel_id") or "")
        if channel:
            await discord.send_message(self._connection, channel_id=channel, embeds=boxes)


def embed(answer: Answer) -> discord.Embed:
    """An answer as Discord shows it."""
    shown, longest = answer.fitting(), LONGEST
    while not _fits(shown):  # what is escaped takes twice the room
        longest //= 2
        shown = answer.fitting(longest)
    return discord.Embed(
        title=_title(shown),
        description=_description(shown) or None,
        url=shown.link or None,
        color=_RED if shown.problem else _BLUE,
        fields=tuple({"name": name, "value": value, "inline": True} for name, value in _facts(shown)),
        footer={"text": " ".join(shown.notes)} if shown.notes else None,
    )


def _fits(answer: Answer) -> bool:
    description, facts = _description(answer), (text for fact in _facts(answer) for text in fact)
    whole = "".join((_title(answer), description, *facts, " ".join(answer.notes)))
    return len(description) <= LONGEST_DESCRIPTION and len(whole) <= LONGEST_EMBED


def _title(answer: Answer) -> str:
    return ("⚠️ " if answer.problem else "") + answer.title


def _facts(answer: Answer) -> list[tuple[str, str]]:
    return [(escaped(name), escaped(value)) for name, value in answer.facts]


def _description(answer: Answer) -> str:
    lines = "\n".join(_line(line, points=answer.points) for line in answer.lines)
    tags = " ".join(f"`{tag.replace('`', '')}`" for tag in answer.tags)
    return "\n\n".join(part for part in (lines, tags) if part)


def escaped(text: str) -> str:
    """Text that is no markup, https://discord.com/developers/docs/reference#message-formatting."""
    return _RESERVED.sub(r"\\\1", text)


def _line(line: Line, *, points: bool) -> str:
    where = f" *({escaped(line.where)})*" if line.where else ""
    return f"{'• ' if points else ''}{escaped(line.text)}{where}"


def _name(author: discord.User | None) -> str:
    return (author.global_name or author.username) if author else "Somebody"
