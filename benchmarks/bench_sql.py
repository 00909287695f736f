"""How fast rows are merged into Postgres: ours, one statement per row, and `dlt`. Prints JSON.

    uv run --group benchmarks python -m benchmarks.bench_sql

All take the same rows, half of which are there already, into a table of their own with the same key, in one
transaction each, on a Postgres of this machine that does not wait for its disk: what is slow elsewhere about many
statements, the way to the server, costs next to nothing here. One statement per row is asked for as our tasks would, by
SQLAlchemy; what the bare driver needs for the same is in the note.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.sql import SQL, Identifier
from sqlalchemy.dialects.postgresql import insert

from benchmarks.figure import Figure
from blocks.sql import SqlCredentials
from tasks import sql
from tests.engine.servers import postgres_server

ROWS = 100_000
TABLE = SQL("CREATE TABLE {} (id BIGINT PRIMARY KEY, name TEXT, price NUMERIC(12, 2), note TEXT)")
Rows = list[dict[str, Any]]


def rows(first: int, version: int) -> Rows:
    """Rows from a number on."""
    return [
        {"id": n, "name": f"name {n}", "price": Decimal(n * version) / 100, "note": f"version {version} of {n}"}
        for n in range(first, first + ROWS)
    ]


def ours(url: sa.URL, given: Rows) -> None:
    """One call of the action."""
    block = SqlCredentials(
        dialect="postgresql", host=url.host, port=url.port, user=url.username, password=url.password,
        database=url.database, tls=False,
    )  # fmt: skip
    asyncio.run(sql.connector.actions["upsert_rows"].task.fn(block, table="ours", key=["id"], rows=given))


def one_by_one(url: sa.URL, given: Rows) -> None:
    """What a loop does."""
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        made = insert(sa.Table("one_by_one", sa.MetaData(), autoload_with=connection))
        changed = {name: made.excluded[name] for name in ("name", "price", "note")}
        statement = made.on_conflict_do_update(index_elements=["id"], set_=changed)
        for row in given:
            connection.execute(statement, row)
    engine.dispose()


def bare(url: sa.URL, given: Rows) -> None:
    """The same loop without SQLAlchemy."""
    with psycopg.connect(url.render_as_string(hide_password=False)) as db, db.cursor() as cursor:
        for row in given:
            cursor.execute(
                "INSERT INTO bare VALUES (%(id)s, %(name)s, %(price)s, %(note)s) ON CONFLICT (id) DO UPDATE "
                "SET name = excluded.name, price = excluded.price, note = excluded.note",
                row,
            )


def merged(url: sa.URL, given: Rows) -> None:
    """What dlt does with its strategy `upsert`."""
    import dlt  # type: ignore[import-not-found]  # noqa: PLC0415 - only this needs it

    to = dlt.destinations.postgres(url.render_as_string(hide_password=False))
    items = dlt.resource(
        given, name="items", primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"}
    )
    dlt.pipeline("merging", destination=to, dataset_name="merged").run(items).raise_on_failed_jobs()


WAYS: Mapping[str, tuple[Callable[[sa.URL, Rows], None], Identifier]] = {
    "ours": (ours, Identifier("ours")),
    "one_by_one": (one_by_one, Identifier("one_by_one")),
    "bare": (bare, Identifier("bare")),
    "dlt": (merged, Identifier("merged", "items")),
}


def seconds() -> dict[str, float]:
    """Each way once to fill its table, and once more to be measured; then what is there is looked at."""
    before, after = rows(0, 1), rows(ROWS // 2, 2)
    wanted = {row["id"]: row["price"] for row in [*before, *after]}
    taken: dict[str, float] = {}
    with postgres_server() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {"DLT_DATA_DIR": home, "RUNTIME__DLTHUB_TELEMETRY": "false"}
        with psycopg.connect(url) as db:
            for name in ("ours", "one_by_one", "bare"):
                db.execute(TABLE.format(Identifier(name)))
        for name, (way, table) in WAYS.items():
            way(sa.make_url(url), before)
            began = time.perf_counter()
            way(sa.make_url(url), after)
            taken[name] = time.perf_counter() - began
            with psycopg.connect(url) as db:
                found = db.execute(SQL("SELECT count(*), sum(price) FROM {}").format(table)).fetchone()
            if found != (len(wanted), sum(wanted.values())):
                raise RuntimeError(f"{name} made {found}")
    return taken


def figures(taken: Mapping[str, float]) -> list[Figure]:
    """What the table shows."""
    speed = {name: round(ROWS / one) for name, one in taken.items()}
    times = {name: round(taken[name] / taken["ours"], 1) for name in taken}
    note = f"{taken['ours']:.2f} s against {taken['one_by_one']:.2f} s; the bare driver: {times['bare']} times"
    return [
        Figure(
            "100,000 rows into Postgres, faster than one by one",
            times["one_by_one"],
            "times",
            10,
            "at least",
            note=note,
        ),
        Figure("100,000 rows into Postgres", speed["ours"], "rows/s", speed["dlt"], "at least", speed["dlt"], "dlt"),
    ]


if __name__ == "__main__":
    done = seconds()
    print(json.dumps({"figures": [one.to_json() for one in figures(done)], "seconds": done}, indent=2))
