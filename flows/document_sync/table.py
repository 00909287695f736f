"""A table as the right side of a sync of documents: what it has no column for is kept in mind instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from flows.document_sync.source import TYPES, Count, Known
from tieline.sync import Cell, Change, Field, Reading, Side, Written

#: What columns are called that the table has not.
HELD = "tieline:"


@dataclass
class Table:
    """A side with more columns than its table has, so that it is known which version of a document a row holds.

    Attributes:
        side: The table.
        key: Its column that tells documents apart.
        known: What was agreed on, by key.
        afresh: Read all rows, whatever is known.
        count: Where it is counted what was written.
    """

    side: Side
    key: str
    known: Known
    afresh: bool = False
    count: Count = field(default_factory=Count)

    @property
    def label(self) -> str:
        """What people call it."""
        return self.side.label

    @property
    def batch(self) -> int:
        """As many rows as the table takes."""
        return self.side.batch

    @property
    def tells_gone(self) -> bool:
        """As the table does."""
        return self.side.tells_gone

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """The table's rows, with what is known of each."""
        held = [name for name in columns if name.startswith(HELD)]
        real = [name for name in columns if not name.startswith(HELD)]
        return self._whole(await self.side.read(real, "" if self.afresh else since), held)

    def _whole(self, reading: Reading, held: Sequence[str]) -> Reading:
        again = _later(reading.reread, lambda found: self._whole(found, held))
        if reading.unchanged:
            return replace(reading, reread=again)
        known = self.known()
        rows = reading.rows.to_dicts() if isinstance(reading.rows, pl.DataFrame) else reading.rows
        told = [{**row, **_kept(known.get(str(row.get(self.key)), {}), held)} for row in rows]
        extra = [Field(name, TYPES[name.removeprefix(HELD)]) for name in held]
        return replace(reading, fields=[*reading.fields, *extra], rows=told, reread=again)

    def fits(self, column: Field, value: Cell) -> str:
        """As the table says, of its own columns."""
        return "" if column.name.startswith(HELD) else self.side.fits(column, value)

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows whose own columns change."""
        real = [replace(one, cells=_real(one.cells), before=_real(one.before)) for one in changes]
        todo = [number for number, one in enumerate(real) if one.new or one.gone or one.cells]
        done = await self.side.write([real[number] for number in todo]) if todo else []
        answers = dict(zip(todo, done, strict=True))
        for number, answer in answers.items():
            self.count.refused += bool(answer.refused)
            self.count.deleted += real[number].gone and not answer.refused
            self.count.written += not (real[number].gone or answer.refused)
        return [answers.get(number, Written(one.ref)) for number, one in enumerate(changes)]


def _later(reread: Callable[[], Reading] | None, then: Callable[[Reading], Reading]) -> Callable[[], Reading] | None:
    return None if reread is None else lambda: then(reread())


def _kept(known: Mapping[str, Cell], held: Sequence[str]) -> dict[str, Cell]:
    return {name: known.get(name.removeprefix(HELD)) for name in held}


def _real(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: value for name, value in cells.items() if not name.startswith(HELD)}
