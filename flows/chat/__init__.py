"""Chats in which people give commands, whichever they are: one module per system that is one, each with a `Chat`."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from flows.chat.answer import Answer, Line
from flows.chat.desk import Chat, Desk
from tieline.errors import UnknownName

__all__ = ["Answer", "Chat", "Desk", "Line", "chat", "systems"]

_HELPERS = {"answer", "desk", "material", "verbs"}


def systems() -> list[str]:
    """The chats in which commands can be given."""
    return [module.name for module in iter_modules(__path__) if module.name not in _HELPERS]


def chat(system: str, connection: Any, payload: Any, age: float = 0.0) -> Chat:
    """The chat that an event comes from.

    Args:
        system: Such as "slack".
        connection: The block, or its name.
        payload: What the vendor sent.
        age: How long ago that was, in seconds.

    Raises:
        UnknownName: Commands cannot be given there.
    """
    if system not in systems():
        raise UnknownName("chat", system, systems())
    made: Chat = import_module(f"{__name__}.{system}").Chat(connection, payload, age)
    return made
