"""A sheet of Google Sheets as a side of a sync; its rules stand in docs/decisions/sync-sheets.md."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from functools import partial
from typing import Any

from flows.sides.sheet_cells import formula_of, locked, shows, value_of, why_not, zone_of
from flows.sides.sheet_grid import Header, Row, Sheet, check_merges, covered, keyed, rows_of, used
from flows.sides.sheet_writing import Found, Writing
from tasks import google_sheets
from tasks.google_sheets import Grid, GridAnswer
from tieline.errors import ConfigError, Conflict, UnknownName
from tieline.sync.side import Cell, Change, Field, Reading, Written

#: Rows of one call: with the usual dozen of columns Google answers within its time limit of 180 seconds.
BLOCK = 60_000
_LINK = re.compile(r"https://docs\.google\.com/spreadsheets/(?:u/\d+/)?d/([\w-]+)(?:/[^#?]*)?(?:[#?].*?\bgid=(\d+))?.*")
_OPTIONS = ("header_row", "formulas")
_TRIES = 3


async def open(connection: str, place: str, *, keys: Sequence[str], **options: str) -> SheetSide:  # noqa: A001 - the protocol's word
    """A sheet.

    Args:
        connection: The saved block's name.
        place: "SPREADSHEET-ID/Sheet name", or the link that a browser shows while one looks at the sheet.
        keys: The key columns.
        options: `header_row`, the row with the names of the columns (1); `formulas`, names of columns, with commas
            between them, whose formulas are read and written as such.

    Raises:
        ConfigError: The place or an option is not written like that.
        UnknownName: There is no such option.
    """
    for name in options:
        if name not in _OPTIONS:
            raise UnknownName("option of a sheet", name, _OPTIONS)
    header = options.get("header_row", "1")
    if not re.fullmatch(r"[1-9]\d{0,6}", header):
        raise ConfigError(f"header_row is {header!r}: it is the number of a row, such as 1.")
    formulas = {name.strip() for name in options.get("formulas", "").split(",")} - {""}
    spreadsheet, title = await _found(connection, place)
    return SheetSide(connection, Sheet(spreadsheet, title, int(header)), keys, formulas)


async def _found(connection: str, place: str) -> tuple[str, str]:
    """The spreadsheet, and the sheet's name."""
    if link := _LINK.fullmatch(place.strip()):
        sheets = await google_sheets.list_sheets(connection, spreadsheet_id=link[1])
        for sheet in sheets:
            if link[2] is None or sheet.sheet_id == int(link[2]):
                return link[1], sheet.title
        raise ConfigError(f"The spreadsheet has no sheet with the gid {link[2]}.", hint="Copy its link again.")
    spreadsheet, _, title = place.partition("/")
    if not title or not re.fullmatch(r"[\w-]+", spreadsheet):
        hint = 'Write "SPREADSHEET-ID/Sheet name", or paste the link from the browser.'
        raise ConfigError(f"{place[:80]!r} names no sheet.", hint=hint)
    return spreadsheet, title


class SheetSide:
    """A sheet, whose rows are found by their keys.

    Args:
        connection: The saved block's name.
        sheet: Which sheet, and where its header is.
        keys: The key columns.
        formulas: Columns whose formulas are read and written as such.
    """

    #: Each has a call that finds the rows, one that makes room, and one that writes.
    batch = 10_000
    tells_gone = True

    def __init__(self, connection: str, sheet: Sheet, keys: Sequence[str], formulas: set[str]) -> None:
        self._connection, self._sheet, self._keys, self._formulas = connection, sheet, list(keys), formulas
        self._zone: tzinfo = UTC
        self._header = Header()
        self._columns: list[str] = []
        self._book = ""
        #: The last row that is used (counted from 1), and how many of those at the end have no key.
        self._end, self._keyless = sheet.header_row, 0

    @property
    def label(self) -> str:
        """What people call it; the spreadsheet's name is known once it was read."""
        return f"{self._sheet.title}{f' in {self._book}' if self._book else ''} (Google Sheets)"

    def fits(self, column: Field, value: Cell) -> str:  # noqa: ARG002 - the protocol's
        """Why a cell would not keep a value as it is; empty if it would."""
        return why_not(value, self._zone)

    # Reading

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read all rows; see `tieline.sync.side.Side`.

        Raises:
            ConfigError: The header has merged cells.
            Conflict: Rows come and go all the time.
            NotFound: There is no such sheet.
        """
        for _ in range(_TRIES):
            answers = await self._answers(since.split())
            mark = " ".join(answer.digest for answer in answers)
            if mark == since:
                return Reading((), (), mark, unchanged=True, reread=partial(self._reread, answers, columns, mark))
            grids = [answer.read() for answer in answers]
            # Where a row went between two calls, another moved up, and is in neither answer.
            if len({grid.sheets[0].properties.grid_properties.row_count for grid in grids}) == 1:
                return self._reading(grids, columns, mark)
        raise Conflict(f"Rows of {self.label} come and go while they are read.", hint="Try again later.")

    async def _answers(self, known: Sequence[str]) -> list[GridAnswer]:
        answers = [await self._block(0, known)]
        blocks = len(known) if answers[0].grid is None else self._blocks(answers[0].grid)
        return answers + [await self._block(number, known) for number in range(1, blocks)]

    async def _block(self, number: int, known: Sequence[str]) -> GridAnswer:
        first = self._sheet.header_row + number * BLOCK
        return await google_sheets.read_grid(
            self._connection,
            spreadsheet_id=self._sheet.spreadsheet,
            ranges=[self._sheet.lines(first, first + BLOCK - 1)],
            known=known[number] if number < len(known) else "",
        )

    def _blocks(self, grid: Grid) -> int:
        rows = grid.sheets[0].properties.grid_properties.row_count
        return -(-(rows - self._sheet.header_row + 1) // BLOCK)

    def _take(self, grid: Grid) -> None:
        """Take note of what a spreadsheet is like."""
        self._book, self._zone = grid.properties.title, zone_of(grid.properties.time_zone)
        self._sheet.take(grid.sheets[0].properties)
        check_merges(grid.sheets[0].merges, self._sheet.header_row, self.label)

    def _reread(self, answers: Sequence[GridAnswer], columns: Sequence[str], mark: str) -> Reading:
        return self._reading([answer.read() for answer in answers], columns, mark)

    def _reading(self, grids: Sequence[Grid], columns: Sequence[str], mark: str) -> Reading:
        self._take(grids[0])
        cells = {row: line for grid in grids for row, line in rows_of(grid.sheets[0]).items()}
        self._header, self._columns = Header.of(cells.pop(self._sheet.header_row - 1, {})), list(columns)
        keys = self._places(self._keys)
        rows = {row: cells[row] for row in sorted(cells) if used(cells[row], keys)}
        self._note_end(rows, keys)
        if self._header.blank:
            # An empty sheet has any column: its header is written with the first row.
            fields = () if rows else tuple(Field(name) for name in columns)
            return Reading(fields, (), mark, problems=self._headless(rows))
        wanted = {place: name for name, place in self._header.columns.items() if not columns or name in columns}
        told, closed = self._told(rows, wanted)
        numbers = {row: number for number, row in enumerate(rows)}
        for row, column, why in covered(grids[0].sheets[0].merges, self._end, wanted):
            if row in numbers:
                closed[numbers[row], wanted[column]] = why
        fields = tuple(Field(wanted[place]) for place in sorted(wanted))
        return Reading(fields, told, mark, locked=closed, problems=self._problems(columns, rows))

    def _told(
        self, rows: Mapping[int, Row], wanted: Mapping[int, str]
    ) -> tuple[list[dict[str, object]], dict[tuple[int, str], str]]:
        """The rows in Python's words, and which cells must not be written."""
        told: list[dict[str, object]] = []
        closed: dict[tuple[int, str], str] = {}
        blank: Mapping[str, Any] = {}
        for number, row in enumerate(rows.values()):
            line: dict[str, object] = {}
            for place, name in wanted.items():
                cell = row.get(place, blank)
                if name in self._formulas and (formula := formula_of(cell)):
                    line[name] = formula
                    continue
                line[name] = value_of(cell, self._zone)
                if cell and (why := locked(cell)):
                    closed[number, name] = why
            told.append(line)
        return told, closed

    def _headless(self, rows: Mapping[int, Row]) -> Sequence[str]:
        if not rows:
            return ()
        return (f"Row {self._sheet.header_row} of {self.label} has no names of columns, though there are rows below.",)

    def _problems(self, columns: Sequence[str], rows: Mapping[int, Row]) -> Sequence[str]:
        """What is wrong with headers, as far as it concerns the columns that are needed."""
        found = [
            f"{self.label} has the header {name!r} more than once, in columns {_letters(places)}: they were left out."
            for name, places in self._header.doubled.items()
            if not columns or name in columns
        ]
        if not columns:
            filled = {place for row in rows.values() for place, cell in row.items() if shows(cell)}
            nameless = sorted(filled - self._header.named)
            found += [
                f"{self.label} has no header above column {_letters([place])}: it was left out." for place in nameless
            ]
        return tuple(found)

    def _note_end(self, rows: Mapping[int, Row], keys: Sequence[int]) -> None:
        self._end = max(rows, default=self._sheet.header_row - 1) + 1
        last = max((row for row, line in rows.items() if keyed(line, keys)), default=self._sheet.header_row - 1) + 1
        self._keyless = self._end - last

    def _places(self, names: Sequence[str]) -> list[int]:
        return [self._header.columns[name] for name in names if name in self._header.columns]

    # Writing

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows; see `tieline.sync.side.Side`.

        Raises:
            ConfigError: A column is not there any more, or rows have no header.
            Conflict: Somebody moved columns around all the time.
            Rejected: There would be too many cells.
        """
        if not changes:
            return []
        writing = Writing(changes, self._keys, self._zone, self._formulas)
        found = await self._locate(writing)
        writing.place(found)
        for requests in writing.preparing(found):
            await self._change(requests)
        for entered, ranges in writing.values(found):
            await google_sheets.batch_update_values(
                self._connection, spreadsheet_id=self._sheet.spreadsheet, changes=ranges, entered=entered
            )
        for requests in writing.deleting(found):
            await self._change(requests)
        self._header = found.header
        self._end, self._keyless = writing.end(found), 0 if writing.inserted else self._keyless
        return writing.answers

    async def _change(self, requests: list[dict[str, dict[str, Any]]]) -> None:
        await google_sheets.batch_update(self._connection, spreadsheet_id=self._sheet.spreadsheet, requests=requests)

    async def _locate(self, writing: Writing) -> Found:
        """Where the rows are now; people move them, and columns, too."""
        for _ in range(_TRIES):
            everything, before = self._header.blank, self._header.columns
            answer = await google_sheets.read_grid(
                self._connection, spreadsheet_id=self._sheet.spreadsheet, ranges=self._ranges(writing)
            )
            grid = answer.read()
            self._take(grid)
            cells = rows_of(grid.sheets[0])
            self._header = Header.of(cells.pop(self._sheet.header_row - 1, {}))
            if everything and self._header.blank:
                return self._begun(writing, cells)
            self._check_names(writing.names)
            if everything or all(before.get(name) == self._header.columns[name] for name in writing.names):
                return self._where(cells, everything=everything)
        raise Conflict(f"The columns of {self.label} are being moved. Nothing was written.", hint="Try again later.")

    def _ranges(self, writing: Writing) -> list[str]:
        """What tells where rows are: the header, the keys, columns of dates for their formats, what is below."""
        sheet = self._sheet
        if self._header.blank:
            return [sheet.lines(sheet.header_row)]
        needed = sorted(set(self._places([*self._keys, *writing.moments])))
        ranges = [sheet.lines(sheet.header_row, sheet.header_row), *(sheet.column(place) for place in needed)]
        return [*ranges, sheet.lines(self._end + 1)] if writing.inserts and self._end < sheet.rows else ranges

    def _begun(self, writing: Writing, cells: Mapping[int, Row]) -> Found:
        """An empty sheet, and the header that it gets."""
        if any(used(row, ()) for row in cells.values()):
            raise ConfigError(f"{self._headless(cells)[0]} Nothing was written.", hint="Write the header again.")
        names = self._columns or writing.names
        return Found(
            self._sheet,
            Header({name: place for place, name in enumerate(names)}),
            {},
            self._sheet.header_row,
            begun=True,
        )

    def _check_names(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self._header.columns:
                what = f"has the column {name!r} twice" if name in self._header.doubled else f"has no column {name!r}"
                hint = "Mend the header, and sync again."
                raise ConfigError(f"{self.label} {what} now. Nothing was written.", hint=hint)

    def _where(self, cells: Mapping[int, Row], *, everything: bool) -> Found:
        keys = self._places(self._keys)
        if everything:
            self._note_end({row: line for row, line in cells.items() if used(line, keys)}, keys)
            return Found(self._sheet, self._header, cells, self._end)
        last = max((row for row, line in cells.items() if keyed(line, keys)), default=self._sheet.header_row - 1) + 1
        below = max((row for row, line in cells.items() if row >= self._end and used(line, keys)), default=-1) + 1
        return Found(self._sheet, self._header, cells, max(last + self._keyless, below))


def _letters(places: Sequence[int]) -> str:
    return " and ".join(google_sheets.letters(place + 1) for place in places)
