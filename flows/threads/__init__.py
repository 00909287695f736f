"""Places where people discuss, whichever they are: one module per system that is one, each with a `Forum`."""

from flows.places import behind
from flows.threads.note import Entry, Note, noted
from flows.threads.thread import Message, Place, Thread

__all__ = ["Entry", "Message", "Note", "Place", "Thread", "noted", "place"]


def place(connection: str) -> Place:
    """The place behind a connection.

    Args:
        connection: System and name, such as "jira/work".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system has no discussions that we know of.
    """
    module, name = behind(connection, __name__, "place of discussions")
    made: Place = module.Forum(name)
    return made
