"""Rows on their way to a table, by columns: so a hundred thousand are looked at in a tenth of a second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from tieline.errors import ConfigError, Rejected
from tieline.sql import tables
from tieline.sql.values import fit, unchanged

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Batch:
    """Rows that have the same columns.

    Args:
        numbers: Which of the rows that were given, counted from one.
        columns: Their values, as the columns keep them.
    """

    numbers: Sequence[int]
    columns: Mapping[str, Sequence[Any]]

    @property
    def names(self) -> list[str]:
        """Of the columns."""
        return list(self.columns)

    def __len__(self) -> int:
        return len(self.numbers)

    def only(self, chosen: Sequence[bool]) -> Batch:
        """Some of the rows."""
        columns = {name: list(compress(cells, chosen)) for name, cells in self.columns.items()}
        return Batch(list(compress(self.numbers, chosen)), columns)

    def bound(self, connection: Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
        """Rows as a driver takes them, where no statement of SQLAlchemy does that."""
        made = []
        for name, cells in self.columns.items():
            kind = table.c[name].type.dialect_impl(connection.dialect)
            make = kind.bind_processor(connection.dialect)
            made.append([None if one is None else make(one) for one in cells] if make else cells)
        return zip(*made, strict=True)


def batches(connection: Connection, table: sa.Table, rows: Rows) -> list[Batch]:
    """Rows by the columns that they have, with every value as its column keeps it.

    Raises:
        UnknownName: There is no such column.
        Rejected: A column would change a value; `fields` says which, and how.
    """
    groups: dict[frozenset[str], list[int]] = {}
    for number, row in enumerate(rows, 1):
        groups.setdefault(frozenset(row), []).append(number)
    if empty := groups.get(frozenset()):
        raise ConfigError(f"Row {empty[0]} is empty.", hint="Nothing was written.")
    wrong: dict[str, str] = {}
    found = []
    for names, numbers in groups.items():
        columns = {}
        for name in sorted(names):
            kind = tables.column(table, name).type
            cells = [rows[number - 1][name] for number in numbers]
            if not set(map(type, cells)) <= unchanged(kind, connection.dialect.name):
                cells, odd = _fitted(cells, fit(kind, connection.dialect.name))
                wrong |= {f"row {numbers[at]}, {name}": why for at, why in odd.items()}
            columns[name] = cells
        found.append(Batch(numbers, columns))
    if wrong:
        first = "; ".join(f"{where}: {why}" for where, why in islice(wrong.items(), 3))
        raise Rejected(f"{len(wrong)} values do not fit {table.name}: {first}.", hint="Nothing written.", fields=wrong)
    return found


def _fitted(cells: Sequence[Any], make: Any) -> tuple[list[Any], dict[int, str]]:
    """Values as a column keeps them, and what is wrong with which others."""
    made, wrong = [], {}
    for at, value in enumerate(cells):
        try:
            made.append(None if value is None else make(value))
        except (ValueError, TypeError, ArithmeticError) as exc:
            wrong[at] = f"the value {exc}"
    return made, wrong


def each_named_once(found: Sequence[Batch], key: Sequence[str]) -> None:
    """Refuse rows without a whole key, and two with the same."""
    seen: dict[Any, int] = {}
    for batch in found:
        columns = [batch.columns.get(name, [None]) for name in key]
        for cells in columns:
            if None in cells:
                number = batch.numbers[cells.index(None)]
                lacks = f"Row {number} lacks a part of its key: {', '.join(key)}."
                raise ConfigError(lacks, hint="Nothing was written.")
        for named, number in zip(zip(*map(_comparable, columns), strict=True), batch.numbers, strict=True):
            first = seen.setdefault(named, number)
            if first != number:
                raise ConfigError(f"Rows {first} and {number} have the same key.", hint="Nothing was written.")


def _comparable(cells: Sequence[Any]) -> Sequence[Any]:
    """Lists and objects, which PostgreSQL takes for keys, as texts."""
    return [repr(one) for one in cells] if any(isinstance(one, list | dict) for one in cells) else cells
