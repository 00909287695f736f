"""Rows into a database: all of a call, or nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite

from tieline.errors import ConfigError
from tieline.sql import reading, tables
from tieline.sql.cells import Batch, Rows, batches, each_named_once

#: Of one statement of MySQL: values, and about the bytes in them. A server takes 16 MB, if nobody said otherwise.
_VALUES, _BYTES = 30_000, 4_000_000
#: From so many rows on, Postgres takes them faster by COPY.
_MANY = 500


def insert(connection: Connection, table: str, schema: str, rows: Rows) -> int:
    """Add rows."""
    found = tables.find(connection, table, schema)
    for batch in batches(connection, found, rows):
        _put(connection, found, batch, ())
    return len(rows)


def upsert(connection: Connection, table: str, schema: str, key: Sequence[str], rows: Rows) -> int:
    """Add rows, or change those that have their key already.

    Raises:
        Rejected: The columns are no key.
    """
    found = tables.find(connection, table, schema)
    tables.key(connection, found, key)
    given = batches(connection, found, rows)
    each_named_once(given, key)
    for batch in given:
        # ON DUPLICATE KEY takes whichever key is met, and so might change another row than the one that is named.
        others = [one for one in tables.keys(connection, found) if set(one.columns) != set(key)]
        if connection.dialect.name == "mysql" and any(set(one.columns) <= set(batch.names) for one in others):
            _looked_up(connection, found, batch, key)
        else:
            _put(connection, found, batch, key)
    return len(rows)


def _looked_up(connection: Connection, table: sa.Table, batch: Batch, key: Sequence[str]) -> None:
    """Change the rows that are there, and add the others."""
    there = reading.named(connection, table, key, batch, ())
    known = [one in there for one in reading.keys_of(batch, key)]
    if any(known) and set(batch.names) != set(key):
        _changed(connection, table, batch.only(known), key)
    if not all(known):
        _put(connection, table, batch.only([not one for one in known]), ())


def update(connection: Connection, table: str, schema: str, key: Sequence[str], rows: Rows) -> int:
    """Change rows; how many there were."""
    found = tables.find(connection, table, schema)
    tables.key(connection, found, key)
    given = batches(connection, found, rows)
    each_named_once(given, key)
    if any(set(batch.names) == set(key) for batch in given):
        raise ConfigError("A row has only its key, and nothing to change.")
    return sum(_changed(connection, found, batch, key) for batch in given)


def delete(connection: Connection, table: str, schema: str, keys: Rows) -> int:
    """Delete the rows that have these keys; how many there were."""
    found = tables.find(connection, table, schema)
    key = list(keys[0])
    if not key or any(set(one) != set(key) for one in keys):
        raise ConfigError("Every row to delete is named by the same columns, and by nothing else.")
    tables.key(connection, found, key)
    given = batches(connection, found, keys)
    each_named_once(given, key)
    return sum(_changed(connection, found, batch, key) for batch in given)


def _changed(connection: Connection, table: sa.Table, batch: Batch, key: Sequence[str]) -> int:
    """Change the rows of a key, or delete them where there is nothing but the key; how many there were."""
    changed = [name for name in batch.names if name not in key]

    def statement(values: Any) -> Any:
        where = [table.c[name] == values[name] for name in key]
        return (
            table.update().where(*where).values({n: values[n] for n in changed})
            if changed
            else table.delete().where(*where)
        )

    if _may_copy(connection, batch):
        with _staged(connection, table, batch) as stage:
            return connection.execute(statement(stage.c)).rowcount
    # Not by their names, which an UPDATE takes for itself.
    marks = {name: f"value_{number}" for number, name in enumerate(batch.names)}
    bound = {name: bindparam(mark, type_=table.c[name].type) for name, mark in marks.items()}
    return connection.execute(statement(bound), _dicts(marks.values(), batch)).rowcount


def _put(connection: Connection, table: sa.Table, batch: Batch, key: Sequence[str]) -> None:
    """Write rows that have the same columns, in few statements."""
    if connection.dialect.name == "mysql":
        _listed(connection, table, batch, key)
    elif _may_copy(connection, batch):
        with _staged(connection, table, batch) as stage:
            connection.execute(_insert(connection, table, batch, key).from_select(batch.names, sa.select(stage)))
    else:
        connection.execute(_insert(connection, table, batch, key), _dicts(batch.names, batch))


def _insert(connection: Connection, table: sa.Table, batch: Batch, key: Sequence[str]) -> Any:
    """INSERT for Postgres and SQLite, with what to do about a key that is there."""
    made: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    changed = {name: made.excluded[name] for name in batch.names if name not in key}
    if not key:
        return made
    if not changed:
        return made.on_conflict_do_nothing(index_elements=list(key))
    return made.on_conflict_do_update(index_elements=list(key), set_=changed)


def _dicts(names: Iterable[str], batch: Batch) -> list[dict[str, Any]]:
    known = list(names)
    return [dict(zip(known, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]


def _listed(connection: Connection, table: sa.Table, batch: Batch, key: Sequence[str]) -> None:
    """INSERT for MySQL with many rows in a statement, which SQLAlchemy would take seconds to write."""
    names = connection.dialect.identifier_preparer
    quoted = {name: names.quote(name) for name in batch.names}
    into = f"INSERT INTO {names.format_table(table)} ({', '.join(quoted.values())}) VALUES "  # noqa: S608 - names are quoted
    kept = [quoted[name] for name in batch.names if name not in key] or [quoted[name] for name in key]
    # MySQL would rather have an alias for VALUES(), which MariaDB does not know.
    or_else = " ON DUPLICATE KEY UPDATE " + ", ".join(f"{one} = VALUES({one})" for one in kept) if key else ""
    marks = f"({', '.join(['%s'] * len(quoted))})"
    for some in _chunks(batch.bound(connection, table), max(1, _VALUES // len(quoted))):
        connection.exec_driver_sql(into + ", ".join([marks] * len(some)) + or_else, tuple(chain.from_iterable(some)))


def _chunks(rows: Iterable[tuple[Any, ...]], most: int) -> Iterator[list[tuple[Any, ...]]]:
    some: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        size += sum(len(one) for one in row if isinstance(one, str | bytes))
        if some and (len(some) == most or size > _BYTES):
            yield some
            some, size = [], 0
        some.append(row)
    if some:
        yield some


def _may_copy(connection: Connection, batch: Batch) -> bool:
    if connection.dialect.name != "postgresql" or len(batch) < _MANY:
        return False
    return bool(connection.scalar(text("SELECT has_database_privilege(current_database(), 'TEMP')")))


@contextmanager
def _staged(connection: Connection, table: sa.Table, batch: Batch) -> Iterator[sa.Table]:
    """Rows in a table of this transaction, where one statement finds all of them."""
    # A table for the time being hides others of its name.
    name = "tieline_stage" if table.name != "tieline_stage" else "tieline_staged"
    like = Identifier(table.schema, table.name) if table.schema else Identifier(table.name)
    columns = SQL(", ").join(map(Identifier, batch.names))
    make = SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
    opened: Any = connection.connection.driver_connection
    with opened.cursor() as cursor:
        cursor.execute(make.format(Identifier(name), columns, like))
        with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), columns)) as copy:
            for row in batch.bound(connection, table):
                copy.write_row(row)
        # Without figures it would be taken for a small one, and a large one be looked up row by row.
        cursor.execute(SQL("ANALYZE {}").format(Identifier(name)))
    stage = sa.Table(name, sa.MetaData(), *[sa.Column(one, table.c[one].type) for one in batch.names])
    yield stage
    connection.execute(sa.schema.DropTable(stage))
