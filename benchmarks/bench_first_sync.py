"""How long the first sync of 1,000,000 rows takes, from a table of SQLite to one of Postgres, and one after it.

    uv run --group benchmarks python -m benchmarks.bench_first_sync [ROWS]

Everything is in it: both tables read, the plan put down with each row, the rows written, and what both sides agreed on
remembered in the store, a file of SQLite. The second run finds nothing to do. Each runs in a process of its own, whose
peak of memory is told; that of Postgres is not in it.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

ROWS, TEXTS = 1_000_000, 6
COLUMNS = {"id": "integer", **{f"text{n}": "text" for n in range(TEXTS)}, "count": "integer", "price": "number"}
_SQL = {"integer": "BIGINT", "text": "TEXT", "number": "DOUBLE PRECISION"}
TABLE = f"CREATE TABLE items ({', '.join(f'{name} {_SQL[kind]}' for name, kind in COLUMNS.items())}, PRIMARY KEY (id))"


def fill(file: Path, rows: int) -> None:
    """The table of SQLite."""
    with closing(sqlite3.connect(file)) as db:
        db.execute(TABLE)
        db.executemany(
            f"INSERT INTO items VALUES ({', '.join('?' * len(COLUMNS))})",
            ((n, *(f"value {t} of {n}" for t in range(TEXTS)), n % 1009, n / 8) for n in range(rows)),
        )
        db.commit()


async def synced(file: str, server: str) -> dict[str, Any]:
    """One run, with its connections as blocks that nobody saved."""
    import sqlalchemy as sa  # noqa: PLC0415 - only one of the processes needs it

    from blocks.sql import SqlCredentials  # noqa: PLC0415
    from flows.sides.sql import open as open_table  # noqa: PLC0415
    from tieline import connections  # noqa: PLC0415
    from tieline.inbox import scope  # noqa: PLC0415
    from tieline.sync import Column, Place, Sync, work  # noqa: PLC0415

    url = sa.make_url(server)
    blocks = {
        "left": SqlCredentials(dialect="sqlite", database=file),
        "right": SqlCredentials(
            dialect="postgresql", host=url.host, port=url.port, user=url.username, password=url.password,
            database=url.database, tls=False,
        ),
    }  # fmt: skip

    async def load(_connector: Any, name: str, *_: Any) -> Any:
        return blocks[name]

    connections.load = load  # type: ignore[assignment]  # nothing was saved
    columns = [Column(left=name, type=kind) for name, kind in COLUMNS.items()]
    places = {side: Place(connection=f"sql/{side}", place="items") for side in blocks}
    sync = Sync(name="first", key=["id"], columns=columns, direction="left_to_right", **places)
    with scope.working(scope.Scope("", lean=True)):
        began = time.perf_counter()
        sides = {side: await open_table(side, "items", keys=["id"]) for side in blocks}
        run = await work.apply(sync, sides)  # type: ignore[arg-type]  # left and right
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": time.perf_counter() - began,
        "cpu": used.ru_utime + used.ru_stime,
        "gigabytes": used.ru_maxrss / 1024**2,
        "counts": dict(run.counts),
    }


def main(rows: int = ROWS) -> dict[str, Any]:
    """Both runs, and what the table shows."""
    import psycopg  # noqa: PLC0415 - as above

    from tests.engine.servers import postgres_server  # noqa: PLC0415

    with postgres_server() as url, tempfile.TemporaryDirectory() as home:
        file = Path(home) / "items.db"
        fill(file, rows)
        with psycopg.connect(url) as db:
            db.execute(TABLE)
        command = [sys.executable, "-m", "benchmarks.bench_first_sync", str(file), url]
        env = os.environ | {"TIELINE_DATA_DIR": home}
        found = [
            json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=env).stdout)
            for _ in ("first", "again")
        ]
        with psycopg.connect(url) as db:
            there = db.execute("SELECT count(*), sum(price) FROM items").fetchone()
        if there != (rows, sum(n / 8 for n in range(rows))):
            raise RuntimeError(f"The table holds {there}")
    first, again = found
    after = f"{again['seconds']:.1f} s, {again['gigabytes']:.2f} GB"
    note = f"{first['cpu']:.0f} s of one core; the one after it, with nothing to do: {after}"
    figures = [
        Figure(
            f"First sync of {rows:,} rows, SQLite to Postgres",
            round(first["seconds"], 1),
            "s",
            600,
            "at most",
            note=note,
        ),
        Figure("Memory of that process", round(first["gigabytes"], 2), "GB", 3, "at most"),
    ]
    return {"figures": [one.to_json() for one in figures], "runs": found}


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004 - one of the processes
        sys.stdout.write(json.dumps(asyncio.run(synced(*sys.argv[1:]))))
    else:
        print(json.dumps(main(*map(int, sys.argv[1:])), indent=2))
