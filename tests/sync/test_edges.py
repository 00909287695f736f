"""What must not happen: a decision or an edit that is lost, a row that is deleted or doubled by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.table_side import Cut
from tests.sync.test_merge import Pair, rules
from tieline.sync import Column, conflicts, runs, undo, work


@pytest.fixture(params=[False, True], ids=["whole", "incremental"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(incremental=request.param)


def cut_after(side: Any, writes: int) -> None:
    """The process dies once a side has written so many rows."""
    asked = 0

    def cut() -> None:
        nonlocal asked
        asked += 1
        if asked > 2 * writes:
            side.cut = lambda: None
            raise Cut

    side.cut = cut


async def conflicting(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    pair.right.edit(pair.right.find(id=1), name="un")
    await pair.run()


# decisions


async def test_a_decision_outlives_plans_that_nobody_applied(pair: Pair) -> None:
    await conflicting(pair)
    conflicts.resolve(pair.sync, "1", "name", "left", by="Ann")
    await pair.plan()
    _, run = await work.plan(pair.sync, pair.sides)
    await pair.run(planned=run.id)
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "uno"
    assert not conflicts.waiting(pair.sync)


async def test_a_decision_outlives_a_run_that_was_cut(pair: Pair) -> None:
    await conflicting(pair)
    conflicts.resolve(pair.sync, "1", "name", "left", by="Ann")
    cut_after(pair.right, 0)
    with pytest.raises(Cut):
        await pair.run()
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "uno"
    assert not conflicts.waiting(pair.sync)


async def test_a_decision_that_cannot_be_written_stays(pair: Pair) -> None:
    await conflicting(pair)
    conflicts.resolve(pair.sync, "1", "name", "left", by="Ann")
    pair.right.unwritable["name"] = "it is closed"
    await pair.run()
    pair.right.unwritable.clear()
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "uno"


async def test_a_decision_about_a_row_does_not_count_once_it_was_edited_again(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.remove(1)
    pair.right.edit(pair.right.find(id=1), name="un")
    await pair.run()
    conflicts.resolve(pair.sync, "1", "", "left", by="Ann")
    pair.right.edit(pair.right.find(id=1), name="important")
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "important"
    assert not conflicts.waiting(pair.sync)[0].take
