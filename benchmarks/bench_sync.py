"""How fast a sync finds what has changed in 1,000,000 rows of 20 columns, 1 % of them; beside pandas and plain Python.

    uv run --group benchmarks python -m benchmarks.bench_sync

Ours reads the last state from its store, compares, and makes the whole plan with old and new value of each cell. Row by
row, Python does the same from the same store, and only finds the cells that differ. pandas, and a loop of Python beside
it, are even given the last state in memory. Each runs in a process of its own, whose peak of memory is told.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.figure import Figure

ROWS, CHANGED, CHUNK = 1_000_000, 10_000, 50_000
TEXTS, INTEGERS, NUMBERS, MOMENTS = 10, 5, 3, 1


def frame(version: int) -> pl.DataFrame:
    """The rows; of each hundredth another text in version 2."""
    number = pl.int_range(ROWS, eager=True)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    columns = {"key": "k" + number.cast(pl.String)}
    for n in range(TEXTS):
        columns[f"text{n}"] = f"value {n} of " + ((number * (n + 7919)) % 99_991).cast(pl.String)
    for n in range(INTEGERS):
        columns[f"integer{n}"] = (number * (n + 31)) % 1_000_003
    for n in range(NUMBERS):
        columns[f"number{n}"] = number.cast(pl.Float64) / (n + 3)
    columns["moment"] = pl.datetime_range(start, start + timedelta(seconds=ROWS - 1), "1s", time_zone="UTC", eager=True)
    made = pl.DataFrame(columns)
    if version == 1:
        return made
    other = pl.when(number % (ROWS // CHANGED) == 0).then(pl.col("text3") + " changed").otherwise(pl.col("text3"))
    return made.with_columns(other.alias("text3"))


@dataclass
class Held:
    """A side that holds a frame, or says that nothing has changed."""

    rows: pl.DataFrame
    label: str = "frame"
    batch: int = 10_000
    tells_gone: bool = True
    quiet: bool = False

    async def read(self, columns: Sequence[str], since: str = "") -> Any:  # noqa: ARG002 - always all, or nothing
        """All of it."""
        from tieline.sync import Field, Reading  # noqa: PLC0415 - only one of the processes needs it

        fields = [Field(name) for name in self.rows.columns]
        return Reading(fields, self.rows.clear() if self.quiet else self.rows, "1", whole=not self.quiet)

    def fits(self, column: Any, value: Any) -> str:  # noqa: ARG002 - all fits
        """Everything fits."""
        return ""

    async def write(self, changes: Sequence[Any]) -> Any:  # noqa: ARG002 - the protocol's
        """Nothing is written here."""
        raise RuntimeError("a benchmark of plans writes nothing")


def rules() -> Any:
    """Keys, and columns of all kinds."""
    from tieline.sync import Column, Place, Sync  # noqa: PLC0415 - as above

    kinds = {"key": "text", "text": "text", "integer": "integer", "number": "number", "moment": "datetime"}
    columns = [Column(left=name, type=kinds[name.rstrip("0123456789")]) for name in frame_names()]
    nowhere = Place(connection="none/none")
    return Sync(name="bench", left=nowhere, right=nowhere, key=["key"], columns=columns)


def frame_names() -> list[str]:
    """The columns."""
    numbered = {"text": TEXTS, "integer": INTEGERS, "number": NUMBERS}
    return ["key", *(f"{kind}{n}" for kind, count in numbered.items() for n in range(count)), "moment"]


def remember() -> None:
    """Put version 1 into the store, as a first sync would have done."""
    from tieline.sync import memory  # noqa: PLC0415 - as above
    from tieline.sync.definition import definition_of  # noqa: PLC0415
    from tieline.sync.merge import Agreed  # noqa: PLC0415

    sync = rules()
    for some in frame(1).iter_slices(CHUNK):
        cells = {row["key"]: Agreed(row, row) for row in some.iter_rows(named=True)}
        memory.remember(sync, cells)
    memory.put_state(sync, definition_of(sync), "0", "0")


def ours() -> int:
    """The whole plan."""
    from tieline.sync.plan import make_plan  # noqa: PLC0415 - as above

    now = frame(2)
    with timed():
        plan = asyncio.run(make_plan(rules(), {"left": Held(now), "right": Held(now, quiet=True)}))
        return sum(len(step.after) for step in plan.steps)


def merged() -> int:
    """The cells that a pandas merge finds."""
    import pandas as pd  # noqa: F401, PLC0415 - as above

    before, now = frame(1).to_pandas(), frame(2).to_pandas()
    with timed():
        both = before.merge(now, on="key", how="outer", suffixes=("", " now"), indicator=True)
        return sum(int((both[name].ne(both[f"{name} now"])).sum()) for name in frame_names() if name != "key")


def row_by_row() -> int:
    """The cells that a loop over the store finds."""
    from sqlalchemy import select  # noqa: PLC0415 - as above

    from tieline.store.writing import reading  # noqa: PLC0415
    from tieline.sync.memory import ROWS as STORED  # noqa: PLC0415
    from tieline.sync.memory import cells_in  # noqa: PLC0415

    now = frame(2)
    types = {column.left: column.type for column in rules().columns}
    with timed(), reading() as db:
        asked = select(STORED.c.key, STORED.c.cells).where(STORED.c.sync == "bench")
        before = {key: cells_in(json.loads(cells)["l"], types) or {} for key, cells in db.execute(asked)}
        return sum(
            before[row["key"]][name] != value for row in now.iter_rows(named=True) for name, value in row.items()
        )


def in_memory() -> int:
    """The cells that a loop finds which has both in memory."""
    before = {row["key"]: row for row in frame(1).iter_rows(named=True)}
    now = frame(2)
    with timed():
        return sum(
            before[row["key"]][name] != value for row in now.iter_rows(named=True) for name, value in row.items()
        )


WAYS = {"ours": ours, "pandas": merged, "row_by_row": row_by_row, "in_memory": in_memory}
_taken: list[float] = []


@contextmanager
def timed() -> Iterator[None]:
    """Take the time of what is compared."""
    began = time.perf_counter()
    yield
    _taken.append(time.perf_counter() - began)


def alone(name: str, home: str) -> dict[str, float]:
    """One way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bench_sync", name]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | {"TIELINE_DATA_DIR": home}
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measured(name: str) -> dict[str, float]:
    """What one way found, how long it took, and how much memory the process had at most."""
    cells = WAYS[name]()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {"cells": cells, "seconds": _taken[0], "gigabytes": peak}


def main() -> dict[str, Any]:
    """All ways, and what the table shows."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [sys.executable, "-c", "from benchmarks.bench_sync import remember; remember()"],
            check=True, env=os.environ | {"TIELINE_DATA_DIR": home}, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
        found = {name: alone(name, home) for name in WAYS}
    if {one["cells"] for one in found.values()} != {CHANGED}:
        raise RuntimeError(f"They do not agree: {found}")
    one, pandas, rows, held = (found[name] for name in WAYS)
    note = f"{held['seconds'] / one['seconds']:.1f} times, where that loop has the last state in memory"
    faster = round(rows["seconds"] / one["seconds"], 1)
    level = round(pandas["seconds"] / one["seconds"], 2)
    figures = [
        Figure("Plan for 1,000,000 rows of 20 cells, 1 % changed", round(one["seconds"], 2), "s", 10, "at most"),
        Figure("Memory of that process", round(one["gigabytes"], 2), "GB", 1.5, "at most"),
        Figure("Faster than row by row", faster, "times", 5, "at least", note=note),
        Figure("Faster than a pandas merge", level, "times", 1, "at least"),
    ]
    return {"figures": [each.to_json() for each in figures], "ways": found}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1]) if sys.argv[1:] else main(), indent=2))
