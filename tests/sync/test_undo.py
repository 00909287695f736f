"""Taking back: what the last run wrote goes, what people did since stays."""

from __future__ import annotations

import pytest

from tests.sync.pairs import Pair, cut_after, rules
from tests.sync.table_side import Cut
from tieline.errors import ConfigError
from tieline.sync import undo


async def test_undo_restores_what_nobody_has_changed_since(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    pair.left.edit(2, name="due")
    pair.left.add(id=3, name="tre", status="new", tags="")
    pair.right.edit(pair.right.find(id=1), status="open")
    await pair.run()
    pair.right.edit(pair.right.find(id=2), name="mine")
    looked = await undo.undo(pair.sync, pair.sides, dry=True)
    assert len(looked.back) == 3
    done = await undo.undo(pair.sync, pair.sides)
    assert [why for _, why in done.kept] == ["somebody has changed it since"]
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"
    assert pair.left.rows[1]["status"] == "new"
    assert pair.right.rows[pair.right.find(id=2)]["name"] == "mine"
    assert sorted(row["id"] for row in pair.right.rows.values()) == [1, 2]
    before = pair.right.values()
    await pair.run()  # what was taken back is not done again
    assert [row for row in pair.right.values() if row[0] != 2] == [row for row in before if row[0] != 2]
    pair.left.edit(1, name="eins")
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "eins"


async def test_undo_brings_deleted_rows_back_and_runs_in_order(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.remove(1)
    await pair.run()
    assert len(pair.right.rows) == 1
    with pytest.raises(ConfigError, match="Take tickets-2 back first"):
        await undo.undo(pair.sync, pair.sides, run="tickets-1")
    await undo.undo(pair.sync, pair.sides)
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"
    await undo.undo(pair.sync, pair.sides)
    assert not pair.right.rows
    with pytest.raises(ConfigError, match="has written nothing"):
        await undo.undo(pair.sync, pair.sides)


async def test_taking_back_keeps_edits_that_were_not_synced_yet(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    await pair.run()
    pair.left.edit(1, status="edited")
    await undo.undo(pair.sync, pair.sides)
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"
    await pair.run()
    row = pair.right.rows[pair.right.find(id=1)]
    assert (row["name"], row["status"]) == ("one", "edited")
    assert pair.left.rows[1]["name"] == "uno"


async def test_taking_back_does_not_delete_a_row_in_which_somebody_filled_in_a_blank(pair: Pair) -> None:
    pair.left.edit(1, status=None)
    await pair.run()
    pair.right.edit(pair.right.find(id=1), status="mine")
    done = await undo.undo(pair.sync, pair.sides)
    assert [why for _, why in done.kept] == ["somebody has changed it since"]
    assert pair.right.values("id", "status") == [(1, "mine")]


@pytest.mark.parametrize("writes", (0, 1))
async def test_taking_back_that_was_cut_goes_on_and_what_was_taken_back_is_no_edit(pair: Pair, writes: int) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    pair.left.edit(2, name="due")
    await pair.run()
    cut_after(pair.right, writes)
    with pytest.raises(Cut):
        await undo.undo(pair.sync, pair.sides)
    await pair.run()
    assert pair.left.values("name") == [("due",), ("uno",)]
    await undo.undo(pair.sync, pair.sides)
    assert pair.right.values("name") == [("one",), ("two",)]
    await pair.run()
    assert pair.left.values("name") == [("due",), ("uno",)]
    assert pair.right.values("name") == [("one",), ("two",)]


async def test_what_was_written_but_not_noted_is_taken_back_for_good(pair: Pair) -> None:
    for number in range(3, 6):
        pair.left.add(id=number, name="x", status="", tags="")
    await pair.run()
    for number in range(1, 6):
        pair.left.edit(number, name="edited")
    cut_after(pair.right, 4)  # the first batch is noted, the second is not
    with pytest.raises(Cut):
        await pair.run()
    await undo.undo(pair.sync, pair.sides)
    assert ("edited",) not in pair.right.values("name")
    await pair.run()
    # The one that was never written is no part of what was taken back.
    assert pair.right.values("name").count(("edited",)) == 1
