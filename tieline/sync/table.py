"""What a side told, in one form: typed columns, a key for each row, a digest, and what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tieline.errors import ConfigError
from tieline.sync.model import Column, Sync, Type, Which
from tieline.sync.side import AT, REF, Cell, Field, Reading
from tieline.sync.values import Unfit, canonical, dump, parse

#: Our own columns of a frame; no column of a side is called like these.
KEY, DIGEST = "\0key", "\0digest"
#: Between the cells of a key of several columns.
_JOIN = "\x1f"
#: The longest text in a key, in bytes of UTF-8: an index of Postgres takes 2,704 for all of it.
_LONGEST = 1000
_DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.String(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us", "UTC"),
    "list": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not done, and why; in sentences for people."""

    side: Which
    why: str
    key: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one side; `cells` by the left's names of the columns."""

    cells: Mapping[str, Cell]
    ref: str = ""
    at: datetime | None = None
    bad: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """The rows of one side.

    Attributes:
        frame: KEY, DIGEST, REF and AT where the side has them, and a column for each of the sync's (left's names).
        whole: All rows are here.
        fields, types: The side's columns, and what their cells mean, by the left's names.
        unclear: Keys that cannot be told, since they are there twice.
        keyless: How many rows have no key: any row that seems gone may be one of them.
        gone: References of rows that are known to be gone.
        refs: Those of all rows that were told, also of those whose key cannot be told.
        bad, locked: Why a cell could not be understood, or must not be written, by key and column.
    """

    side: Which
    frame: pl.DataFrame
    whole: bool
    fields: Mapping[str, Field]
    types: Mapping[str, Type]
    problems: list[Problem] = field(default_factory=list)
    unclear: frozenset[str] = frozenset()
    keyless: int = 0
    gone: frozenset[str] = frozenset()
    refs: frozenset[str] = frozenset()
    bad: dict[tuple[str, str], str] = field(default_factory=dict)
    locked: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, keys: Sequence[str]) -> dict[str, Row]:
        """Some of the rows, by key."""
        wanted = self.frame.filter(pl.col(KEY).is_in(pl.Series(keys, dtype=pl.String).implode()))
        names = [name for name in wanted.columns if name not in {KEY, DIGEST, REF, AT}]
        bad, locked = _by_key(self.bad), _by_key(self.locked)
        kinds = self.kinds
        found = {}
        for raw in wanted.iter_rows(named=True):
            key = raw[KEY]
            cells = {name: kinds[name](raw[name]) for name in names}
            found[key] = Row(cells, raw.get(REF) or "", raw.get(AT), bad.get(key, {}), locked.get(key, {}))
        return found

    @property
    def kinds(self) -> dict[str, Callable[[Any], Cell]]:
        """How each column's cells come out of the frame."""
        decimals = {name for name, kind in self.types.items() if kind == "decimal"}
        return {name: _exact if name in decimals else _same for name in self.types}


def _exact(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _same(value: Cell) -> Cell:
    return value


def _by_key(cells: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (key, column), why in cells.items():
        found.setdefault(key, {})[column] = why
    return found


def table(sync: Sync, side: Which, reading: Reading) -> Table:
    """Bring what a side told into one form.

    Args:
        sync: What the columns mean.
        side: Which side told it.
        reading: What it told.

    Raises:
        ConfigError: A column of the sync is not there; nothing may be concluded from such a reading.
    """
    fields = _fields(sync, side, reading)
    typed: dict[str, pl.Series] = {}
    bad: dict[str, dict[int, str]] = {}
    for column in sync.columns:
        typed[column.left], bad[column.left] = _typed(_raw(reading, column.on(side)), column)
        if column.left in sync.key and column.type == "text":
            typed[column.left] = _tellable(typed[column.left], bad[column.left])
    key = _keys(sync, typed)
    frame = pl.DataFrame(typed).with_columns(key, *_extra(reading))
    refs = frame[REF].fill_null("") if REF in frame.columns else pl.repeat("", frame.height, eager=True)
    frame = frame.with_columns(digests_of(frame.select(list(typed)), refs))
    problems = [Problem(side, why) for why in reading.problems]
    unclear, keyless = _doubtful(sync, side, frame, bad, problems)
    keys = frame[KEY]
    made = Table(
        side,
        frame.filter(pl.col(KEY).is_not_null() & ~pl.col(KEY).is_in(list(unclear))) if unclear or keyless else frame,
        reading.whole,
        fields,
        {column.left: column.type for column in sync.columns},
        problems,
        unclear,
        keyless,
        frozenset(reading.gone),
        frozenset(frame[REF].drop_nulls()) if REF in frame.columns else frozenset(),
        {(keys[row], name): why for name, rows in bad.items() for row, why in rows.items() if keys[row] is not None},
        _locked(sync, side, reading, keys),
    )
    problems.extend(Problem(side, why, key, name) for (key, name), why in made.bad.items())
    return made


def digests_of(frame: pl.DataFrame, refs: pl.Series) -> pl.Series:
    """A digest of each row, and of how its side finds it.

    They only say which rows need no look: another version of polars makes others.
    """
    return frame.with_columns(refs.alias(REF)).hash_rows().reinterpret(signed=True).alias(DIGEST)


def as_frame(sync: Sync, rows: Sequence[Mapping[str, Cell]]) -> pl.DataFrame:
    """Cells that are in their one form already, as a frame."""
    made = {}
    for column in sync.columns:
        values = [row.get(column.left) for row in rows]
        exact = [None if cell is None else dump(cell) for cell in values] if column.type == "decimal" else values
        made[column.left] = pl.Series(column.left, exact, dtype=_DTYPES[column.type])
    return pl.DataFrame(made)


def _fields(sync: Sync, side: Which, reading: Reading) -> dict[str, Field]:
    there = {one.name: one for one in reading.fields}
    missing = [column.on(side) for column in sync.columns if column.on(side) not in there]
    if missing:
        near = difflib.get_close_matches(missing[0], there, 1)
        hint = f"Was it renamed to {near[0]!r}?" if near else f"It has {', '.join(repr(name) for name in there)}."
        more = f" (nor {', '.join(repr(name) for name in missing[1:])})" if missing[1:] else ""
        raise ConfigError(
            f"{sync.name}: the {side} side has no column {missing[0]!r}{more}. Nothing was changed.",
            hint=f"{hint} Mend its name there, or the sync's columns.",
        )
    return {column.left: there[column.on(side)] for column in sync.columns}


def _raw(reading: Reading, name: str) -> pl.Series | list[object]:
    if isinstance(reading.rows, pl.DataFrame):
        return reading.rows[name]
    return [row.get(name) for row in reading.rows]


def _extra(reading: Reading) -> list[pl.Series]:
    names = [(REF, pl.String()), (AT, _DTYPES["datetime"])]
    if isinstance(reading.rows, pl.DataFrame):
        return [reading.rows[name].cast(kind) for name, kind in names if name in reading.rows.columns]
    return [
        pl.Series(name, [row.get(name) for row in reading.rows], dtype=kind)
        for name, kind in names
        if any(name in row for row in reading.rows)
    ]


def _typed(raw: pl.Series | list[object], column: Column) -> tuple[pl.Series, dict[int, str]]:
    """A column in its type, and the cells (by number of the row) that do not fit it."""
    if isinstance(raw, pl.Series):
        if (cast := _cast(raw, column)) is not None:
            return cast.alias(column.left), {}
        raw = raw.to_list()
    bad: dict[int, str] = {}
    made: list[object] = []
    for number, value in enumerate(raw):
        try:
            cell = canonical(value, column.type, column.zone)
        except Unfit as exc:
            bad[number] = str(exc)
            cell = None
        made.append(dump(cell) if column.type == "decimal" else cell)
    return pl.Series(column.left, made, dtype=_DTYPES[column.type]), bad


def _cast(raw: pl.Series, column: Column) -> pl.Series | None:
    """The same at once, where all cells are sure to fit; None if they have to be looked at one by one."""
    kind = raw.dtype
    if column.type == "text" and kind == pl.String:
        return raw.replace("", None)
    if column.type in {"integer", "decimal"} and kind.is_integer() and kind not in {pl.UInt64, pl.Int128}:
        return raw.cast(_DTYPES[column.type])
    if column.type == "datetime" and isinstance(kind, pl.Datetime) and (kind.time_zone or column.zone == "UTC"):
        zoned = raw if kind.time_zone else raw.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    fits = kind == _DTYPES[column.type] and column.type in {"number", "boolean", "date"}
    if fits and column.type == "number":
        return raw + 0.0 if raw.is_finite().all() else None  # zero has no sign
    return raw if fits else None


def keys_in(sync: Sync, key: str) -> dict[str, Cell]:
    """The key columns' cells (by the left's names) that a key was made of."""
    types = {column.left: column.type for column in sync.columns}
    return {name: parse(text, types[name]) for name, text in zip(sync.key, key.split(_JOIN), strict=True)}


def _keys(sync: Sync, typed: Mapping[str, pl.Series]) -> pl.Series:
    parts = [_as_text(typed[name]) for name in sync.key]
    joined = pl.select(pl.concat_str(parts, separator=_JOIN).alias(KEY)).to_series() if parts[1:] else parts[0]
    return joined.alias(KEY)


def _tellable(series: pl.Series, bad: dict[int, str]) -> pl.Series:
    """Keys without those that a store could not keep, or not tell apart."""
    strange = (series.str.contains("[\x00\x1f]") | (series.str.len_bytes() > _LONGEST)).fill_null(value=False)
    if strange.any():
        why = f"is no key: it is longer than {_LONGEST}, or holds characters that are no text"
        bad.update(dict.fromkeys(strange.arg_true().to_list(), why))
        return series.set(strange, None)
    return series


def _as_text(series: pl.Series) -> pl.Series:
    if series.dtype in {pl.Boolean, pl.Date, pl.Float64} or isinstance(series.dtype, pl.Datetime):
        made = [None if cell is None else str(dump(cell)) for cell in series.to_list()]
        return pl.Series(series.name, made, dtype=pl.String)
    return series.cast(pl.String)


def _doubtful(
    sync: Sync, side: Which, frame: pl.DataFrame, bad: dict[str, dict[int, str]], problems: list[Problem]
) -> tuple[frozenset[str], int]:
    """Rows whose key cannot be told: there twice, or empty."""
    named = " and ".join(repr(name) for name in sync.keys(side))
    keys = frame[KEY]
    keyless = keys.null_count()
    if keyless:
        rows = "1 row has" if keyless == 1 else f"{keyless} rows have"
        problems.append(Problem(side, f"{rows} no key ({named}), and nothing is done with such rows"))
        for name in sync.key:
            problems.extend(Problem(side, why, "", name) for row, why in bad[name].items() if keys[row] is None)
    if keys.n_unique() == keys.len():  # the usual case, for which there is no need to count each
        return frozenset(), keyless
    twice = frame.filter(pl.col(KEY).is_not_null()).group_by(KEY).len().filter(pl.col("len") > 1).sort(KEY)
    for key, times in twice.iter_rows():
        problems.append(Problem(side, f"{times} rows have this key ({named}), and nothing is done with them", key))
    return frozenset(twice[KEY]), keyless


def _locked(sync: Sync, side: Which, reading: Reading, keys: pl.Series) -> dict[tuple[str, str], str]:
    names = {column.on(side): column.left for column in sync.columns}
    return {
        (keys[row], names[name]): why
        for (row, name), why in reading.locked.items()
        if name in names and keys[row] is not None
    }
