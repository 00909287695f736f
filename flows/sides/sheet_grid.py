"""Where things stand in a sheet of Google Sheets: headers, merged cells, rows, and ranges to be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from flows.sides.sheet_cells import Told, shows, typed, value_of
from tasks import google_sheets
from tasks.google_sheets import Area, GridSheet, SheetProperties
from tieline.errors import ConfigError, Rejected
from tieline.sync.side import CellError
from tieline.sync.values import canonical

#: Google recommends 2 MB a call; one that is a bit larger costs less of the quota than two.
MOST_BYTES = 4_000_000
#: About as many take a number or a truth in a call.
_NUMBER_BYTES = 8
Entry = bool | int | float | str
Row = Mapping[int, Told]


#: https://support.google.com/drive/answer/37603
MOST_CELLS = 10_000_000


@dataclass(slots=True)
class Sheet:
    """Which sheet, in which row its header is, and how large it is."""

    spreadsheet: str
    title: str
    header_row: int
    id: int = 0
    rows: int = 0
    columns: int = 0

    def take(self, properties: SheetProperties) -> None:
        """Take note of its size."""
        self.id = properties.sheet_id
        self.rows, self.columns = properties.grid_properties.row_count, properties.grid_properties.column_count

    def lines(self, first: int, last: int = MOST_CELLS - 1) -> str:
        """Whole rows, as far as there are some."""
        return f"{google_sheets.quoted(self.title)}!{first}:{last}"

    def column(self, place: int) -> str:
        """A column (counted from 0) from its header on."""
        return google_sheets.a1(self.title, self.header_row, place + 1)

    def check_room(self, rows: int, columns: int) -> None:
        """Refuse to make it larger than Google does.

        Raises:
            Rejected: It would be.
        """
        if rows * columns > MOST_CELLS:
            raise Rejected(
                f"{self.title} would have {rows:,} rows of {columns} columns; "
                f"a spreadsheet has room for {MOST_CELLS:,} cells. Nothing was written.",
                hint="Delete columns or rows that nobody needs, also blank ones, or sync fewer rows.",
            )


@dataclass(slots=True)
class Header:
    """The names of columns.

    Attributes:
        columns: Where each is, counted from 0.
        doubled: Names that are there more than once, and where.
    """

    columns: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row) -> Header:
        """What stands in a row, without blanks around it."""
        places: dict[str, list[int]] = {}
        for column, cell in sorted(row.items()):
            if name := _name(cell):
                places.setdefault(name, []).append(column)
        once = {name: where[0] for name, where in places.items() if len(where) == 1}
        return cls(once, {name: where for name, where in places.items() if len(where) > 1})

    @property
    def blank(self) -> bool:
        """Whether there is no name at all."""
        return not self.columns and not self.doubled

    @property
    def named(self) -> set[int]:
        """The columns that have a name."""
        return {*self.columns.values(), *(place for places in self.doubled.values() for place in places)}


def _name(cell: Told) -> str:
    value = value_of(cell, UTC)
    text = value.text if isinstance(value, CellError) else str(canonical(value, "text") or "")
    return " ".join(text.split())


def check_merges(merges: Iterable[Area], header_row: int, where: str) -> None:
    """Refuse a header with merged cells.

    Raises:
        ConfigError: There are some.
    """
    for area in merges:
        if area.start_row_index < header_row <= _end(area.end_row_index):
            raise ConfigError(
                f"The header of {where} (row {header_row}) has merged cells: {_named(area)}. Nothing was read.",
                hint="Unmerge them (Format, Merge cells), as each column needs a name of its own; "
                "or say with the option header_row which row has the names.",
            )


def covered(merges: Iterable[Area], last_row: int, columns: Mapping[int, str]) -> Iterator[tuple[int, int, str]]:
    """Cells below others that they are merged with: row and column, counted from 0, and why they are locked."""
    for area in merges:
        why = f"part of the merged cells {_named(area)}"
        for row in range(area.start_row_index, min(_end(area.end_row_index), last_row + 1)):
            for column in columns:
                first = (row, column) == (area.start_row_index, area.start_column_index)
                if not first and area.start_column_index <= column < _end(area.end_column_index):
                    yield row, column, why


def _end(index: int | None) -> int:
    return google_sheets.LARGEST_WHOLE if index is None else index


def _named(area: Area) -> str:
    last_row = "" if area.end_row_index is None else str(area.end_row_index)
    last = "" if area.end_column_index is None else google_sheets.letters(area.end_column_index)
    return f"{google_sheets.letters(area.start_column_index + 1)}{area.start_row_index + 1}:{last}{last_row}"


def rows_of(sheet: GridSheet) -> dict[int, dict[int, Told]]:
    """Cells by row and column, counted from 0, whatever ranges they came in."""
    found: dict[int, dict[int, Told]] = {}
    for part in sheet.data:
        for row, told in enumerate(part.row_data, part.start_row):
            if values := told.get("values"):
                found.setdefault(row, {}).update(enumerate(values, part.start_column))
    return found


def keyed(row: Row, keys: Sequence[int]) -> bool:
    """Whether a key column shows something."""
    return any(place in row and shows(row[place]) for place in keys)


def used(row: Row, keys: Sequence[int]) -> bool:
    """Whether it counts as a row: formulas and empty checkboxes alone, below the last row, do not make one."""
    return keyed(row, keys) or any(typed(cell) for cell in row.values())


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: first and last of each run, in order."""
    first = last = None
    for number in sorted(numbers):
        if first is None or last is None:
            first = last = number
        elif number == last + 1:
            last = number
        else:
            yield first, last
            first = last = number
    if first is not None and last is not None:
        yield first, last


def calls(title: str, rows: Mapping[int, Mapping[int, Entry]]) -> list[list[google_sheets.Change]]:
    """What is to be written, row by row (counted from 0), as ranges of neighbouring rows; a list for each call.

    Cells in between that stay as they are stand there as null, which Sheets skips.
    """
    made: list[list[google_sheets.Change]] = []
    size = MOST_BYTES
    for first, last in runs(row for row, cells in rows.items() if cells):
        block: list[int] = []
        for row in range(first, last + 1):
            length = sum(len(entry) if isinstance(entry, str) else _NUMBER_BYTES for entry in rows[row].values())
            if size + length > MOST_BYTES:
                _close(made, title, rows, block)
                made.append([])
                block, size = [], 0
            block.append(row)
            size += length
        _close(made, title, rows, block)
    return made


def _close(
    made: list[list[google_sheets.Change]], title: str, rows: Mapping[int, Mapping[int, Entry]], block: Sequence[int]
) -> None:
    if not block:
        return
    left, right = min(min(rows[row]) for row in block), max(max(rows[row]) for row in block)
    values: list[list[Any]] = [[rows[row].get(column) for column in range(left, right + 1)] for row in block]
    place = google_sheets.a1(title, block[0] + 1, left + 1, block[-1] + 1, right + 1)
    made[-1].append(google_sheets.Change(range=place, values=values))
