"""Leases: what only one process may do at a time, on any machine that shares the store."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from tieline.errors import StoreUnavailable
from tieline.store.tables import LeaseRow
from tieline.store.writing import on_sqlite, writing
from tieline.transport import clock

#: How long one holds after its process has died.
SECONDS = 30.0
PATIENCE_SECONDS = 120.0
AGAIN_SECONDS = 0.2


@asynccontextmanager
async def lease(name: str, *, seconds: float = SECONDS, patience: float = PATIENCE_SECONDS) -> AsyncIterator[None]:
    """Hold a lease; whoever else wants it waits.

    Args:
        name: What is done, such as "login/sharepoint-credentials/main".
        seconds: How long it outlives its process.
        patience: How long to wait for it, in seconds.

    Raises:
        StoreUnavailable: Somebody else held it all the time.
        ConfigError: The store cannot be opened.
    """
    holder, until = uuid.uuid4().hex, clock.now() + patience
    while not await asyncio.to_thread(_take, name, holder, seconds):
        if clock.now() > until:
            raise StoreUnavailable(f"Another process has been busy with {name!r} for {patience:.0f} s.")
        await clock.sleep(random.uniform(0.5, 1.5) * AGAIN_SECONDS)  # noqa: S311 - so that two do not meet for ever
    keeping = asyncio.create_task(_keep(name, holder, seconds))
    try:
        yield
    finally:
        keeping.cancel()
        # Shielded: who is cancelled here would leave the others waiting for the lease's end.
        await asyncio.shield(asyncio.to_thread(_give_back, name, holder))


async def _keep(name: str, holder: str, seconds: float) -> None:
    """Say again and again that we live."""
    while True:
        await asyncio.sleep(seconds / 3)
        with suppress(SQLAlchemyError):  # the store may be away; it is told the next time
            await asyncio.to_thread(_extend, name, holder, seconds)


def _extend(name: str, holder: str, seconds: float) -> None:
    mine = update(LeaseRow).where(col(LeaseRow.name) == name, col(LeaseRow.holder) == holder)
    with writing() as db:
        db.execute(mine.values(until=time.time() + seconds))


def _take(name: str, holder: str, seconds: float) -> bool:
    now = time.time()
    mine = {"holder": holder, "until": now + seconds}
    with writing() as db:
        # A moment far ahead was written before the clock was set back.
        free = (col(LeaseRow.until) < now) | (col(LeaseRow.until) > now + 10 * seconds)
        if db.execute(update(LeaseRow).where(col(LeaseRow.name) == name, free).values(mine)).rowcount:
            return True
        if db.execute(select(col(LeaseRow.name)).where(col(LeaseRow.name) == name)).first():
            return False
        # On Postgres two may come so far at once: the second one's row is not taken, and it looks again.
        made = sqlite.insert(LeaseRow) if on_sqlite() else postgresql.insert(LeaseRow)
        new = made.values(name=name, **mine).on_conflict_do_nothing().returning(col(LeaseRow.name))
        return db.execute(new).first() is not None  # the number of rows is unknown to Postgres' driver


def _give_back(name: str, holder: str) -> None:
    with writing() as db:
        db.execute(delete(LeaseRow).where(col(LeaseRow.name) == name, col(LeaseRow.holder) == holder))
