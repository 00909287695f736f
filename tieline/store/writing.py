"""Short transactions on a store that a gateway commits to hundreds of times a second."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from tieline import store

#: How long we try to get the lock of SQLite.
PATIENCE_SECONDS = 30.0
#: SQLite itself would look again after up to 100 ms; the lock is free far more often.
AGAIN_SECONDS = 0.002


def on_sqlite() -> bool:
    """Whether the store has one lock for all writers."""
    return store.engine().dialect.name == "sqlite"


@contextmanager
def reading() -> Iterator[Connection]:
    """One view of the store, without any lock."""
    with store.engine().connect() as db:
        yield db


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction that holds the lock from its first moment, and commits at the end.

    Raises:
        OperationalError: The lock was not free for half a minute.
    """
    if not on_sqlite():
        with store.engine().begin() as db:
            yield db
        return
    with store.engine().connect() as db:
        db.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            _lock(db)
            yield db
            db.commit()
        finally:
            db.rollback()
            db.exec_driver_sql(f"PRAGMA busy_timeout = {store.BUSY_SECONDS * 1000}")


def _lock(db: Connection) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            db.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as exc:
            if "locked" not in str(exc.orig) or time.monotonic() > until:
                raise
            time.sleep(random.uniform(0.5, 1.5) * AGAIN_SECONDS)  # noqa: S311 - so that two do not meet again and again
        else:
            return
