"""How databases are opened, and what the health check asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from pydantic import Field
from sqlalchemy import text

from blocks.sql import SqlCredentials
from tieline import Connector, Identity
from tieline.sql import Database

TableOf = Annotated[str, Field(description="A table or view, as the database writes it.", min_length=1)]
Schema = Annotated[str, Field(description="Where it is, if not where the user's tables usually are.")]


@asynccontextmanager
async def open_database(credentials: SqlCredentials, _action: str) -> AsyncIterator[Database]:
    """Open the database for one action."""
    yield credentials.open_database()


connector = Connector(
    "sql",
    block=SqlCredentials,
    open=open_database,
    docs="https://docs.sqlalchemy.org/en/20/dialects/index.html",
    title="SQL",
)


@connector.health
async def check(database: Database) -> Identity:
    """Log in, and ask for a one."""
    await database.read(lambda connection: connection.scalar(text("SELECT 1")))
    return Identity(name=str(database.place), detail=database.place.dialect)
