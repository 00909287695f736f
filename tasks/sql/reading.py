"""What is in a database. The database itself keeps these from writing."""

from typing import Annotated, Any

from pydantic import Field

from tasks.sql.system import Schema, TableOf, connector
from tieline.sql import Database, Row, Table, TableName, reading, tables

Limit = Annotated[int, Field(gt=0, le=1_000_000)]
ColumnName = Annotated[str, Field(min_length=1)]


@connector.action
async def list_tables(
    database: Database, *, schemas: list[str] | None = None, limit: Annotated[int, Field(gt=0)] = 1000
) -> list[TableName]:
    """List tables and views, by name.

    https://docs.sqlalchemy.org/en/20/core/reflection.html

    Args:
        database: The connection.
        schemas: Where to look; by default where the user's tables usually are.
        limit: Most of them.
    """
    return (await database.read(lambda connection: tables.listed(connection, schemas or [])))[:limit]


@connector.action
async def get_table(database: Database, *, table: TableOf, namespace: Schema = "") -> Table:
    """Describe a table: columns, types, keys.

    https://docs.sqlalchemy.org/en/20/core/reflection.html

    Raises:
        NotFound: There is no such table.
    """
    return await database.read(lambda connection: tables.described(connection, table, namespace))


@connector.action
async def read_query(
    database: Database,
    *,
    sql: Annotated[str, Field(description="One SELECT, with :name for each parameter.", min_length=1)],
    params: dict[str, Any] | None = None,
    limit: Limit = 1000,
) -> list[Row]:
    """Run a SELECT in a transaction that cannot write. Parameters are bound, never put into the text.

    https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text

    Args:
        database: The connection.
        sql: One SELECT, with :name for each parameter, and a backslash before any other colon that a word follows.
        params: Their values.
        limit: Most rows; further ones are not fetched.

    Raises:
        Rejected: It is no SELECT, or the database does not understand it.
        NotFound: It names a table that is not there.
    """
    return await database.read(lambda connection: reading.query(connection, sql, params or {}, limit))


@connector.action
async def read_rows(
    database: Database,
    *,
    table: TableOf,
    namespace: Schema = "",
    columns: list[ColumnName] | None = None,
    where: dict[str, Any] | None = None,
    order: list[ColumnName] | None = None,
    after: dict[str, Any] | None = None,
    limit: Limit = 1000,
) -> list[Row]:
    """Read rows of a table, a page at a time if need be.

    https://docs.sqlalchemy.org/en/20/core/selectable.html

    Args:
        database: The connection.
        table: A table or view.
        namespace: Where it is.
        columns: Only these.
        where: What columns must be equal to; None means that they are NULL.
        order: By these columns; with - before the name the other way round. NULLs stand where the database puts them.
        after: The values of `order` in the last row of the page before. Together they should be a key.
        limit: Most rows.

    Raises:
        NotFound: There is no such table.
        UnknownName: It has no such column.
    """
    return await database.read(
        lambda connection: reading.rows(
            connection,
            table,
            namespace,
            columns=columns or [],
            where=where or {},
            order=order or [],
            after=after or {},
            limit=limit,
        )
    )
