"""Databases of every kind: an empty one for each test, on a server that is started once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from blocks.sql import SqlCredentials
from tests.engine.servers import postgres_server
from tests.sql.servers import mariadb_server

PASSWORD = "s3cret-database"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url.replace("postgresql", "postgresql+psycopg")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    with mariadb_server(PASSWORD) as url:
        yield url


@pytest.fixture(params=("sqlite", "postgresql", "mysql"))
def block(request: pytest.FixtureRequest, tmp_path: Path) -> SqlCredentials:
    """An empty database of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "shop?.db"
        sqlite3.connect(file).close()
        return SqlCredentials(dialect="sqlite", database=str(file))
    url = make_url(request.getfixturevalue("postgres" if request.param == "postgresql" else "mariadb"))
    empty = (
        ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        if request.param == "postgresql"
        else (f"DROP DATABASE {url.database}", f"CREATE DATABASE {url.database}")
    )
    engine = create_engine(url)
    with engine.begin() as db:
        for one in empty:
            db.execute(text(one))
    engine.dispose()
    return SqlCredentials(
        dialect=request.param, host=url.host, port=url.port, user=url.username, password=url.password,
        database=url.database, tls=False,
    )  # fmt: skip


def make(block: SqlCredentials, *statements: str) -> None:
    """Run statements as the owner of a database would."""
    if block.dialect == "sqlite":
        with closing(sqlite3.connect(block.database)) as file, file:
            for one in statements:
                file.execute(one)
        return
    place: Any = block.open_database().place
    engine = create_engine(place.url)
    with engine.begin() as db:
        for one in statements:
            db.exec_driver_sql(one.replace("%", "%%"))
    engine.dispose()
