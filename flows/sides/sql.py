"""A table of a SQL database as a side of a sync; `place` is its name.

Its options: `namespace`, where the table is not where the user's tables usually are. `changed`, a column that says when
a row was last changed, or a number that only grows: then only those rows are read. `zone`, of times in columns that
keep none (UTC, if it is left out); it is the sync's `zone` of these columns, too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from tasks import sql
from tieline.errors import ConfigError, Conflict, Rejected, UnknownName
from tieline.sql.values import places
from tieline.sync.side import AT, Cell, Change, Field, Reading, Written

#: Transactions end in another order than that of their times: so much of what was read is read again.
OVERLAP = timedelta(minutes=5)
#: How often a call is cut in halves to find the rows that the table refuses.
_CUTS = 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: How far clocks are put back at most, and what they show comes twice.
_PUT_BACK = timedelta(hours=2)


async def open(  # noqa: A001 - what each module of sides calls it
    connection: str, place: str, *, keys: Sequence[str], namespace: str = "", changed: str = "", zone: str = "UTC"
) -> SqlSide:
    """Open a table.

    Args:
        connection: The saved block's name.
        place: The table or view.
        keys: The columns that tell its rows apart.
        namespace: Where it is.
        changed: A column that grows whenever a row is changed: a time, or a whole number.
        zone: Of times in columns that keep none.

    Raises:
        NotFound: There is no such table.
        UnknownName: It has no such column as `changed`.
        ConfigError: That is neither a time nor a whole number, or there is no such zone.
    """
    table = await sql.get_table(connection, table=place, namespace=namespace)
    columns = {column.name: column for column in table.columns}
    if changed and changed not in columns:
        raise UnknownName(f"column of {place}", changed, columns)
    if changed and columns[changed].kind not in {"datetime", "integer"}:
        raise ConfigError(f"{changed!r} of {place} is {columns[changed].type}: no time, and no whole number.")
    try:
        return SqlSide(connection, table, keys, changed, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"There is no time zone {zone!r}.", hint='Write it like "Europe/Berlin".') from None


@dataclass(frozen=True, slots=True)
class _Row:
    """A change in the words of the table, and its place among those that were given."""

    place: int
    key: dict[str, Any]
    cells: dict[str, Any]
    seen: dict[str, Any]
    change: Change


class SqlSide:
    """A table.

    Args:
        connection: The saved block's name.
        table: What is known about it.
        keys: The columns that tell its rows apart.
        changed: A column that grows whenever a row is changed; empty: all rows are read each time.
        zone: Of times in columns that keep none.
    """

    batch = 10_000

    def __init__(self, connection: str, table: sql.Table, keys: Sequence[str], changed: str, zone: ZoneInfo) -> None:
        self.label = f"{table.name} ({connection})"
        self._connection, self._keys, self._changed, self._zone = connection, list(keys), changed, zone
        self._table = {"table": table.name, "namespace": table.schema_name}
        self._columns = {column.name: column for column in table.columns}
        twice = bool(changed) and zone.key != "UTC" and not self._columns[changed].zoned
        self._overlap = OVERLAP + _PUT_BACK if twice else OVERLAP
        known = any(set(key.columns) == set(keys) for key in table.unique_keys)
        self._unkept = (
            "" if known else f"{table.name} may hold several rows of the same {', '.join(keys)}: make it a key"
        )

    @property
    def tells_gone(self) -> bool:
        """Only where all rows are read."""
        return not self._changed

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read rows; see `tieline.sync.side.Side`."""
        names = [name for name in columns or self._columns if name in self._columns]
        fields = [self._field(self._columns[name]) for name in names]
        if not names:
            return Reading(fields, [])
        wanted = [*names, self._changed] if self._changed and self._changed not in names else names
        after = self._after(since)
        frame = await sql.read_table(self._connection, **self._table, columns=wanted, since=after)
        if self._changed and frame[self._changed].dtype == pl.Object:
            raise ConfigError(
                f"{self._changed!r} of {self._table['table']} does not hold the same kind of value in all rows.",
                hint="Mend them, or leave `changed` out.",
            )
        mark = self._mark(frame)
        whole = Reading(fields, self._told(frame, names), mark, whole=not after)
        if since and mark == since:
            return Reading((), (), mark, whole=not after, unchanged=True, reread=lambda: whole)
        return whole

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""
        mine = self._columns.get(column.name)
        try:
            if mine is not None:
                _stored(mine, value, self._zone)
        except ValueError as exc:
            return str(exc)
        return ""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows, in one transaction if the table refuses none of them; see `tieline.sync.side.Side`."""
        refused: dict[int, str] = {}
        rows = []
        for place, change in enumerate(changes):
            try:
                rows.append(self._row(place, change))
            except ValueError as exc:
                refused[place] = f"It {exc}."
        refused |= await self._write(rows, [_CUTS])
        return [Written(refused=refused.get(place, "")) for place in range(len(changes))]

    async def _write(self, rows: Sequence[_Row], cuts: list[int]) -> dict[int, str]:
        """Write rows, and say why which were refused."""
        put = [row for row in rows if row.change.new]
        gone = [row for row in rows if row.change.gone]
        updates = [row for row in rows if not (row.change.new or row.change.gone) and row.cells]
        if not (put or gone or updates):
            return {}
        try:
            done = await sql.write_changes(
                self._connection, **self._table, key=self._keys, put=[{**row.key, **row.cells} for row in put],
                updates=[{**row.key, **row.cells} for row in updates], seen=[row.seen for row in updates],
                gone=[row.key for row in gone],
            )  # fmt: skip
        except (Rejected, Conflict) as exc:
            if len(rows) == 1:
                return {rows[0].place: str(exc)}
            cuts[0] -= 1
            if cuts[0] < 0:
                raise
            half = len(rows) // 2
            return await self._write(rows[:half], cuts) | await self._write(rows[half:], cuts)
        missing = {updates[at].place: "It is not there any more." for at in done.missing}
        return missing | {updates[at].place: "Somebody has changed it meanwhile." for at in done.moved}

    def _row(self, place: int, change: Change) -> _Row:
        key = {name: self._stored(name, change.key[name]) for name in self._keys}
        cells = {name: self._stored(name, value) for name, value in change.cells.items() if name not in key}
        seen = {name: self._stored(name, value) for name, value in change.before.items() if self._tells(name, value)}
        return _Row(place, key, cells, {name: value for name, value in seen.items() if name not in key}, change)

    def _stored(self, name: str, value: Cell) -> object:
        try:
            return _stored(self._columns[name], value, self._zone)
        except ValueError as exc:
            raise ValueError(f"cannot be written: {name!r} {exc}") from None

    def _tells(self, name: str, value: Cell) -> bool:
        """Whether what stood there can be compared: a text might hold a number or a list in more than one way."""
        kind = self._columns[name].kind
        return value is None or (isinstance(value, str) if kind in {"text", ""} else not isinstance(value, list))

    def _field(self, column: sql.Column) -> Field:
        why = self._unkept
        if column.generated:
            why = "the database itself writes it"
        elif not column.kind:
            why = f"{column.type} is neither text, number nor time"
        return Field(column.name, column.kind, not why, why)

    def _after(self, since: str) -> dict[str, Any]:
        """From where on rows are read."""
        value = since.rpartition(" ")[0]
        if not value or not self._changed:
            return {}
        if self._columns[self._changed].kind == "integer":
            return {self._changed: int(value)}
        return {self._changed: datetime.fromisoformat(value) - self._overlap}

    def _mark(self, frame: pl.DataFrame) -> str:
        """The last change, and a digest of what will be read again though it did not change."""
        last: Any = frame[self._changed].max() if self._changed and frame.height else None
        if isinstance(last, datetime):
            # A clock that was wrong once must not hide all later changes.
            now = datetime.now(last.tzinfo or self._zone).replace(microsecond=0, tzinfo=last.tzinfo)
            last = now if last > now + OVERLAP else last
        if last is not None:
            least = last - self._overlap if isinstance(last, datetime) else last
            frame = frame.filter(pl.col(self._changed).is_null() | (pl.col(self._changed) >= least))
        plain = frame.with_columns(
            pl.Series(one.name, list(map(repr, one.to_list()))) for one in frame if one.dtype == pl.Object
        )
        digest = hashlib.blake2b(plain.hash_rows().sort().to_numpy().tobytes(), digest_size=16).hexdigest()
        value = last.isoformat() if isinstance(last, datetime) else "" if last is None else last
        return f"{value} {digest}"

    def _told(self, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """Rows as a side tells them: moments with their zone, where it is plain."""
        told = frame.select(names)
        if self._zone.key == "UTC":
            told = told.with_columns(_in_utc(one) for one in told if self._columns[one.name].kind == "datetime")
        if self._changed and self._columns[self._changed].kind == "datetime":
            at = frame[self._changed]
            told = told.with_columns(_in_utc(at, self._zone.key).alias(AT))
        return told


def _in_utc(moments: pl.Series, zone: str = "UTC") -> pl.Series:
    if moments.dtype == pl.Object:  # SQLite keeps those with a zone and those without in one column
        here = ZoneInfo(zone)
        found = [one if not isinstance(one, datetime) or one.tzinfo else one.replace(tzinfo=here) for one in moments]
        return pl.Series(moments.name, found, dtype=pl.Object)
    if isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone is None:
        moments = moments.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return moments.dt.convert_time_zone("UTC")


def _stored(column: sql.Column, value: Cell, zone: ZoneInfo) -> object:
    """A cell as its column keeps it.

    Raises:
        ValueError: It would not stand there as it is.
    """
    if value is None:
        return None
    if column.kind == "text":
        return _text(column, value)
    if column.kind == "datetime":
        return _moment(column, value, zone)
    if column.kind == "decimal" and column.digits and isinstance(value, int | float | Decimal):
        _count(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), *column.digits)
    return value


def _text(column: sql.Column, value: Cell) -> str:
    if isinstance(value, list):
        value = ", ".join(value)
    elif isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, date):
        value = value.isoformat()
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if column.type == "UUID" and not _UUID.fullmatch(text):
        raise ValueError("is no UUID as the database writes it: 32 digits in small letters, with hyphens")
    if column.length is not None and len(text) > column.length:
        raise ValueError(f"has {len(text)} characters, and there is room for {column.length}")
    return text


def _moment(column: sql.Column, value: Cell, zone: ZoneInfo) -> object:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    if column.zoned or not isinstance(value, datetime) or value.tzinfo is None:
        return value
    here = value.astimezone(zone)
    if here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset():
        raise ValueError(f"is {here:%Y-%m-%d %H:%M}, which comes twice in {zone.key}, and the column keeps no zone")
    return here.replace(tzinfo=None)


def _count(value: Decimal, most: int, after: int) -> None:
    if not value.is_finite():
        raise ValueError("is no number")
    before, behind = places(value)
    if behind > after:
        raise ValueError(f"has more than {after} decimals, and would be rounded")
    if before > most - after:
        raise ValueError(f"has more than {most - after} digits before its point")
