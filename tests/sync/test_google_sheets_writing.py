"""Rows are written into a simulated sheet of Google: found, added, deleted, and never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.sides import sheet_grid
from tests.sync.sheet_desk import HEADER, Desk, edit, gone, new, read, sheet_desk
from tieline import errors
from tieline.sync.side import Change, Field

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with sheet_desk(monkeypatch) as made:
        yield made


async def test_rows_are_found_by_their_keys_wherever_they_are(desk: Desk) -> None:
    desk.type(1, HEADER, *([str(number), f"n{number}", f"=A{number + 1}"] for number in range(1, 7)))
    side = await desk.side()
    await read(side)
    desk.calls.clear()
    desk.sheet.insert_rows(1, 3)
    answers = await side.write([edit(2, name="two"), edit(3, name=None), edit(5, name="five"), edit(99, name="x")])
    assert [answer.refused for answer in answers] == ["", "", "", "The row is not in the sheet any more."]
    assert [desk.row(row)[:2] for row in range(5, 11)] == [
        [1, "n1"], [2, "two"], [3, None], [4, "n4"], [5, "five"], [6, "n6"],
    ]  # fmt: skip
    assert desk.row(6)[2] == "=A3"
    assert desk.calls == ["GET", "/values:batchUpdate"]


async def test_columns_that_moved_are_found_and_those_that_went_stop_it(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "x"])
    side = await desk.side()
    await read(side)
    desk.type(1, ["when", "id", "name"], ["", "1", "x"])
    assert not (await side.write([edit(1, name="y")]))[0].refused
    assert desk.row(2) == [None, 1, "y"]
    desk.type(1, ["when", "id", "Name"])
    with pytest.raises(errors.ConfigError, match=r"has no column 'name' now\. Nothing was written"):
        await side.write([edit(1, name="z")])
    desk.type(1, ["id", "id", "name"])
    with pytest.raises(errors.ConfigError, match="has the column 'id' twice now"):
        await side.write([edit(1, name="z")])
    assert desk.row(2) == [None, 1, "y"]


@pytest.mark.parametrize(
    ("typed", "key"),
    (("7", 7), ("7", "7"), ("'7", 7), ("'007", "007"), ("$7.50", Decimal("7.5")), ("7.5", "7.5"),
     ("2026-11-22", date(2026, 11, 22)),
     ("'2026-11-22", date(2026, 11, 22)), ("2026-11-22", "2026-11-22"), ("TRUE", True), ("'a b ", "a b "),
     ("2026-07-01 09:30", datetime(2026, 7, 1, 8, 30, tzinfo=UTC))),
)  # fmt: skip
async def test_keys_of_any_type_find_their_row(desk: Desk, typed: str, key: Any) -> None:
    desk.type(1, HEADER, [typed, "x"], ["z", "y"])
    side = await desk.side()
    await read(side)
    assert not (await side.write([edit(key, name="found")]))[0].refused
    assert desk.row(2)[1] == "found"


async def test_a_key_of_several_columns(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"], ["1", "b"], ["2", "a"])
    side = await desk.side("id", "name")
    change = Change({"id": 1, "name": "b"}, cells={"when": "now"})
    assert not (await side.write([change]))[0].refused
    assert desk.row(3) == [1, "b", "now"]


async def test_a_doubled_key_is_refused_and_the_others_are_written(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"], ["2", "b"], ["1", "c"])
    side = await desk.side()
    await read(side)
    answers = await side.write([edit(1, name="x"), edit(2, name="y"), gone(1), new(id=1, name="z")])
    why = "Its key is in 2 rows (2, 4): nothing says which one is meant."
    assert [answer.refused for answer in answers] == [why, "", why, why]
    assert [desk.row(row)[1] for row in (2, 3, 4)] == ["a", "y", "c"]


async def test_a_repeat_does_not_double_rows(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"])
    changes = [new(id=2, name="b"), new(id=3, name="c"), gone(1)]
    await (await desk.side()).write(changes)
    before = [desk.row(row) for row in range(1, 9)]
    answers = await (await desk.side()).write(changes)
    assert [answer.refused for answer in answers] == ["", "", ""]
    assert [desk.row(row) for row in range(1, 9)] == before
    assert before[:4] == [HEADER, [2, "b"], [3, "c"], []]


async def test_the_grid_grows_only_if_it_must(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"])
    side = await desk.side()
    await read(side)
    desk.calls.clear()
    await side.write([new(id=number, name="x") for number in range(2, 20)])
    assert desk.calls == ["GET", "/values:batchUpdate"]
    await side.write([new(id=number, name="x") for number in range(20, 30)])
    assert desk.calls == ["GET", ":batchUpdate", "/values:batchUpdate"]
    assert desk.sheet.properties["gridProperties"]["rowCount"] == 30
    _, rows = await read(side)
    assert [row["id"] for row in rows] == list(range(1, 30))


async def test_rows_are_deleted_from_the_bottom_up_with_one_call(desk: Desk) -> None:
    desk.type(1, HEADER, *([str(number), f"n{number}"] for number in range(1, 8)))
    side = await desk.side()
    await read(side)
    desk.calls.clear()
    answers = await side.write([gone(2), gone(7), gone(3), edit(5, name="five"), new(id=8, name="n8"), gone(99)])
    assert not any(answer.refused for answer in answers)
    assert desk.calls == ["GET", "/values:batchUpdate", ":batchUpdate"]
    _, rows = await read(side)
    assert [(row["id"], row["name"]) for row in rows] == [(1, "n1"), (4, "n4"), (5, "five"), (6, "n6"), (8, "n8")]
    await side.write([new(id=9, name="n9")])
    assert (await read(side))[1][-1]["id"] == 9


async def test_all_rows_can_be_deleted_below_a_frozen_header(desk: Desk) -> None:
    desk.type(1, HEADER, *([str(number)] for number in range(1, 20)))
    desk.book.sheets[2].grid["frozenRowCount"] = 1
    side = await desk.side()
    await side.write([gone(number) for number in range(1, 20)])
    assert (await read(side))[1] == []


async def test_an_empty_sheet_gets_its_header_with_the_first_rows(desk: Desk) -> None:
    side = await desk.side()
    reading, rows = await read(side, "id", "name", "when", *(f"c{number}" for number in range(9)))
    assert ([field.name for field in reading.fields][:3], rows, reading.whole) == (HEADER, [], True)
    await side.write([new(id=1, name="a", when=date(2026, 11, 22), c8="x")])
    assert (desk.row(1)[:3], desk.row(1)[11]) == (HEADER, "c8")
    reading, rows = await read(side, *HEADER)
    assert rows == [{"id": 1, "name": "a", "when": date(2026, 11, 22)}]


async def test_rows_without_a_header_are_left_alone(desk: Desk) -> None:
    desk.type(2, ["1", "x"])
    side = await desk.side()
    reading, rows = await read(side, *HEADER)
    assert ([*reading.fields], rows) == ([], [])
    assert "no names of columns, though there are rows" in reading.problems[0]
    with pytest.raises(errors.ConfigError, match=r"though there are rows below\. Nothing was written"):
        await side.write([new(id=1)])


@pytest.mark.parametrize(
    "text", ('=IMPORTXML("http://x")', "+1", "-1", "@x", "'x", "2026-01-01", "007", "TRUE", "1e5", " ")
)
async def test_texts_stay_texts(desk: Desk, text: str) -> None:
    desk.type(1, HEADER)
    side = await desk.side()
    await side.write([new(id="k", name=text)])
    assert desk.sheet.cell(1, 1)["userEnteredValue"] == {"stringValue": text}
    assert (await read(side))[1][0]["name"] == text


async def test_formulas_are_written_where_that_is_asked_for(desk: Desk) -> None:
    desk.type(1, [*HEADER, "sum"])
    side = await desk.side(formulas="sum, other")
    cells = {"name": "=1+1", "sum": "=1+1"}
    await side.write([new(id=1, **cells), new(id=2, name="2026-01-01", sum="2026-01-01")])
    assert desk.sheet.cell(1, 1)["userEnteredValue"] == {"stringValue": "=1+1"}
    assert desk.sheet.cell(1, 3)["userEnteredValue"] == {"formulaValue": "=1+1"}
    reading, rows = await read(side)
    assert {name: rows[0][name] for name in cells} == cells
    assert rows[1]["sum"] == "2026-01-01"
    assert not reading.locked


async def test_values_come_back_as_they_were_written(desk: Desk) -> None:
    desk.type(1, [*HEADER, "n", "b"])
    side = await desk.side()
    await read(side)
    noon = datetime(2026, 11, 22, 12, 0, 0, 1000, tzinfo=UTC)
    midnight = datetime(2026, 11, 22, tzinfo=LISBON)
    await side.write(
        [
            new(id=1, when=date(2026, 11, 22), n=Decimal("-0.07"), b=False, name=["a", "b"]),
            new(id=2, when=noon, n=2**53, b=True, name="x" * 50_000),
            new(id=3, when=midnight, n=1.5e-7, name=None),
        ]
    )
    assert desk.calls == ["GET", "GET", ":batchUpdate", "/values:batchUpdate"]
    _, rows = await read(side)
    assert [row["when"] for row in rows] == [date(2026, 11, 22), noon, midnight]
    assert isinstance(rows[2]["when"], datetime)
    assert [row["n"] for row in rows] == [Decimal("-0.07"), 2**53, Decimal("1.5e-7")]
    assert [row["b"] for row in rows] == [False, True, None]
    assert (rows[0]["name"], len(rows[1]["name"]), rows[2]["name"]) == ("a, b", 50_000, None)


async def test_dates_get_a_format_only_where_there_is_none(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "x", "11/22/2026"])
    desk.sheet.rows[1][2]["userEnteredFormat"]["numberFormat"]["pattern"] = "dd.mm."
    side = await desk.side()
    await read(side)
    desk.calls.clear()
    await side.write([edit(1, when=date(2026, 1, 1))])
    assert desk.calls == ["GET", "/values:batchUpdate"]
    await side.write([new(id=2, when=date(2026, 1, 2)), new(id=3, when=date(2026, 1, 3))])
    assert desk.calls == ["GET", ":batchUpdate", "/values:batchUpdate"]
    formats = [desk.sheet.cell(row, 2)["userEnteredFormat"]["numberFormat"] for row in (1, 2, 3)]
    assert formats == [{"type": "DATE", "pattern": "dd.mm."}] * 3


@pytest.mark.parametrize(
    ("value", "why"),
    (
        ("x" * 50_000, ""),
        ("x" * 50_001, "50,001 characters"),
        (["x" * 30_000, "y" * 30_000], "60,002 characters"),
        (999_999_999_999_999, ""),
        (9_007_199_254_740_993, "15 digits"),
        (10**20, "15 digits"),
        (Decimal("0.1"), ""),
        (Decimal("123456789.01234567"), "15 digits"),
        (0.1 + 0.2, "15 digits"),
        (float("inf"), "no cell holds"),
        (datetime(2026, 1, 1, 0, 0, 0, 1000, tzinfo=UTC), ""),
        (datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "finer than a millisecond"),
        (date(1899, 12, 29), "before 1899-12-30"),
        (date(1899, 12, 30), ""),
        (True, ""),
        (None, ""),
    ),
)
async def test_what_a_cell_would_not_keep_does_not_fit(desk: Desk, value: Any, why: str) -> None:
    found = (await desk.side()).fits(Field("x"), value)
    assert why in found
    assert bool(why) == bool(found)


async def test_ten_million_cells_are_refused_before_anything_is_written(desk: Desk) -> None:
    desk.type(1, HEADER)
    desk.sheet.grid.update(rowCount=2, columnCount=5_000_000)
    side = await desk.side()
    with pytest.raises(errors.Rejected, match=r"room for 10,000,000 cells\. Nothing was written"):
        await side.write([new(id=1), new(id=2)])
    desk.sheet.grid.update(rowCount=2, columnCount=3_333_000)
    with pytest.raises(errors.Rejected, match="The spreadsheet is full"):  # what other sheets have, Google knows
        await side.write([new(id=1), new(id=2)])
    assert desk.row(2) == []


async def test_large_batches_are_split_by_size(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_grid, "MOST_BYTES", 100)
    desk.type(1, HEADER)
    side = await desk.side()
    await side.write([new(id=number, name="x" * 40) for number in range(5)])
    assert desk.calls.count("/values:batchUpdate") == 3
    assert [row["id"] for row in (await read(side))[1]] == list(range(5))


async def test_rows_that_came_below_meanwhile_are_not_written_over(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"], ["", "a note"])
    side = await desk.side()
    await read(side)
    desk.type(4, ["", "another"], [], ["", "and one"])
    await side.write([new(id=2, name="b")])
    assert desk.row(7) == [2, "b"]
    desk.sheet.insert_rows(1, 2)
    await side.write([new(id=3, name="c")])
    assert [desk.row(row)[:2] for row in (8, 9, 10)] == [[None, "and one"], [2, "b"], [3, "c"]]
