"""What must not happen: a decision or an edit that is lost, a row that is deleted or doubled by mistake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from tests.sync.pairs import Pair, cut_after, rules
from tests.sync.table_side import Cut, TableSide
from tieline.errors import ConfigError
from tieline.store.writing import writing
from tieline.sync import Column, Reading, conflicts, runs, undo, work


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


# rows that go


async def test_the_limit_counts_rows_that_are_not_settled() -> None:
    """Rows with an unsettled cell count, so that a cleared sheet does not delete them all."""
    pair = Pair(rules(direction="left_to_right", deletes="delete"))
    pair.right.unwritable["status"] = "it counts itself"
    pair.right.add(id=1, name="one", status="other", tags=None)
    pair.right.add(id=2, name="two", status="other", tags=None)
    await pair.run()
    pair.left.remove(1)
    pair.left.remove(2)
    with pytest.raises(work.NeedsApproval, match="2 of 2 rows"):
        await pair.run()


async def test_a_key_changed_to_one_that_is_there_deletes_nothing(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.edit(1, id=2)
    await pair.run()
    pair.right.edit(pair.right.find(id=1), status="open")
    await pair.run()
    assert pair.right.values("id", "name") == [(1, "one"), (2, "two")]
    assert pair.left.values("id", "name") == [(2, "one"), (2, "two")]
    pair.left.edit(1, id=1)
    await pair.run()
    assert pair.equal()
    await pair.run()
    assert not (await pair.run()).id


async def test_what_was_edited_to_something_strange_is_not_deleted(pair: Pair) -> None:
    columns = [Column(left="id", type="integer"), Column(left="name"), Column(left="status", type="number")]
    pair.sync = rules(columns=columns, deletes="delete", delete_limit=1)
    pair.left.edit(1, status=1)
    pair.left.edit(2, status=2)
    await pair.run()
    pair.left.edit(1, status="about 3")
    pair.right.remove(pair.right.find(id=1))
    await pair.run()
    assert pair.left.values("status") == [("about 3",), (2,)]


async def test_a_mark_is_not_written_where_it_must_not_be(pair: Pair) -> None:
    columns = [Column(left="id", type="integer"), Column(left="name"), Column(left="status")]
    pair.sync = rules(columns=columns, deletes="mark", deleted_column="status", delete_limit=1)
    pair.left.edit(1, status=None)
    pair.left.edit(2, status=None)
    await pair.run()
    pair.left.remove(1)
    pair.right.unwritable["status"] = "it is the system's"
    run = await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["status"] is None
    assert "cannot be written: it is the system's" in run.problems[0]["why"]


def test_a_mark_is_a_text_or_true() -> None:
    columns = [Column(left="id"), Column(left="at", type="datetime")]
    with pytest.raises(ValueError, match="a column of type text or boolean"):
        rules(columns=columns, deletes="mark", deleted_column="at")


async def test_a_row_that_was_renamed_and_is_gone_on_the_other_side_is_new(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.edit(1, id=7)
    pair.right.remove(pair.right.find(id=1))
    await pair.run()
    assert pair.equal()
    assert pair.right.values("id") == [(2,), (7,)]


# rows that come


async def test_what_the_system_fills_in_itself_is_not_written(pair: Pair) -> None:
    pair.right.unwritable["status"] = "it counts itself"
    await pair.run()
    assert pair.right.values("id", "status") == [(1, None), (2, None)]


async def test_no_row_is_made_where_its_key_cannot_be_written(pair: Pair) -> None:
    pair.right.unwritable["id"] = "it counts itself"
    run = await pair.run()
    assert not pair.right.rows
    assert run.problems[0]["why"] == "cannot be written: it counts itself"


async def test_a_row_that_comes_back_with_blanks_is_filled() -> None:
    pair = Pair()
    await pair.run()
    pair.left.remove(1)
    await pair.run()
    pair.left.add(id=1, name="uno")
    await pair.run()
    assert pair.equal()
    assert pair.right.rows[1]["name"] == "uno"
    assert pair.right.rows[1]["status"] == "new"


async def test_a_key_that_is_there_twice_is_seen_though_only_one_has_changed() -> None:
    pair = Pair(incremental=True)
    await pair.run()
    await pair.run()
    number = pair.left.add(id=1, name="again", status="new", tags="")
    run = await pair.run()
    assert "2 rows have this key" in " ".join(problem["why"] for problem in run.problems)
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"
    pair.left.remove(number)
    await pair.run()
    assert pair.equal()


async def test_a_row_of_the_mirror_alone_is_not_made_once_more() -> None:
    pair = Pair(rules(direction="left_to_right"), incremental=True)
    number = pair.right.add(id=7, name="ours", status=None, tags=None)
    for _ in range(3):
        await pair.run()
    pair.left.add(id=7, name="seven", status=None, tags=None)
    plan = await pair.plan()
    assert [(step.op, step.ref) for step in plan.steps] == [("update", str(number))]


async def test_a_row_made_again_as_it_was_is_found_by_its_new_reference() -> None:
    pair = Pair(rules(deletes="delete", delete_limit=1), incremental=True)
    await pair.run()
    await pair.run()
    pair.left.remove(1)
    again = pair.left.add(id=1, name="one", status="new", tags="a")
    await pair.run()
    pair.right.edit(pair.right.find(id=1), name="un")
    await pair.run()
    assert pair.left.rows[again]["name"] == "un"
    pair.left.remove(again)
    await pair.run()
    assert pair.right.values("id") == [(2,)]


# rules that change


async def test_another_place_is_compared_as_if_for_the_first_time(pair: Pair) -> None:
    """What the old place lacked or held says nothing about the new one."""
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.right = type(pair.right)(list(pair.right.columns), ["id"], incremental=pair.right.incremental)
    pair.sync = pair.sync.model_copy(update={"right": pair.sync.right.model_copy(update={"place": "new"})})
    await pair.run()
    assert len(pair.left.rows) == 2
    assert pair.equal()
    with pytest.raises(ConfigError, match="other places"):
        await undo.undo(pair.sync.model_copy(update={"left": pair.sync.right}), pair.sides)


async def test_another_expression_counts_for_rows_that_nobody_edited(pair: Pair) -> None:
    columns = [Column(left="id", type="integer"), Column(left="name", to_right="upper(value)"), Column(left="status")]
    pair.sync = rules(columns=columns, direction="left_to_right")
    await pair.run()
    assert pair.right.values("name") == [("ONE",), ("TWO",)]
    columns[1] = Column(left="name", to_right="lower(value)")
    pair.sync = rules(columns=columns, direction="left_to_right")
    await pair.run()
    assert pair.right.values("name") == [("one",), ("two",)]


async def test_a_cell_made_of_two_others_follows_both(pair: Pair) -> None:
    columns = [
        Column(left="id", type="integer"),
        Column(left="name", to_right="join([value, row['status']], ' ')"),
        Column(left="status"),
    ]
    pair.sync = rules(columns=columns, direction="left_to_right")
    await pair.run()
    pair.left.edit(1, status="open")
    await pair.run()
    assert pair.right.values("name") == [("one open",), ("two new",)]


async def test_a_column_that_means_something_else_now(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="5")
    await pair.run()
    pair.sync = rules(columns=[Column(left="id", type="integer"), Column(left="name", type="date")])
    pair.left.edit(1, name="2026-01-31")
    pair.left.edit(2, name="2026-02-28")
    pair.right.edit(pair.right.find(id=1), name=None)
    await pair.run()
    assert str(pair.right.rows[pair.right.find(id=1)]["name"]) == "2026-01-31"
    assert len(runs.steps(pair.sync, "tickets-2")) == 1  # an old value is shown as far as it means anything
    assert runs.history("tickets")


async def test_a_column_that_is_new_is_filled_where_it_is_blank(pair: Pair) -> None:
    sync = pair.sync
    pair.sync = rules(columns=[Column(left="id", type="integer"), Column(left="name")])
    await pair.run()
    assert pair.right.values("status") == [(None,), (None,)]
    pair.sync = sync
    run = await pair.run()
    assert run.counts["conflicts"] == 0
    assert pair.equal()


# marks


@dataclass
class DigestSide(TableSide):
    """Its mark is a digest of what it holds, as that of a file is."""

    async def read(self, columns: Any, since: str = "") -> Reading:
        told = await super().read(columns)
        mark = repr(sorted(self.rows.items()))
        return replace(told, mark=mark, unchanged=since == mark, reread=lambda: replace(told, mark=mark))


async def test_what_is_changed_back_by_hand_is_an_edit() -> None:
    pair = Pair()
    pair.right = DigestSide(list(pair.right.columns), ["id"])
    for _ in range(3):
        await pair.run()
    pair.left.edit(1, name="uno")
    await pair.run()
    pair.right.edit(pair.right.find(id=1), name="one")
    await pair.run()
    assert pair.left.rows[1]["name"] == "one"
    for _ in range(2):
        await pair.run()
    pair.left.calls = pair.right.calls = 0
    await pair.run()
    assert (pair.left.calls, pair.right.calls) == (1, 1)


# keys


@pytest.mark.parametrize("keys", ((1e22, 1e-7), (-0.0, 5.5), (123456789.25, 2**53)))
async def test_numbers_as_keys(keys: tuple[float, float]) -> None:
    pair = Pair(rules(columns=[Column(left="id", type="number"), Column(left="name")]))
    for number, key in enumerate(keys, start=1):
        pair.left.edit(number, id=key)
    await pair.run()
    assert pair.right.values("id", "name") == sorted(((keys[0], "one"), (keys[1], "two")), key=repr)
    await pair.run()
    assert not (await pair.run()).id


async def test_keys_are_equal_however_they_are_written() -> None:
    pair = Pair(rules(columns=[Column(left="id", type="decimal"), Column(left="name")]))
    pair.left.edit(1, id="1.0")
    pair.left.edit(2, id="-0.00")
    pair.right.add(id=Decimal(1), name="one")
    pair.right.add(id=0, name=None)
    await pair.run()
    assert len(pair.right.rows) == 2
    assert pair.right.rows[2]["name"] == "two"


@pytest.mark.parametrize("key", ("a\x1fb", "a\0b", "x" * 1001, "\ud800"))
async def test_keys_that_no_store_could_tell_apart_are_told(key: str) -> None:
    columns = [Column(left="id"), Column(left="name")]
    for names in (["id"], ["id", "name"]):
        pair = Pair(rules(columns=columns).model_copy(update={"key": names}))
        pair.left.edit(1, id=key)
        pair.left.edit(2, id="two")
        run = await pair.run()
        assert pair.right.values("id") == [("two",)]
        assert "no key" in run.problems[0]["why"]


async def test_batches_may_be_larger_than_a_question_to_the_store() -> None:
    pair = Pair(rules(columns=[Column(left="id", type="integer"), Column(left="name")]))
    pair.right.batch = 100_000
    with writing() as db:
        runs.mark(db, range(40_000), "done")
    await pair.run()
