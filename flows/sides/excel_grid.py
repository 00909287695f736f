"""Cells of Excel in Python's words, and the other way round; and where they stand in a worksheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tasks import excel
from tieline.errors import ConfigError
from tieline.sync.side import Cell, CellError, Change, Written
from tieline.sync.values import Unfit, canonical
from tieline.tables.a1 import Area
from tieline.tables.excel import moment_of
from tieline.tables.model import named, text
from tieline.tables.serial import from_serial, has_time, is_date, to_serial

#: Cells and characters that a call reads or writes: of the 5 MB that Excel allows, types and formats take most.
CELLS, CHARACTERS = 20_000, 2_000_000
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"), (int, "integer"), (float, "number"), (datetime, "datetime"), (date, "date"), (list, "list"),
    (str, "text"),
)  # fmt: skip
_LARGE = 10**15

#: What goes into cells, by row (counted from 0 below the header) and column.
Cells = dict[tuple[int, int], Any]


@dataclass(slots=True)
class Grid:
    """The table as it stands in its worksheet.

    Attributes:
        worksheet: Its name.
        area: Its cells, the header's row included.
        columns: Where each column is, counted from 0 within the area.
        values, formats: Its rows, without the header; blank rows too.
        locked: Cells that must not be written, and why.
        problems: What people should know of.
    """

    worksheet: str
    area: Area
    columns: dict[str, int]
    values: list[list[Cell | CellError]] = field(default_factory=list)
    formats: list[list[str]] = field(default_factory=list)
    locked: dict[tuple[int, int], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def filled(self) -> list[int]:
        """The rows that are not wholly blank in columns with a name."""
        places = self.columns.values()
        return [n for n, row in enumerate(self.values) if any(row[place] not in (None, "") for place in places)]

    def places(self, keys: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
        """Where rows are, by their keys as texts."""
        found: dict[tuple[str, ...], list[int]] = {}
        for number in self.filled:
            row = self.values[number]
            found.setdefault(tuple(text(row[self.columns[name]]) for name in keys), []).append(number)
        return found

    def place(self, rows: range, columns: range) -> Area:
        """Where cells are in the worksheet, by rows below the header and columns of the table."""
        top, left = self.area.first_row + 1, self.area.first_column
        return Area(top + rows[0], left + columns[0], top + rows[-1], left + columns[-1])

    def row(self, number: int) -> dict[str, Cell | CellError]:
        """A row by column."""
        return {name: self.values[number][place] for name, place in self.columns.items()}


@dataclass(slots=True)
class Made:
    """What changes come to, and what is said to each of them."""

    grid: Grid
    zone: ZoneInfo
    updates: Cells = field(default_factory=dict)
    formats: Cells = field(default_factory=dict)
    added: list[dict[str, Cell]] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    said: list[Written] = field(default_factory=list)

    def put(self, change: Change, found: Sequence[int]) -> None:
        """Note one change, of the row that was found, if any."""
        self.said.append(Written(refused=self._why_not(change, found)))
        if self.said[-1].refused:
            return
        if change.gone:
            self.removed.update(found)
        elif found:
            for name, value in change.cells.items():
                self._enter((found[0], self.grid.columns[name]), value, self.updates, self.formats)
        else:
            self.added.append({**change.key, **change.cells})

    def new_cells(self, first: int) -> tuple[Cells, Cells]:
        """The cells of new rows, and the number formats that they need."""
        values: Cells = {}
        formats: Cells = {}
        for row, cells in enumerate(self.added, first):
            for name, value in cells.items():
                if value is not None:
                    self._enter((row, self.grid.columns[name]), value, values, formats)
        return values, formats

    def _enter(self, at: tuple[int, int], value: Cell, values: Cells, formats: Cells) -> None:
        values[at] = entry(value, self.zone)
        if isinstance(value, date):
            row = min(at[0], len(self.grid.formats) - 1)
            there = self.grid.formats[row][at[1]] if row >= 0 else ""
            clock = isinstance(value, datetime)
            fitting = is_date(there) and (has_time(there) or not clock)
            if not fitting or at[0] >= len(self.grid.formats):
                formats[at] = there if fitting else "yyyy-mm-dd hh:mm:ss" if clock else "yyyy-mm-dd"

    def _why_not(self, change: Change, found: Sequence[int]) -> str:
        if len(found) > 1:
            return "Several rows have this key."
        if change.gone:
            return ""
        if not found and not change.new:
            return "The row is gone."
        return next(filter(None, (self._locked(name, change, found) for name in change.cells)), "")

    def _locked(self, name: str, change: Change, found: Sequence[int]) -> str:
        if name not in self.grid.columns:
            return f"There is no column {name!r} any more."
        if not found:
            return ""
        place = self.grid.columns[name]
        if why := self.grid.locked.get((found[0], place), ""):
            return f"{name!r} cannot be written: {why}"
        moved = name in change.before and not same(self.grid.values[found[0]][place], change.before[name], self.zone)
        return f"Somebody has changed {name!r} meanwhile." if moved else ""


def entry(value: Cell, zone: ZoneInfo) -> bool | int | float | str:
    """What is to be written for a value that fits."""
    if value is None:
        return ""
    if isinstance(value, list):
        return text(value)
    if isinstance(value, datetime):
        return to_serial(value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value)
    if isinstance(value, date):
        return int(to_serial(value))
    if isinstance(value, bool | str | float):
        return value
    return int(value) if -_LARGE < value < _LARGE and value == int(value) else float(value)


def same(cell: Cell | CellError, before: Cell, zone: ZoneInfo) -> bool:
    """Whether a cell still holds what it held, in the words of the sync."""
    if before is None:
        return cell in (None, "")
    kind: Any = next((name for one, name in _KINDS if isinstance(before, one)), "decimal")
    try:
        return canonical(cell, kind, zone.key) == canonical(before, kind, zone.key)
    except Unfit:
        return False


def _why_locked(value: object, kind: str, entered: object) -> str:
    if kind == "RichValue":
        return "it holds more than a value"
    # A text that looks like a formula is its own result.
    return "it holds a formula" if isinstance(entered, str) and entered.startswith("=") and entered != value else ""


def grid_of(worksheet: str, whole: Area, parts: Sequence[excel.Range], zone: ZoneInfo) -> Grid:
    """A table of what was read of it, part by part."""
    rows = [row for one in parts for row in _zipped(one)]
    columns, problems = named([text(one) for one in rows[0][0]] if rows else [])
    grid = Grid(worksheet, whole, columns, problems=problems)
    for number, (values, kinds, formats, formulas) in enumerate(rows[1:]):
        grid.values.append(
            [cell(one, kind, like, zone) for one, kind, like in zip(values, kinds, formats, strict=True)]
        )
        grid.formats.append(formats)
        for place, formula in enumerate(formulas):
            if why := _why_locked(values[place], kinds[place], formula):
                grid.locked[number, place] = why
    return grid


def _zipped(one: excel.Range) -> Iterator[tuple[list[Any], Sequence[str], list[str], list[Any]]]:
    kinds: Sequence[Sequence[str]] = one.value_types or []
    return zip(one.values or [], kinds, one.number_format or [], one.formulas or [], strict=True)


def cell(value: Any, kind: str, number_format: str, zone: ZoneInfo) -> Cell | CellError:
    """What a cell shows. A formula counts by its result; times of day, without a day, are numbers."""
    if kind == "Empty":
        return None
    if kind == "Error":
        return CellError(str(value))
    if isinstance(value, bool | str) or not is_date(number_format) or value < 1:
        return value  # type: ignore[no-any-return] # the model of a range lets nothing else in
    try:
        moment = from_serial(value)
    except ConfigError:
        return CellError(f"{value} as a date")
    plain = moment.time() == time() and not has_time(number_format)
    return moment.date() if plain else moment_of(moment, zone)


def pieces(whole: Area) -> Iterator[Area]:
    """An area in parts of a size that a call may read."""
    step = max(CELLS // whole.columns, 1)
    return (whole.part(first, min(step, whole.rows - first)) for first in range(0, whole.rows, step))


def runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: first and last of each run, in order."""
    run: list[int] = []
    for row in sorted(rows):
        if run and row != run[-1] + 1:
            yield run[0], run[-1]
            run = []
        run.append(row)
    if run:
        yield run[0], run[-1]


def blocks(values: Cells, formats: Cells) -> Iterator[tuple[range, range]]:
    """Rows and columns that hold all cells, in as few calls as may write them."""
    by_row: dict[int, int] = {}
    for (row, _), value in values.items():
        by_row[row] = by_row.get(row, 0) + (len(value) if isinstance(value, str) else 0)
    rows = sorted({*by_row, *(row for row, _ in formats)})
    places = {column for _, column in (*values, *formats)}
    columns = range(min(places, default=0), max(places, default=-1) + 1)
    block: list[int] = []
    size = 0
    for row in rows:
        size += by_row.get(row, 0)
        if block and ((row - block[0] + 1) * len(columns) > CELLS or size > CHARACTERS):
            yield range(block[0], block[-1] + 1), columns
            block, size = [], by_row.get(row, 0)
        block.append(row)
    if block:
        yield range(block[0], block[-1] + 1), columns


def rows_of(cells: Cells, rows: range, columns: range) -> list[list[Any]]:
    """Cells as Excel takes them; null leaves one alone."""
    return [[cells.get((row, column)) for column in columns] for row in rows]
