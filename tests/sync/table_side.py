"""A side in memory that tests can edit, cut off and count the calls of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tieline.sync import AT, REF, Cell, Change, Field, Reading, Written


class Cut(BaseException):
    """The process dies here."""


@dataclass
class TableSide:
    """Rows by a number of ours, as a database would keep them.

    Attributes:
        incremental: It tells what changed since a mark, and what is gone; else a mark only says whether anything did.
        refs: It tells its numbers; else rows are found by key.
        cut: Asked before and after each row is written; it may raise.
    """

    columns: list[str]
    key: list[str]
    label: str = "table"
    batch: int = 3
    incremental: bool = False
    refs: bool = False
    cut: Callable[[], None] = lambda: None
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    times: dict[int, datetime] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    locked: dict[tuple[int, str], str] = field(default_factory=dict)
    unwritable: dict[str, str] = field(default_factory=dict)
    longest: int = 1000
    calls: int = 0
    clock: int = 0
    _next: int = 0

    @property
    def tells_gone(self) -> bool:
        return True

    # what people do

    def add(self, **cells: Any) -> int:
        self._next += 1
        self.rows[self._next] = {name: cells.get(name) for name in self.columns}
        self._touch(self._next)
        return self._next

    def edit(self, number: int, **cells: Any) -> None:
        self.rows[number].update(cells)
        self._touch(number)

    def remove(self, number: int) -> None:
        del self.rows[number]
        self._touch(number)

    def _touch(self, number: int) -> None:
        self.clock += 1
        self.changed[number] = self.clock

    def find(self, **cells: Any) -> int:
        return next(n for n, row in self.rows.items() if all(row.get(name) == value for name, value in cells.items()))

    def values(self, *names: str) -> list[tuple[Any, ...]]:
        return sorted((tuple(row.get(name) for name in names or self.columns) for row in self.rows.values()), key=repr)

    # what the sync does

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:  # noqa: ARG002 - it has few, and tells all
        self.calls += 1
        mark = str(self.clock)
        fields = [Field(name, "", name not in self.unwritable, self.unwritable.get(name, "")) for name in self.columns]
        if since and self.incremental:
            new = {number for number, at in self.changed.items() if at > int(since)}
            gone = [str(number) for number in sorted(new - self.rows.keys())]
            return Reading(fields, self._told(sorted(new & self.rows.keys())), mark, whole=False, gone=gone)
        everything = self._told(list(self.rows))
        numbers = list(self.rows)
        locked = {
            (numbers.index(number), name): why for (number, name), why in self.locked.items() if number in numbers
        }
        whole = Reading(fields, everything, mark, locked=locked)
        if since == mark:
            return Reading([], [], mark, unchanged=True, reread=lambda: whole)
        return whole

    def _told(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        told = []
        for number in numbers:
            row = dict(self.rows[number])
            if self.refs or self.incremental:
                row[REF] = str(number)
            if number in self.times:
                row[AT] = self.times[number]
            told.append(row)
        return told

    def fits(self, column: Field, value: Cell) -> str:  # noqa: ARG002 - all columns are alike
        return f"is longer than {self.longest}" if isinstance(value, str) and len(value) > self.longest else ""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        self.calls += 1
        assert len(changes) <= self.batch
        answers = []
        for change in changes:
            self.cut()
            answers.append(self._written(change))
            self.cut()
        return answers

    def _written(self, change: Change) -> Written:
        found = [n for n, row in self.rows.items() if all(row.get(name) == value for name, value in change.key.items())]
        if change.ref:
            found = [int(change.ref)] if int(change.ref) in self.rows else []
        assert len(found) <= 1, f"{change.key} is there twice"
        if change.gone:
            for number in found:
                self.remove(number)
            return Written()
        if not found and not change.new:
            return Written(refused="the row is gone")
        number = found[0] if found else self.add(**change.key)
        self.edit(number, **change.cells)
        return Written(str(number) if self.refs or self.incremental else "")
