"""Whole tables out and many changes in, as a sync needs them."""

from typing import Annotated, Any

from pydantic import Field

from tasks.sql.reading import ColumnName
from tasks.sql.system import Schema, TableOf, connector
from tasks.sql.writing import KeyColumns
from tieline.sql import Changed, Database, changing, frames
from tieline.sql.frames import Frame

Rows = Annotated[list[dict[str, Any]], Field(description="Values by the names of columns.")]


@connector.action
async def read_table(
    database: Database,
    *,
    table: TableOf,
    namespace: Schema = "",
    columns: list[ColumnName] | None = None,
    since: dict[str, Any] | None = None,
) -> Frame:
    """Read all rows of a table at one moment, in no order, as a frame of polars.

    https://docs.sqlalchemy.org/en/20/orm/queryguide/api.html#fetching-large-result-sets-with-yield-per

    Args:
        database: The connection.
        table: A table or view.
        namespace: Where it is.
        columns: Only these.
        since: Only rows that have at least this much in these columns, such as the time of a change, or NULL.

    Raises:
        NotFound: There is no such table.
        UnknownName: It has no such column.
    """
    return await database.read(
        lambda connection: frames.frame(connection, table, namespace, columns or [], since or {})
    )


@connector.action(kind="delete")
async def write_changes(
    database: Database,
    *,
    table: TableOf,
    namespace: Schema = "",
    key: KeyColumns,
    put: Rows,
    updates: Rows,
    seen: Rows,
    gone: Rows,
) -> Changed:
    """Add, change and delete rows by their key, in one transaction. The same changes once more change nothing.

    https://docs.sqlalchemy.org/en/20/core/dml.html

    Args:
        database: The connection.
        table: A table.
        namespace: Where it is.
        key: Columns of a primary key or a unique constraint.
        put: Rows that shall be there, with these values.
        updates: What changes in rows that are there, beside their keys.
        seen: For each of them values that it is to have still; if it has others, it is left alone.
        gone: The keys of rows to delete.

    Raises:
        Conflict: Another key of the table is taken; nothing was changed.
        Rejected: The columns are no key, or a value does not fit its column; nothing was changed.
    """
    return await database.write(
        lambda connection: changing.change(
            connection, table, namespace, key, put=put, updates=updates, seen=seen, gone=gone
        )
    )
