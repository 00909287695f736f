"""Where issues are kept, whichever system it is: one module per system that can, each with a `Tracker`."""

from flows.places import behind
from flows.trackers.issue import Issue, Tracker

__all__ = ["Issue", "Tracker", "tracker"]


def tracker(connection: str, repository: str = "") -> Tracker:
    """The tracker behind a connection.

    Args:
        connection: System and name, such as "linear/main".
        repository: The one whose texts are read: on a code host, #12 is an issue of it.

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system keeps no issues that we know of.
    """
    module, name = behind(connection, __name__, "tracker")
    made: Tracker = module.Tracker(name, repository)
    return made
