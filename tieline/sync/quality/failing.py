"""Which rows fail a check, reckoned for all rows at once. Blanks fail `Required` and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from datetime import time as clock
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

import polars as pl

from tieline.errors import ConfigError, UnknownName
from tieline.sync.quality.checks import Check, ForeignKey, OneOf, Pattern, Range, Required, Unique, on, says

Frames = Mapping[str, pl.DataFrame]
_INT64 = 2**63
_WIDE = Context(prec=100)
_NO = pl.lit(False)  # noqa: FBT003 - a cell


def failing(one: Check, frame: pl.DataFrame, others: Frames) -> pl.Expr:
    """True for rows that fail.

    Raises:
        UnknownName: There is no such column or frame.
        ConfigError: The check is not for columns of this type.
    """
    known(frame, on(one), "column")
    match one:
        case Required():
            return _blank(frame, one.column)
        case Unique():
            return ~_any_blank(frame, one.columns) & (pl.len().over(one.columns) > 1)
        case Range():
            return _out_of_range(one, frame)
        case Pattern():
            return _unlike(one, frame)
        case OneOf():
            return _none_of(one, frame)
        case ForeignKey():
            return _lost(one, frame, others)


def known(frame: pl.DataFrame, names: Sequence[str], kind: str) -> None:
    """Refuse columns that a frame does not have."""
    for name in names:
        if name not in frame.columns:
            raise UnknownName(kind, name, frame.columns)


def _unfit(one: Check, frame: pl.DataFrame, why: str, column: str = "") -> ConfigError:
    name = column or on(one)[0]
    return ConfigError(
        f'The check "{says(one)}" does not suit {name!r}, which is {frame.schema[name]}: {why}.',
        hint="Give the column the right type.",
    )


def _out_of_range(one: Range, frame: pl.DataFrame) -> pl.Expr:
    column, dtype = pl.col(one.column), frame.schema[one.column]
    beyond = column.is_nan() if dtype.is_float() else _NO
    for bound, low in ((one.minimum, True), (one.maximum, False)):
        if bound is not None:
            limit = _limit(dtype, bound, low=low)
            if limit is None:
                raise _unfit(one, frame, f"its bound is {type(bound).__name__.lower()} {bound}")
            beyond = beyond | (column < limit if low else column > limit)
    return beyond.fill_null(_NO)


def _limit(dtype: pl.DataType, bound: Decimal | datetime | date, *, low: bool) -> Any:
    """A bound in a column's type, rounded inwards so that no cell changes sides; None if it is of another kind."""
    if isinstance(bound, Decimal):
        room = _INT64 if dtype.is_integer() else 10 ** (38 - getattr(dtype, "scale", 0))
        if not dtype.is_float() and dtype.is_numeric() and abs(bound) >= room:
            return math.copysign(math.inf, bound)
        if dtype.is_integer():
            return math.ceil(bound) if low else math.floor(bound)
        if isinstance(dtype, pl.Decimal):
            return bound.quantize(Decimal(1).scaleb(-dtype.scale), ROUND_CEILING if low else ROUND_FLOOR, _WIDE)
        return float(bound) if dtype.is_float() else None
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        moment = bound if isinstance(bound, datetime) else datetime.combine(bound, clock(), UTC)
        return pl.lit(moment.astimezone(UTC)).dt.convert_time_zone(dtype.time_zone)
    return bound if dtype == pl.Date and not isinstance(bound, datetime) else None


def _unlike(one: Pattern, frame: pl.DataFrame) -> pl.Expr:
    if frame.schema[one.column] != pl.String:
        raise _unfit(one, frame, "patterns are for texts")
    return ~_blank(frame, one.column) & ~pl.col(one.column).str.contains(f"^(?:{one.pattern})$")


def _none_of(one: OneOf, frame: pl.DataFrame) -> pl.Expr:
    column, dtype = pl.col(one.column), frame.schema[one.column]
    if isinstance(dtype, pl.List):
        allowed = _allowed(one, frame, dtype.inner)
        return column.list.eval(~pl.element().is_in(allowed.implode())).list.any().fill_null(_NO)
    return ~_blank(frame, one.column) & ~column.is_in(_allowed(one, frame, dtype).implode())


def _allowed(one: OneOf, frame: pl.DataFrame, dtype: Any) -> pl.Series:
    """The values in a column's type; numbers that it cannot hold exactly are in none of its cells."""
    fits = str if dtype == pl.String else bool if dtype == pl.Boolean else Decimal
    other = [value for value in one.values if type(value) is not fits]
    if other or not (dtype in {pl.String, pl.Boolean} or dtype.is_numeric()):
        raise _unfit(one, frame, f"it cannot hold {(other or one.values)[0]!r}")
    if fits is Decimal and not dtype.is_float():
        scale = getattr(dtype, "scale", 0)
        numbers = [value for value in one.values if isinstance(value, Decimal) and abs(value) < 10 ** (38 - scale)]
        whole = [value for value in numbers if value == value.quantize(Decimal(1).scaleb(-scale), context=_WIDE)]
        return pl.Series(whole, dtype=pl.Decimal(38, scale)).cast(dtype, strict=False).drop_nulls()
    return pl.Series([float(value) for value in one.values] if fits is Decimal else one.values, dtype=dtype)


def _lost(one: ForeignKey, frame: pl.DataFrame, others: Frames) -> pl.Expr:
    if one.frame not in others:
        raise UnknownName("frame", one.frame, others)
    there, to = others[one.frame], one.to or one.columns
    known(there, to, f"column of {one.frame}")
    pairs = zip(one.columns, to, strict=True)
    # A frame without rows does not know of which kind they would be.
    there = there.with_columns(pl.col(b).cast(frame.schema[a]) for a, b in pairs if there.schema[b] == pl.Null)
    for name, other in zip(one.columns, to, strict=True):
        here, elsewhere = frame.schema[name], there.schema[other]
        if here != elsewhere and not (here.is_integer() and elsewhere.is_integer()):
            raise _unfit(one, frame, f"{other!r} of {one.frame} is {elsewhere}", name)
    numbered = frame.select(one.columns).with_row_index("\0row")
    lost = numbered.join(there.select(to).unique(), left_on=one.columns, right_on=to, how="anti")
    return pl.int_range(pl.len()).is_in(lost["\0row"].cast(pl.Int64).implode()) & ~_any_blank(frame, one.columns)


def _blank(frame: pl.DataFrame, name: str) -> pl.Expr:
    column, dtype = pl.col(name), frame.schema[name]
    if dtype == pl.String:
        return column.is_null() | (column.str.strip_chars() == "")
    return column.is_null() | (column.list.len() == 0) if isinstance(dtype, pl.List) else column.is_null()


def _any_blank(frame: pl.DataFrame, names: Sequence[str]) -> pl.Expr:
    return pl.any_horizontal(_blank(frame, name) for name in names)
