"""Places where people discuss, whichever they are: one module per system that is one, each with a `Forum`."""

from importlib import import_module
from pkgutil import iter_modules

from flows.threads.note import Entry, Note, noted
from flows.threads.thread import Message, Place, Thread
from tieline.errors import ConfigError, UnknownName

__all__ = ["Entry", "Message", "Note", "Place", "Thread", "noted", "place"]

_HELPERS = {"note", "thread"}


def place(connection: str) -> Place:
    """The place behind a connection.

    Args:
        connection: System and name, such as "jira/work".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system has no discussions that we know of.
    """
    system, slash, name = connection.partition("/")
    if not slash or not name:
        raise ConfigError(f"{connection!r} names no place.", hint='Write system and connection: "jira/work".')
    known = [module.name for module in iter_modules(__path__) if module.name not in _HELPERS]
    if system not in known:
        raise UnknownName("place of discussions", system, known)
    made: Place = import_module(f"{__name__}.{system}").Forum(name)
    return made
