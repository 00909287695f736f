"""How fast rows are merged into Postgres: ours, one statement per row, and `dlt`. Prints JSON.

Half of the rows are there already. Each takes the same rows into a table of its own with the same key.

    python -m benchmarks.bench_sql
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import dlt
import psycopg
from sqlalchemy import make_url

from benchmarks.figure import Figure
from blocks.sql import SqlCredentials
from tasks import sql
from tests.engine.servers import postgres_server

ROWS = 100_000
TABLE = "CREATE TABLE {} (id BIGINT PRIMARY KEY, name TEXT, price NUMERIC(12, 2), note TEXT)"


def rows(first: int, version: int) -> list[dict[str, Any]]:
    """Rows from a number on."""
    return [
        {"id": n, "name": f"name {n}", "price": Decimal(n * version) / 100, "note": f"version {version} of {n}"}
        for n in range(first, first + ROWS)
    ]


def per_row(url: str, given: list[dict[str, Any]]) -> None:
    """What a loop does, in one transaction."""
    with psycopg.connect(url) as db, db.cursor() as cursor:
        for row in given:
            cursor.execute(
                "INSERT INTO looped VALUES (%(id)s, %(name)s, %(price)s, %(note)s) ON CONFLICT (id) DO UPDATE "
                "SET name = excluded.name, price = excluded.price, note = excluded.note",
                row,
            )


def ours(block: SqlCredentials, given: list[dict[str, Any]]) -> None:
    """One call of the action."""
    asyncio.run(sql.connector.actions["upsert_rows"].task.fn(block, table="ours", key=["id"], rows=given))


def merged(url: str, given: list[dict[str, Any]]) -> None:
    """What dlt does with its strategy `upsert`."""
    pipeline = dlt.pipeline("merging", destination=dlt.destinations.postgres(url), dataset_name="merged")

    @dlt.resource(primary_key="id", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def items() -> Iterator[list[dict[str, Any]]]:
        yield given

    pipeline.run(items()).raise_on_failed_jobs()


def measure() -> dict[str, Any]:
    """Each way once to fill its table, and once more to be measured."""
    taken: dict[str, float] = {}
    with postgres_server() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {"DLT_DATA_DIR": home, "RUNTIME__DLTHUB_TELEMETRY": "false"}
        there = make_url(url)
        block = SqlCredentials(
            dialect="postgresql", host=there.host, port=there.port, user=there.username, password=there.password,
            database=there.database, tls=False,
        )  # fmt: skip
        with psycopg.connect(url) as db:
            for name in ("ours", "looped"):
                db.execute(TABLE.format(name))  # type: ignore[arg-type]  # a name of ours
        before, after = rows(0, 1), rows(ROWS // 2, 2)
        ways = {"ours": (ours, block), "looped": (per_row, url), "merged.items": (merged, url)}
        for name, (way, where) in ways.items():
            way(where, before)  # type: ignore[operator]
            began = time.perf_counter()
            way(where, after)  # type: ignore[operator]
            taken[name] = time.perf_counter() - began
        with psycopg.connect(url) as db:
            for name in ways:
                query = f"SELECT count(*), sum(price) FROM {name}"
                found = db.execute(query).fetchone()  # type: ignore[call-overload]
                wanted = {row["id"]: row["price"] for row in [*before, *after]}
                if found != (len(wanted), sum(wanted.values())):
                    raise RuntimeError(f"{name} holds {found}")
    speed = {name: ROWS / seconds for name, seconds in taken.items()}
    figures = [
        Figure(
            f"{ROWS:,} upserts into Postgres, times one statement per row",
            round(speed["ours"] / speed["looped"], 1), "times", 10, "at least",
            note=f"{taken['ours']:.2f} s against {taken['looped']:.2f} s, one transaction each",
        ),
        Figure(
            f"{ROWS:,} upserts into Postgres",
            round(speed["ours"]), "rows/s", round(speed["merged.items"]), "at least",
            round(speed["merged.items"]), "with dlt",
        ),
    ]  # fmt: skip
    return {"figures": [one.to_json() for one in figures], "seconds": taken}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
