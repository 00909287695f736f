"""A table of a workbook on SharePoint or OneDrive as a side of a sync; `place` is the workbook's path.

Options: `site` (a SharePoint site, HOST:/sites/NAME) or `drive` (the id of a library); without them it is in one's own
OneDrive. `table` (a table of Excel's) or `worksheet` (by default the first one), and with that `header_row`. `zone` of
its times (UTC, if it is left out), as cells have none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.sides.excel_grid import Cells, Grid, Made, blocks, grid_of, pieces, rows_of, runs
from tasks import excel
from tieline.errors import ConfigError, NotFound, Rejected
from tieline.sync.side import Cell, Change, Field, Reading, Written
from tieline.tables.a1 import Area, area
from tieline.tables.excel import LAST_ROW, why_not
from tieline.tables.model import text

#: What Excel says when an answer would be larger than it allows.
_TOO_LARGE = frozenset({"responsePayloadSizeLimitExceeded", "rangeExceedsLimit"})


async def open(  # noqa: A001 - what each module of sides calls it
    connection: str,
    place: str,
    *,
    keys: Sequence[str],
    site: str = "",
    drive: str = "",
    table: str = "",
    worksheet: str = "",
    header_row: str = "1",
    zone: str = "UTC",
) -> ExcelSide:
    """Find a workbook.

    Args:
        connection: The saved block's name.
        place: The workbook's path, such as Reports/orders.xlsx.
        keys: The columns that tell its rows apart.
        site: The site in whose library it is.
        drive: The library, or the OneDrive.
        table: A table of Excel's.
        worksheet: Or a worksheet.
        header_row: The worksheet's row with the headers, counted from 1.
        zone: Of its times.

    Raises:
        NotFound: There is no such workbook.
        ConfigError: An option says something that it cannot say.
    """
    if table and worksheet:
        raise ConfigError("A table and a worksheet are given.", hint="The table alone is enough.")
    if not header_row.isdecimal() or not int(header_row):
        raise ConfigError(f"header_row is {header_row!r}.", hint="Give the number of a row; the first one is 1.")
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigError(f"There is no time zone {zone!r}.", hint='Write it like "Europe/Berlin".') from None
    book = await excel.find_workbook(connection, path=place, site=site, drive_id=drive)
    if book is None:
        raise NotFound(f"There is no workbook {place!r}.", hint="Check its path, and the site or the drive.")
    at = {"drive_id": book.parent_reference.drive_id or drive, "item_id": book.id}
    where = _Where(f"{connection}: {book.name}", table, worksheet, int(header_row), there)
    return ExcelSide(connection, at, list(keys), where)


@dataclass(frozen=True, slots=True)
class _Where:
    """What of a workbook is synced, and the time zone of its times."""

    book: str
    table: str
    worksheet: str
    header_row: int
    zone: ZoneInfo


class ExcelSide:
    """A table, or a worksheet with a header.

    Args:
        connection: The saved block's name.
        at: Its drive and item.
        keys: The columns that tell its rows apart.
        where: What of it is synced.
    """

    batch = 10_000
    tells_gone = True

    def __init__(self, connection: str, at: Mapping[str, Any], keys: list[str], where: _Where) -> None:
        self.label = f"{where.table or where.worksheet or 'the first worksheet'} in {where.book}"
        self._connection, self._at, self._keys, self._where, self._zone = connection, dict(at), keys, where, where.zone

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:
        """Read all rows; one call tells that nothing has changed. See `tieline.sync.side.Side`."""
        mark = (await excel.get_workbook(self._connection, **self._at)).c_tag
        if since and mark == since:
            return Reading((), (), mark, unchanged=True)
        grid = await self._read("")
        names = [name for name in grid.columns if not columns or name in columns]
        filled = grid.filled
        locked = {
            (number, name): grid.locked[row, grid.columns[name]]
            for number, row in enumerate(filled)
            for name in names
            if (row, grid.columns[name]) in grid.locked
        }
        fields = [Field(name) for name in names]
        return Reading(fields, [grid.row(row) for row in filled], mark, locked=locked, problems=grid.problems)

    def fits(self, column: Field, value: Cell) -> str:
        """Why a value would not stand there as it is; empty if it would."""
        del column
        return why_not(value, self._zone)

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Write rows: what changes in as few calls as hold it, then new rows, then those that go.

        Rows are looked for anew, and cells that somebody has changed meanwhile are left alone.
        See `tieline.sync.side.Side`.
        """
        async with self._session() as session:
            grid = await self._read(session)
            made = Made(grid, self._zone)
            if missing := [name for name in self._keys if name not in grid.columns]:
                raise ConfigError(f"There is no column {missing[0]!r} any more.", hint="Nothing was written.")
            places = grid.places(self._keys)
            for change in changes:
                made.put(change, places.get(tuple(text(change.key[name]) for name in self._keys), []))
            await self._update(session, grid, made.updates, made.formats)
            await self._append(session, grid, made)
            for first, last in reversed(list(runs(made.removed))):
                address = str(grid.area.part(first + 1, last - first + 1))
                await excel.delete_range(
                    self._connection, **self._at, worksheet=grid.worksheet, address=address, session_id=session
                )
            return made.said

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[str]:
        """A session for some calls; one that cannot be closed ends by itself."""
        session = (await excel.create_session(self._connection, **self._at)).id
        yield session
        await excel.close_session(self._connection, **self._at, session_id=session)

    async def _read(self, session: str) -> Grid:
        worksheet, whole = await self._place(session)
        parts = [part async for part in self._parts(worksheet, whole, session)]
        return grid_of(worksheet, whole, parts, self._zone)

    async def _place(self, session: str) -> tuple[str, Area]:
        """The worksheet, and the cells of the table in it, the header's row included and totals not."""
        if self._where.table:
            name = self._where.table.casefold()
            tables = await excel.list_tables(self._connection, **self._at, session_id=session)
            totals = any(one.show_totals for one in tables if name in {one.name.casefold(), one.id})
            found = await excel.read_table(
                self._connection, **self._at, table=self._where.table, parts=(), session_id=session
            )
            whole = area(found.address)
            sheet = found.address.rpartition("!")[0]
            sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            return sheet, whole.part(0, whole.rows - 1) if totals else whole
        worksheet = self._where.worksheet or await self._first(session)
        found = await excel.read_range(self._connection, **self._at, worksheet=worksheet, parts=(), session_id=session)
        used = area(found.address)
        last = max(used.last_row, self._where.header_row)
        return worksheet, Area(self._where.header_row, used.first_column, last, used.last_column)

    async def _first(self, session: str) -> str:
        sheets = await excel.list_worksheets(self._connection, **self._at, session_id=session)
        shown = [one for one in sheets if one.visibility == "Visible"]
        first: excel.Sheet = min(shown, key=lambda one: one.position)
        return first.name

    async def _parts(self, worksheet: str, whole: Area, session: str) -> AsyncIterator[excel.Range]:
        """An area in as few calls as Excel answers; where texts are long, in more."""
        left = list(pieces(whole))
        while left:
            piece = left.pop(0)
            try:
                yield await excel.read_range(
                    self._connection, **self._at, worksheet=worksheet, address=str(piece), session_id=session
                )
            except Rejected as exc:
                if exc.code not in _TOO_LARGE or piece.rows == 1:
                    raise
                half = piece.rows // 2
                left[:0] = [piece.part(0, half), piece.part(half, piece.rows - half)]

    async def _update(self, session: str, grid: Grid, values: Cells, formats: Cells) -> None:
        """Write cells; in between stands null, which Excel leaves alone."""
        for rows, columns in blocks(values, formats):
            shapes = rows_of(formats, rows, columns)
            await excel.update_range(
                self._connection,
                **self._at,
                worksheet=grid.worksheet,
                address=str(grid.place(rows, columns)),
                values=rows_of(values, rows, columns),
                number_format=shapes if any(one is not None for row in shapes for one in row) else None,
                session_id=session,
            )

    async def _append(self, session: str, grid: Grid, made: Made) -> None:
        """Write new rows: a table takes them in, below a worksheet's last row there is room."""
        if not made.added:
            return
        first = len(grid.values) if self._where.table else max(grid.filled, default=-1) + 1
        if grid.area.first_row + first + len(made.added) > LAST_ROW:
            raise ConfigError(f"A worksheet has {LAST_ROW:,} rows, and that would be more.")
        values, formats = made.new_cells(first)
        if not self._where.table:
            await self._update(session, grid, values, formats)
            return
        for rows, _ in blocks(values, {}):
            await excel.append_rows(
                self._connection,
                **self._at,
                table=self._where.table,
                values=rows_of(values, rows, range(grid.area.columns)),
                rows_before=rows[0],
                session_id=session,
            )
        await self._update(session, grid, {}, formats)
