"""Syncs that are saved, and their two sides."""

from __future__ import annotations

from blocks.sheet_sync import SheetSync
from flows.sides import open_side
from tieline import connections
from tieline.sync import Side, Sync
from tieline.sync.model import Rules, Which


async def load(name: str) -> Sync:
    """A sync by its name.

    Raises:
        UnknownName: There is none of that name.
        ConfigError: It does not fit its block any more, or the Prefect server cannot be reached.
    """
    rules = await connections.load_block(
        SheetSync, name, "sync", how="There is none yet. How to make one: docs/sheet-sync.md"
    )
    return Sync(name=name, **rules.model_dump(include=set(Rules.model_fields)))


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
