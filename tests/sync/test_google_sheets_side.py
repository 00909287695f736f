"""Google Sheets as a side of a sync; Google is simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.sides import google_sheets as module
from flows.sides import open_side
from tasks import google_sheets
from tests.sync.sheet_desk import HEADER, Desk, edit, new, read, sheet_desk
from tieline import errors
from tieline.sandbox.google_sheets.seed import DESK
from tieline.sync.model import Place
from tieline.sync.side import CellError, Field

LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with sheet_desk(monkeypatch) as made:
        yield made


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
