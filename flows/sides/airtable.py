"""A table of Airtable as a side of a sync; `place` is BASE/TABLE: the base's id, and the table's id or name.

Rows are found again by the ids of their records. New ones are upserted by the key, so that writing them twice makes
one. See docs/decisions/sync-airtable.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from flows.sides import airtable_cells as cells
from tasks import airtable
from tasks.airtable import Record, RecordUpdate, Upserted, formulas
from tieline.errors import AuthFailed, ConfigError, NotFound, Rejected
from tieline.sync.side import AT, REF, Cell, CellError, Change, Field, Reading, Written
from tieline.tables.model import text

#: More records than any base holds.
EVERYTHING = 10_000_000
#: How much of what was read is read again: Airtable's clock is not ours.
OVERLAP = timedelta(minutes=5)
GONE = "It is not there any more."
MOST_MERGED = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """A change, its cells in Airtable's words, and its place among those that were given."""

    place: int
    change: Change
    entries: Mapping[str, Any]
    ref: str


async def open(connection: str, place: str, *, keys: Sequence[str]) -> AirtableSide:  # noqa: A001 - what each module of sides calls it
    """Open a table.

    Args:
        connection: The saved block's name.
        place: Such as "appLkNDICXNqxSDhG/Apartments".
        keys: The fields that tell its records apart.

    Raises:
        ConfigError: The place is not written like that.
        UnknownName: The base has no such table.
    """
    base, _, name = place.partition("/")
    if not base.startswith("app") or not name:
        raise ConfigError(
            f"{place!r} names no table of Airtable.", hint='Write it like "appLkNDICXNqxSDhG/Apartments".'
        )
    schema = await airtable.get_schema(connection, base_id=base)
    return AirtableSide(connection, base, schema.table(name), keys)


class AirtableSide:
    """A table.

    Args:
        connection: The saved block's name.
        base: The base's id.
        table: Its schema.
        keys: The fields that tell its records apart.
    """

    batch = 10
    #: Airtable does not tell of deleted records.
    tells_gone = False

    def __init__(self, connection: str, base: str, table: airtable.Table, keys: Sequence[str]) -> None:
        self.label = f"{table.name} (Airtable {connection})"
        self._connection, self._keys = connection, list(keys)
        self._here: dict[str, Any] = {"base_id": base, "table": table.id}
        self._columns = {column.name: column for column in table.fields}
        self._clock = next((column for column in table.fields if cells.keeps_time(column)), None)

    # ---------------------------------------------------------------- reading

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read rows; see `tieline.sync.side.Side`."""
        names = [name for name in columns or self._columns if name in self._columns]
        fields = [cells.field_of(self._columns[name]) for name in names]
        if not names:
            return Reading(fields, ())
        started, partly = datetime.now(UTC), all(cells.tells_changes(self._columns[name]) for name in names)
        after = datetime.fromisoformat(since.partition(" ")[0]) - OVERLAP if since and partly else None
        found = await self._list(formulas.changed_since(after) if after else "", names)
        rows = [self._row(record, names) for record in found]
        mark = f"{started.isoformat()} {_digest(found)}"
        if after:
            return Reading(fields, rows, mark, whole=False)
        whole = Reading(fields, rows, mark)
        same = since.partition(" ")[2] == mark.partition(" ")[2]
        return Reading((), (), mark, unchanged=True, reread=lambda: whole) if same else whole

    async def _list(self, formula: str, names: Sequence[str]) -> list[Record]:
        wanted = [*names, *([self._clock.name] if self._clock and self._clock.name not in names else ())]
        found: list[Record] = await airtable.list_records(
            self._connection, **self._here, formula=formula, fields=wanted, limit=EVERYTHING
        )
        return found

    def _row(self, record: Record, names: Sequence[str]) -> dict[str, object]:
        row: dict[str, object] = {name: cells.cell_of(self._columns[name], record.fields.get(name)) for name in names}
        row[REF] = record.id
        at = cells.cell_of(self._clock, record.fields.get(self._clock.name)) if self._clock else None
        if isinstance(at, datetime):
            row[AT] = at
        return row

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""
        mine = self._columns.get(column.name)
        try:
            if mine is not None and column.writable:
                cells.entry_of(mine, value)
        except ValueError as exc:
            return str(exc)
        return column.why

    # ---------------------------------------------------------------- writing

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows; see `tieline.sync.side.Side`. A row that Airtable refuses does not stop the others."""
        outcomes: dict[int, Written] = {}
        rows: list[_Row] = []
        for place, change in enumerate(changes):
            try:
                rows.append(_Row(place, change, self._entries(change), change.ref))
            except ValueError as exc:
                outcomes[place] = Written(refused=str(exc))
        rows = await self._with_refs(rows)
        kinds: dict[str, list[_Row]] = {}
        for row in rows:
            kinds.setdefault(self._kind(row), []).append(row)
        for kind, do in (("merge", self._upsert), ("make", self._create), ("old", self._update)):
            outcomes |= await self._each(kinds.get(kind, []), do)
        outcomes |= await self._delete(kinds.get("gone", []))
        return [outcomes.get(n, Written(refused="" if one.gone else GONE)) for n, one in enumerate(changes)]

    def _entries(self, change: Change) -> dict[str, Any]:
        return {name: self._entry(name, value) for name, value in change.cells.items()}

    def _entry(self, name: str, value: Cell) -> Any:
        column = self._columns.get(name)
        if column is None:
            raise ValueError(f"There is no field {name!r} any more.")
        try:
            return cells.entry_of(column, value)
        except ValueError as exc:
            raise ValueError(f"{name!r} {exc}.") from None

    @cached_property
    def _merges(self) -> bool:
        """Whether an upsert can find records by the key."""
        known = [self._columns[name] for name in self._keys if name in self._columns]
        return len(known) == len(self._keys) <= MOST_MERGED and all(map(cells.merges, known))

    def _kind(self, row: _Row) -> str:
        """What is to be done; nothing, where the row is not there."""
        if row.change.gone:
            return "gone" if row.ref else ""
        if row.ref:
            return "old"
        return ("merge" if self._merges else "make") if row.change.new else ""

    async def _with_refs(self, rows: Sequence[_Row]) -> list[_Row]:
        """The same, with the records that are there of rows for which nobody knows one, except where an upsert will."""
        asked = [row for row in rows if not row.ref and not (row.change.new and self._merges)]
        if not asked:
            return list(rows)
        keys = [self._columns[name] for name in self._keys if name in self._columns]
        wanted = [
            formulas.every(*(formulas.equals(column.id, _plain(row.change.key[column.name])) for column in keys))
            for row in asked
        ]
        found = await self._list(formulas.either(*wanted), self._keys)
        ids = {
            tuple(text(cells.cell_of(column, record.fields.get(column.name))) for column in keys): record.id
            for record in found
        }
        key = {row.place: tuple(text(row.change.key[name]) for name in self._keys) for row in asked}
        return [replace(row, ref=ids.get(key[row.place], "")) if row.place in key else row for row in rows]

    async def _each(
        self, rows: Sequence[_Row], do: Callable[[Sequence[_Row]], Awaitable[Sequence[Record]]]
    ) -> dict[int, Written]:
        """Write rows with one call, or one by one where that was refused: Airtable does all of a call, or nothing."""
        if not rows:
            return {}
        try:
            records = await do(rows)
        except (Rejected, NotFound) as exc:
            if len(rows) == 1:
                return {rows[0].place: Written(refused=str(exc))}
            alone = [await self._each([row], do) for row in rows]
            return {place: written for one in alone for place, written in one.items()}
        return {row.place: self._written(row, record) for row, record in zip(rows, records, strict=True)}

    async def _upsert(self, rows: Sequence[_Row]) -> Sequence[Record]:
        wanted = [dict(row.entries) for row in rows]
        done: Upserted = await airtable.upsert_records(
            self._connection, **self._here, records=wanted, merge_on=self._keys
        )
        return done.records

    async def _create(self, rows: Sequence[_Row]) -> Sequence[Record]:
        wanted = [dict(row.entries) for row in rows]
        made: list[Record] = await airtable.create_records(self._connection, **self._here, records=wanted)
        return made

    async def _update(self, rows: Sequence[_Row]) -> Sequence[Record]:
        wanted = [RecordUpdate(id=row.ref, fields=dict(row.entries)) for row in rows]
        changed: list[Record] = await airtable.update_records(self._connection, **self._here, records=wanted)
        return changed

    async def _delete(self, rows: Sequence[_Row]) -> dict[int, Written]:
        """Delete rows. Airtable refuses a call with a record that is gone, so it is asked then which are there."""
        ids = [row.ref for row in rows]
        if ids:
            try:
                await airtable.delete_records(self._connection, **self._here, record_ids=ids)
            except (Rejected, NotFound, AuthFailed):  # it has one word for "not there" and "not allowed"
                there = [record.id for record in await self._list(formulas.any_of(ids), self._keys)]
                if there:
                    await airtable.delete_records(self._connection, **self._here, record_ids=there)
        return {row.place: Written(ref=row.ref) for row in rows}

    def _written(self, row: _Row, record: Record) -> Written:
        """What the record holds now, where that is not what was written: a blank checkbox is an empty one."""
        told = {name: cells.cell_of(column, record.fields.get(name)) for name, column in self._columns.items()}
        other = {name for name, sent in row.entries.items() if _changed(sent, record.fields.get(name))}
        written = self._columns if row.change.new else row.entries
        other |= {name for name in written if told[name] is False}
        return Written(
            record.id, {n: value for n, value in told.items() if n in other and not isinstance(value, CellError)}
        )


def _changed(sent: Any, holds: Any) -> bool:
    return bool(sent != holds and (sent or holds))


def _plain(value: Cell) -> str | float | date:
    """A key's cell for a formula."""
    return value if isinstance(value, str | int | float | date) else float(value) if isinstance(value, Decimal) else ""


def _digest(records: Sequence[Record]) -> str:
    seen = sorted(([one.id, one.fields] for one in records), key=lambda one: str(one[0]))
    said = json.dumps(seen, sort_keys=True, default=str)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
