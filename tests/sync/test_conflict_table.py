"""The table in which people find conflicts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from flows.sync import conflict_table
from tieline.sync import conflicts
from tieline.sync.conflicts import Open
from tieline.sync.side import Change, Reading, Written


class Rows:
    """A side that notes what is written."""

    batch = 100

    def __init__(self) -> None:
        self.written: list[Change] = []

    async def read(self, *_: Any) -> Reading:
        return Reading((), [])

    async def write(self, changes: list[Change]) -> list[Written]:
        self.written += changes
        return [Written() for _ in changes]


async def test_long_keys_that_begin_alike_have_rows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{'The weekly report for ' * 4}{word}" for word in ("January", "May")]
    waiting = [Open(key, "status", "a", "b", None, "why", 0) for key in keys]
    monkeypatch.setattr(conflicts, "waiting", lambda _: waiting)
    rows: Any = Rows()
    table = conflict_table.ConflictTable(SimpleNamespace(name="x"), rows)  # type: ignore[arg-type]  # none is looked at
    await table.take()
    assert await table.show() == []
    assert [one.key["Row"] for one in rows.written] == keys
