"""Rows out of a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping, and_, or_, select, text

from tieline.errors import ConfigError
from tieline.sql import tables
from tieline.sql.cells import Batch
from tieline.sql.model import Row
from tieline.sql.values import fit

#: What a statement that only reads does in SQLite, and nothing else: https://www.sqlite.org/c3ref/c_alter_table.html
_READS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})

#: How many keys one statement asks for.
_ASKED = 1_000


def query(connection: Connection, sql: str, params: Mapping[str, Any], limit: int) -> list[Row]:
    """The rows of a SELECT.

    Raises:
        ConfigError: It names other parameters than those that are given.
    """
    statement = text(sql)
    asked = set(statement.compile().params)
    if asked != set(params):
        odd = ", ".join(sorted(asked ^ set(params)))
        raise ConfigError(f"The query and its parameters do not agree on: {odd}.", hint="Write a plain colon as \\:.")
    if connection.dialect.name == "sqlite":
        opened: Any = connection.connection.driver_connection
        opened.set_authorizer(lambda does, *_: sqlite3.SQLITE_OK if does in _READS else sqlite3.SQLITE_DENY)
    # A cursor at the server: only a single statement that gives rows can have one, and only `limit` of them travel.
    options = connection.execution_options(stream_results=True, max_row_buffer=limit)
    with options.execute(statement, dict(params)) as result:
        if not result.returns_rows:
            raise ConfigError("The query gives no rows.", hint="read_query takes a SELECT.")
        names = list(result.keys())
        if len(set(names)) < len(names):
            raise ConfigError("Two columns of the query have the same name.", hint="Name them apart with AS.")
        return [dict(zip(names, row, strict=True)) for row in result.fetchmany(limit)]


def named(
    connection: Connection, table: sa.Table, key: Sequence[str], batch: Batch, columns: Sequence[str]
) -> dict[tuple[Any, ...], RowMapping]:
    """Rows that are there, by their keys; others do not change them before the transaction ends."""
    chosen = select(*[table.c[name] for name in dict.fromkeys([*key, *columns])]).with_for_update()
    named_by: Any = table.c[key[0]] if len(key) == 1 else sa.tuple_(*[table.c[name] for name in key])
    wanted = list(batch.columns[key[0]] if len(key) == 1 else zip(*[batch.columns[name] for name in key], strict=True))
    found: dict[tuple[Any, ...], RowMapping] = {}
    for start in range(0, len(wanted), _ASKED):
        for row in connection.execute(chosen.where(named_by.in_(wanted[start : start + _ASKED]))).mappings():
            found[tuple(row[name] for name in key)] = row
    return found


def keys_of(batch: Batch, key: Sequence[str]) -> list[tuple[Any, ...]]:
    """The keys of rows, as `named` tells them."""
    return list(zip(*[batch.columns[name] for name in key], strict=True))


def rows(
    connection: Connection,
    table: str,
    schema: str,
    *,
    columns: Sequence[str],
    where: Mapping[str, Any],
    order: Sequence[str],
    after: Mapping[str, Any],
    limit: int,
) -> list[Row]:
    """Rows of a table; see `tasks.sql.read_rows`.

    Raises:
        UnknownName: There is no such column.
        ConfigError: `after` names other columns than `order`, or a value does not fit its column.
    """
    found = tables.find(connection, table, schema)
    chosen = select(*[tables.column(found, name) for name in columns or found.columns.keys()])

    def value(name: str, given: Any) -> Any:
        try:
            return fit(tables.column(found, name).type, connection.dialect.name)(given)
        except (ValueError, ArithmeticError) as exc:
            raise ConfigError(f"The value for {name} {exc}.") from None

    for name, given in where.items():
        one = tables.column(found, name)
        chosen = chosen.where(one.is_(None) if given is None else one == value(name, given))
    turned = [(tables.column(found, name.removeprefix("-")), name.startswith("-")) for name in order]
    if after:
        if set(after) != {one.name for one, _ in turned} or None in after.values():
            raise ConfigError("`after` must have a value for each column of `order`, and for no other.")
        # Written out, since rows compare as a whole only where all columns go the same way.
        steps = []
        for number, (one, down) in enumerate(turned):
            same = [other == value(other.name, after[other.name]) for other, _ in turned[:number]]
            last = value(one.name, after[one.name])
            steps.append(and_(*same, one < last if down else one > last))
        chosen = chosen.where(or_(*steps))
    chosen = chosen.order_by(*[one.desc() if down else one.asc() for one, down in turned]).limit(limit)
    return [dict(row) for row in connection.execute(chosen).mappings()]
