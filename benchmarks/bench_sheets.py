"""How many calls a sync of 50,000 rows with a sheet takes, and how long one takes that has nothing to do.

    python -m benchmarks.bench_sheets

The sheet is the simulated one, in this process. It takes seconds to make an answer of 50 MB, which is not our time:
what a sync with nothing to do takes is measured with answers that are there already. Google's time and its network are
in no figure. Calls are counted on the wire. A frame is on the other side.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import httpx
import polars as pl
import pytest

from benchmarks.figure import Figure
from flows.sides import open_side
from tests.sync.simulated import Clock, simulated
from tieline.sandbox.google_sheets.memory import Workbooks, new_sheet
from tieline.sandbox.google_sheets.seed import DESK
from tieline.sync import Column, Field, Place, Reading, Sync, Written, work
from tieline.transport import clients

ROWS, COLUMNS, CHANGED = 50_000, 10, 10


class Frame:
    """A side that holds a frame."""

    label, batch, tells_gone = "frame", 10_000, True

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows, self.mark = rows, "1"

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:  # noqa: ARG002 - all it has
        """All of it, or that nothing has changed."""
        whole = Reading([Field(name) for name in self.rows.columns], self.rows, self.mark)
        return Reading((), (), since, unchanged=True, reread=lambda: whole) if since == self.mark else whole

    def fits(self, column: Field, value: Any) -> str:  # noqa: ARG002 - all fits
        """Everything fits."""
        return ""

    async def write(self, changes: Sequence[Any]) -> list[Written]:
        """The sheet has nothing to say."""
        return [Written(refused="the sheet was not edited")] * len(changes)


class Keeping(httpx.AsyncBaseTransport):
    """Answers a question that was asked before with what was answered then, once it is told to.

    Args:
        inner: Who answers new ones.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner, self.on = inner, False
        self.kept: dict[str, tuple[httpx.Headers, bytes]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer."""
        url = str(request.url)
        if not self.on:
            return await self.inner.handle_async_request(request)
        if url not in self.kept:
            answer = await self.inner.handle_async_request(request)
            self.kept[url] = answer.headers, await answer.aread()
        headers, content = self.kept[url]
        return httpx.Response(200, headers=headers, content=content)


def names() -> list[str]:
    """The columns."""
    return ["id", *(f"text{n}" for n in range(COLUMNS - 1))]


async def played(asked: list[str], keeping: Keeping) -> dict[str, dict[str, float]]:
    """A first sync, one after ten edits, and three without any, the last with answers that are there already."""
    number = pl.int_range(ROWS, eager=True)
    texts = {name: f"{name} of " + number.cast(pl.String) for name in names()[1:]}
    left = Frame(pl.DataFrame({"id": number, **texts}))
    place = Place(connection="google_sheets/main", place=f"{DESK}/Rows")
    columns = [Column(left=name, type="integer" if name == "id" else "text") for name in names()]
    sync = Sync(name="sheet", left=Place(connection="none/none"), right=place, key=["id"], columns=columns)
    found = {}
    for step in ("first", "settling", "incremental", "after", "nothing", "kept"):
        if step == "incremental":
            edited = pl.when(number < CHANGED).then(pl.col("text0") + " edited").otherwise(pl.col("text0"))
            left.rows, left.mark = left.rows.with_columns(edited.alias("text0")), "2"
        keeping.on = step in {"nothing", "kept"}
        asked.clear()
        began = time.perf_counter()
        await work.apply(sync, {"left": left, "right": await open_side(place, ["id"])})
        made = [one for one in asked if DESK in one]
        writes = sum(not one.startswith("GET") for one in made)
        found[step] = {"calls": len(made), "writes": writes, "seconds": time.perf_counter() - began}
    return found


def main() -> dict[str, Any]:
    """All steps, and what the table shows."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home:
        os.environ["TIELINE_DATA_DIR"] = home
        with simulated(patch, "google_sheets", Clock(), tickets=1) as (app, asked):
            assert clients.transport is not None
            clients.transport = keeping = Keeping(clients.transport)
            app.state[Workbooks].books[DESK].sheets.append(new_sheet(9, "Rows", 2))
            found = asyncio.run(played(asked, keeping))
    nothing = found["nothing"]
    made = nothing["seconds"] - found["kept"]["seconds"]
    figures = [
        Figure("Write calls of 50,000 rows into a sheet", found["first"]["writes"], "calls", 20, "at most"),
        Figure("Calls to the sheet after 10 edits elsewhere", found["incremental"]["calls"], "calls", 3, "at most"),
        Figure("Calls to the sheet with nothing to do", nothing["calls"], "calls", 2, "at most"),
        Figure(
            "A sync of 50,000 rows with nothing to do", round(found["kept"]["seconds"], 2), "s", 1, "at most",
            note=f"without the {made:.1f} s in which the simulated sheet makes its answer of some 50 MB",
        ),
    ]  # fmt: skip
    return {"figures": [one.to_json() for one in figures], "steps": found}


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
