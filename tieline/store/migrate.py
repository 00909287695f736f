"""Bring a database up to date; safe when several processes start at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from tieline.errors import ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, as long as nobody else in the database takes it.
LOCK_NUMBER = 7_314_159


def upgrade(engine: Engine) -> None:
    """Apply every migration that is missing.

    Raises:
        ConfigError: The database was made by a newer version.
    """
    known, newest = _revisions()
    with engine.connect() as connection:
        if _revision(connection) == newest:
            return
    with _alone(engine) as connection:
        _migrate(connection, _config(), known)


def _migrate(connection: Connection, config: Config, known: frozenset[str]) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    revision = _revision(connection)
    if revision and revision not in known:
        raise ConfigError(
            f"The store is of a newer version of Tieline (migration {revision}).",
            hint="Upgrade Tieline, or point TIELINE_DATABASE_URL or TIELINE_DATA_DIR somewhere else.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """All that there are, and the newest."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - costs 100 ms, and most commands need no store

    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions()), scripts.get_current_head()


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _revision(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection that no other process migrates beside. Both databases release the lock when a process dies."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
            yield connection
        return
    with engine.begin() as connection:
        # Or the driver would commit each step by itself: a killed process would leave half a migration, and others
        # would start the same one.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
