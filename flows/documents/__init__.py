"""Places that keep documents, whichever they are: one module per system that can be one, each with a `Library`."""

from importlib import import_module
from pkgutil import iter_modules

from flows.documents.place import Citation, Commented, Item, Note, Place, Reply, Source
from tieline.errors import ConfigError, UnknownName

__all__ = ["Citation", "Commented", "Item", "Note", "Place", "Reply", "Source", "place"]

_HELPERS = {"gist", "place", "reader"}


def place(connection: str) -> Place:
    """The place behind a connection.

    Args:
        connection: System and name, such as "files/inbox".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system keeps no documents that we know of.
    """
    system, slash, name = connection.partition("/")
    if not slash or not name:
        raise ConfigError(f"{connection!r} names no place.", hint='Write system and connection: "files/inbox".')
    known = [module.name for module in iter_modules(__path__) if module.name not in _HELPERS]
    if system not in known:
        raise UnknownName("place of documents", system, known)
    made: Place = import_module(f"{__name__}.{system}").Library(name)
    return made
