"""Conflicts in a table of their own, such as a sheet "Conflicts": people find them there, and say what is right.

In the column "Choice" they write left, right, or the value itself; the next run takes it from there, and the row goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.sides import open_side
from tieline import ConfigError
from tieline.errors import UnknownName
from tieline.sync import Cell, Change, Side, Sync, Written, conflicts
from tieline.sync.values import shown

KEYS = ("Row", "Column")
CHOICE = "Choice"
COLUMNS = (*KEYS, "Left", "Right", "Last agreed", "Why", CHOICE)
PERSON = "the table of conflicts"
_LONGEST = 1000


class ConflictTable:
    """The table of one sync."""

    def __init__(self, sync: Sync, side: Side) -> None:
        self.sync = sync
        self.side = side
        self.there: dict[tuple[str, str], dict[str, str]] = {}

    async def take(self) -> list[str]:
        """Take over what people chose; what could not be taken, in sentences."""
        reading = await self.side.read(COLUMNS)
        rows: Sequence[Mapping[str, Any]] = (
            reading.rows if isinstance(reading.rows, Sequence) else reading.rows.to_dicts()
        )
        troubles = []
        for row in rows:
            cells = {name: _text(row.get(name)) for name in COLUMNS}
            key = _key(cells)
            self.there[key] = cells
            if cells[CHOICE].strip():
                troubles += self._take(*key, cells[CHOICE].strip())
        return troubles

    def _take(self, row: str, column: str, choice: str) -> list[str]:
        word = choice.lower()
        known = {(_row(one), one.column or "(the row)"): one for one in conflicts.waiting(self.sync)}
        one = known.get((row, column))
        if one is None:
            return []  # it is settled; the row goes
        try:
            if word in ("left", "right"):
                conflicts.resolve(self.sync, one.key, one.column, word, by=PERSON)  # type: ignore[arg-type]  # one of two
            else:
                conflicts.resolve(self.sync, one.key, one.column, "value", value=choice, by=PERSON)
        except (ConfigError, UnknownName) as exc:
            return [f"The choice for {row} could not be taken: {exc}"]
        return []

    async def show(self) -> list[str]:
        """Make the table show what people still have to say; what could not be shown, in sentences."""
        wanted = {_key(cells): cells for cells in map(_cells, conflicts.waiting(self.sync))}
        changes = [_gone(key) for key in self.there if key not in wanted]
        for key, cells in wanted.items():
            old = self.there.get(key)
            changed = {name: value for name, value in cells.items() if old is None or old[name] != value}
            if changed:
                changes.append(Change(dict(zip(KEYS, key, strict=True)), "", _blank(changed), new=old is None))
        answers: list[Written] = []
        for start in range(0, len(changes), self.side.batch):
            answers += await self.side.write(changes[start : start + self.side.batch])
        return [f"The table of conflicts did not take a row: {one.refused}" for one in answers if one.refused]


async def opened(sync: Sync) -> ConflictTable | None:
    """The table of a sync, if it has one."""
    if sync.conflicts_to is None:
        return None
    return ConflictTable(sync, await open_side(sync.conflicts_to, list(KEYS)))


def _cells(one: conflicts.Open) -> dict[str, str]:
    """A row, without a choice that was made of other values."""
    values = [shown(value, _LONGEST) for value in (one.left, one.right, one.base)]
    return dict(zip(COLUMNS, (_row(one), one.column or "(the row)", *values, one.why, ""), strict=True))


def _row(one: conflicts.Open) -> str:
    """Its key; so long that others do not begin alike."""
    return shown(one.key.replace("\x1f", " / "), _LONGEST)


def _key(cells: Mapping[str, str]) -> tuple[str, str]:
    return cells[KEYS[0]], cells[KEYS[1]]


def _gone(key: tuple[str, str]) -> Change:
    return Change(dict(zip(KEYS, key, strict=True)), gone=True)


def _blank(cells: Mapping[str, str]) -> dict[str, Cell]:
    return {name: value or None for name, value in cells.items()}


def _text(value: Any) -> str:
    return "" if value is None else shown(value, _LONGEST)
