"""Help desks, whichever they are: one module per system that can be one, each with a `Desk`."""

from importlib import import_module
from pkgutil import iter_modules

from flows.helpdesks.ticket import (
    LEVELS,
    Change,
    Failures,
    HelpDesk,
    Level,
    Ticket,
    concurrently,
    higher,
)
from tieline.errors import ConfigError, UnknownName

__all__ = [
    "LEVELS",
    "Change",
    "Failures",
    "HelpDesk",
    "Level",
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
    system, slash, name = connection.partition("/")
    if not slash or not name:
        raise ConfigError(f"{connection!r} names no help desk.", hint='Write system and connection: "zendesk/support".')
    known = [module.name for module in iter_modules(__path__) if module.name != "ticket"]
    if system not in known:
        raise UnknownName("help desk", system, known)
    desk: HelpDesk = import_module(f"{__name__}.{system}").Desk(name)
    return desk
