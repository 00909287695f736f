"""The systems whose rows can be synced: one module each, named like the system, with `async def open(...) -> Side`."""

from flows.places import behind
from tieline.sync.model import Place
from tieline.sync.side import Side


async def open_side(place: Place, keys: list[str]) -> Side:
    """The side that a place names.

    Args:
        place: The place.
        keys: The key columns, by the side's names for them.

    Raises:
        ConfigError: The place is not written as its system wants it.
        UnknownName: There is no such connection, or no side for its system.
    """
    module, connection = behind(place.connection, "flows.sides", "side of a sync")
    side: Side = await module.open(connection, place.place, keys=keys, **place.options)
    return side
