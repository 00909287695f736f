"""A table as a side of a sync, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from blocks.sql import SqlCredentials
from flows.sides.sql import SqlSide
from flows.sides.sql import open as open_table
from tasks import sql
from tests.sql.conftest import make
from tieline import connections
from tieline.errors import ConfigError, NotFound, Rejected, UnknownName
from tieline.inbox import scope
from tieline.sync.model import Sync, Which
from tieline.sync.side import AT, Cell, Change, Reading, Side
from tieline.sync.work import apply, plan

pytestmark = pytest.mark.services

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOMENTS = {"sqlite": "TIMESTAMP", "postgresql": "TIMESTAMPTZ", "mysql": "TIMESTAMP(6) NULL"}
PLAIN = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP", "mysql": "DATETIME(6)"}


@pytest.fixture
def shop(block: SqlCredentials, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlCredentials]:
    make(
        block,
        f"CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(20), price NUMERIC(10, 2), day DATE, "
        f"here {PLAIN[block.dialect]}, at {MOMENTS[block.dialect]}, extra JSON, code VARCHAR(9) UNIQUE)",
    )

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield block


async def side(**options: str) -> SqlSide:
    return await open_table("shop", "items", keys=["id"], **options)


def new(number: int, **cells: Cell) -> Change:
    return Change({"id": number}, "", {"id": number, "name": f"item {number}", **cells}, new=True)


def told(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    assert isinstance(reading.rows, pl.DataFrame)
    return sorted(zip(*[reading.rows[name].to_list() for name in names], strict=True), key=repr)


async def write(table: Side, *changes: Change) -> list[str]:
    return [one.refused for one in await table.write(changes)]


async def test_what_is_written_is_read(shop: SqlCredentials) -> None:
    table = await side()
    cells: dict[str, Cell] = {"price": Decimal("1.10"), "day": date(2026, 1, 2), "here": NOON, "at": NOON}
    assert await write(table, new(1, **cells), new(2)) == ["", ""]
    reading = await table.read([])
    assert {one.name: one.type for one in reading.fields} == {
        "id": "integer", "name": "text", "price": "decimal", "day": "date", "here": "datetime", "at": "datetime",
        "extra": "" if shop.dialect != "mysql" else "text", "code": "text",
    }  # fmt: skip
    assert told(reading, *cells)[0] == tuple(cells.values())
    assert told(reading, "id", "price") == [(1, Decimal("1.1")), (2, None)]
    assert reading.whole


async def test_a_batch_adds_changes_and_deletes_once(shop: SqlCredentials) -> None:  # noqa: ARG001 - the table
    table = await side()
    await write(table, new(1, code="a"), new(2, code="b"), new(3))
    batch = [
        Change({"id": 1}, "", {"code": "b"}, before={"code": "a"}),  # 2 gives it away in the same batch
        Change({"id": 2}, gone=True),
        new(3, name="old and new", code="c"),
        new(4),
        Change({"id": 9}, gone=True),
    ]
    assert await write(table, *batch) == [""] * 5
    rows = [(1, "item 1", "b"), (3, "old and new", "c"), (4, "item 4", None)]
    assert told(await table.read(["id", "name", "code"]), "id", "name", "code") == rows
    again = [change for change in batch if not change.before]
    assert await write(table, *again) == [""] * 4
    assert told(await table.read([]), "id", "name", "code") == rows


async def test_a_row_that_is_refused_does_not_stop_the_others(shop: SqlCredentials) -> None:
    table = await side()
    await write(table, *[new(n, code=f"c{n}") for n in range(6)])
    make(shop, "UPDATE items SET name = 'mine' WHERE id = 5")
    refused = await write(
        table,
        Change({"id": 0}, "", {"name": "zero"}, before={"name": "item 0"}),
        Change({"id": 1}, "", {"code": "c2"}, before={"code": "c1"}),  # another's
        Change({"id": 5}, "", {"name": "five"}, before={"name": "item 5"}),
        Change({"id": 77}, "", {"name": "nobody"}),
        new(8, price=Decimal("0.001")),
        new(9),
    )
    assert [bool(why) for why in refused] == [False, True, True, True, True, False]
    assert "meanwhile" in refused[2]
    assert "not there" in refused[3]
    names = dict(told(await table.read([]), "id", "name"))
    assert (names[0], names[1], names[5], names[9]) == ("zero", "item 1", "mine", "item 9")
    assert 8 not in names
    assert 77 not in names


async def test_nothing_new_says_so(shop: SqlCredentials) -> None:
    table = await side()
    await write(table, new(1), new(2))
    first = await table.read(["id", "name"])
    second = await table.read(["id", "name"], first.mark)
    assert second.unchanged
    assert second.reread is not None
    assert told(second.reread(), "id") == [(1,), (2,)]
    make(shop, "DELETE FROM items WHERE id = 2")
    third = await table.read(["id", "name"], first.mark)
    assert not third.unchanged
    assert third.whole
    assert told(third, "id") == [(1,)]


@pytest.mark.parametrize("column", ("at", "here", "price"))
async def test_only_changes_are_read(shop: SqlCredentials, column: str) -> None:
    if column == "price":
        make(shop, "ALTER TABLE items ADD COLUMN version INTEGER")
    table = await side(changed="version" if column == "price" else column)
    assert not table.tells_gone
    times: list[Cell] = [1, 2, 3] if column == "price" else [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=2)]
    name = "version" if column == "price" else column
    await write(table, new(1, **{name: times[0]}), new(2, **{name: times[1]}), new(3))
    first = await table.read(["id", "name"])
    assert first.whole
    assert (await table.read(["id", "name"], first.mark)).unchanged
    await write(table, Change({"id": 1}, "", {"name": "other", name: times[2]}))
    second = await table.read(["id", "name"], first.mark)
    assert not second.whole
    seen = dict(told(second, "id", "name"))
    assert seen[1] == "other"
    assert 3 in seen  # nobody says when it changed
    if column != "price":
        assert isinstance(first.rows, pl.DataFrame)
        assert first.rows.filter(pl.col("id") == 2)[AT].to_list() == [times[1]]
    later = await table.read(["id", "name"], second.mark)
    assert later.unchanged
    assert not later.whole
    await write(table, Change({"id": 3}, "", {"name": "unseen"}))
    third = await table.read(["id", "name"], second.mark)
    assert (3, "unseen") in told(third, "id", "name")
    if column != "price":  # one whose transaction began earlier and ended later
        await write(table, new(4, **{name: NOON + timedelta(hours=2) - timedelta(minutes=4)}))
        assert (4, "item 4") in told(await table.read(["id", "name"], third.mark), "id", "name")


async def test_times_of_columns_without_a_zone_are_local(shop: SqlCredentials) -> None:
    table = await side(zone="Europe/Berlin")
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30, for the first time
    refused = await write(table, new(1, here=NOON), new(2, here=autumn))
    assert "comes twice in Europe/Berlin" in refused[1]
    field = next(one for one in (await table.read([])).fields if one.name == "here")
    assert "comes twice" in table.fits(field, autumn)
    assert not table.fits(field, NOON)
    quote = "CAST(here AS CHAR(16))" if shop.dialect != "sqlite" else "here"
    found = await act_query(shop, f"SELECT {quote} AS here FROM items")
    assert str(found).startswith("2026-05-01 14:00")


async def act_query(block: SqlCredentials, ask: str) -> Any:
    ((value,),) = [row.values() for row in await sql.connector.actions["read_query"].task.fn(block, sql=ask)]
    return value


async def test_what_would_not_stand_there(shop: SqlCredentials) -> None:
    table = await side()
    fields = {one.name: one for one in (await table.read([])).fields}
    assert not table.fits(fields["price"], Decimal("12345678.91"))
    assert "decimals" in table.fits(fields["price"], Decimal("0.999"))
    assert "before" in table.fits(fields["price"], Decimal(123456789))
    assert not table.fits(fields["name"], "x" * 20)
    assert bool(table.fits(fields["name"], "x" * 21)) == (shop.dialect != "sqlite")  # which knows no lengths
    assert table.fits(fields["name"], ["a", "b"]) == ""
    if shop.dialect != "mysql":  # MariaDB's JSON is a text
        assert not fields["extra"].writable
        assert "JSON" in fields["extra"].why


async def test_what_cannot_be_opened(shop: SqlCredentials) -> None:
    with pytest.raises(NotFound):
        await open_table("shop", "nowhere", keys=["id"])
    with pytest.raises(UnknownName):
        await side(changed="nothing")
    with pytest.raises(ConfigError, match="no time"):
        await side(changed="name")
    with pytest.raises(ConfigError, match="zone"):
        await side(zone="Mars/Olympus")
    make(shop, "CREATE VIEW shown AS SELECT id, name FROM items")
    view = await open_table("shop", "shown", keys=["id"])
    assert {(one.writable, bool(one.why)) for one in (await view.read([])).fields} == {(False, True)}


async def test_two_tables_agree(shop: SqlCredentials) -> None:
    make(shop, "CREATE TABLE copies (number INTEGER PRIMARY KEY, title VARCHAR(30), cost NUMERIC(10, 2))")
    sides: dict[Which, Side] = {"left": await side(), "right": await open_table("shop", "copies", keys=["number"])}
    names = {"id": ("number", "integer"), "name": ("title", "text"), "price": ("cost", "decimal")}
    sync = Sync.model_validate(
        {
            "name": "items",
            "left": {"connection": "sql/shop", "place": "items"},
            "right": {"connection": "sql/shop", "place": "copies"},
            "key": ["id"],
            "columns": [{"left": left, "right": right, "type": kind} for left, (right, kind) in names.items()],
            "deletes": "delete",
            "delete_limit": 1,
        }
    )
    await write(sides["left"], *[new(n, price=Decimal(n) / 4) for n in range(700)])
    await apply(sync, sides)
    assert (await plan(sync, sides))[0].steps == []
    make(shop, "UPDATE copies SET title = 'changed' WHERE number = 3", "DELETE FROM items WHERE id = 4")
    await apply(sync, sides)
    left = told(await sides["left"].read([]), "id", "name", "price")
    assert left == told(await sides["right"].read([]), "number", "title", "cost")
    assert len(left) == 699
    assert (3, "changed", Decimal("0.75")) in left


@pytest.mark.parametrize("block", ("sqlite",), indirect=True)
async def test_sqlite_holds_what_it_is_given(shop: SqlCredentials) -> None:
    values = ("'2026-05-01 12:00:00', 0.125", "'2026-05-01T14:00+02:00', 'free'", "'at noon', 1e300")
    make(shop, *(f"INSERT INTO items (id, here, price) VALUES ({n}, {one})" for n, one in enumerate(values)))
    rows = told(await (await side()).read(["id", "here", "price"]), "id", "here", "price")
    assert rows == [(0, NOON, Decimal("0.125")), (1, NOON, "free"), (2, "at noon", Decimal("1e300"))]
    with pytest.raises(ConfigError, match="same kind"):
        await (await side(changed="here")).read(["id"])


async def test_numbers_that_a_column_would_round_are_refused(shop: SqlCredentials) -> None:
    short = {"sqlite": "DOUBLE", "postgresql": "REAL", "mysql": "FLOAT"}[shop.dialect]
    make(
        shop, f"CREATE TABLE numbers (id INTEGER PRIMARY KEY, size {short}, sum NUMERIC(38, 10), count NUMERIC(38, 0))"
    )
    table = await open_table("shop", "numbers", keys=["id"])
    fields = {one.name: one for one in (await table.read([])).fields}
    assert not table.fits(fields["count"], Decimal("9" * 38))
    long = Decimal(f"{'7' * 26}.{'3' * 11}")  # beyond the 28 digits of Python's own context
    assert "rounded" in table.fits(fields["sum"], long)
    assert await write(table, Change({"id": 1}, "", {"id": 1, "size": 0.5, "sum": Decimal("0.1")}, new=True)) == [""]
    exact = shop.dialect == "sqlite"
    assert bool(*await write(table, Change({"id": 1}, "", {"size": 0.123456789}))) is not exact
    assert exact or "too large" in (await write(table, Change({"id": 1}, "", {"size": 1e39})))[0]
    with pytest.raises(Rejected, match="rounded"):
        await sql.update_rows("shop", table="numbers", key=["id"], rows=[{"id": 1, "sum": str(long)}])
    assert told(await table.read([]), "size") == [(0.123456789 if exact else 0.5,)]


async def test_blanks_that_fill_up_a_text_are_no_part_of_it(shop: SqlCredentials) -> None:
    make(shop, "CREATE TABLE codes (id CHAR(5) PRIMARY KEY, name CHAR(9))")
    table = await open_table("shop", "codes", keys=["id"])
    assert await write(table, Change({"id": "a"}, "", {"id": "a", "name": "x"}, new=True)) == [""]
    assert await write(table, Change({"id": "a"}, "", {"name": "y"}, before={"name": "x"})) == [""]
    assert told(await table.read([]), "id", "name") == [("a", "y")]
    if shop.dialect == "postgresql":
        assert "blanks" in (await write(table, Change({"id": "a"}, "", {"name": "y "})))[0]


async def test_keys_that_a_collation_takes_for_the_same(shop: SqlCredentials) -> None:
    kind = {"sqlite": "TEXT COLLATE NOCASE", "postgresql": "TEXT", "mysql": "VARCHAR(20) COLLATE utf8mb4_general_ci"}
    make(shop, f"CREATE TABLE people (id {kind[shop.dialect]} PRIMARY KEY, name TEXT)")
    table = await open_table("shop", "people", keys=["id"])
    refused = await write(table, *[Change({"id": one}, "", {"id": one, "name": one}, new=True) for one in ("a", "A")])
    apart = shop.dialect == "postgresql"
    assert [bool(one) for one in refused] == [False, not apart]
    assert await write(table, Change({"id": "A"}, gone=True)) == [""]
    assert told(await table.read([]), "id", "name") == [("a", "a")]


async def odd(shop: SqlCredentials, columns: str, *rows: str) -> SqlSide:
    make(shop, f"CREATE TABLE odd ({columns})", *(f"INSERT INTO odd VALUES ({row})" for row in rows))
    return await open_table("shop", "odd", keys=["id"])


@pytest.mark.parametrize("block", ("sqlite",), indirect=True)
async def test_the_text_false_is_not_true(shop: SqlCredentials) -> None:
    table = await odd(shop, "id INTEGER PRIMARY KEY, it BOOLEAN", "1, 'false'", "2, 1", "3, NULL")
    assert told(await table.read([]), "it") == [("false",), (None,), (True,)]


@pytest.mark.parametrize("block", ("mysql",), indirect=True)
async def test_days_that_are_none_are_texts_and_sets_have_an_order(shop: SqlCredentials) -> None:
    columns = "id INTEGER PRIMARY KEY, at TIMESTAMP NULL, some SET('d','c','b','a')"
    table = await odd(shop, columns, "1, '0000-00-00', 'a,b,c,d'")
    assert told(await table.read([]), "at", "some") == [("0000-00-00 00:00:00", "a, b, c, d")]


@pytest.mark.parametrize("block", ("postgresql",), indirect=True)
async def test_a_uuid_has_one_form(shop: SqlCredentials) -> None:
    table, number = await odd(shop, "id UUID PRIMARY KEY"), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    made = [Change({"id": one}, "", {"id": one}, new=True) for one in (number, number.upper())]
    assert [bool(one) for one in await write(table, *made)] == [False, True]
    assert told(await table.read([]), "id") == [(number,)]


async def test_a_text_that_no_table_takes_stops_no_other_row(shop: SqlCredentials) -> None:
    table = await side()
    many = [new(number, name="a\0b" if number == 600 else "x") for number in range(700)]
    refused = await write(table, *many)
    assert [number for number, why in enumerate(refused) if why] == ([600] if shop.dialect == "postgresql" else [])
    assert (await table.read(["id"])).rows.height >= 699  # type: ignore[union-attr]  # a frame


@pytest.mark.parametrize(
    ("zone", "first", "then"), (("UTC", "2999-01-01", ""), ("Europe/Berlin", "2025-10-26 02:50", "2025-10-26 02:10"))
)
async def test_a_clock_that_is_put_back_hides_no_change(shop: SqlCredentials, zone: str, first: str, then: str) -> None:
    make(shop, f"INSERT INTO items (id, here) VALUES (1, '{first}{':00' * (':' in first)}')")
    table = await side(changed="here", zone=zone)
    mark = (await table.read(["id"])).mark
    now = f"{then}:00" if then else f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    make(shop, f"INSERT INTO items (id, here) VALUES (2, '{now}')")
    assert (2,) in told(await table.read(["id"], mark), "id")
