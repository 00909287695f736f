"""What the simulated Google Sheets remembers: spreadsheets, their sheets, and cells as they were entered."""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tieline.sandbox.google import Accounts
from tieline.sandbox.happening import Record
from tieline.sandbox.limits import Window

MOST_CELLS = 10_000_000
"""https://support.google.com/drive/answer/37603"""


@dataclass
class Sheet:
    """A sheet: its properties and merges as the API shows them, its cells by row and column, counted from 0.

    A cell is what the API shows of it as entered: `userEnteredValue`, `userEnteredFormat`, `textFormatRuns`.
    """

    properties: Record
    rows: dict[int, dict[int, Record]] = field(default_factory=dict)
    merges: list[Record] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def copy(self) -> "Sheet":
        """Another one that can be changed without this one."""
        rows = {row: {column: dict(cell) for column, cell in cells.items()} for row, cells in self.rows.items()}
        return Sheet(
            copy.deepcopy(self.properties),
            rows,
            copy.deepcopy(self.merges),
            set(self.hidden_rows),
            set(self.hidden_columns),
        )

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.properties["title"])

    @property
    def grid(self) -> Record:
        """Its size: `rowCount`, `columnCount`, and more."""
        found: Record = self.properties["gridProperties"]
        return found

    @property
    def cells(self) -> int:
        """How many cells it has, blank ones too."""
        return int(self.grid["rowCount"] * self.grid["columnCount"])

    def cell(self, row: int, column: int) -> Record:
        """A cell; an empty record where nothing is."""
        return self.rows.get(row, {}).get(column, {})

    def filled(self, row: int, column: int) -> bool:
        """Whether a cell has a value."""
        return "userEnteredValue" in self.cell(row, column)

    def enter(self, row: int, column: int, value: Record | None, number_format: Record | None = None) -> None:
        """Put a value into a cell, or make it blank; its format stays, unless the value brings one."""
        if self._covered(row, column):
            return
        cell = self.rows.setdefault(row, {}).setdefault(column, {})
        cell.pop("textFormatRuns", None)
        cell.pop("userEnteredValue", None)
        if value is not None:
            cell["userEnteredValue"] = value
        if number_format is not None and "userEnteredFormat" not in cell:
            cell["userEnteredFormat"] = {"numberFormat": number_format}

    def _covered(self, row: int, column: int) -> bool:
        """Whether a cell lies below another one that it is merged with."""
        return bool(self.merges) and any(
            one["startRowIndex"] <= row < one["endRowIndex"]
            and one["startColumnIndex"] <= column < one["endColumnIndex"]
            and (row, column) != (one["startRowIndex"], one["startColumnIndex"])
            for one in self.merges
        )

    def insert_rows(self, at: int, number: int) -> None:
        """Make room for rows before one."""
        self.rows = {row + number if row >= at else row: cells for row, cells in self.rows.items()}
        self.hidden_rows = {row + number if row >= at else row for row in self.hidden_rows}
        for merge in self.merges:
            for end, moved in (
                ("startRowIndex", merge["startRowIndex"] >= at),
                ("endRowIndex", merge["endRowIndex"] > at),
            ):
                merge[end] += number if moved else 0
        self.grid["rowCount"] += number

    def delete_rows(self, first: int, end: int) -> None:
        """Take rows away."""
        gone = end - first
        kept = {row: cells for row, cells in self.rows.items() if not first <= row < end}
        self.rows = {row - gone if row >= end else row: cells for row, cells in kept.items()}
        self.hidden_rows = {row - gone if row >= end else row for row in self.hidden_rows if not first <= row < end}
        self.merges = [one for one in self.merges if not first <= one["startRowIndex"] < end]
        for merge in self.merges:
            for bound in ("startRowIndex", "endRowIndex"):
                merge[bound] -= max(0, min(merge[bound], end) - first)
        self.grid["rowCount"] -= gone


@dataclass
class Book:
    """A spreadsheet."""

    id: str
    properties: Record
    sheets: list[Sheet] = field(default_factory=list)

    def copy(self) -> "Book":
        """Another one that can be changed without this one; what is in cells is replaced, never changed."""
        return replace(self, properties=copy.deepcopy(self.properties), sheets=[sheet.copy() for sheet in self.sheets])

    @property
    def cells(self) -> int:
        """How many cells all sheets have."""
        return sum(sheet.cells for sheet in self.sheets)

    def named(self, title: str) -> Sheet | None:
        """The sheet of that name, in whatever case."""
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == title.casefold()), None)

    def numbered(self, sheet_id: int) -> Sheet | None:
        """The sheet of that id."""
        return next((sheet for sheet in self.sheets if sheet.properties["sheetId"] == sheet_id), None)


@dataclass
class Workbooks(Accounts):
    """The spreadsheets of one person; `reads` and `writes` are counted apart, as Google does."""

    books: dict[str, Book] = field(default_factory=dict)
    reads: Window = field(default_factory=Window)
    writes: Window = field(default_factory=Window)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"spreadsheets": len(self.books), "sheets": sum(len(book.sheets) for book in self.books.values())}


def new_sheet(sheet_id: int, title: str, index: int, rows: int = 1000, columns: int = 26) -> Sheet:
    """An empty sheet."""
    grid = {"rowCount": rows, "columnCount": columns}
    return Sheet({"sheetId": sheet_id, "title": title, "index": index, "sheetType": "GRID", "gridProperties": grid})
