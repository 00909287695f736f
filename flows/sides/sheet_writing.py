"""What becomes of changes in a sheet of Google Sheets, given where its rows are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from flows.sides.sheet_cells import Told, entry_of, format_of, is_formula, value_of
from flows.sides.sheet_grid import Entry, Header, Row, Sheet, calls, runs
from tasks.google_sheets import Change as Values
from tasks.google_sheets.models import Entered
from tieline.sync.model import Type
from tieline.sync.side import Cell, Change, Written
from tieline.sync.values import Unfit, canonical

Request = dict[str, dict[str, Any]]
_KINDS: Mapping[type, Type] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "decimal",
    date: "date",
    datetime: "datetime",
}
_PATTERNS = {"DATE": "yyyy-mm-dd", "DATE_TIME": "yyyy-mm-dd hh:mm:ss"}
_GONE = "The row is not in the sheet any more."


@dataclass(frozen=True, slots=True)
class Found:
    """Where things are now.

    Attributes:
        sheet: Which sheet.
        header: Its columns; those that an empty sheet gets.
        cells: Those of the keys, of columns with dates, and those below the last row.
        end: The last row that is used, counted from 1.
        begun: The sheet was empty, and its header is still to be written.
    """

    sheet: Sheet
    header: Header
    cells: Mapping[int, Row]
    end: int
    begun: bool = False


@dataclass(slots=True)
class Writing:
    """Changes on their way into a sheet.

    Attributes:
        changes: What is to be done.
        keys: The key columns.
        zone: The spreadsheet's time zone.
        formulas: Columns whose formulas are written as such.
        answers: What became of each change.
        inserted: How many rows are new.
    """

    changes: Sequence[Change]
    keys: Sequence[str]
    zone: tzinfo
    formulas: set[str]
    answers: list[Written] = field(default_factory=list)
    inserted: int = 0
    _rows: dict[int, dict[int, Entry]] = field(default_factory=dict)
    _entered: dict[int, dict[int, Entry]] = field(default_factory=dict)
    _moments: dict[tuple[int, str], set[int]] = field(default_factory=dict)
    _gone: set[int] = field(default_factory=set)

    @property
    def names(self) -> list[str]:
        """All columns that it needs."""
        return list(dict.fromkeys([*self.keys, *(name for change in self.changes for name in change.cells)]))

    @property
    def moments(self) -> set[str]:
        """Columns that get dates."""
        return {name for one in self.changes for name, value in one.cells.items() if isinstance(value, date)}

    @property
    def inserts(self) -> bool:
        """Whether there may be new rows."""
        return any(change.new for change in self.changes)

    def place(self, found: Found) -> None:
        """Find the row of each change."""
        there = self._index(found)
        for change in self.changes:
            rows = there.get(tuple(change.key.get(name) for name in self.keys), [])
            self.answers.append(self._placed(found, change, rows))

    def _placed(self, found: Found, change: Change, rows: Sequence[int]) -> Written:
        if len(rows) > 1:
            numbers = ", ".join(str(row + 1) for row in rows[:5])
            return Written(refused=f"Its key is in {len(rows)} rows ({numbers}): nothing says which one is meant.")
        if change.gone:
            self._gone.update(rows)
            return Written()
        if not rows and not change.new:
            return Written(refused=_GONE)
        row = rows[0] if rows else found.end + self.inserted
        self.inserted += not rows
        for name, value in change.cells.items():
            if rows or value is not None:
                self._put(found, row, name, value)
        return Written()

    def _put(self, found: Found, row: int, name: str, value: Cell) -> None:
        column = found.header.columns[name]
        entry = entry_of(value, self.zone)
        entered = name in self.formulas and is_formula(entry)
        (self._entered if entered else self._rows).setdefault(row, {})[column] = entry
        if isinstance(value, date):
            kind = "DATE_TIME" if isinstance(value, datetime) else "DATE"
            has = format_of(found.cells.get(row, {}).get(column, {}))
            if has not in {kind, "DATE_TIME"}:
                self._moments.setdefault((column, kind), set()).add(row)

    def _index(self, found: Found) -> dict[tuple[Cell, ...], list[int]]:
        """The rows by their keys, in the form that the keys of the changes have."""
        columns = [(found.header.columns[name], self._kind(name)) for name in self.keys]
        index: dict[tuple[Cell, ...], list[int]] = {}
        nothing: Told = {}
        for row in sorted(found.cells):
            cells = found.cells[row]
            try:
                key = tuple(canonical(value_of(cells.get(place, nothing), self.zone), kind) for place, kind in columns)
            except Unfit:
                continue
            index.setdefault(key, []).append(row)
        return index

    def _kind(self, name: str) -> Type:
        return next((_KINDS[type(one.key[name])] for one in self.changes if type(one.key.get(name)) in _KINDS), "text")

    # What is sent, in this order

    def preparing(self, found: Found) -> Iterator[list[Request]]:
        """Make room, and have dates shown as dates; one call, if there is anything to do.

        Raises:
            Rejected: There would be too many cells.
        """
        sheet, requests = found.sheet, list[Request]()
        size = {"COLUMNS": max(found.header.columns.values(), default=0) + 1, "ROWS": found.end + self.inserted}
        sheet.check_room(max(sheet.rows, size["ROWS"]), max(sheet.columns, size["COLUMNS"]))
        for dimension, there in (("COLUMNS", sheet.columns), ("ROWS", sheet.rows)):
            if size[dimension] > there:
                requests.append(_grown(sheet, dimension, size[dimension] - there))
        sheet.rows, sheet.columns = max(sheet.rows, size["ROWS"]), max(sheet.columns, size["COLUMNS"])
        for (column, kind), rows in sorted(self._moments.items()):
            shown = _shown(found, column, kind)
            requests += [_formatted(sheet, column, first, last, shown) for first, last in runs(rows)]
        if requests:
            yield requests

    def values(self, found: Found) -> Iterator[tuple[Entered, list[Values]]]:
        """What is written, call by call, and how texts are taken."""
        if found.begun and self._rows:
            self._rows[found.sheet.header_row - 1] = {place: name for name, place in found.header.columns.items()}
        for ranges in calls(found.sheet.title, self._rows):
            yield "RAW", ranges
        for ranges in calls(found.sheet.title, self._entered):
            yield "USER_ENTERED", ranges

    def deleting(self, found: Found) -> Iterator[list[Request]]:
        """Delete rows, the last ones first, so that the others stay where they were found."""
        if not self._gone:
            return
        sheet = found.sheet
        # Google does not delete all rows below a frozen header.
        spare = sheet.rows - len(self._gone) <= sheet.header_row
        requests = [_grown(sheet, "ROWS", 1)] if spare else []
        for first, last in reversed(list(runs(self._gone))):
            lines = {"sheetId": sheet.id, "dimension": "ROWS", "startIndex": first, "endIndex": last + 1}
            requests.append({"deleteDimension": {"range": lines}})
        sheet.rows += spare - len(self._gone)
        yield requests

    def end(self, found: Found) -> int:
        """The last row that is used after all of it."""
        return found.end + self.inserted - len(self._gone)


def _grown(sheet: Sheet, dimension: str, length: int) -> Request:
    return {"appendDimension": {"sheetId": sheet.id, "dimension": dimension, "length": length}}


def _shown(found: Found, column: int, kind: str) -> dict[str, str]:
    """How dates show in a column: as others in it do."""
    for row in found.cells.values():
        if column in row and format_of(row[column]) == kind:
            shown: dict[str, str] = row[column]["effectiveFormat"]["numberFormat"]
            return shown
    return {"type": kind, "pattern": _PATTERNS[kind]}


def _formatted(sheet: Sheet, column: int, first: int, last: int, shown: Mapping[str, str]) -> Request:
    area = {"sheetId": sheet.id, "startRowIndex": first, "endRowIndex": last + 1}
    area |= {"startColumnIndex": column, "endColumnIndex": column + 1}
    cell = {"userEnteredFormat": {"numberFormat": dict(shown)}}
    return {"repeatCell": {"range": area, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}
