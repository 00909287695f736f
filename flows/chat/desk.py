"""What a verb gets to work with, and what a chat must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flows.chat.answer import Answer
from tieline import ConfigError
from tieline.chat import Command, Shared, Verb
from tieline.credentials import Commands


class Chat(Protocol):
    """A chat, as one event of it sees it."""

    def read(self) -> Command | None:
        """What is asked for; None where it is nothing for us.

        Raises:
            Misunderstood: It makes no sense, or asks for help.
        """

    async def rules(self) -> Commands:
        """Who may give commands, and what these may use."""

    async def thread(self, command: Command) -> str:
        """The conversation that a command belongs to, a line "Name: text" for each message, oldest first.

        Raises:
            ConfigError: It is another channel's, or the chat does not let us read it.
        """

    async def file(self, shared: Shared) -> bytes:
        """A file that was shared in the chat."""

    async def say(self, answer: Answer, command: Command | None) -> None:
        """Answer, and where the command was given alone."""


@dataclass(frozen=True)
class Desk:
    """What a verb gets to work with.

    Args:
        chat: The chat.
        rules: What commands may use there.
    """

    chat: Chat
    rules: Commands


def admit(command: Command, verb: Verb, rules: Commands) -> None:
    """Make sure that somebody may give a command there.

    Raises:
        ConfigError: They may not.
    """
    ask = "Ask the people who run Tieline here: they name who may, in `commands` of the chat's connection."
    if rules.users and command.who.id not in rules.users:
        raise ConfigError("You may not give commands here.", hint=ask)
    if rules.channels and command.channel not in rules.channels:
        raise ConfigError("No commands are taken in this channel.", hint=ask)
    if not verb.harmless and not rules.users:
        raise ConfigError(f"{verb.name} is for people who were named.", hint=ask)
