"""What a sync makes of a table: rows that are added, changed and deleted by their key, all or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import sqlalchemy as sa
from sqlalchemy import Connection

from tieline.errors import Rejected
from tieline.sql import reading, tables, writing
from tieline.sql.cells import Rows, batches
from tieline.sql.model import Changed


def change(
    connection: Connection,
    table: str,
    schema: str,
    key: Sequence[str],
    *,
    put: Rows,
    updates: Rows,
    seen: Rows,
    gone: Rows,
) -> Changed:
    """Change a table; see `tasks.sql.write_changes`."""
    found = tables.find(connection, table, schema)
    tables.key(connection, found, key)
    # Those that go come first: what they hold must perhaps be theirs alone.
    going = list(compress(gone, _there(connection, found, key, gone)))
    done = writing.delete(connection, table, schema, going) if going else 0
    missing, moved = _elsewhere(connection, found, key, updates, seen) if updates else ([], [])
    left = [row for number, row in enumerate(updates) if number not in {*missing, *moved}]
    done += writing.update(connection, table, schema, key, left) if left else 0
    done += writing.upsert(connection, table, schema, key, put) if put else 0
    if not all(_there(connection, found, key, put)):
        raise Rejected(
            f"{table} takes the key of a row for that of another one: to its collation, letters of another size, with "
            "an accent, or followed by a blank are the same.",
            hint="Nothing was written.",
        )
    return Changed(rows=done, missing=sorted(missing), moved=sorted(moved))


def _there(connection: Connection, table: sa.Table, key: Sequence[str], rows: Rows) -> list[bool]:
    """Whether there is a row with just that key, and not with one that only compares as equal."""
    if not rows or connection.dialect.name == "postgresql":  # where only what is the same is equal
        return [True] * len(rows)
    (batch,) = batches(connection, table, [{name: row[name] for name in key} for row in rows])
    there = reading.named(connection, table, key, batch, ())
    return [one in there for one in reading.keys_of(batch, key)]


def _elsewhere(
    connection: Connection, table: sa.Table, key: Sequence[str], updates: Rows, seen: Rows
) -> tuple[list[int], list[int]]:
    """Which rows are not there, and which are not any more what they were seen to be."""
    missing: list[int] = []
    moved: list[int] = []
    expected = [{name: row.get(name) for name in key} | dict(old) for row, old in zip(updates, seen, strict=True)]
    for batch in batches(connection, table, expected):
        there = reading.named(connection, table, key, batch, batch.names)
        named = reading.keys_of(batch, key)
        for number, one, wanted in zip(batch.numbers, named, zip(*batch.columns.values(), strict=True), strict=True):
            row = there.get(one)
            if row is None:
                missing.append(number - 1)
            elif not all(
                _same(row[name], value) for name, value in zip(batch.names, wanted, strict=True) if name not in key
            ):
                moved.append(number - 1)
    return missing, moved


def _same(stored: object, seen: object) -> bool:
    """Blank is blank: to a sync an empty text is nothing."""
    return stored == seen or (stored in (None, "") and seen in (None, ""))
