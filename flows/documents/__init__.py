"""Places that keep documents, whichever they are: one module per system that can be one, each with a `Library`."""

from flows.documents.place import Citation, Commented, Item, Note, Place, Reply, Source
from flows.places import behind

__all__ = ["Citation", "Commented", "Item", "Note", "Place", "Reply", "Source", "place"]


def place(connection: str) -> Place:
    """The place behind a connection.

    Args:
        connection: System and name, such as "files/inbox".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system keeps no documents that we know of.
    """
    module, name = behind(connection, __name__, "place of documents")
    made: Place = module.Library(name)
    return made
