"""Each action does the same on each kind of database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from blocks.sql import SqlCredentials
from tasks import sql
from tests.sql.conftest import PASSWORD, make
from tieline.errors import (
    AuthFailed,
    ConfigError,
    Conflict,
    ConnectorError,
    NotFound,
    Rejected,
    Unavailable,
    UnknownName,
)

pytestmark = pytest.mark.services

BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA", "mysql": "BLOB"}
INSTANT = {"sqlite": "TIMESTAMP", "postgresql": "TIMESTAMPTZ", "mysql": "TIMESTAMP(6) NULL"}
MOMENT = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))


def act(name: str, block: SqlCredentials, **params: Any) -> Any:
    return sql.connector.actions[name].task.fn(block, **params)


@pytest.fixture
def shop(block: SqlCredentials) -> SqlCredentials:
    """A table with a key, and names that need quoting."""
    quote = "`" if block.dialect == "mysql" else '"'
    named = f"{quote}the name:x{quote}"
    make(
        block,
        f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {named} VARCHAR(40), price NUMERIC(10, 2), "
        f"at {INSTANT[block.dialect]}, day DATE, raw {BYTES[block.dialect]}, extra JSON)",
    )
    return block


def row(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "the name:x": f"n{number}", "price": Decimal("1.10")} | more


async def all_rows(block: SqlCredentials) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await act("read_rows", block, table="orders", order=["id"])
    return found


async def test_values_come_back_as_they_went(shop: SqlCredentials) -> None:
    given = row(
        1,
        at=MOMENT,
        day=date(2026, 2, 28),
        raw=b"\x00\xff",
        extra={"a": [1, None]} if shop.dialect != "mysql" else "[1]",
    )
    await act("write_rows", shop, table="orders", rows=[given, row(2, price=None)])
    first, second = await all_rows(shop)
    assert first == given
    assert first["at"].utcoffset() == timedelta(0)
    assert isinstance(first["price"], Decimal)
    assert second["price"] is None


@pytest.mark.parametrize("count", (2, 700))
async def test_upsert_adds_and_changes_once(shop: SqlCredentials, count: int) -> None:
    await act("write_rows", shop, table="orders", rows=[row(1, day=date(2026, 1, 1))])
    for _ in range(2):
        new = [row(n, price=Decimal(n)) for n in range(1, count + 1)]
        done = await act("upsert_rows", shop, table="orders", key=["id"], rows=new)
        assert done.rows == count
    rows = await all_rows(shop)
    assert [one["price"] for one in rows] == [Decimal(n) for n in range(1, count + 1)]
    assert rows[0]["day"] == date(2026, 1, 1)  # not named, so not changed


@pytest.mark.parametrize("count", (2, 700))
async def test_names_are_quoted(block: SqlCredentials, count: int) -> None:
    quote = "`" if block.dialect == "mysql" else '"'
    name, table = "50%(s) of :all; ä", "100% 'x'"
    make(
        block,
        f"CREATE TABLE {quote}{table}{quote} ({quote}id %{quote} INTEGER PRIMARY KEY, {quote}{name}{quote} INTEGER)",
    )
    rows = [{"id %": n, name: n} for n in range(count)]
    await act("write_rows", block, table=table, rows=rows)
    for _ in range(2):
        rows = [one | {name: 7} for one in rows]
        await act("upsert_rows", block, table=table, key=["id %"], rows=rows)
    assert await act("read_rows", block, table=table, where={name: 7}, order=["id %"]) == rows
    assert (await act("update_rows", block, table=table, key=["id %"], rows=[{"id %": 1, name: 8}])).rows == 1
    assert (await act("delete_rows", block, table=table, keys=[{"id %": 1}])).rows == 1
    assert {one.name for one in (await act("get_table", block, table=table)).columns} == {"id %", name}


async def test_update_and_delete_take_only_what_is_named(shop: SqlCredentials) -> None:
    await act("write_rows", shop, table="orders", rows=[row(n) for n in range(5)])
    changed = [{"id": 1, "price": "2.50"}, {"id": 2, "the name:x": "x"}, {"id": 99, "price": 1}]
    assert (await act("update_rows", shop, table="orders", key=["id"], rows=changed)).rows == 2
    assert (await act("update_rows", shop, table="orders", key=["id"], rows=changed)).rows == 2  # found, if not changed
    assert (await act("delete_rows", shop, table="orders", keys=[{"id": 3}, {"id": 98}])).rows == 1
    rows = {one["id"]: one for one in await all_rows(shop)}
    assert sorted(rows) == [0, 1, 2, 4]
    assert (rows[1]["price"], rows[2]["the name:x"]) == (Decimal("2.50"), "x")


async def test_nothing_is_changed_without_a_key(shop: SqlCredentials) -> None:
    await act("write_rows", shop, table="orders", rows=[row(1), row(2)])
    refused: tuple[list[dict[str, Any]], ...] = (
        [{"price": 1}],
        [{}],
        [{"id": None}],
        [{"id": 1}, {"id": 2, "price": 1}],
    )
    for keys in refused:
        with pytest.raises((Rejected, ConfigError)):
            await act("delete_rows", shop, table="orders", keys=keys)
    with pytest.raises(Rejected, match="no key"):
        await act("upsert_rows", shop, table="orders", key=["price"], rows=[row(1)])
    with pytest.raises(ConfigError, match="Rows 1 and 2"):
        await act("upsert_rows", shop, table="orders", key=["id"], rows=[row(1), row(1)])
    assert len(await all_rows(shop)) == 2


@pytest.mark.parametrize("count", (2, 700))
async def test_all_or_nothing(shop: SqlCredentials, count: int) -> None:
    await act("write_rows", shop, table="orders", rows=[row(count)])
    with pytest.raises(Conflict) as refused:
        await act("write_rows", shop, table="orders", rows=[row(n) for n in range(1, count + 1)])
    assert f"n{count}" not in str(refused.value)
    assert len(await all_rows(shop)) == 1


@pytest.mark.parametrize(
    "cells",
    (
        {"price": "1.999"},
        {"at": MOMENT.replace(tzinfo=None)},
        {"day": MOMENT},
        {"the name:x": 5},
        {"id": 1.5},
        {"raw": "ä"},
    ),
)
async def test_what_would_change_is_refused(shop: SqlCredentials, cells: dict[str, Any]) -> None:
    if shop.dialect == "sqlite" and "at" in cells:
        cells = {"price": Decimal("12345678901234567.25")}  # a zone is kept there, digits are not
    with pytest.raises(Rejected) as refused:
        await act("write_rows", shop, table="orders", rows=[row(1), row(2, **cells)])
    assert refused.value.fields.keys() == {f"row 2, {next(iter(cells))}"}
    assert await all_rows(shop) == []


@pytest.mark.parametrize("count", (2, 700))
async def test_what_the_database_refuses_is_told_without_values(shop: SqlCredentials, count: int) -> None:
    if shop.dialect == "sqlite":  # which knows no lengths
        make(
            shop,
            "DROP TABLE orders",
            'CREATE TABLE orders (id INTEGER PRIMARY KEY, "the name:x" CHECK (length("the name:x") < 40), price)',
        )
    long = "secret" * 10
    with pytest.raises(Rejected) as refused:
        await act(
            "upsert_rows",
            shop,
            table="orders",
            key=["id"],
            rows=[row(n) for n in range(count)] + [row(-1, **{"the name:x": long})],
        )
    assert (
        "secret" not in f"{refused.value!r} {refused.value} {refused.value.__context__!r} {refused.value.__cause__!r}"
    )
    assert await all_rows(shop) == []


async def test_an_upsert_takes_the_row_of_its_key(block: SqlCredentials) -> None:
    make(block, "CREATE TABLE people (id INTEGER PRIMARY KEY, mail VARCHAR(20) UNIQUE, name VARCHAR(20))")
    await act("write_rows", block, table="people", rows=[{"id": 1, "mail": "a", "name": "Ann"}])
    both = [{"id": 1, "mail": "b", "name": "Ann"}, {"id": 2, "mail": "c", "name": "Ben"}]
    await act("upsert_rows", block, table="people", key=["id"], rows=both)
    with pytest.raises(Conflict):  # and not Ann's row changed, who has this address
        await act("upsert_rows", block, table="people", key=["id"], rows=[{"id": 3, "mail": "b", "name": "Cleo"}])
    assert await act("read_rows", block, table="people", order=["id"]) == both


async def test_tables_are_read_whole(shop: SqlCredentials) -> None:
    nasty = ["", 'a "quoted", word', "two\nlines", "\\N", None]
    rows = [row(n, **{"the name:x": text, "at": MOMENT, "raw": b"\xff"}) for n, text in enumerate(nasty)]
    await act("write_rows", shop, table="orders", rows=rows)
    frame = await act("read_table", shop, table="orders")
    assert sorted(frame["the name:x"].to_list(), key=repr) == sorted(nasty, key=repr)
    whole = await act("read_table", shop, table="orders", columns=["id", "the name:x", "price", "at", "day"])
    assert whole.sort("id").rows() == [(n, text, Decimal("1.10"), MOMENT, None) for n, text in enumerate(nasty)]
    (only,) = (await act("read_table", shop, table="orders", columns=["the name:x"])).get_columns()
    assert sorted(only.to_list(), key=repr) == sorted(nasty, key=repr)
    least = await act("read_table", shop, table="orders", columns=["id", "price"], since={"id": 3})
    assert sorted(least["id"]) == [3, 4]
    told = await sql.connector.actions["read_table"].execute(shop, {"table": "orders", "columns": ["id", "price"]})
    assert sorted((one["id"], Decimal(one["price"])) for one in told) == [(n, Decimal("1.1")) for n in range(5)]
    with pytest.raises(UnknownName):
        await act("read_table", shop, table="orders", columns=["nothing"])
    with pytest.raises(ConfigError, match="no whole number"):
        await act("read_table", shop, table="orders", since={"id": 1.5})


@pytest.mark.parametrize("block", ("postgresql",), indirect=True)
async def test_what_only_postgres_has(block: SqlCredentials) -> None:
    make(block, "CREATE TABLE odd (id UUID PRIMARY KEY, tags TEXT[], price NUMERIC(9, 2), on_ BOOLEAN, size REAL)")
    ids = [str(UUID(int=n)) for n in range(600)]
    rows = [{"id": one, "tags": ["a", "b,c"], "price": Decimal(1), "on_": True, "size": 1.5} for one in ids]
    for count in (2, 600):
        await act("upsert_rows", block, table="odd", key=["id"], rows=rows[:count])
        columns = ["id", "price", "on_", "size"]
        frame = await act("read_table", block, table="odd", columns=columns)
        assert frame.sort("id").rows() == [(one, Decimal(1), True, 1.5) for one in ids[:count]]
    make(block, "UPDATE odd SET price = 'NaN' WHERE on_")
    frame = await act("read_table", block, table="odd")
    assert frame["price"][0].is_nan()
    assert frame["tags"].to_list()[0] == ["a", "b,c"]


async def test_queries_bind_and_cannot_write(shop: SqlCredentials) -> None:
    await act("write_rows", shop, table="orders", rows=[row(n) for n in range(3)])
    ask = "SELECT id, '10%' AS part FROM orders WHERE id >= :low ORDER BY id"
    found = await act("read_query", shop, sql=ask, params={"low": 1}, limit=1)
    assert found == [{"id": 1, "part": "10%"}]
    hostile = {"low": "1; DROP TABLE orders"}
    name = "`the name:x`" if shop.dialect == "mysql" else '"the name:x"'
    assert (
        await act(
            "read_query",
            shop,
            sql=f"SELECT id FROM orders WHERE {name.replace(':', chr(92) + ':')} = :low",
            params=hostile,
        )
        == []
    )
    for bad in (
        "DELETE FROM orders",
        "DROP TABLE orders",
        "SELECT 1; COMMIT; DELETE FROM orders",
        "COMMIT; DELETE FROM orders",
        "VACUUM INTO '/tmp/x'",
    ):
        with pytest.raises((Rejected, ConfigError, AuthFailed)):
            await act("read_query", shop, sql=bad)
    with pytest.raises(ConfigError, match="low"):
        await act("read_query", shop, sql=ask)
    assert len(await all_rows(shop)) == 3


async def test_pages_miss_nothing(shop: SqlCredentials) -> None:
    await act("write_rows", shop, table="orders", rows=[row(n, price=n // 3) for n in range(10)])
    seen: list[int] = []
    after: dict[str, Any] | None = None
    for _ in range(4):
        page = await act(
            "read_rows", shop, table="orders", columns=["id", "price"], order=["-price", "id"], after=after, limit=3
        )
        seen += [one["id"] for one in page]
        after = page[-1]
    assert seen == [9, 6, 7, 8, 3, 4, 5, 0, 1, 2]
    with pytest.raises(UnknownName):
        await act("read_rows", shop, table="orders", where={"id; --": 1})
    assert len(await act("read_rows", shop, table="orders", where={"id": 4, "day": None})) == 1


async def test_tables_are_described(shop: SqlCredentials) -> None:
    assert [one.name for one in await act("list_tables", shop)] == ["orders"]
    table = await act("get_table", shop, table="orders")
    assert [one.name for one in table.columns][:3] == ["id", "the name:x", "price"]
    assert [(one.columns, one.primary) for one in table.unique_keys] == [(["id"], True)]
    assert (await sql.connector.identity(shop)).detail == shop.dialect


@pytest.mark.parametrize(
    ("asked", "error"),
    (("SELECT * FROM nowhere", NotFound), ("SELEC 1", Rejected), ("SELECT nothing FROM orders", Rejected)),
)
async def test_errors_are_ours(shop: SqlCredentials, asked: str, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await act("read_query", shop, sql=asked)
    with pytest.raises(NotFound):
        await act("get_table", shop, table="nowhere")


async def test_a_block_for_reading_refuses_to_write(shop: SqlCredentials) -> None:
    with pytest.raises(ConfigError, match="reading only"):
        await act("delete_rows", shop.model_copy(update={"read_only": True}), table="orders", keys=[{"id": 1}])


@pytest.mark.parametrize(
    ("change", "error"),
    (
        ({"password": "wr0ng-secret"}, AuthFailed),
        ({"port": 1}, Unavailable),
        ({"tls": True}, AuthFailed),
        ({"database": "nowhere"}, ConnectorError),
    ),
)
@pytest.mark.usefixtures("still")
async def test_the_door(block: SqlCredentials, change: dict[str, Any], error: type[ConnectorError]) -> None:
    if block.dialect == "sqlite":
        change, error = {"database": "/nowhere/at/all.db"}, NotFound
    values = block.model_dump() | {"password": block.password} | change
    with pytest.raises(error) as refused:
        await sql.connector.identity(
            SqlCredentials(**{k: v for k, v in values.items() if k in SqlCredentials.model_fields})
        )
    told = f"{refused.value!r} {refused.value} {refused.value.__context__!r} {refused.value.__cause__!r}"
    assert PASSWORD not in told
    assert "wr0ng-secret" not in told


async def test_json_goes_both_ways(shop: SqlCredentials) -> None:
    cells = {"id": 1, "price": "1.10", "day": "2026-02-28", "at": "2026-01-01T10:00:00+02:00", "raw": "AP8="}
    await sql.connector.actions["upsert_rows"].execute(shop, {"table": "orders", "key": ["id"], "rows": [cells]})
    (told,) = await sql.connector.actions["read_rows"].execute(shop, {"table": "orders"})
    assert (Decimal(told["price"]), told["day"], told["raw"]) == (Decimal("1.10"), "2026-02-28", "AP8=")
    assert datetime.fromisoformat(told["at"]) == datetime(2026, 1, 1, 8, tzinfo=UTC)
