"""A simulated spreadsheet, and what people do in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from flows.sides import open_side
from tests.sync.simulated import Clock, simulated
from tieline.sandbox.google_sheets import values
from tieline.sandbox.google_sheets.memory import Sheet, Workbooks, new_sheet
from tieline.sandbox.google_sheets.seed import DESK
from tieline.sync.model import Place
from tieline.sync.side import Change, Reading, Side

HEADER = ["id", "name", "when"]


class Desk:
    """What people do in the spreadsheet."""

    def __init__(self, memory: Workbooks, asked: list[str]) -> None:
        self.book, self.asked = memory.books[DESK], asked
        self.book.sheets.append(new_sheet(7, "Team's list", 2, 20, 6))

    @property
    def sheet(self) -> Sheet:
        """The sheet that is synced."""
        return self.book.sheets[2]

    def type(self, top: int, *rows: Sequence[Any]) -> None:
        """As somebody types it, from row `top` on."""
        values.write(self.sheet, top - 1, 0, [list(row) for row in rows], "USER_ENTERED")

    def row(self, number: int) -> list[Any]:
        """What stands in a row, formulas as such."""
        cells = self.sheet.rows.get(number - 1, {})
        held = [cells.get(column, {}).get("userEnteredValue") for column in range(max(cells, default=-1) + 1)]
        return [next(iter(one.values())) if one else None for one in held]

    @property
    def calls(self) -> list[str]:
        """What was asked since the last time."""
        made = [one.partition(DESK)[2] or "GET" for one in self.asked if DESK in one]
        self.asked.clear()
        return made

    async def side(self, *keys: str, **options: str) -> Side:
        place = Place(connection="google_sheets/main", place=f"{DESK}/{self.sheet.title}", options=options)
        return await open_side(place, list(keys) or ["id"])


def new(**cells: Any) -> Change:
    return Change({"id": cells["id"]}, cells=cells, new=True)


def edit(key: Any, **cells: Any) -> Change:
    return Change({"id": key}, cells=cells)


def gone(key: Any) -> Change:
    return Change({"id": key}, gone=True)


async def read(side: Side, *columns: str, since: str = "") -> tuple[Reading, list[dict[str, Any]]]:
    reading = await side.read(columns, since)
    return reading, [dict(row) for row in reading.rows]


@contextmanager
def sheet_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The spreadsheet, and a connection `main` to it."""
    with simulated(monkeypatch, "google_sheets", Clock(), tickets=1) as (app, asked):
        yield Desk(app.state[Workbooks], asked)
