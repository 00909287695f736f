"""The store without SQLAlchemy: one connection, for what is written often and must be durable when it is said to be.

Statements are written with `?`, and are the same for both databases.
"""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy.engine import URL, make_url

from tieline.errors import StoreUnavailable

if TYPE_CHECKING:
    import psycopg

#: Longest wait for a lock that another process holds.
LOCK_SECONDS = 5.0
#: Between two looks at a lock. SQLite's own waiting takes steps of up to 100 ms; transactions here take one or two.
STEP_SECONDS = 0.0004
CONNECT_SECONDS = 5
#: Statements that SQLite keeps ready: there is one for each number of rows in a group.
STATEMENTS = 512
#: With FULL the log is on the disk when a transaction ends. It is carried over to the file after so many pages of
#: 4 KiB; each time all writers wait. On a Mac, `fullfsync` is what makes a disk write; elsewhere it is nothing.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "wal_autocheckpoint=4000")


class Direct(ABC):
    """One connection to the store. It opens by itself, again after it was lost, and belongs to one thread.

    Args:
        url: Where the store is.
    """

    def __init__(self, url: URL) -> None:
        self.url = url

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit durably at the end, or take everything back.

        Raises:
            StoreUnavailable: It cannot be opened, locked or written to.
        """
        self.begin()
        try:
            yield
            self.commit()
        except BaseException:
            self.rollback()
            raise

    @abstractmethod
    def begin(self) -> None:
        """Begin a transaction that writes."""

    @abstractmethod
    def commit(self) -> None:
        """End it; durable when this returns."""

    @abstractmethod
    def rollback(self) -> None:
        """Take back what was done in it."""

    @abstractmethod
    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement finds."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> int:
        """Insert rows, except those that break a UNIQUE constraint.

        Args:
            table: The table's name.
            columns: Name and type (as Postgres calls it) of each column.
            rows: The values, in that order.

        Returns:
            How many were inserted.
        """

    @abstractmethod
    def alone(self, name: str) -> None:
        """Wait until no other transaction is alone with the same name."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""


def direct(url: str) -> Direct:
    """A connection of one's own to the store, not open yet.

    Args:
        url: As in `settings().store_url`. The tables must be there: see `tieline.store.engine`.
    """
    made = make_url(url)
    return Sqlite(made) if made.get_backend_name() == "sqlite" else Postgres(made)


class Sqlite(Direct):
    """SQLite, with a log that is on the disk when a transaction ends."""

    _connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, open."""
        if self._connection is None:
            self._connection = sqlite3.connect(
                str(self.url.database), timeout=0, isolation_level=None, cached_statements=STATEMENTS
            )
            for pragma in PRAGMAS:
                self._patiently(self._connection.execute, f"PRAGMA {pragma}")
        return self._connection

    def begin(self) -> None:
        """Begin a transaction that writes."""
        try:
            self._patiently(self.connection.execute, "BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as exc:
            self._give_up(exc)

    def commit(self) -> None:
        """End it; durable when this returns."""
        try:
            self._patiently(self.connection.execute, "COMMIT")
        except sqlite3.DatabaseError as exc:
            self._give_up(exc)

    def rollback(self) -> None:
        """Take back what was done in it."""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                self.close()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement finds."""
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as exc:
            self._give_up(exc)

    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> int:
        """Insert rows; see `Direct.insert`."""
        # One statement for all: with one for each row, this thread would wait for Python's lock once for each.
        names, marks = ", ".join(name for name, _ in columns), f"({', '.join('?' * len(columns))})"
        statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * len(rows))} ON CONFLICT DO NOTHING"  # noqa: S608 - names from our code
        try:
            return self.connection.execute(statement, [value for row in rows for value in row]).rowcount
        except sqlite3.DatabaseError as exc:
            self._give_up(exc)

    def alone(self, name: str) -> None:
        """Nothing to do: a transaction that writes is alone."""

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    @staticmethod
    def _patiently(do: Callable[[str], Any], statement: str) -> None:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                do(statement)
            except sqlite3.OperationalError as exc:
                # The extended codes carry the plain one in their lowest byte.
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                    raise
                time.sleep(STEP_SECONDS)
            else:
                return

    def _give_up(self, exc: sqlite3.DatabaseError) -> NoReturn:
        if isinstance(exc, sqlite3.IntegrityError | sqlite3.DataError | sqlite3.ProgrammingError):
            raise exc  # the statement is at fault, not the store
        self.rollback()
        # The file may have been moved or replaced: begin anew the next time.
        self.close()
        raise StoreUnavailable(
            f"The store at {self.url.database} cannot be written to: {exc}.",
            hint="Check that the disk has room and that no other program holds the file.",
        ) from None


class Postgres(Direct):
    """Postgres, through a connection that is made again when the server was away."""

    _connection: psycopg.Connection[tuple[Any, ...]] | None = None

    @property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The connection, open."""
        import psycopg  # noqa: PLC0415 - 60 ms, and most stores are SQLite

        if self._connection is None:
            address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
            milliseconds = round(LOCK_SECONDS * 1000)
            limits = {"statement_timeout": 2 * milliseconds, "lock_timeout": milliseconds, "synchronous_commit": "on"}
            self._connection = psycopg.connect(
                address,
                connect_timeout=CONNECT_SECONDS,
                options=" ".join(f"-c {name}={value}" for name, value in limits.items()),
                tcp_user_timeout=3 * milliseconds,
            )
        return self._connection

    def begin(self) -> None:
        """Begin a transaction that writes."""
        import psycopg  # noqa: PLC0415 - as above

        used_before = self._connection is not None
        try:
            self.connection.execute("SELECT 1")  # the driver begins with the first statement
        except psycopg.OperationalError as exc:
            self.close()
            if not used_before:
                self._give_up(exc)
        else:
            return
        # The server was away since the last time, and may be back.
        self.begin()

    def commit(self) -> None:
        """End it; durable when this returns."""
        import psycopg  # noqa: PLC0415 - as above

        try:
            self.connection.commit()
        except psycopg.OperationalError as exc:
            self._give_up(exc)

    def rollback(self) -> None:
        """Take back what was done in it."""
        import psycopg  # noqa: PLC0415 - as above

        if self._connection is not None:
            try:
                self._connection.rollback()
            except psycopg.Error:
                self.close()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement finds."""
        cursor = self._run(statement.replace("?", "%s"), values)
        return cursor.fetchall() if cursor.description else []

    def insert(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> int:
        """Insert rows; see `Direct.insert`."""
        names = ", ".join(name for name, _ in columns)
        picked = ", ".join(f"{name}::{kind}" for name, kind in columns)
        # Arrays of text where a type has no array that the driver writes by itself.
        arrays = ", ".join(f"%s::{'text' if kind == 'json' else kind}[]" for _, kind in columns)
        statement = (
            f"INSERT INTO {table} ({names}) SELECT {picked} FROM unnest({arrays}) AS new ({names}) "  # noqa: S608 - names from our code
            "ON CONFLICT DO NOTHING"
        )
        return self._run(statement, [list(values) for values in zip(*rows, strict=True)]).rowcount

    def alone(self, name: str) -> None:
        """Wait until no other transaction is alone with the same name."""
        self._run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, statement: str, values: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        import psycopg  # noqa: PLC0415 - as above

        try:
            return self.connection.execute(statement.encode(), values)
        except psycopg.OperationalError as exc:
            self._give_up(exc)

    def _give_up(self, exc: psycopg.OperationalError) -> NoReturn:
        self.close()
        shown = self.url.render_as_string(hide_password=True)
        # Not chained: what hangs on to the driver's error knows the password.
        raise StoreUnavailable(
            f"The store at {shown} cannot be written to: {type(exc).__name__}.",
            hint="Check that the server runs and has room on its disk.",
        ) from None
