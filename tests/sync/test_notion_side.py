"""Entries of a database as a side of a sync; Notion is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from flows.sides import open_side
from tests.sync.simulated import Clock, by, rows, simulated
from tieline import errors
from tieline.sandbox.notion.memory import Notebook
from tieline.sync.model import Place
from tieline.sync.side import REF, Cell, Change, Side


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Notebook]:
    with simulated(monkeypatch, "notion", clock) as (app, _):
        made = app.state[Notebook]
        (source,) = made.data_sources.values()
        source["properties"]["Size"] = {"id": "p8", "name": "Size", "type": "number", "number": {}}
        source["properties"]["No"] = {"id": "p9", "name": "No", "type": "unique_id", "unique_id": {}}
        yield made


async def entries(notebook: Notebook) -> Side:
    (source,) = notebook.data_sources
    return await open_side(Place(connection="notion/main", place=source), ["Name"])


def entry(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(
        page
        for page in notebook.pages.values()
        if "Name" in page["properties"] and page["properties"]["Name"]["title"][0]["plain_text"] == name
    )


async def test_entries_are_rows(notebook: Notebook, clock: Clock) -> None:
    side = await entries(notebook)
    everything = await side.read([])
    assert {one.name: one.type for one in everything.fields if one.name in {"Tags", "Due", "Size"}} == {
        "Tags": "list", "Due": "date", "Size": "number",
    }  # fmt: skip
    assert [one.name for one in everything.fields if not one.writable] == ["No"]
    assert len(everything.rows) == 3
    assert (everything.whole, side.tells_gone) == (True, False)
    page = entry(notebook, "Refund policy")
    clock.forward(hours=1)
    page["last_edited_time"] = notebook.now()
    first = await side.read(["Name", "Reviewed"])
    page["properties"]["Reviewed"]["checkbox"] = True
    page["last_edited_time"] = notebook.now()
    later = await side.read(["Name", "Reviewed"], first.mark)
    assert by(later, REF, "Reviewed") == [(page["id"], True)]
    assert not later.whole


async def test_a_row_becomes_an_entry_once(notebook: Notebook) -> None:
    cells: dict[str, Cell] = {"Name": "Lamp", "Tags": ["a", "b"], "Due": date(2026, 1, 2), "Size": Decimal("1.5")}
    new = Change(key={"Name": "Lamp"}, cells=cells, new=True)
    made, again = [(await (await entries(notebook)).write([new]))[0] for _ in range(2)]
    assert made.ref == again.ref
    reading = await (await entries(notebook)).read(["Name", "Tags", "Due", "Size"])
    (row,) = [one for one in rows(reading) if one["Name"] == "Lamp"]
    assert (row["Tags"], row["Due"], row["Size"]) == (["a", "b"], date(2026, 1, 2), 1.5)


async def test_entries_are_changed_and_thrown_away(notebook: Notebook) -> None:
    side, page = await entries(notebook), entry(notebook, "Refund policy")
    await side.write([Change(key={}, ref=page["id"], cells={"Tags": ["x"], "Due": date(2026, 1, 2), "Reviewed": True})])
    assert page["properties"]["Tags"]["multi_select"][0]["name"] == "x"
    await side.write([Change(key={"Name": "Refund policy"}, cells={"Due": None, "Tags": None})])
    assert (page["properties"]["Due"]["date"], page["properties"]["Tags"]["multi_select"]) == (None, [])
    gone = Change(key={}, ref=page["id"], gone=True)
    assert [(await side.write([gone]))[0].refused for _ in range(2)] == ["", ""]
    assert len((await side.read(["Name"])).rows) == 2


async def test_what_a_cell_cannot_hold_is_locked(notebook: Notebook) -> None:
    side, page = await entries(notebook), entry(notebook, "Refund policy")
    page["properties"]["Name"]["title"][0]["annotations"]["bold"] = True
    page["properties"]["Due"]["date"] = {"start": "2026-01-02", "end": "2026-01-05"}
    reading = await side.read(["Name", "Due"])
    assert {name for _, name in reading.locked} == {"Name", "Due"}
    fields = {one.name: one for one in reading.fields} | {one.name: one for one in (await side.read([])).fields}
    assert "no comma" in side.fits(fields["Tags"], ["a,b"])
    assert "computes it" in side.fits(fields["No"], "7")
    numbers: list[Cell] = [2**53 + 1, Decimal("0.12345678901234567"), 2**53, Decimal("0.1"), 1.5, Decimal("1E+2")]
    assert ["round" in side.fits(fields["Size"], one) for one in numbers] == [True] * 2 + [False] * 4


async def test_the_place_is_a_data_source(notebook: Notebook) -> None:
    assert notebook
    with pytest.raises(errors.ConfigError, match="Which data source"):
        await open_side(Place(connection="notion/main"), ["Name"])
    with pytest.raises(errors.NotFound):
        await open_side(Place(connection="notion/main", place="0" * 32), ["Name"])
