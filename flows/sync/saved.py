"""Syncs that are saved, and their two sides."""

from __future__ import annotations

from blocks.sheet_sync import SheetSync
from flows.sides import open_side
from tieline import ConfigError, connections
from tieline.errors import UnknownName
from tieline.sync import Side, Sync
from tieline.sync.model import Rules, Which


async def load(name: str) -> Sync:
    """A sync by its name.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: It does not fit its block any more, or the Prefect server cannot be reached.
    """
    rules = await _block(name)
    return Sync(name=name, **rules.model_dump(include=set(Rules.model_fields)))


async def _block(name: str) -> SheetSync:
    with connections.reaching():
        try:
            found = await SheetSync.aload(name)
        except ValueError as exc:
            if "Unable to find block document" not in str(exc):
                raise ConfigError(
                    f"The sync {name!r} does not fit its block any more.", hint="Save it again."
                ) from None
            known = await connections.saved(SheetSync)
            hint = "" if known else "There is none yet. How to make one: docs/sheet-sync.md"
            raise UnknownName("sync", name, known, hint=hint) from None
    assert isinstance(found, SheetSync)  # noqa: S101 - Prefect says no more than that it is a block
    return found


async def names() -> list[str]:
    """The names of all that are saved."""
    return sorted(await connections.saved(SheetSync))


async def opened(sync: Sync) -> dict[Which, Side]:
    """Both sides.

    Raises:
        ConfigError: A place is not written as its system wants it.
        UnknownName: A connection is not there, or its system has no side.
    """
    return {
        "left": await open_side(sync.left, sync.keys("left")),
        "right": await open_side(sync.right, sync.keys("right")),
    }
