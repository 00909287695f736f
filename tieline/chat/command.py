"""One command, as every chat has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

from tieline.errors import ConfigError
from tieline.model import Input

#: What the command is called in every chat: `/tieline`.
NAME = "tieline"


class Misunderstood(ConfigError):  # noqa: N818 - reads as what happened
    """A command that makes no sense; its words are for the person who typed it."""


class Person(Input):
    """Who typed it."""

    id: str
    name: str = ""


class Shared(Input):
    """A file in the message that a command is about."""

    name: str
    reference: str = Field(description="What the chat needs to hand it out: an id, or its address there.")
    size: int = Field(0, description="In bytes, if the chat says so.")


class Command(Input):
    """What somebody asks of us.

    `message` and `files` are those of the message that the command is about, where it was given on one (a shortcut, a
    reply). What stands in them is anybody's; the rest is the person's own.
    """

    verb: str
    argument: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    who: Person
    channel: str = Field(description="Where it was typed, and the only place that is answered to.")
    thread: str = Field("", description="The conversation it belongs to, in the chat's own words.")
    message: str = ""
    files: tuple[Shared, ...] = ()


def understood(read: Callable[[Any], Command | None], payload: Any) -> tuple[Command | None, str]:
    """A command, or what has to be said about one that makes no sense: what the gateway answers with.

    Args:
        read: Finds the command in what a chat sent; see `read_command` of the chats' connectors.
        payload: That.
    """
    try:
        return read(payload), ""
    except Misunderstood as exc:
        return None, str(exc)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None, ""  # nothing that the chat documents


def is_ours(name: str) -> bool:
    """Whether a command of the chat is ours: `/tieline`, or one such as `/tieline-test` beside it."""
    plain = name.lstrip("/").lower()
    return plain == NAME or plain.startswith(f"{NAME}-")
