"""Rows that are written: all of a call, or nothing of it. What a column would change in a value is refused before."""

from typing import Annotated, Any

from pydantic import Field

from tasks.sql.system import Schema, TableOf, connector
from tieline.sql import Database, Written, writing

Rows = Annotated[list[dict[str, Any]], Field(description="Values by the names of columns.", min_length=1)]
KeyColumns = Annotated[list[str], Field(description="Columns of a primary key or a unique constraint.", min_length=1)]


@connector.action(kind="write")
async def write_rows(database: Database, *, table: TableOf, namespace: Schema = "", rows: Rows) -> Written:
    """Add rows. Columns that a row does not name get their default.

    https://docs.sqlalchemy.org/en/20/core/dml.html#sqlalchemy.sql.expression.insert

    Raises:
        Conflict: One is there already; none was added.
        Rejected: A value does not fit its column.
    """
    done = await database.write(lambda connection: writing.insert(connection, table, namespace, rows))
    return Written(given=len(rows), rows=done)


@connector.action
async def upsert_rows(
    database: Database, *, table: TableOf, namespace: Schema = "", key: KeyColumns, rows: Rows
) -> Written:
    """Add rows, or change the columns that are named in those that are there already.

    https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#insert-on-conflict-upsert

    Raises:
        Rejected: The columns are no key, or a value does not fit its column.
        ConfigError: A row lacks its key, or two have the same.
    """
    done = await database.write(lambda connection: writing.upsert(connection, table, namespace, key, rows))
    return Written(given=len(rows), rows=done)


@connector.action
async def update_rows(
    database: Database, *, table: TableOf, namespace: Schema = "", key: KeyColumns, rows: Rows
) -> Written:
    """Change the columns that are named, in rows found by their key. `rows` in the answer: how many were there.

    https://docs.sqlalchemy.org/en/20/core/dml.html#sqlalchemy.sql.expression.update

    Raises:
        Rejected: The columns are no key, or a value does not fit its column.
        ConfigError: A row lacks its key, or two have the same.
    """
    done = await database.write(lambda connection: writing.update(connection, table, namespace, key, rows))
    return Written(given=len(rows), rows=done)


@connector.action
async def delete_rows(
    database: Database,
    *,
    table: TableOf,
    namespace: Schema = "",
    keys: Annotated[list[dict[str, Any]], Field(description="The whole key of each row.", min_length=1)],
) -> Written:
    """Delete rows by their keys. `rows` in the answer: how many were there.

    https://docs.sqlalchemy.org/en/20/core/dml.html#sqlalchemy.sql.expression.delete

    Raises:
        Rejected: The columns are no key, so that one of them might name several rows.
    """
    done = await database.write(lambda connection: writing.delete(connection, table, namespace, keys))
    return Written(given=len(keys), rows=done)
