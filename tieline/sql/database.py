"""A database, as an action sees it: a connection for each piece of work, in a thread, closed at its end."""

from __future__ import annotations

import asyncio
import sqlite3
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from tieline.errors import Unavailable
from tieline.sql.faults import told
from tieline.transport.retry import retrying

T = TypeVar("T")
Dialect = Literal["postgresql", "mysql", "sqlite"]

CONNECT_SECONDS = 10
#: So often is tried what may be done again, within so many seconds.
TRIES, SECONDS = 3, 300.0
#: Steps of SQLite between two looks at the clock.
_STEPS = 100_000


@dataclass(frozen=True)
class Server:
    """Where a database server is, and who we are to it.

    Args:
        dialect: Its kind.
        url: Address and login, with the driver.
        tls: Whether the way is encrypted and the server's certificate checked.
        verify: File with the CA certificates to trust (PEM), if not the usual ones.
    """

    dialect: Literal["postgresql", "mysql"]
    url: URL
    tls: bool
    verify: str

    def engine(self, timeout: float) -> Engine:
        """What makes connections."""
        make = self._postgres if self.dialect == "postgresql" else self._mysql
        return create_engine(self.url, connect_args=make(timeout), poolclass=NullPool, hide_parameters=True)

    def _postgres(self, timeout: float) -> dict[str, Any]:
        """What psycopg is told: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS ."""
        # Both are settings of the session: times come in UTC, and no statement takes longer.
        settings = f"-c timezone=UTC -c statement_timeout={int(timeout * 1000)}"
        mode = (
            {"sslmode": "verify-full", "sslrootcert": self.verify or "system"} if self.tls else {"sslmode": "disable"}
        )
        return {"connect_timeout": CONNECT_SECONDS, "options": settings, **mode}

    def _mysql(self, timeout: float) -> dict[str, Any]:
        """What PyMySQL is told: https://pymysql.readthedocs.io/en/latest/modules/connections.html ."""
        trusted = ssl.create_default_context(cafile=self.verify or None) if self.tls else None
        return {
            "charset": "utf8mb4",
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": timeout,
            "write_timeout": timeout,
            # Without STRICT a value that does not fit is cut short, and only a warning says so.
            "init_command": "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), time_zone = '+00:00'",
            **({"ssl": trusted} if trusted else {"ssl_disabled": True}),
        }

    def __str__(self) -> str:
        return f"{self.url.host or 'localhost'}/{self.url.database}"


@dataclass(frozen=True)
class SqliteFile:
    """A file of SQLite; it is there already."""

    path: Path
    dialect: Literal["sqlite"] = "sqlite"

    def engine(self, timeout: float) -> Engine:
        """What makes connections."""
        made = create_engine("sqlite://", creator=lambda: self._connect(timeout), poolclass=NullPool)
        made.hide_parameters = True
        return made

    def _connect(self, timeout: float) -> sqlite3.Connection:
        # By itself SQLite makes the file that is missing.
        opened = sqlite3.connect(f"file:{quote(str(self.path.absolute()))}?mode=rw", uri=True, timeout=timeout)
        until = time.monotonic() + timeout
        opened.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        opened.execute("PRAGMA foreign_keys=ON")
        return opened

    def __str__(self) -> str:
        return str(self.path)


class Database:
    """A database. Every piece of work is one transaction on a connection of its own.

    Args:
        place: Where it is.
        timeout: Seconds that one statement may take.
    """

    def __init__(self, place: Server | SqliteFile, *, timeout: float) -> None:
        self.place, self._timeout = place, timeout

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do what only reads, in a transaction that cannot write; again, if the connection breaks.

        Raises:
            ConnectorError: What the database says.
        """
        return await self._tried(work, reads=True)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do all of it or nothing. It is tried again only where surely nothing was done.

        Raises:
            ConnectorError: What the database says; nothing was changed, unless `may_have_happened`.
        """
        return await self._tried(work, reads=False)

    async def _tried(self, work: Callable[[Connection], T], *, reads: bool) -> T:
        async for attempt in retrying(repeatable=reads, seconds=SECONDS, attempts=TRIES):
            with attempt:
                return await asyncio.to_thread(self._do, work, reads)
        raise AssertionError  # the last attempt raises

    def _do(self, work: Callable[[Connection], T], reads: bool) -> T:  # noqa: FBT001 - for a thread
        done = False
        try:
            engine = _engine(self.place, self._timeout, reads)
            with engine.connect() as connection, connection.begin():
                result = work(connection)
                done = not reads  # from here on the transaction is being committed
            return result  # noqa: TRY300 - the connection is closed before, and may still fail
        except Exception as exc:
            said = told(exc)
            if isinstance(said, Unavailable):
                said.may_have_happened = done
            if said is exc:
                raise
        # Outside of `except`: what hangs on to the driver's error knows statement, values and login.
        raise said


@lru_cache(maxsize=64)
def _engine(place: Server | SqliteFile, timeout: float, reads: bool) -> Engine:  # noqa: FBT001 - for the cache
    """What makes connections, none of which it keeps; what SQLAlchemy has learnt and written for it is used again."""
    engine = place.engine(timeout)
    if reads:
        _only_reads(engine)
    return engine


def _only_reads(engine: Engine) -> None:
    """Let every transaction be one that the database itself keeps from writing."""
    statement = {
        "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "mysql": "SET SESSION TRANSACTION READ ONLY",
        "sqlite": "PRAGMA query_only=ON",
    }[engine.dialect.name]

    @event.listens_for(engine, "connect")
    def _prepare(opened: Any, _: Any) -> None:
        cursor = opened.cursor()
        cursor.execute(statement)
        cursor.close()
        opened.commit()
