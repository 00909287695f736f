"""Google Sheets as a side of a sync; Google is simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.sides import google_sheets as module
from flows.sides import open_side, sheet_grid
from tasks import google_sheets
from tests.sync.simulated import Clock, simulated
from tieline import errors
from tieline.sandbox.google_sheets import values
from tieline.sandbox.google_sheets.memory import Sheet, Workbooks, new_sheet
from tieline.sandbox.google_sheets.seed import DESK
from tieline.sync.model import Place
from tieline.sync.side import CellError, Change, Field, Reading, Side

LISBON = ZoneInfo("Europe/Lisbon")
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


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with simulated(monkeypatch, "google_sheets", Clock(), tickets=1) as (app, asked):
        yield Desk(app.state[Workbooks], asked)


def new(**cells: Any) -> Change:
    return Change({"id": cells["id"]}, cells=cells, new=True)


def edit(key: Any, **cells: Any) -> Change:
    return Change({"id": key}, cells=cells)


def gone(key: Any) -> Change:
    return Change({"id": key}, gone=True)


async def read(side: Side, *columns: str, since: str = "") -> tuple[Reading, list[dict[str, Any]]]:
    reading = await side.read(columns, since)
    return reading, [dict(row) for row in reading.rows]


# ---------------------------------------------------------------- reading


async def test_each_kind_of_cell_is_what_it_is(desk: Desk) -> None:
    desk.type(1, ["id", "a", "b", "c", "d", "e"])
    desk.type(2, ["1", "$5.50", "12%", "'007", True, ""])
    desk.type(3, ["2", "2026-11-22", "2026-07-01 09:30", "=1/0", "=A2+1", '=""'])
    desk.type(4, ["3", "'=SUM(A1)", "#text", "=NA()", "0.1", "tru"])
    reading, rows = await read(await desk.side())
    assert rows == [
        {"id": 1, "a": Decimal("5.5"), "b": Decimal("0.12"), "c": "007", "d": True, "e": None},
        {
            "id": 2,
            "a": date(2026, 11, 22),
            "b": datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
            "c": CellError("#DIV/0!"),
            "d": 2,
            "e": None,
        },
        {"id": 3, "a": "=SUM(A1)", "b": "#text", "c": CellError("#N/A"), "d": Decimal("0.1"), "e": "tru"},
    ]
    assert [type(value) for value in rows[0].values()][:5] == [int, Decimal, Decimal, str, bool]
    assert rows[1]["b"].utcoffset() == timedelta(hours=1)
    assert reading.locked == {
        (1, "c"): "a formula",
        (1, "d"): "a formula",
        (1, "e"): "a formula",
        (2, "c"): "a formula",
    }
    assert (reading.whole, reading.problems) == (True, ())
    assert desk.calls == ["GET"]


async def test_a_time_that_comes_twice_is_an_error_and_is_not_written(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "x", "2026-10-25 01:30"], ["2", "y", "2026-03-29 01:30"])
    side = await desk.side()
    _, rows = await read(side)
    assert all(isinstance(row["when"], CellError) for row in rows)
    assert "comes twice" in side.fits(Field("when"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))


async def test_unchanged_is_one_call_and_is_not_read(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "x"])
    side = await desk.side()
    first, rows = await read(side)
    again = await (await desk.side()).read((), first.mark)
    assert (again.unchanged, list(again.rows), again.mark) == (True, [], first.mark)
    assert again.reread is not None
    assert list(again.reread().rows) == rows
    assert desk.calls == ["GET", "GET"]
    desk.type(2, ["1", "y"])
    changed, rows = await read(side, since=first.mark)
    assert not changed.unchanged
    assert rows[0]["name"] == "y"


async def test_large_sheets_are_read_in_blocks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 5)
    desk.type(1, HEADER, *([str(number), "x"] for number in range(12)))
    side = await desk.side()
    reading, rows = await read(side)
    assert [row["id"] for row in rows] == list(range(12))
    assert desk.calls == ["GET"] * 4
    assert (await side.read((), reading.mark)).unchanged
    desk.type(12, ["10", "y"])
    assert [row["name"] for row in (await read(side, since=reading.mark))[1]] == ["x"] * 10 + ["y", "x"]


async def test_a_row_is_not_skipped_because_another_went_while_all_were_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK", 5)
    desk.type(1, HEADER, *([str(number), "x"] for number in range(12)))
    side = await desk.side()
    read_grid = google_sheets.read_grid
    edits: Iterator[Callable[[], object]] = iter([lambda: None, lambda: desk.sheet.delete_rows(1, 2)])

    async def meanwhile(*args: Any, **more: Any) -> Any:
        next(edits, lambda: None)()
        return await read_grid(*args, **more)

    monkeypatch.setattr(google_sheets, "read_grid", meanwhile)
    assert [row["id"] for row in (await read(side))[1]] == list(range(1, 12))
    edits = iter([lambda: desk.sheet.insert_rows(1, 1)] * 99)
    with pytest.raises(errors.Conflict, match="come and go"):
        await side.read(())


async def test_doubled_and_missing_headers_are_told(desk: Desk) -> None:
    desk.type(1, [" id ", "name", "", "Name", "name"], ["1", "a", "no header", "b", "c"])
    side = await desk.side()
    reading, rows = await read(side)
    assert rows == [{"id": 1, "Name": "b"}]
    twice = (
        "Team's list in Orders (Google Sheets) has the header 'name' more than once, in columns B and E: "
        "they were left out."
    )
    assert reading.problems == (
        twice,
        "Team's list in Orders (Google Sheets) has no header above column C: it was left out.",
    )
    reading, rows = await read(side, "id", "other")
    assert [field.name for field in reading.fields] == ["id"]
    assert not reading.problems
    assert (await read(side, "id", "name"))[0].problems == (twice,)


async def test_the_header_may_stand_further_down(desk: Desk) -> None:
    desk.type(1, ["A title"], [], HEADER, ["1", "x"])
    desk.sheet.merges.append({"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 3})
    side = await desk.side(header_row="3")
    assert (await read(side))[1] == [{"id": 1, "name": "x", "when": None}]
    assert (await side.write([new(id=2, name="y"), edit(1, name="z")]))[0].refused == ""
    assert [desk.row(row)[:2] for row in (4, 5)] == [[1, "z"], [2, "y"]]


async def test_hidden_rows_count_and_merged_cells_are_locked(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", "a"], ["2", "b"], ["3", "c"])
    desk.sheet.hidden_rows.add(2)
    desk.sheet.hidden_columns.add(1)
    desk.sheet.merges.append({"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 3})
    desk.sheet.rows[2].pop(1)
    reading, rows = await read(await desk.side())
    assert [(row["id"], row["name"]) for row in rows] == [(1, "a"), (2, None), (3, "c")]
    why = "part of the merged cells B2:C3"
    assert reading.locked == {(0, "when"): why, (1, "name"): why, (1, "when"): why}


async def test_a_merged_header_is_refused(desk: Desk) -> None:
    desk.type(1, HEADER, ["1"])
    desk.sheet.merges.append({"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 3})
    with pytest.raises(errors.ConfigError, match=r"merged cells: B1:C1\. Nothing was read\. Unmerge"):
        await (await desk.side()).read(())


async def test_prefilled_formulas_and_checkboxes_are_no_rows(desk: Desk) -> None:
    desk.type(1, HEADER, ["1", True], *([["", False, "=A2*2"]] * 10), ["", "a note"])
    side = await desk.side()
    _, rows = await read(side)
    assert [row["id"] for row in rows] == [1, None]
    await side.write([new(id=2, name="after the note")])
    assert desk.row(14) == [2, "after the note"]


# ---------------------------------------------------------------- writing


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


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("tail", ("edit?gid=7#gid=7", "edit#gid=7", "edit?usp=sharing&gid=7"))
async def test_a_link_is_a_place(desk: Desk, tail: str) -> None:
    desk.type(1, HEADER, ["1", "x"])
    link = f"https://docs.google.com/spreadsheets/d/{DESK}/{tail}"
    side = await open_side(Place(connection="google_sheets/main", place=link), ["id"])
    assert side.label == "Team's list (Google Sheets)"
    assert len((await side.read(())).rows) == 1
    assert side.label == "Team's list in Orders (Google Sheets)"


@pytest.mark.parametrize(
    ("place", "options", "why"),
    (
        ("Tickets", {}, "names no sheet"),
        (f"https://docs.google.com/spreadsheets/d/{DESK}/edit#gid=99", {}, "no sheet with the gid 99"),
        (f"{DESK}/Orders", {"header_row": "0"}, "header_row is '0'"),
        (f"{DESK}/Orders", {"header": "2"}, "header_row"),
        (f"{DESK}/Nowhere", {}, "Unable to parse range"),
    ),
)
@pytest.mark.usefixtures("desk")
async def test_places_that_are_none(place: str, options: dict[str, str], why: str) -> None:
    with pytest.raises(errors.TielineError, match=why):
        await (await open_side(Place(connection="google_sheets/main", place=place, options=options), ["id"])).read(())
