"""A table of the simulated Airtable as a side, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from blocks.airtable import AirtableCredentials
from flows.sides import airtable_cells as cells
from flows.sides.airtable import GONE, AirtableSide
from flows.sides.airtable import open as open_table
from tasks.airtable import Column
from tests.sandbox.conftest import Clock
from tests.sync.table_side import TableSide
from tieline import connections, errors
from tieline.inbox import scope
from tieline.sandbox import create_app, logins
from tieline.sandbox.airtable.memory import Bases, Table
from tieline.sandbox.airtable.seed import CATALOGUE
from tieline.sandbox.front import Front
from tieline.sync import AT, REF, Cell, CellError, Change, Place, Reading, Side, Sync, work
from tieline.sync import Column as Mapped
from tieline.transport import clients

DAY = date(2026, 2, 3)
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


class Asked(httpx.ASGITransport):
    """The sandbox, and what it was asked."""

    def __init__(self, app: Front) -> None:
        super().__init__(app=app)
        self.calls: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path.rpartition('/')[2]}")
        return await super().handle_async_request(request)


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.at = datetime.now(UTC) - timedelta(hours=1)
    return made


@pytest.fixture
def app(clock: Clock) -> Front:
    return create_app(tickets=1, clock=clock)


@pytest.fixture
def lamps(app: Front) -> Table:
    found = app.state[Bases].bases[CATALOGUE].table("Lamps")
    assert found is not None
    return found


@pytest.fixture
def asked(app: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    clients.transport = made = Asked(app)
    block = AirtableCredentials(url="http://sandbox/airtable", rate="100000/minute", **logins("airtable"))

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield made


@pytest.fixture
async def side(asked: Asked) -> AirtableSide:
    made = await table()
    asked.calls.clear()
    return made


async def table(*keys: str, name: str = "Lamps") -> AirtableSide:
    return await open_table("main", f"{CATALOGUE}/{name}", keys=keys or ["Name"])


def new(name: str, **values: Cell) -> Change:
    return Change({"Name": name}, "", {"Name": name, **values}, new=True)


def row(lamps: Table, name: str) -> Any:
    column = lamps.schema["primaryFieldId"]
    (found,) = (one for one in lamps.rows.values() if one.cells.get(column) == name)
    return found


def named(lamps: Table, name: str) -> dict[str, Any]:
    """A record's cells by the names of their fields."""
    return {
        one["name"]: row(lamps, name).cells.get(one["id"])
        for one in lamps.schema["fields"]
        if one["id"] in row(lamps, name).cells
    }


def told(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    assert isinstance(reading.rows, list)
    return [tuple(one.get(name) for name in names) for one in reading.rows]


# ---------------------------------------------------------------- opening


@pytest.mark.usefixtures("asked")
async def test_a_place_is_a_base_and_a_table() -> None:
    made = await table()
    assert isinstance(made, Side)
    assert made.label == "Lamps (Airtable main)"
    with pytest.raises(errors.UnknownName, match="Did you mean Lamps"):
        await table(name="Lamp")
    for wrong in ("Lamps", CATALOGUE, f"{CATALOGUE}/", "base/Lamps"):
        with pytest.raises(errors.ConfigError, match="names no table"):
            await open_table("main", wrong, keys=["Name"])


# ---------------------------------------------------------------- reading


async def test_a_table_is_told_in_pythons_words(side: AirtableSide, lamps: Table) -> None:
    reading = await side.read([])
    assert reading.whole
    types = {field.name: (field.type, field.writable) for field in reading.fields}
    assert types["Price"] == ("decimal", True)
    assert types["LED"] == ("boolean", True)
    assert types["Number"] == ("integer", False)
    assert types["Changed"] == ("datetime", False)
    assert [types[name][0] for name in ("Name", "Status", "Tags", "Launched", "Checked", "Maker")] == [
        "text", "text", "list", "date", "datetime", "list",
    ]  # fmt: skip
    assert told(reading, "Name", "Price", "LED", "Tags", "Launched")[:2] == [
        ("Aurora", Decimal("89.5"), True, None, date(2025, 3, 1)),
        ("Borealis", 149, False, ["indoor", "gift"], None),
    ]
    assert told(reading, "Checked")[3] == (datetime(2026, 11, 1, 8, 30, tzinfo=UTC),)
    assert told(reading, REF, "Number") == [(one.id, one.number) for one in lamps.rows.values()]
    assert all(isinstance(at, datetime) for (at,) in told(reading, AT))
    some = await side.read(["Name", "Nothing"])
    assert [field.name for field in some.fields] == ["Name"]
    assert told(some, "Name", "Price")[0] == ("Aurora", None)


async def test_what_changed_since_is_asked_for(side: AirtableSide, app: Front, lamps: Table, clock: Clock) -> None:
    mark = (await side.read(["Name", "Stock"])).mark
    quiet = await side.read(["Name", "Stock"], mark)
    assert (quiet.whole, list(quiet.rows)) == (False, [])
    clock.at = datetime.now(UTC)
    stock = lamps.column("Stock")
    assert stock is not None
    app.state[Bases].change(row(lamps, "Dusk"), {stock["id"]: 5})
    await side.write([new("Eos")])
    later = await side.read(["Name", "Stock"], mark)
    assert (later.whole, later.unchanged) == (False, False)
    assert told(later, "Name", "Stock") == [("Dusk", 5), ("Eos", None)]
    assert not side.tells_gone


async def test_a_column_that_changes_by_itself_is_read_whole(side: AirtableSide, asked: Asked) -> None:
    first = await side.read(["Name", "Maker"])
    same = await side.read(["Name", "Maker"], first.mark)
    assert same.unchanged
    assert same.reread is not None
    assert len(same.reread().rows) == 4
    await side.write([new("Eos")])
    assert len((await side.read(["Name", "Maker"], same.mark)).rows) == 5
    assert asked.calls.count("POST listRecords") == 3


# ---------------------------------------------------------------- writing


async def test_rows_are_made_changed_and_deleted_with_a_call_each(
    side: AirtableSide, asked: Asked, lamps: Table
) -> None:
    dusk, aurora = row(lamps, "Dusk").id, row(lamps, "Aurora").id
    values: dict[str, Cell] = {
        "Price": Decimal("12.25"), "LED": True, "Tags": ["gift"], "Launched": DAY, "Checked": NOON, "Status": "Draft",
    }  # fmt: skip
    answers = await side.write([
        new("Eos", **values),
        Change({"Name": "Aurora"}, aurora, {"Price": None, "Stock": 1}),
        Change({"Name": "Dusk"}, dusk, gone=True),
    ])  # fmt: skip
    assert [one.refused for one in answers] == ["", "", ""]
    assert asked.calls == ["PATCH " + lamps.id] * 2 + ["DELETE " + lamps.id]
    assert named(lamps, "Eos") == {
        "Name": "Eos", "Price": 12.25, "LED": True, "Tags": ["gift"], "Launched": "2026-02-03",
        "Checked": "2026-02-03T12:00:00.000Z", "Status": "Draft",
    }  # fmt: skip
    assert "Price" not in named(lamps, "Aurora")
    assert named(lamps, "Aurora")["Stock"] == 1
    assert [one.ref for one in answers] == [row(lamps, "Eos").id, aurora, dusk]
    assert dusk not in lamps.rows
    reading = await side.read(list(values))
    assert told(reading, *values)[-1] == tuple(values.values())


async def test_to_write_twice_is_as_good_as_once(side: AirtableSide, lamps: Table) -> None:
    changes = [new(f"n{i}", Stock=i) for i in range(9)] + [Change({"Name": "Dusk"}, row(lamps, "Dusk").id, gone=True)]
    first, second = await side.write(changes), await side.write(changes)
    assert [one.ref for one in first[:9]] == [one.ref for one in second[:9]]
    assert not any(one.refused for one in second)
    assert len(lamps.rows) == 4 + 9 - 1


async def test_a_new_row_that_is_there_by_now_is_made_to_hold_it(side: AirtableSide, lamps: Table) -> None:
    (answer,) = await side.write([new("Candela", Stock=2)])
    assert answer.ref == row(lamps, "Candela").id
    assert named(lamps, "Candela")["Stock"] == 2
    assert len(lamps.rows) == 4


async def test_an_upsert_cannot_find_every_key(asked: Asked, app: Front) -> None:
    """Nor rows by an address: those are looked for, and made where they are not there."""
    fields = [{"name": "Mail", "type": "email"}, {"name": "Age", "type": "number", "options": {"precision": 0}}]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox/airtable/v0") as http:
        login = {"authorization": f"Bearer {logins('airtable')['token']}"}
        path = f"/meta/bases/{CATALOGUE}/tables"
        assert (await http.post(path, json={"name": "People", "fields": fields}, headers=login)).status_code == 200
    side = await table("Mail", name="People")
    asked.calls.clear()
    wanted = [Change({"Mail": f'"{n}"@x.test'}, "", {"Mail": f'"{n}"@x.test', "Age": n}, new=True) for n in range(3)]
    first = await side.write(wanted)
    assert [call.partition(" ")[0] for call in asked.calls] == ["POST", "POST"]
    second = await side.write(wanted)
    assert [one.ref for one in first] == [one.ref for one in second]
    (gone,) = await side.write([Change(wanted[0].key, gone=True)])
    assert not gone.refused
    assert told(await side.read([]), "Age") == [(1,), (2,)]
    (again, lost) = await side.write([Change(wanted[0].key, gone=True), Change(wanted[0].key, "", {"Age": 5})])
    assert (again.refused, lost.refused) == ("", GONE)


async def test_a_row_that_is_refused_does_not_stop_the_others(side: AirtableSide, lamps: Table) -> None:
    aurora = row(lamps, "Aurora").id
    answers = await side.write([
        Change({"Name": "x"}, "rec0", {"Stock": 1}),
        Change({"Name": "Aurora"}, aurora, {"Stock": 1}),
        Change({"Name": "Borealis"}, row(lamps, "Borealis").id, {"Status": "Sold"}),
        Change({"Name": "Aurora"}, aurora, {"Nothing": "x"}),
        Change({"Name": "Aurora"}, aurora, {"Number": 9}),
    ])  # fmt: skip
    assert [bool(one.refused) for one in answers] == [True, False, True, True, True]
    assert "does not exist" in answers[0].refused
    assert "none of its choices" in answers[2].refused
    assert "no field 'Nothing'" in answers[3].refused
    assert named(lamps, "Aurora")["Stock"] == 1


async def test_records_that_are_gone_do_not_keep_the_others(side: AirtableSide, asked: Asked, lamps: Table) -> None:
    ids = [one.id for one in lamps.rows.values()]
    del lamps.rows[ids[1]]
    asked.calls.clear()
    answers = await side.write([Change({"Name": str(n)}, one, gone=True) for n, one in enumerate(ids)])
    assert not any(one.refused for one in answers)
    assert not lamps.rows
    assert [call.partition(" ")[0] for call in asked.calls] == ["DELETE", "POST", "DELETE"]


async def test_a_deletion_that_is_not_allowed_is_an_error(
    side: AirtableSide, asked: Asked, lamps: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = asked.handle_async_request

    async def refuse(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(403, json={"error": {"type": "INVALID_PERMISSIONS", "message": "No."}})
        return await through(request)

    monkeypatch.setattr(asked, "handle_async_request", refuse)
    with pytest.raises(errors.AuthFailed):
        await side.write([Change({"Name": "Dusk"}, row(lamps, "Dusk").id, gone=True)])


async def test_an_empty_checkbox_is_told(side: AirtableSide) -> None:
    """It reads as false, whatever the other side says of it; else the next sync would take that for an edit."""
    (made,) = await side.write([new("Eos", Stock=3)])
    assert made.cells == {"LED": False}
    (blank,) = await side.write([Change({"Name": "Eos"}, made.ref, {"LED": None})])
    assert blank.cells == {"LED": False}


async def test_what_somebody_else_has_edited_is_not_told_as_written(side: AirtableSide, lamps: Table) -> None:
    """The next reading is to find it."""
    aurora, dusk = row(lamps, "Aurora"), row(lamps, "Dusk")
    answers = await side.write([
        Change({"Name": "Aurora"}, aurora.id, {"Stock": 1}),
        Change({"Name": "Dusk"}, dusk.id, {"Stock": 1}),
        new("Candela", Stock=2),
    ])  # fmt: skip
    assert [one.cells for one in answers] == [{}, {}, {}]


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("column", "value", "why"),
    (
        ("Name", "x" * 100_001, "has room for 100,000"),
        ("Price", "12", "does not take"),
        ("Price", True, "does not take"),
        ("Price", Decimal("1234567890.1234567"), "keeps 15 digits"),
        ("Price", Decimal("NaN"), "no cell holds"),
        ("LED", "yes", "does not take"),
        ("Launched", NOON, "does not take"),
        ("Checked", DAY, "does not take"),
        ("Checked", NOON.replace(microsecond=1), "finer than a millisecond"),
        ("Status", "Sold", "add it there"),
        ("Tags", ["gift", "huge"], "'huge'"),
        ("Tags", "gift", "does not take"),
        ("Number", 5, "takes no autoNumber"),
    ),
)
async def test_what_would_change_does_not_fit(side: AirtableSide, column: str, value: Cell, why: str) -> None:
    fields = {field.name: field for field in (await side.read([])).fields}
    assert why in side.fits(fields[column], value)


async def test_what_fits(side: AirtableSide) -> None:
    fields = {field.name: field for field in (await side.read([])).fields}
    good: dict[str, Cell] = {
        "Name": 12, "Price": Decimal("0.1"), "Stock": 10**14, "LED": False, "Launched": DAY, "Checked": NOON,
        "Status": "Draft", "Tags": ["gift"], "Notes": "a\nb",
    }  # fmt: skip
    assert [side.fits(fields[name], value) for name, value in good.items()] == [""] * len(good)


def test_what_is_seen_of_cells_with_parts() -> None:
    def seen(kind: str, value: Any) -> Any:
        return cells.cell_of(Column(id="fld", name="x", type=kind), value)

    assert seen("singleCollaborator", {"id": "usr1", "email": "a@x.test", "name": "Ann"}) == "Ann"
    assert seen("multipleAttachments", [{"id": "att1", "filename": "a.pdf", "url": "u"}]) == ["a.pdf"]
    assert seen("barcode", {"text": "4711", "type": "ean"}) == "4711"
    assert seen("formula", {"specialValue": "NaN"}) == CellError("NaN")
    assert seen("formula", {"error": "#ERROR!"}) == CellError("#ERROR!")
    assert seen("multipleLookupValues", [1, "b"]) == ["1", "b"]
    assert seen("number", 3.0) == 3
    assert seen("date", "tomorrow") == CellError("tomorrow")


def test_a_rating_has_a_range() -> None:
    stars = Column(id="fld", name="Stars", type="rating", options={"max": 5})
    assert repr(cells.entry_of(stars, Decimal(5))) == "5"
    for wrong in (0, 6, Decimal("2.5")):
        with pytest.raises(ValueError, match=r"ratings go from|whole numbers"):
            cells.entry_of(stars, wrong)


# ---------------------------------------------------------------- the sync


async def test_a_sync_settles(side: AirtableSide, app: Front, lamps: Table, clock: Clock) -> None:
    """Both ways with another table, until nothing is left to do; then edits on both sides."""
    here = TableSide(["Name", "Stock", "LED"], ["Name"])
    here.add(Name="Zenith", Stock=4, LED=None)
    nowhere = Place(connection="nobody/nowhere")
    mapped = [Mapped(left="Name"), Mapped(left="Stock", type="integer"), Mapped(left="LED", type="boolean")]
    sync = Sync(name="lamps", left=nowhere, right=nowhere, key=["Name"], columns=mapped)
    sides: Any = {"left": here, "right": side}
    await work.apply(sync, sides)
    assert sorted(here.values("Name")) == [("Aurora",), ("Borealis",), ("Candela",), ("Dusk",), ("Zenith",)]
    assert named(lamps, "Zenith") == {"Name": "Zenith", "Stock": 4}
    clock.at = datetime.now(UTC)
    stock = lamps.column("Stock")
    assert stock is not None
    app.state[Bases].change(row(lamps, "Dusk"), {stock["id"]: 7})
    here.edit(here.find(Name="Aurora"), Stock=1)
    await work.apply(sync, sides)
    assert named(lamps, "Aurora")["Stock"] == 1
    assert here.rows[here.find(Name="Dusk")]["Stock"] == 7
    assert (await work.plan(sync, sides))[0].steps == []
    assert here.rows[here.find(Name="Zenith")]["LED"] is None
