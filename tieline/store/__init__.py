"""Our own memory: SQLite under the user's data folder, or Postgres through `TIELINE_DATABASE_URL`."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, event, insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session, col, create_engine

from tieline.errors import ConfigError
from tieline.observe import Call
from tieline.settings import settings
from tieline.store.migrate import upgrade
from tieline.store.tables import CallRow

__all__ = ["add_calls", "engine", "forget", "session"]

BUSY_SECONDS = 30
AGAIN_SECONDS = 0.01
CONNECT_SECONDS = 10
PRUNE_EVERY_SECONDS = 3600.0

_engines: dict[str, Engine] = {}
_opening = threading.Lock()
_prune_at = 0.0


def engine() -> Engine:
    """The database of this process, brought up to date.

    Raises:
        ConfigError: It cannot be opened, or is newer than this program.
    """
    url = settings().store_url
    found = _engines.get(url)
    if found is not None:
        return found
    with _opening:
        if url not in _engines:
            _engines[url] = _open(url)
        return _engines[url]


def forget() -> None:
    """Close every database. For tests, and before a fork."""
    while _engines:
        _engines.popitem()[1].dispose()


@contextmanager
def session() -> Iterator[Session]:
    """A session that commits at the end, and takes everything back on an error.

    Raises:
        ConfigError: The store cannot be opened.
    """
    with Session(engine(), expire_on_commit=False) as made, made.begin():
        yield made


def add_calls(calls: Sequence[Call]) -> None:
    """Add rows about calls, and let go of those that are too old."""
    global _prune_at  # noqa: PLW0603 - one clock for the process
    with session() as db:
        db.execute(insert(CallRow), [asdict(call) for call in calls])
        if time.monotonic() >= _prune_at:
            _prune_at = time.monotonic() + PRUNE_EVERY_SECONDS
            oldest = datetime.now(UTC) - timedelta(days=settings().keep_calls_days)
            db.execute(delete(CallRow).where(col(CallRow.at) < oldest))


def _open(text: str) -> Engine:
    try:
        url = make_url(text)
        made = _sqlite(url) if url.get_backend_name() == "sqlite" else _server(url)
    except (ArgumentError, ImportError, ValueError) as exc:
        wrong = ConfigError(
            f"TIELINE_DATABASE_URL cannot be used ({type(exc).__name__}).",
            hint="Write it like postgresql://user:password@host/database, or leave it empty for SQLite.",
        )
    else:
        return _up_to_date(made)
    # Outside of `except`: what SQLAlchemy could not read holds the password.
    raise wrong


def _up_to_date(made: Engine) -> Engine:
    url = made.url
    try:
        upgrade(made)
    except ConfigError:
        made.dispose()
        raise
    except (DBAPIError, OSError) as exc:
        made.dispose()
        cause = str(exc.orig if isinstance(exc, DBAPIError) else exc).strip()
        closed = ConfigError(
            f"The store at {url.render_as_string(hide_password=True)} cannot be opened: {cause}.",
            hint="Check TIELINE_DATABASE_URL or TIELINE_DATA_DIR, that the server runs, and that the disk has room.",
        )
    else:
        return made
    # Outside of `except`: what hangs on to the driver's error knows the password.
    raise closed


def _server(url: URL) -> Engine:
    wait = {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}
    return create_engine(url, pool_pre_ping=True, connect_args=wait)


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigError(
            "The store needs a file: each thread would have a memory of its own.",
            hint="Write TIELINE_DATABASE_URL like sqlite:////home/me/tieline.db, or leave it empty.",
        )
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(f"The folder of the store cannot be made: {exc}.", hint="Set TIELINE_DATA_DIR.") from None
    made = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        _in_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return made


def _in_wal(connection: Any) -> None:
    """Switch a new file over. Where several processes do so at once, SQLite refuses without waiting."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() > until:
                raise
            time.sleep(AGAIN_SECONDS)
        else:
            return
