"""What became of work: done, tried again, given up."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import update

from tests.dispatch.house import BATCHES, START, House, batches, deliver, ticket, trigger, work
from tieline import store
from tieline.dispatch.batches import started as note_started
from tieline.dispatch.outcomes import close, settle
from tieline.errors import AuthFailed, RateLimited, Rejected, Unavailable
from tieline.settings import settings


async def started(*numbers: int, **options: Any) -> House:
    """A house with one run for several tickets."""
    house = House([trigger(lane="batch", **options)])
    deliver(*(ticket(number) for number in numbers))
    await house.look()
    return house


@pytest.fixture(autouse=True)
def _one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_SLOTS_BATCH", "1")
    settings.cache_clear()


async def test_each_item_has_an_outcome_of_its_own() -> None:
    await started(1, 2, 3, 4, 5)
    (batch,) = batches()
    done, gone, busy, locked, limited = (row.id for row in work())
    said = {
        done: None,
        gone: Rejected("no such ticket"),
        busy: Unavailable("down"),
        locked: AuthFailed("the key is wrong"),
        limited: RateLimited("slowly", retry_after=100.0),
    }
    assert settle(batch.id, said, now=START) == 5
    assert [(row.state, row.reason) for row in work()] == [
        ("done", ""),
        ("dead", "no such ticket"),
        ("failed", "down"),
        ("failed", "the key is wrong"),
        ("failed", "slowly"),
    ]
    assert START <= work()[2].due_at <= START + 5
    assert START + 100 <= work()[4].due_at <= START + 105


async def test_what_nobody_has_spoken_about_follows_the_run() -> None:
    house = await started(1, 2)
    (batch,) = batches()
    settle(batch.id, {work()[0].id: Rejected("no")}, now=START)
    house.runs.end("Completed")
    await house.care()
    assert [row.state for row in work()] == ["dead", "done"]


async def test_work_that_was_given_to_another_run_is_left_alone() -> None:
    house = await started(1)
    (batch,) = batches()
    house.runs.end("Crashed: gone")
    await house.care()
    assert settle(batch.id, {work()[0].id: None}) == 0
    assert work()[0].state == "failed"


async def test_what_fails_is_tried_again_later_and_later_and_then_given_up() -> None:
    house = await started(1)
    longest = []
    for number in range(settings().tries):
        house.runs.end("Failed: the vendor is down")
        now = house.clock.wall
        await house.care()
        (row,) = work()
        assert row.attempts == number + 1
        longest.append(row.due_at - now)
        house.clock.passes(4000)
        await house.care()
    assert all(0 <= wait <= 5 * 2**number for number, wait in enumerate(longest[:-1]))
    assert [(row.state, row.reason) for row in work()] == [("dead", "Failed: the vendor is down")]
    assert len(house.runs.started) == settings().tries


async def test_not_before_it_is_due() -> None:
    house = await started(1)
    settle(batches()[0].id, {work()[0].id: RateLimited("slowly", retry_after=60.0)}, now=house.clock.wall)
    house.runs.end()
    await house.care()
    assert len(house.runs.started) == 1
    house.clock.passes(59)
    await house.care()
    assert len(house.runs.started) == 1
    house.clock.passes(7)
    await house.care()
    assert len(house.runs.started) == 2


@pytest.mark.parametrize("outcome", ("Crashed: killed", "Failed: a bug"))
async def test_one_that_kills_its_run_does_not_take_its_neighbors_with_it(outcome: str) -> None:
    house = await started(*range(1, 101))
    poison = 42
    tried: Counter[int] = Counter()
    for _ in range(200):
        for run, batch in house.runs.started.items():
            if run not in house.runs.over:
                tried.update(batch.parameters["tickets"])
                house.runs.over[run] = outcome if poison in batch.parameters["tickets"] else "Completed"
        house.clock.passes(4000)
        await house.care()
    states = {row.item: row.state for row in work()}
    assert [number for number, state in states.items() if state != "done"] == [poison]
    assert states[poison] == "dead"
    assert max(count for number, count in tried.items() if number != poison) <= 4
    assert tried[poison] <= settings().tries + 3


async def test_a_worker_writes_the_outcome_into_the_store() -> None:
    house = await started(1, 2)
    with store.engine().begin() as db:
        db.execute(update(BATCHES).values(state="ended", outcome="Completed"))
    await house.look()
    assert [row.state for row in work()] == ["done", "done"]


def lease(until: float) -> None:
    with store.engine().begin() as db:
        db.execute(update(BATCHES).where(BATCHES.c.state != "ended").values(lease_until=until))


async def test_a_lease_that_nobody_renews_ends_and_the_run_is_crashed_with_a_reason() -> None:
    house = await started(1)
    lease(house.clock.wall + 30)
    await house.care()
    house.clock.passes(31)
    await house.care()
    ((_, reason),) = house.runs.crashed.items()
    assert "lease" in reason
    assert work()[0].state in {"failed", "dispatched"}
    assert work()[0].attempts == 1
    assert batches()[0].outcome.startswith("Crashed: The process")


async def test_a_run_that_ended_well_before_its_process_died_is_not_done_again() -> None:
    house = await started(1)
    lease(house.clock.wall + 30)
    await house.care()
    house.runs.end("Completed")
    house.clock.passes(31)
    await house.care()
    assert house.runs.crashed == {}
    assert [row.state for row in work()] == ["done"]


async def test_while_a_lease_is_renewed_the_store_has_the_last_word() -> None:
    house = await started(1)
    lease(house.clock.wall + 30)
    house.runs.end("Completed")
    await house.care()
    (batch,) = batches()
    assert batch.state == "running"
    settle(batch.id, {work()[0].id: Rejected("no")})
    assert [row.state for row in work()] == ["dead"]


@pytest.mark.parametrize("step", (-3600, 3600))
async def test_a_clock_that_is_set_ends_no_lease_that_is_renewed(step: float) -> None:
    house = await started(1)
    lease(house.clock.wall + 30)
    await house.care()
    house.clock.wall += step
    await house.care()
    house.clock.passes(5)
    lease(house.clock.wall + 30)
    for _ in range(10):
        await house.care()
        house.clock.passes(8)
        lease(house.clock.wall + 30)
    assert house.runs.crashed == {}
    house.clock.wall -= step
    for _ in range(5):
        await house.care()
        house.clock.passes(8)
    assert len(house.runs.crashed) == 1


async def test_a_clock_that_is_set_back_delays_no_retry() -> None:
    house = await started(1)
    settle(batches()[0].id, {work()[0].id: RateLimited("slowly", retry_after=60.0)}, now=house.clock.wall)
    house.runs.end()
    house.clock.wall -= 3600
    await house.care()
    house.clock.passes(70)
    await house.care()
    assert len(house.runs.started) == 2


async def test_a_clock_that_is_set_back_delays_nothing_that_waits() -> None:
    house = await started(1)
    deliver(ticket(2))
    await house.look()
    house.clock.wall -= 3600
    house.runs.end()
    await house.care()
    assert len(house.runs.started) == 2


async def test_a_run_that_prefect_has_lost_is_done_again() -> None:
    house = await started(1)
    house.runs.end("Crashed: Prefect does not know the flow run any more.")
    await house.care()
    house.clock.passes(10)
    await house.care()
    assert len(house.runs.started) == 2


async def test_a_run_may_end_before_it_is_noted_that_it_exists() -> None:
    house = House([trigger(lane="batch")])
    deliver(ticket(1))
    house.runs.hangs = True
    while await house.dispatcher.look():
        pass
    (made,) = batches()
    close(made.id, "Completed", now=START)
    note_started(made.id, "run-1")
    (batch,) = batches()
    assert (batch.state, batch.outcome, batch.flow_run_id) == ("ended", "Completed", "run-1")
    assert [row.state for row in work()] == ["done"]
