"""Excel files (.xlsx, .xlsm without macros): a table in a worksheet, with all that is around it left as it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tieline.errors import ConfigError, Corrupt, Encrypted, TooLarge, UnknownName
from tieline.sync.side import Cell, CellError, Field
from tieline.tables.a1 import area, letters
from tieline.tables.excel import LAST_ROW, moment_of, why_not
from tieline.tables.model import Edits, Table, named, text
from tieline.tables.serial import has_time

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

#: Of all parts, unpacked: openpyxl takes about 50 times as much memory as a file has bytes.
LARGEST = 200 * 2**20
#: What openpyxl does not keep when it writes a workbook again, as its own documentation says.
_LOST = {
    "xl/drawings/": "pictures, shapes or charts",
    "xl/vbaProject": "macros",
    "xl/pivotTables/": "pivot tables",
    "xl/slicers/": "slicers",
    "xl/threadedComments/": "threaded comments",
    "xl/ctrlProps/": "form controls",
    "xl/connections": "data connections",
    "xl/richData/": "rich data types",
    "xl/externalLinks/": "links to other workbooks",
}
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Xlsx:
    """Where a table is in an Excel file, and how it is written.

    Args:
        sheet: The worksheet's name; empty for the first one.
        header_row: The row with the headers, counted from 1; the table goes from the row below to the last one that
            has a value.
        zone: The time zone of its times; cells have none.
        overwrite_formulas: Whether a value may take the place of a formula.
    """

    sheet: str = ""
    header_row: int = 1
    zone: str = "UTC"
    overwrite_formulas: bool = False

    def read(self, content: bytes) -> Table:
        """Read the table: results of formulas, dates as dates, errors as errors; rows and columns that are hidden, too.

        Raises:
            Corrupt: It is no Excel file.
            Encrypted: It needs a password.
            TooLarge: It is too large to be read.
            UnknownName: There is no such worksheet.
        """
        sheet = self._sheet(_opened(content))
        places, problems = self._headers(sheet)
        merged = _merged(sheet)
        rows: list[dict[str, Cell | CellError]] = []
        locked: dict[tuple[int, str], str] = {}
        formulas: dict[tuple[int, str], tuple[int, int]] = {}
        for index, (number, cells) in enumerate(self._rows(sheet, places)):
            rows.append({name: self._value(cells[place - 1]) for name, place in places.items()})
            for name, place in places.items():
                cell = cells[place - 1]
                if cell.data_type == "f":
                    formulas[index, name] = (number, place)
                if why := self._locked(cell, merged.get((number, place), "")):
                    locked[index, name] = why
        if formulas:
            results = self._sheet(_opened(content, results=True))
            for (index, name), at in formulas.items():
                rows[index][name] = self._value(results.cell(*at))
        stale = sum(1 for index, name in formulas if rows[index][name] is None)
        if stale:
            problems.append(
                f"{stale} formulas have an empty result, or none: Excel works them out when somebody opens the file "
                "and saves it."
            )
        return Table([Field(name) for name in places], rows, locked, problems)

    def edit(self, content: bytes, edits: Edits) -> bytes:
        """The file with what was changed; formats, formulas and other worksheets stay.

        Raises:
            ConfigError: It holds what would be lost, or a cell or row must not be changed.
        """
        _all_kept(content)
        book = _opened(content)
        sheet = self._sheet(book)
        places, _ = self._headers(sheet)
        numbers, merged = [number for number, _ in self._rows(sheet, places)], _merged(sheet)
        for index, cells in edits.updates.items():
            for name, value in cells.items():
                row, place = numbers[index], places[name]
                cell = sheet.cell(row, place)
                if why := self._locked(cell, merged.get((row, place), "")):
                    raise ConfigError(f"Cell {letters(place)}{row} cannot be written: {why}.")
                self._put(cell, value)
        last = numbers[-1] if numbers else self.header_row
        if last + len(edits.added) > LAST_ROW:
            raise ConfigError(f"A worksheet has {LAST_ROW:,} rows, and that would be more.")
        if edits.added and any(row > self.header_row for _, row in _totals(sheet)):
            raise ConfigError(
                "The table ends with a row of totals, which new rows cannot move.", hint="Hide it in Excel."
            )
        for number, new in enumerate(edits.added, last + 1):
            self._add(sheet, number, places, new, formats=last if numbers else 0)
        self._grow_tables(sheet, last, len(edits.added))
        if edits.removed:
            _removable(book, sheet)
            for index in sorted(edits.removed, reverse=True):
                sheet.delete_rows(numbers[index])
        # openpyxl keeps no results: Excel works them out when the file is opened.
        book.calculation.fullCalcOnLoad = True
        made = io.BytesIO()
        book.save(made)
        return made.getvalue()

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is."""
        del column
        return why_not(value, ZoneInfo(self.zone))

    def _sheet(self, book: Workbook) -> Worksheet:
        from openpyxl.worksheet.worksheet import Worksheet  # noqa: PLC0415 - as above

        sheets = {one.title: one for one in book.worksheets if isinstance(one, Worksheet)}
        if self.sheet and self.sheet not in sheets:
            raise UnknownName("worksheet", self.sheet, sheets)
        if not sheets:
            raise Corrupt("It has no worksheet.")
        return sheets[self.sheet or next(iter(sheets))]

    def _headers(self, sheet: Worksheet) -> tuple[dict[str, int], list[str]]:
        """The columns that have a name of their own, counted from 1."""
        width = sheet.max_column
        while width > 1 and sheet.cell(self.header_row, width).value is None:
            width -= 1
        if width == 1 and sheet.cell(self.header_row, 1).value is None:
            return {}, []
        headers = [text(self._value(sheet.cell(self.header_row, place))) for place in range(1, width + 1)]
        places, problems = named(headers)
        return {name: place + 1 for name, place in places.items()}, problems

    def _rows(self, sheet: Worksheet, places: dict[str, int]) -> Iterator[tuple[int, Sequence[Any]]]:
        """The rows of the table that are not wholly blank, without totals of Excel's own tables."""
        below = {row for _, row in _totals(sheet)}
        wanted = [place - 1 for place in places.values()]
        for number, row in enumerate(sheet.iter_rows(min_row=self.header_row + 1), self.header_row + 1):
            if number not in below and any(row[place].value is not None for place in wanted):
                yield number, row

    def _locked(self, cell: Any, merged: str) -> str:
        if merged:
            return f"it is merged with {merged}"
        if cell.data_type == "f" and not self.overwrite_formulas:
            return "it holds a formula"
        return "it holds a time of day" if isinstance(cell.value, time | timedelta) else ""

    def _value(self, cell: Any) -> Cell | CellError:
        """What a cell shows, in Python's words."""
        value = cell.value
        if cell.data_type == "e":
            return CellError(str(value))
        if isinstance(value, datetime):
            plain = value.time() == time() and not has_time(cell.number_format)
            return value.date() if plain else moment_of(value, ZoneInfo(self.zone))
        if isinstance(value, bool | int | float | str | date) or value is None:
            return value
        # Times of day and spans of time have no place in a sync but as texts; rich texts lose their styles.
        return str(value)

    def _put(self, cell: Any, value: Cell) -> None:
        """Write a value; a text stays one, whatever it looks like."""
        if isinstance(value, list):
            value = text(value)
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        if isinstance(value, date) and value.year < cell.parent.parent.epoch.year:
            raise ConfigError(f"{value} is before the workbook's first day.", hint="Its dates are counted from 1904.")
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            # Or somebody who edits the text in Excel makes a formula of it.
            cell.quotePrefix = value.startswith(("=", "+", "-", "@"))

    def _add(self, sheet: Any, number: int, places: dict[str, int], row: Any, *, formats: int) -> None:
        """Write a new row, in the formats of the last one."""
        for name, place in places.items():
            cell = sheet.cell(number, place)
            if formats:
                cell._style = copy(sheet.cell(formats, place)._style)  # noqa: SLF001 - openpyxl's pages do the same
            if row.get(name) is not None:
                self._put(cell, row[name])

    def _grow_tables(self, sheet: Worksheet, last: int, by: int) -> None:
        """Let a table of Excel's that ends with the last row take the new rows in."""
        from openpyxl.utils.cell import range_boundaries  # noqa: PLC0415 - as above

        for table in sheet.tables.values():
            left, top, right, bottom = range_boundaries(table.ref)
            if by and bottom == last and left and right:
                table.ref = f"{letters(left)}{top}:{letters(right)}{last + by}"
                if table.autoFilter is not None:
                    table.autoFilter.ref = table.ref


def _opened(content: bytes, *, results: bool = False) -> Workbook:
    """The workbook: its formulas, or their results."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as above

    _parts(content)
    try:
        return load_workbook(io.BytesIO(content), data_only=results, rich_text=not results)
    except Exception as exc:  # noqa: BLE001 - openpyxl lets through whatever a broken file makes happen
        why = str(exc).partition("\n")[0][:200]
        raise Corrupt(f"It cannot be read as an Excel file: {why}.", hint="Open it in Excel, and save it.") from None


def _parts(content: bytes) -> list[str]:
    """The names of its parts. Errors: Encrypted, Corrupt, TooLarge."""
    if content.startswith(_OLE):
        raise Encrypted(
            "It has a password, or is a workbook of Excel 97.", hint="Save it as .xlsx, without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise Corrupt("It is no Excel file.", hint="It must be .xlsx.") from None
    size = sum(part.file_size for part in parts)
    if size > LARGEST:
        raise TooLarge(
            f"It has {size / 2**20:,.0f} MB unpacked, and {LARGEST / 2**20:,.0f} MB are read.", limit="bytes"
        )
    return [part.filename for part in parts]


def _all_kept(content: bytes) -> None:
    """Refuse to write a workbook that would lose something. Errors: ConfigError."""
    names = _parts(content)
    lost = sorted({what for start, what in _LOST.items() if any(name.startswith(start) for name in names)})
    if lost:
        raise ConfigError(
            f"The workbook has {' and '.join(lost)}, which would be lost.",
            hint="Keep the table in a workbook of its own, or write it on SharePoint. Nothing was written.",
        )


def _totals(sheet: Worksheet) -> list[tuple[str, int]]:
    """Tables of Excel's that end with a row of totals, and which row that is."""
    return [(name, area(one.ref).last_row) for name in sheet.tables if (one := sheet.tables[name]).totalsRowCount]


def _calculates(sheet: Worksheet) -> bool:
    return any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def _merged(sheet: Worksheet) -> dict[tuple[int, int], str]:
    """Cells that lie below another one, and which; only that one has a value."""
    found = {}
    for one in sheet.merged_cells.ranges:
        first = (one.min_row, one.min_col)
        for row in range(one.min_row, one.max_row + 1):
            for column in range(one.min_col, one.max_col + 1):
                if (row, column) != first:
                    found[row, column] = f"{letters(first[1])}{first[0]}"
    return found


def _removable(book: Workbook, sheet: Worksheet) -> None:
    """Refuse to take rows away where formulas and areas would not move along. Errors: ConfigError."""
    bound = {
        "formulas": any(map(_calculates, book.worksheets)),
        "merged cells": bool(sheet.merged_cells.ranges),
        # openpyxl writes their targets into cells that are blank then: into a row that is none.
        "links": any(cell.hyperlink for row in sheet.iter_rows() for cell in row),
        "tables": bool(sheet.tables),
        "conditional formats": len(sheet.conditional_formatting) > 0,
        "validated cells": bool(sheet.data_validations and sheet.data_validations.dataValidation),
        "names": bool(book.defined_names) or bool(sheet.defined_names),
    }
    there = [what for what, is_there in bound.items() if is_there]
    if there:
        raise ConfigError(
            f"Rows cannot be taken away from a workbook with {' and '.join(there)}: these would not move along.",
            hint="Mark the rows instead (deletes=mark). Nothing was written.",
        )
