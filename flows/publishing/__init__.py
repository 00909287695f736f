"""Where documentation is published, whichever system it is: one module per system that can, each with a `Target`."""

from importlib import import_module
from pkgutil import iter_modules

from flows.publishing.target import Draft, Found, Page, Proposed, Proposing, Standing, Target, Written
from tieline.errors import ConfigError, UnknownName

__all__ = ["Draft", "Found", "Page", "Proposed", "Proposing", "Standing", "Target", "Written", "target"]

_HELPERS = {"articles", "forms", "regions", "repository", "target", "together"}


def target(connection: str, place: str) -> Target:
    """The place that pages are published to.

    Args:
        connection: System and name, such as "confluence/docs".
        place: Where in there, as the system's module says, such as a space.

    Raises:
        ConfigError: It is not written like that, or the system knows no such places.
        UnknownName: The system publishes nothing that we know of.
    """
    system, slash, name = connection.partition("/")
    if not slash or not name:
        raise ConfigError(f"{connection!r} names no target.", hint='Write system and connection: "confluence/docs".')
    known = [module.name for module in iter_modules(__path__) if module.name not in _HELPERS]
    if system not in known:
        raise UnknownName("publishing target", system, known)
    made: Target = import_module(f"{__name__}.{system}").Target(name, place)
    return made
