"""Parquet files: columns with types, which stay as they are."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from tieline.errors import Corrupt
from tieline.sync.model import Type
from tieline.sync.side import Cell, Field
from tieline.tables.model import Edits, Table, edited

#: What our words for types are in Parquet's.
_WORDS: tuple[tuple[type[pl.DataType], Type], ...] = (
    (pl.String, "text"),
    (pl.Boolean, "boolean"),
    (pl.Date, "date"),
    (pl.Datetime, "datetime"),
    (pl.Decimal, "decimal"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column(Field):
    """A column, and what it keeps of a value."""

    kind: pl.DataType


@dataclass(frozen=True, slots=True)
class Parquet:
    """How a Parquet file is written: its columns say it all."""

    def read(self, content: bytes) -> Table:
        """Read a table.

        Raises:
            Corrupt: It is no Parquet file.
        """
        frame = _frame(content)
        return Table([_column(name, kind) for name, kind in frame.schema.items()], frame)

    def edit(self, content: bytes, edits: Edits) -> bytes:
        """The file with what was changed; columns and their types stay."""
        kinds = (frame := _frame(content)).schema
        frame = edited(frame, edits, lambda name, value: _fitted(value, kinds[name]))
        made = io.BytesIO()
        frame.write_parquet(made)
        return made.getvalue()

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is."""
        if not isinstance(column, _Column) or value is None:
            return ""
        try:
            wanted = _fitted(value, column.kind)
            held = pl.Series([wanted], dtype=column.kind).to_list()[0]
        except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
            return f"has no place in a column of {column.kind}"
        stays = Decimal(repr(held)) == Decimal(str(value)) if column.kind.is_float() else held == wanted
        return "" if stays else f"would become {held} in a column of {column.kind}"


def _column(name: str, kind: pl.DataType) -> _Column:
    if kind.is_integer():
        return _Column(name, "integer", kind=kind)
    if kind.is_float():
        return _Column(name, "number", kind=kind)
    if kind == pl.List(pl.String):
        return _Column(name, "list", kind=kind)
    known = next((word for one, word in _WORDS if isinstance(kind, one)), None)
    return _Column(name, known or "", bool(known), "" if known else f"It holds {kind}.", kind=kind)


def _fitted(value: Cell, kind: pl.DataType) -> object:
    """A value as a column of that type takes it: moments in its zone, or in UTC where it has none."""
    if value is None:
        return None
    moment = getattr(value, "tzinfo", None) is not None
    if moment and isinstance(kind, pl.Datetime) and kind.time_zone is None:
        return pl.Series([value]).dt.convert_time_zone("UTC").dt.replace_time_zone(None)[0]
    if kind.is_float():
        return float(str(value))
    return value


def _frame(content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as exc:
        why = str(exc).partition("\n")[0][:200]
        raise Corrupt(f"It is no Parquet file: {why}.", hint="Look at what wrote it.") from None
