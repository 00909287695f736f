"""Rows into a database: all of a call, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateTable

from tieline.errors import ConfigError, Rejected
from tieline.sql import tables
from tieline.sql.values import fit

#: Values in one statement: Postgres counts them with 16 bits.
_VALUES = 30_000
#: From so many rows on, Postgres takes them faster by COPY.
_MANY = 500

Rows = Sequence[Mapping[str, Any]]
Cells = tuple[Any, ...]


def insert(connection: Connection, table: str, schema: str, rows: Rows) -> int:
    """Add rows."""
    found = tables.find(connection, table, schema)
    return sum(_put(connection, found, names, some, ()) for names, some in _groups(connection, found, rows))


def upsert(connection: Connection, table: str, schema: str, key: Sequence[str], rows: Rows) -> int:
    """Add rows, or change those that have their key already.

    Raises:
        Rejected: The columns are no key, or MySQL could take another row than the one meant.
    """
    found = tables.find(connection, table, schema)
    names_of_key = [one.name for one in tables.key(connection, found, key)]
    _each_named_once(rows, key)
    done = 0
    for names, some in _groups(connection, found, rows):
        if connection.dialect.name == "mysql":
            _no_other_key(connection, found, names, key)
        done += _put(connection, found, names, some, names_of_key)
    return done


def update(connection: Connection, table: str, schema: str, key: Sequence[str], rows: Rows) -> int:
    """Change rows; how many there were."""
    found = tables.find(connection, table, schema)
    named = tables.key(connection, found, key)
    _each_named_once(rows, key)
    done = 0
    for names, some in _groups(connection, found, rows):
        changed = [name for name in names if name not in key]
        if not changed:
            raise ConfigError("A row has only its key, and nothing to change.")
        marks = {name: f"value_{number}" for number, name in enumerate(names)}
        statement = found.update().where(*[one == bindparam(marks[one.name], type_=one.type) for one in named])
        statement = statement.values({found.c[n]: bindparam(marks[n], type_=found.c[n].type) for n in changed})
        done += connection.execute(statement, [dict(zip(marks.values(), one, strict=True)) for one in some]).rowcount
    return done


def delete(connection: Connection, table: str, schema: str, keys: Rows) -> int:
    """Delete the rows that have these keys; how many there were."""
    found = tables.find(connection, table, schema)
    key = list(keys[0])
    if not key or any(set(one) != set(key) for one in keys):
        raise ConfigError("Every row to delete is named by the same columns, and by nothing else.")
    named = tables.key(connection, found, key)
    _each_named_once(keys, key)
    ((names, some),) = _groups(connection, found, keys)
    marks = [f"value_{number}" for number in range(len(names))]
    where = [one == bindparam(marks[names.index(one.name)], type_=one.type) for one in named]
    return connection.execute(
        found.delete().where(*where), [dict(zip(marks, one, strict=True)) for one in some]
    ).rowcount


def _put(connection: Connection, table: sa.Table, names: Sequence[str], rows: list[Cells], key: Sequence[str]) -> int:
    """Write rows that have the same columns, in few statements."""
    if connection.dialect.name == "postgresql" and len(rows) >= _MANY and _may_copy(connection):
        _copied(connection, table, names, rows, key)
    elif connection.dialect.name == "sqlite":
        # There is no way to a server that a statement for all would save.
        connection.execute(_statement(connection, table, names, key), [dict(zip(names, r, strict=True)) for r in rows])
    else:
        for some in _chunks(rows, max(1, _VALUES // len(names))):
            values = [dict(zip(names, row, strict=True)) for row in some]
            connection.execute(_statement(connection, table, names, key, values))
    return len(rows)


def _statement(
    connection: Connection, table: sa.Table, names: Sequence[str], key: Sequence[str], values: Any = None
) -> Any:
    """INSERT, with what to do about a key that is there."""
    changed = [name for name in names if name not in key]
    if connection.dialect.name == "mysql":
        made = mysql.insert(table).values(values)
        kept = changed or list(key)
        return made.on_duplicate_key_update({name: made.inserted[name] for name in kept}) if key else made
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    made_too: Any = insert.values(values if values is not None else {name: bindparam(name) for name in names})
    return _on_conflict(made_too, changed, key) if key else made_too


def _on_conflict(insert: Any, changed: Sequence[str], key: Sequence[str]) -> Any:
    if not changed:
        return insert.on_conflict_do_nothing(index_elements=list(key))
    return insert.on_conflict_do_update(index_elements=list(key), set_={n: insert.excluded[n] for n in changed})


def _may_copy(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT has_database_privilege(current_database(), 'TEMP')")))


def _copied(
    connection: Connection, table: sa.Table, names: Sequence[str], rows: list[Cells], key: Sequence[str]
) -> None:
    """COPY into a table of this transaction, and from there with one statement."""
    columns = [table.c[name] for name in names]
    stage = sa.Table(
        "tieline_stage", sa.MetaData(), *[sa.Column(one.name, one.type) for one in columns],
        prefixes=["TEMPORARY"], postgresql_on_commit="DROP",
    )  # fmt: skip
    connection.execute(CreateTable(stage))
    makers = [one.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for one in columns]
    opened: Any = connection.connection.driver_connection
    listed = SQL(", ").join(map(Identifier, names))
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(stage.name), listed)
    with opened.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([make(v) if make and v is not None else v for make, v in zip(makers, row, strict=True)])
    made = postgresql.insert(table).from_select(list(names), sa.select(stage))
    connection.execute(_on_conflict(made, [name for name in names if name not in key], key) if key else made)
    connection.execute(sa.schema.DropTable(stage))


def _groups(connection: Connection, table: sa.Table, rows: Rows) -> list[tuple[list[str], list[Cells]]]:
    """Rows by the columns that they have, with every value as its column keeps it.

    Raises:
        UnknownName: There is no such column.
        Rejected: A column would change a value; `fields` says which, and how.
    """
    groups: dict[tuple[str, ...], list[Cells]] = {}
    makers: dict[str, Callable[[Any], Any]] = {}
    wrong: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        names = tuple(sorted(row))
        if not names:
            raise ConfigError(f"Row {number} is empty.")
        if names not in groups:
            makers |= {n: fit(tables.column(table, n).type, connection.dialect.name) for n in names}
        cells = []
        for name in names:
            value = row[name]
            try:
                cells.append(None if value is None else makers[name](value))
            except (ValueError, TypeError, ArithmeticError) as exc:
                wrong[f"row {number}, {name}"] = f"the value {exc}"
        groups.setdefault(names, []).append(tuple(cells))
    if wrong:
        first = "; ".join(f"{where}: {why}" for where, why in islice(wrong.items(), 3))
        raise Rejected(f"{len(wrong)} values do not fit {table.name}: {first}.", hint="Nothing written.", fields=wrong)
    return [(list(names), some) for names, some in groups.items()]


def _each_named_once(rows: Rows, key: Sequence[str]) -> None:
    """Refuse rows without a whole key, and two with the same."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, 1):
        if any(row.get(name) is None for name in key):
            raise ConfigError(f"Row {number} lacks a part of its key: {', '.join(key)}.", hint="Nothing was written.")
        named = tuple(repr(row[name]) for name in key)
        if named in seen:
            raise ConfigError(f"Rows {seen[named]} and {number} have the same key.", hint="Nothing was written.")
        seen[named] = number


def _no_other_key(connection: Connection, table: sa.Table, names: Sequence[str], key: Sequence[str]) -> None:
    """ON DUPLICATE KEY takes whichever key is met, and so might change another row than the one that is named."""
    for other in tables.keys(connection, table):
        if set(other.columns) != set(key) and set(other.columns) <= set(names):
            raise Rejected(
                f"The rows also have {', '.join(other.columns)}, which is another key of {table.name}.",
                hint="MySQL cannot tell which of the two a row is to be found by: leave those columns out.",
            )


def _chunks(rows: Iterable[Cells], size: int) -> Iterator[list[Cells]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
