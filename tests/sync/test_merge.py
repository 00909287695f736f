"""What becomes of rows and cells: edited here, there, on both sides; gone; refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sync.pairs import Pair, items, rules
from tieline.errors import ConfigError
from tieline.sync import Column, conflicts, memory, runs, work


async def test_first_everything_is_copied_then_nothing_is(pair: Pair) -> None:
    run = await pair.run()
    assert run.counts["right_insert"] == 2
    assert pair.equal()
    pair.left.calls = pair.right.calls = 0
    await pair.run()
    assert not (await pair.run()).id
    pair.left.calls = pair.right.calls = 0
    await pair.run()
    assert (pair.left.calls, pair.right.calls) == (1, 1)


async def test_edits_go_both_ways_cell_by_cell(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    pair.right.edit(pair.right.find(id=1), status="open")
    pair.right.add(id=3, name="three", status="new", tags=["x", "y"])
    await pair.run()
    assert pair.left.rows[1]["name"] == "uno"
    assert pair.left.rows[1]["status"] == "open"
    assert pair.equal()
    assert len(pair.left.rows) == 3


async def test_both_changed_is_a_conflict_and_a_person_settles_it(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno", status="open")
    pair.right.edit(pair.right.find(id=1), name="un")
    run = await pair.run()
    assert run.counts["conflicts"] == 1
    assert pair.right.rows[pair.right.find(id=1)]["status"] == "open"  # the rest of the row goes on
    (one,) = conflicts.waiting(pair.sync)
    assert (one.key, one.column, one.left, one.right, one.base) == ("1", "name", "uno", "un", "one")
    assert (await pair.run()).counts["conflicts"] == 1  # nobody has said anything
    conflicts.resolve(pair.sync, "1", "name", "value", value="eins", by="Ann")
    await pair.run()
    assert pair.left.rows[1]["name"] == pair.right.rows[pair.right.find(id=1)]["name"] == "eins"
    assert not conflicts.waiting(pair.sync)
    assert not (await pair.run()).id


async def test_what_was_said_about_other_values_does_not_count(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="uno")
    pair.right.edit(pair.right.find(id=1), name="un")
    await pair.run()
    conflicts.resolve(pair.sync, "1", "name", "left", by="Ann")
    pair.right.edit(pair.right.find(id=1), name="ein")
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "ein"
    assert not conflicts.waiting(pair.sync)[0].take


@pytest.mark.parametrize(("rule", "wins"), (("left_wins", "L"), ("right_wins", "R")))
async def test_a_rule_settles_it(rule: str, wins: str) -> None:
    pair = Pair(rules(status=rule))
    await pair.run()
    pair.left.edit(1, status="L")
    pair.right.edit(1, status="R")
    await pair.run()
    assert pair.left.rows[1]["status"] == pair.right.rows[1]["status"] == wins


async def test_the_later_edit_wins_and_without_times_nobody_does() -> None:
    pair = Pair(rules(status="latest_wins"))
    await pair.run()
    pair.left.edit(1, status="L")
    pair.right.edit(1, status="R")
    assert (await pair.run()).counts["conflicts"] == 1
    pair.left.times = {1: datetime(2026, 5, 2, tzinfo=UTC)}
    pair.right.times = {1: datetime(2026, 5, 1, tzinfo=UTC)}
    pair.right.clock += 1
    await pair.run()
    assert pair.left.rows[1]["status"] == pair.right.rows[1]["status"] == "L"


async def test_lists_are_merged_with_additions_and_removals_of_both(pair: Pair) -> None:
    pair.left.edit(1, tags="a, b, c")
    await pair.run()
    pair.left.edit(1, tags="b, c, left")
    pair.right.edit(pair.right.find(id=1), tags=["right", "b", "a"])
    await pair.run()
    assert items(pair.left.rows[1]["tags"]) == ["b", "left", "right"]
    assert pair.equal()


async def test_a_first_comparison_fills_blanks_and_asks_about_the_rest() -> None:
    pair = Pair()
    pair.right.add(id=1, name="other", status=None, tags="z")
    run = await pair.run()
    assert run.counts["conflicts"] == 1
    assert pair.right.rows[1]["status"] == "new"
    assert items(pair.right.rows[1]["tags"]) == ["a", "z"]


async def test_one_way_the_other_side_is_a_mirror(pair: Pair) -> None:
    pair.sync = rules(direction="left_to_right")
    await pair.run()
    number = pair.right.find(id=1)
    pair.right.edit(number, name="drift")
    pair.right.remove(pair.right.find(id=2))
    pair.right.add(id=9, name="ours", status=None, tags=None)
    await pair.run()
    assert pair.right.rows[number]["name"] == "one"
    assert sorted(row["id"] for row in pair.right.rows.values()) == [1, 2, 9]
    assert len(pair.left.rows) == 2


async def test_never_deletes_leaves_rows_and_does_not_bring_them_back(pair: Pair) -> None:
    await pair.run()
    pair.left.remove(1)
    await pair.run()
    assert len(pair.right.rows) == 2
    assert len(pair.left.rows) == 1
    assert not (await pair.run()).id


async def test_deletes_are_carried_over_up_to_the_limit(pair: Pair) -> None:
    for number in range(3, 21):
        pair.left.add(id=number, name=f"n{number}", status="new", tags="")
    pair.sync = rules(deletes="delete")
    await pair.run()
    pair.left.remove(1)
    pair.right.remove(pair.right.find(id=2))
    await pair.run()
    assert pair.equal()
    assert len(pair.left.rows) == 18
    for number in (3, 4):
        pair.left.remove(number)
    with pytest.raises(
        work.NeedsApproval, match="2 of 18 rows would be deleted on the right side; more than 10% needs"
    ):
        await pair.run()
    assert len(pair.right.rows) == 18
    await pair.run(may_delete=lambda _: True)
    assert pair.equal()


async def test_a_cleared_sheet_deletes_nothing(pair: Pair) -> None:
    pair.sync = rules(deletes="delete")
    await pair.run()
    for number in list(pair.left.rows):
        pair.left.remove(number)
    with pytest.raises(work.NeedsApproval, match="2 of 2 rows"):
        await pair.run()
    assert len(pair.right.rows) == 2


async def test_deleted_here_and_edited_there_is_for_a_person(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.remove(1)
    pair.right.edit(pair.right.find(id=1), name="un")
    await pair.run()
    (one,) = conflicts.waiting(pair.sync)
    assert (one.column, one.left, one.right) == ("", "deleted", "edited")
    conflicts.resolve(pair.sync, "1", "", "right", by="Ann")
    await pair.run()
    assert pair.left.rows[pair.left.find(id=1)]["name"] == "un"
    assert not (await pair.run()).id


async def test_rows_can_be_marked_as_deleted_and_come_back() -> None:
    columns = [Column(left="id", type="integer"), Column(left="name"), Column(left="status")]
    pair = Pair(rules(columns=columns, deletes="mark", deleted_column="status", delete_limit=1))
    pair.left.edit(1, status=None)
    pair.left.edit(2, status=None)
    await pair.run()
    pair.left.remove(1)
    await pair.run()
    assert pair.right.rows[1]["status"] == "deleted"
    assert not (await pair.run()).id
    pair.left.add(id=1, name="one")
    await pair.run()
    assert pair.right.rows[1]["status"] is None


async def test_rows_without_a_key_hold_deletes_back(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.edit(1, id=None, name="changed")
    plan = await pair.plan()
    assert not plan.steps
    told = " ".join(problem.why for problem in plan.troubles)
    assert "1 row has no key ('id')" in told or pair.left.incremental
    await pair.run()
    assert len(pair.right.rows) == 2


async def test_doubled_keys_are_left_alone(pair: Pair) -> None:
    await pair.run()
    pair.left.add(id=1, name="again", status="new", tags="")
    pair.left.edit(2, name="zwei")
    pair.sync = pair.sync.model_copy(update={"conflict": "left_wins"})
    run = await work.apply(pair.sync, pair.sides)
    assert pair.right.rows[pair.right.find(id=2)]["name"] == "zwei"
    if not pair.left.incremental:
        assert "2 rows have this key" in " ".join(problem["why"] for problem in run.problems)
        assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"


async def test_an_edited_key_is_neither_new_nor_gone(pair: Pair) -> None:
    pair.sync = rules(deletes="delete", delete_limit=1)
    await pair.run()
    pair.left.edit(1, id=7)
    plan = await pair.plan()
    assert not plan.steps
    assert "its key was changed from '1' to '7': change it on the right side, too" in plan.troubles[-1].why
    pair.right.edit(pair.right.find(id=1), id=7)
    await pair.run()
    assert pair.equal()
    assert not (await pair.run()).id


async def test_a_renamed_header_stops_everything(pair: Pair) -> None:
    await pair.run()
    pair.left.columns[1] = "nome"
    pair.left.clock += 1
    with pytest.raises(
        ConfigError, match=r"left side has no column 'name'. Nothing was changed. Was it renamed to 'nome'"
    ):
        await pair.run()


async def test_what_does_not_fit_is_told_and_left(pair: Pair) -> None:
    await pair.run()
    pair.left.edit(1, name="x" * 1001)
    pair.right.unwritable["status"] = "it counts itself"
    pair.left.edit(2, status="open", name="zwei")
    pair.left.add(id=3, name="y" * 1001, status="new", tags="")
    plan = await pair.plan()
    told = sorted((problem.key, problem.column, problem.why) for problem in plan.troubles)
    assert told == [
        ("1", "name", "is longer than 1000"),
        ("2", "status", "cannot be written: it counts itself"),
        ("3", "name", "is longer than 1000"),
    ]
    await pair.run()
    assert pair.right.rows[pair.right.find(id=2)]["name"] == "zwei"
    assert len(pair.right.rows) == 2


async def test_formulas_are_not_written_over() -> None:
    pair = Pair()
    await pair.run()
    pair.right.locked[1, "name"] = "a formula"
    pair.left.edit(1, name="uno", status="open")
    run = await pair.run()
    assert pair.right.rows[1]["name"] == "one"
    assert pair.right.rows[1]["status"] == "open"
    assert run.problems[0]["why"] == "cannot be written: it is a formula"


async def test_a_value_that_is_not_what_the_column_means_is_told(pair: Pair) -> None:
    columns = [Column(left="id", type="integer"), Column(left="name"), Column(left="status", type="number")]
    pair.sync = rules(columns=columns)
    pair.left.edit(1, status=0.5)
    pair.left.edit(2, status=None)
    await pair.run()
    pair.left.edit(1, status="soon", name="uno")
    run = await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "uno"
    assert pair.right.rows[pair.right.find(id=1)]["status"] == 0.5
    assert "is the text soon, which is no plain number" in run.problems[0]["why"]


async def test_exactly_the_plan_is_applied_or_nothing(pair: Pair) -> None:
    _, run = await work.plan(pair.sync, pair.sides)
    pair.left.add(id=3, name="three", status="new", tags="")
    with pytest.raises(work.Moved, match="tickets-1 is not what there is to do any more"):
        await pair.run(planned=run.id)
    assert not pair.right.rows
    await pair.run(planned=run.id, refresh=True)
    assert len(pair.right.rows) == 3


async def test_a_plan_that_was_cut_off_is_taken_up(pair: Pair) -> None:
    for number in range(3, 9):
        pair.left.add(id=number, name=f"n{number}", status="new", tags="")
    _, run = await work.plan(pair.sync, pair.sides)
    wrote = pair.right._written
    limit = iter([True] * 5)

    def written(change: Any) -> Any:
        if not next(limit, False):
            raise OSError("the cable")
        return wrote(change)

    pair.right._written = written  # type: ignore[method-assign]
    with pytest.raises(OSError, match="cable"):
        await pair.run(planned=run.id)
    assert runs.get(run.id).state == "stopped"
    pair.right._written = wrote  # type: ignore[method-assign]
    done = await pair.run(planned=run.id)
    assert done.state == "applied"
    assert pair.equal()


async def test_a_filter_leaves_other_rows_alone(pair: Pair) -> None:
    pair.sync = rules(where="row['status'] != 'closed'", deletes="delete", delete_limit=1)
    pair.left.edit(2, status="closed")
    await pair.run()
    assert [row["id"] for row in pair.right.rows.values()] == [1]
    pair.left.edit(1, status="closed")
    await pair.run()  # the last change is still carried over, and nothing is deleted
    assert pair.right.rows[pair.right.find(id=1)]["status"] == "closed"
    pair.left.edit(1, name="later")
    await pair.run()
    assert pair.right.rows[pair.right.find(id=1)]["name"] == "one"


async def test_forgetting_compares_everything_anew(pair: Pair) -> None:
    await pair.run()
    pair.right.edit(pair.right.find(id=1), name="un")
    memory.forget("tickets")
    assert (await pair.run()).counts["conflicts"] == 1
