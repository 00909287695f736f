"""Workbooks on SharePoint as sides of a sync, played by the simulated Excel over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from blocks.excel import ExcelCredentials
from flows.sides import excel_grid, open_side
from flows.sides.excel_grid import blocks, runs, same
from tasks import excel
from tieline import connections, observe
from tieline.errors import ConfigError, NotFound
from tieline.inbox import scope
from tieline.sandbox import Sandbox, running
from tieline.sandbox.excel.memory import Book, Cell, Workbooks
from tieline.sandbox.excel.seed import ORDERS
from tieline.sync import CellError, Change, Place, Reading, Side

PATH = "Reports/orders.xlsx"


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def sandbox(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    served.app.reset()
    block = ExcelCredentials(**served.connection("excel"), rate="100000/minute")

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield served


def book(sandbox: Sandbox) -> Book:
    return sandbox.state[Workbooks].books[ORDERS]


async def side(keys: list[str], **options: str) -> Side:
    return await open_side(Place(connection="excel/desk", place=PATH, options=options), keys)


def rows(reading: Reading) -> list[dict[str, Any]]:
    assert isinstance(reading.rows, list)
    return reading.rows


async def write(table: Side, *changes: Change) -> list[str]:
    return [one.refused for one in await table.write(changes)]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    monkeypatch.setattr(observe, "record", lambda call: made.append(call.action))
    return made


async def test_cells_are_told_in_pythons_words(sandbox: Sandbox) -> None:
    table = await side(["Order"], zone="Europe/Berlin")
    assert isinstance(table, Side)
    book(sandbox).sheets[0].cells[2, 6] = Cell(46347.5, number_format="yyyy-mm-dd hh:mm")
    read = await table.read([])
    first, second, _, last = rows(read)
    assert first == {
        "Order": "0007",
        "Customer": "Ann Moss",
        "Lamps": 2,
        "Price": 120,
        "Total": 240,
        "Paid": True,
        "Shipped": date(2026, 11, 20),
    }
    assert second["Shipped"] == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert (last["Customer"], last["Total"], last["Shipped"]) == ('=IMPORTXML("x")', CellError("#DIV/0!"), None)
    assert read.locked == {(row, "Total"): "it holds a formula" for row in range(4)}


async def test_that_nothing_has_changed_costs_one_call(sandbox: Sandbox, calls: list[str]) -> None:
    table = await side(["Order"])
    mark = (await table.read([])).mark
    calls.clear()
    assert (await table.read([], mark)).unchanged
    assert calls == ["get_workbook"]
    sandbox.state[Workbooks].touch(ORDERS)
    assert not (await table.read([], mark)).unchanged


@pytest.mark.parametrize("where", ({"worksheet": "My orders"}, {"table": "orders"}), ids=["worksheet", "table"])
async def test_what_is_written_is_read_and_written_twice_is_written_once(
    sandbox: Sandbox, where: dict[str, str], calls: list[str]
) -> None:
    table = await side(["Order"], **where)
    moment = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    new: dict[str, Any] = {"Order": "0011", "Customer": "=1+2", "Price": Decimal("1.50"), "Shipped": moment}
    changes = (
        Change({"Order": "0011"}, "", new, new=True),
        Change({"Order": "0007"}, "", {"Customer": "1/1/2016", "Lamps": None}, before={"Customer": "Ann Moss"}),
        Change({"Order": "0009"}, "", {"Shipped": date(2026, 12, 1)}),
        Change({"Order": "0008"}, gone=True),
    )
    calls.clear()
    assert await write(table, *changes) == [""] * 4
    assert calls.count("update_range") == 2
    again = Change({"Order": "0007"}, "", {"Customer": "1/1/2016", "Lamps": None})
    assert await write(table, changes[0], again, *changes[2:]) == [""] * 4
    found = rows(await table.read([]))
    assert [row["Order"] for row in found] == ["0007", "0009", "0010", "0011"]
    assert (found[0]["Customer"], found[0]["Lamps"]) == ("1/1/2016", None)
    assert found[1]["Shipped"] == date(2026, 12, 1)
    assert (found[3]["Customer"], found[3]["Price"], found[3]["Shipped"]) == ("=1+2", 1.5, moment)
    assert book(sandbox).tables[0].last_row == (4 if where == {"table": "orders"} else 3)
    assert not sandbox.state[Workbooks].sessions


async def test_a_row_that_cannot_be_written_does_not_keep_others_from_it(sandbox: Sandbox) -> None:
    book(sandbox).sheets[0].enter(5, 0, "'0010")
    table = await side(["Order"])
    refused = await write(
        table,
        Change({"Order": "0007"}, "", {"Total": 5}),
        Change({"Order": "0007"}, "", {"Customer": "x"}, before={"Customer": "Somebody else"}),
        Change({"Order": "0010"}, "", {"Customer": "x"}),
        Change({"Order": "none"}, "", {"Customer": "x"}),
        Change({"Order": "none"}, gone=True),
        Change({"Order": "0009"}, "", {"Colour": "x"}),
        Change({"Order": "0009"}, "", {"Customer": "written"}),
    )
    words = ("formula", "meanwhile", "Several", "gone", "", "no column", "")
    assert [word in said and bool(said) == bool(word) for word, said in zip(words, refused, strict=True)] == [True] * 7
    assert [row["Customer"] for row in rows(await table.read(["Customer"]))][2] == "written"


async def test_rows_go_from_below(sandbox: Sandbox) -> None:
    table = await side(["Order"], table="Orders")
    gone = [Change({"Order": order}, gone=True) for order in ("0007", "0009")]
    assert await write(table, *gone) == ["", ""]
    assert [row["Order"] for row in rows(await table.read([]))] == ["0008", "0010"]
    assert book(sandbox).tables[0].last_row == 2


@pytest.mark.usefixtures("sandbox")
async def test_a_table_says_how_many_rows_it_has_before_more_are_appended(monkeypatch: pytest.MonkeyPatch) -> None:
    before: list[int] = []
    whole = excel.append_rows

    async def counted(*args: Any, rows_before: int, **how: Any) -> Any:
        before.append(rows_before)
        return await whole(*args, rows_before=rows_before, **how)

    monkeypatch.setattr(excel, "append_rows", counted)
    monkeypatch.setattr(excel_grid, "CELLS", 1)
    new = [Change({"Order": order}, "", {"Order": order}, new=True) for order in ("a", "b")]
    assert await write(await side(["Order"], table="Orders"), *new) == ["", ""]
    assert before == [4, 5]


async def test_a_large_worksheet_is_read_and_written_in_parts(
    sandbox: Sandbox, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_grid, "CELLS", 14)
    table = await side(["Order"])
    calls.clear()
    assert len(rows(await table.read([]))) == 4
    assert calls.count("read_range") == 4
    sheet = book(sandbox).sheets[0]
    for row in range(1, 200):
        sheet.enter(row, 1, "'" + "x" * 32_000)
    monkeypatch.setattr(excel_grid, "CELLS", 20_000)
    assert len(rows(await table.read([]))) == 199


async def test_headers_and_totals_are_not_rows(sandbox: Sandbox) -> None:
    sheet = book(sandbox).add_sheet("Other")
    given: list[list[Any]] = [["Title"], [], ["id", "a", "a", ""], [1, 2, 3, 4], [], [5, 6, 7, 8]]
    for row, cells in enumerate(given):
        for column, value in enumerate(cells):
            sheet.enter(row, column, value)
    read = await (await side(["id"], worksheet="Other", header_row="3")).read([])
    assert (rows(read), len(read.problems)) == ([{"id": 1}, {"id": 5}], 2)


@pytest.mark.parametrize(
    ("options", "kind"),
    (
        ({"table": "a", "worksheet": "b"}, ConfigError),
        ({"header_row": "first"}, ConfigError),
        ({"zone": "Mars"}, ConfigError),
    ),
)
@pytest.mark.usefixtures("sandbox")
async def test_options_that_make_no_sense_are_refused(options: dict[str, str], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await side(["Order"], **options)


@pytest.mark.usefixtures("sandbox")
async def test_what_is_not_there_is_said_so() -> None:
    with pytest.raises(NotFound, match="no workbook"):
        await open_side(Place(connection="excel/desk", place="none.xlsx"), ["a"])
    with pytest.raises(NotFound):
        await (await side(["Order"], worksheet="None")).read([])
    with pytest.raises(ConfigError, match="no column"):
        await (await side(["None"])).write([Change({"None": 1}, gone=True)])


def test_cells_are_written_with_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(runs([3, 1, 2, 7])) == [(1, 3), (7, 7)]
    assert list(blocks({(0, 2): 1, (40, 3): "x"}, {})) == [(range(41), range(2, 4))]
    assert list(blocks({(0, 0): 1, (30_000, 0): 1}, {})) == [(range(1), range(1)), (range(30_000, 30_001), range(1))]
    monkeypatch.setattr(excel_grid, "CHARACTERS", 10)
    assert len(list(blocks({(row, 0): "x" * 6 for row in range(3)}, {}))) == 3


@pytest.mark.parametrize(
    ("cell", "before", "is_same"),
    (
        ("1.50", Decimal("1.5"), True),
        (7, "7", True),
        (True, True, True),
        ("", None, True),
        (CellError("#N/A"), None, False),
        (CellError("#N/A"), "x", False),
        ("a, b", ["b", "a"], True),
        (date(2026, 1, 1), date(2026, 1, 1), True),
        (date(2026, 1, 1), "x", False),
        (5, 6, False),
    ),
)
def test_what_stood_there_is_compared_by_what_it_means(cell: Any, before: Any, is_same: bool) -> None:  # noqa: FBT001 - a case
    assert same(cell, before, ZoneInfo("UTC")) is is_same
