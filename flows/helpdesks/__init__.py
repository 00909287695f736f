"""Help desks, whichever they are: one module per system that can be one, each with a `Desk`."""

from flows.helpdesks.ticket import (
    LEVELS,
    Change,
    Failures,
    HelpDesk,
    Level,
    Solution,
    Ticket,
    concurrently,
    higher,
)
from flows.places import behind

__all__ = [
    "LEVELS",
    "Change",
    "Failures",
    "HelpDesk",
    "Level",
    "Solution",
    "Ticket",
    "concurrently",
    "help_desk",
    "higher",
]


def help_desk(connection: str) -> HelpDesk:
    """The help desk behind a connection.

    Args:
        connection: System and name, such as "zendesk/support".

    Raises:
        ConfigError: It is not written like that.
        UnknownName: The system is no help desk that we know.
    """
    module, name = behind(connection, __name__, "help desk")
    made: HelpDesk = module.Desk(name)
    return made
