"""Noticing quickly, and without effort, that there is something to do."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection

from tieline import store
from tieline.dispatch.writing import on_sqlite

#: How often we look whether anything was written: a few microseconds on SQLite, a query on Postgres.
SQLITE_SECONDS, POSTGRES_SECONDS = 0.02, 0.03
#: After this long we look in any case: work comes due by the clock.
LONGEST_SECONDS = 0.5

_VERSION = "PRAGMA data_version"
_STATE = (
    "SELECT EXISTS(SELECT 1 FROM deliveries WHERE state = 'received'), "
    "(SELECT count(*) FROM batches WHERE state != 'ended')"
)


class Watch:
    """Waits until somebody writes to the store."""

    def __init__(self) -> None:
        self._db: Connection | None = None
        self._seen: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._drop()

    async def changed(self) -> None:
        """Return when something was written since the last time, or after half a second."""
        until = time.monotonic() + LONGEST_SECONDS
        sqlite = on_sqlite()
        while time.monotonic() < until:
            await asyncio.sleep(SQLITE_SECONDS if sqlite else POSTGRES_SECONDS)
            try:
                now = self._version() if sqlite else await asyncio.to_thread(self._state)
            except Exception:
                self._drop()
                raise
            if now != self._seen:
                self._seen = now
                return

    def _version(self) -> Any:
        """A number that changes when another connection has committed."""
        return self._open().exec_driver_sql(_VERSION).scalar()

    def _state(self) -> Any:
        found = tuple(self._open().exec_driver_sql(_STATE).one())
        # What is there is to be taken in, and not just noticed.
        return object() if found[0] else found

    def _open(self) -> Connection:
        if self._db is None:
            # No transaction: it would see nothing new, and on Postgres cost two more questions.
            self._db = store.engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._db

    def _drop(self) -> None:
        if self._db is not None:
            self._db.invalidate()
            self._db.close()
            self._db = None
