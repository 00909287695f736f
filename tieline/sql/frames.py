"""Whole tables, as frames of polars: a million rows are no million dicts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import polars as pl
from pydantic import InstanceOf, PlainSerializer, WithJsonSchema
from sqlalchemy import Connection, Uuid, or_, select

from tieline.errors import ConfigError
from tieline.sql import tables
from tieline.sql.copying import copied
from tieline.sql.kinds import decimals, kind, zoned
from tieline.sql.values import SqliteNumber, SqliteTime, fit

#: Rows that are fetched, and put into columns, at a time.
_ROWS = 20_000
#: Digits that polars keeps of a decimal.
_DIGITS = 38
_TYPES: Mapping[str, Any] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "list": pl.List(pl.String()),
    "": pl.String(),
}

#: A frame, which is a list of rows in JSON.
Frame = Annotated[
    InstanceOf[pl.DataFrame],
    PlainSerializer(lambda frame: json.loads(json.dumps(frame.to_dicts(), default=str)), when_used="json"),
    WithJsonSchema({"type": "array", "items": {"type": "object"}}),
]


def frame(
    connection: Connection, table: str, schema: str, columns: Sequence[str], since: Mapping[str, Any]
) -> pl.DataFrame:
    """The rows of a table; see `tasks.sql.read_table`.

    Raises:
        UnknownName: There is no such column.
        ConfigError: A value of `since` does not fit its column.
    """
    found = tables.find(connection, table, schema)
    chosen = [tables.column(found, name) for name in columns or found.columns.keys()]
    least = {}
    for name, value in since.items():
        try:
            least[name] = fit(tables.column(found, name).type, connection.dialect.name)(value)
        except (ValueError, TypeError, ArithmeticError) as exc:
            raise ConfigError(f"The value for {name} {exc}.") from None
    if connection.dialect.name == "postgresql":
        made = copied(connection, found, {one.name: _type(one) for one in chosen}, least)
        if made is not None:
            return made
    asked = select(*chosen).where(*[or_(found.c[n] >= value, found.c[n].is_(None)) for n, value in least.items()])
    parts: list[list[pl.Series]] = []
    with connection.execution_options(yield_per=_ROWS).execute(asked) as result:
        parts += (
            [_series(*one) for one in zip(chosen, zip(*rows, strict=True), strict=True)] for rows in result.partitions()
        )
    return pl.DataFrame([_joined(one, [part[at] for part in parts]) for at, one in enumerate(chosen)])


def _joined(column: Any, parts: list[pl.Series]) -> pl.Series:
    if not parts:
        return pl.Series(column.name, [], dtype=_type(column))
    if len({one.dtype for one in parts}) == 1:
        return pl.concat(parts)
    return pl.Series(column.name, [cell for one in parts for cell in one.to_list()], dtype=pl.Object)


def _series(column: Any, cells: Sequence[Any]) -> pl.Series:
    """Some of a column. SQLite keeps whatever it is given, and numbers may be too large: such stay what they are."""
    plain = _shown if not kind(column.type) else str if isinstance(column.type, Uuid) else None
    if plain:
        cells = [None if one is None else plain(one) for one in cells]
    of = pl.Object() if _odd(column, cells) else _type(column)
    try:
        return pl.Series(column.name, cells, dtype=of, strict=True)
    except (TypeError, OverflowError, ValueError, pl.exceptions.PolarsError):
        return pl.Series(column.name, cells, dtype=pl.Object)


def _odd(column: Any, cells: Sequence[Any]) -> bool:
    """Whether polars would panic at a value, or quietly make another of it."""
    if isinstance(column.type, SqliteNumber):
        return True  # it keeps more decimals than the column says
    if kind(column.type) == "decimal":
        return any(one is not None and not one.is_finite() for one in cells)
    return isinstance(column.type, SqliteTime) and any(getattr(one, "tzinfo", None) for one in cells)


def _type(column: Any) -> Any:
    word = kind(column.type)
    if word == "datetime":
        return pl.Datetime("us", "UTC" if zoned(column.type) else None)
    if word == "decimal":
        digits = decimals(column.type)
        return pl.Decimal(_DIGITS, digits[1]) if digits and digits[0] <= _DIGITS else pl.Object()
    return _TYPES[word]


def _shown(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, set):
        return ", ".join(sorted(value))
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
