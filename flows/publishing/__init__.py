"""Where documentation is published, whichever system it is: one module per system that can, each with a `Target`."""

from flows.places import behind
from flows.publishing.target import (
    Draft,
    Found,
    Listing,
    Page,
    Proposed,
    Proposing,
    Renaming,
    Standing,
    Target,
    Written,
)

__all__ = [
    "Draft",
    "Found",
    "Listing",
    "Page",
    "Proposed",
    "Proposing",
    "Renaming",
    "Standing",
    "Target",
    "Written",
    "target",
]


def target(connection: str, place: str) -> Target:
    """The place that pages are published to.

    Args:
        connection: System and name, such as "confluence/docs".
        place: Where in there, as the system's module says, such as a space.

    Raises:
        ConfigError: It is not written like that, or the system knows no such places.
        UnknownName: The system publishes nothing that we know of.
    """
    module, name = behind(connection, __name__, "publishing target")
    made: Target = module.Target(name, place)
    return made
