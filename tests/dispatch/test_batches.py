"""Which events share a run: lanes, slots, fairness."""

from __future__ import annotations

import asyncio

import pytest

from tests.dispatch.house import START, House, batches, deliver, one, ticket, trigger, work
from tieline.dispatch import on_event
from tieline.dispatch.batches import Batch
from tieline.dispatch.match import match
from tieline.settings import settings


async def test_while_slots_are_free_each_event_has_a_run_of_its_own() -> None:
    house = House([trigger()])
    deliver(ticket(1), ticket(2), ticket(3))
    await house.look()
    assert house.runs.sizes() == [1, 1, 1]


async def test_when_all_are_taken_events_pile_up_and_the_next_slot_takes_many() -> None:
    house = House([trigger()])
    deliver(*(ticket(number) for number in range(4)))
    await house.look()
    deliver(*(ticket(number) for number in range(4, 104)))
    await house.look()
    assert house.runs.sizes() == [1] * 4
    first = next(iter(house.runs.started))
    house.runs.end(runs=[first])
    await house.care()
    assert house.runs.sizes() == [1] * 4 + [100]
    assert [*house.runs.started.values()][-1].parameters["tickets"] == list(range(4, 104))
    assert [*house.runs.started.values()][-1].name == "zendesk/support: 100 × ticket.created"  # noqa: RUF001


async def test_free_slots_share_what_is_too_much_for_them() -> None:
    house = House([trigger()])
    deliver(*(ticket(number) for number in range(10)))
    await house.look()
    assert house.runs.sizes() == [3, 3, 2, 2]
    assert [row.state for row in work()] == ["dispatched"] * 10


async def test_a_run_takes_no_more_than_the_trigger_allows() -> None:
    house = House([trigger(at_most=7)])
    deliver(*(ticket(number) for number in range(100)))
    await house.look()
    assert house.runs.sizes() == [7, 7, 7, 7]


async def test_only_what_has_the_same_parameters_shares_a_run() -> None:
    house = House([trigger(lane="batch")])
    deliver(*(ticket(number) for number in range(5)), connection="first")
    deliver(*(ticket(number) for number in range(5, 10)), connection="second")
    await house.look()
    desks = [(batch.parameters["helpdesk"], batch.parameters["tickets"]) for batch in house.runs.started.values()]
    assert desks == [("zendesk/first", [0, 1, 2, 3, 4]), ("zendesk/second", [5, 6, 7, 8, 9])]


async def test_without_a_list_each_event_has_a_run_of_its_own() -> None:
    alone = on_event("zendesk.ticket.created", one, map={"ticket": "{payload.detail.id}"}, name="alone")
    house = House([alone])
    deliver(*(ticket(number) for number in range(6)))
    for _ in range(2):
        await house.look()
        house.runs.end()
        await house.care()
    assert house.runs.sizes() == [1] * 6
    assert sorted(batch.parameters["ticket"] for batch in house.runs.started.values()) == list(range(6))


async def test_a_flood_in_one_lane_does_not_delay_the_one_above() -> None:
    house = House([trigger("flood", lane="batch"), trigger("alarm", "zendesk.ticket.updated", lane="critical")])
    deliver(*(ticket(number) for number in range(2000)))
    await house.look()
    assert {batch.trigger for batch in house.runs.started.values()} == {"flood"}
    deliver(ticket(1, "ticket.updated"))
    await house.look()
    assert [batch.trigger for batch in house.runs.started.values()][-1] == "alarm"


async def test_what_waits_follows_its_trigger_into_another_lane() -> None:
    deliver(ticket(7))
    match([trigger(lane="batch")], START)
    house = House([trigger(lane="critical")])
    await house.care()
    assert [batch.lane for batch in house.runs.started.values()] == ["critical"]


async def test_triggers_of_one_lane_take_turns() -> None:
    house = House([trigger("flood", at_most=5), trigger("brook", "zendesk.ticket.updated", at_most=5)])
    deliver(*(ticket(number) for number in range(100)))
    await house.look()
    deliver(*(ticket(number, "ticket.updated") for number in range(10)))
    for run in list(house.runs.started):
        house.runs.end(runs=[run])
        await house.care()
    assert [batch.trigger for batch in house.runs.started.values()][4:] == ["brook", "flood", "brook", "flood"]


async def test_slots_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_SLOTS_NORMAL", "1")
    settings.cache_clear()
    house = House([trigger()])
    deliver(*(ticket(number) for number in range(3)))
    await house.look()
    assert house.runs.sizes() == [3]


async def test_two_triggers_may_want_one_event() -> None:
    house = House([trigger("first"), trigger("second", when={"payload.detail.id": ["1", "2"]})])
    deliver(ticket(1), ticket(9))
    await house.look()
    assert sorted(batch.trigger for batch in house.runs.started.values()) == ["first", "first", "second"]


async def test_while_prefect_is_down_events_wait_and_nothing_fails() -> None:
    house = House([trigger()])
    house.runs.up = False
    deliver(*(ticket(number) for number in range(20)))
    await house.look()
    assert {row.outcome for row in batches()} == {"Prefect is down."}
    made = len(batches())
    house.clock.passes(10)
    await house.care()
    assert len(batches()) == made
    house.runs.up = True
    for _ in range(10):
        house.clock.passes(20)
        await house.care()
        house.runs.end()
    assert {(row.state, row.attempts) for row in work()} == {("done", 0)}


async def test_a_trigger_that_cannot_start_keeps_no_slot_from_others() -> None:
    house = House([trigger("broken"), trigger("well", "zendesk.ticket.updated")])
    house.runs.up = False
    deliver(*(ticket(number) for number in range(8)))
    await house.look()
    house.runs.up = True
    deliver(*(ticket(number, "ticket.updated") for number in range(4)))
    await house.look()
    assert [batch.trigger for batch in house.runs.started.values()] == ["well"] * 4


async def test_prefect_is_asked_for_one_run_after_the_other() -> None:
    """On SQLite it refuses one of two that come at once, and its client then waits."""
    house = House([trigger()])
    asking: list[int] = []
    start = house.runs.start

    async def watched(batch: Batch) -> str:
        asking.append(1)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(asking) == 1
        try:
            return await start(batch)
        finally:
            asking.pop()

    house.runs.start = watched  # type: ignore[method-assign]
    deliver(*(ticket(number) for number in range(3)))
    await house.look()
    assert len(house.runs.started) == 3


async def test_what_prefect_refuses_fails_with_the_reason() -> None:
    house = House([trigger()])
    house.runs.refuses = True
    deliver(ticket(1))
    await house.look()
    (row,) = work()
    assert (row.state, row.attempts, row.reason) == ("failed", 1, "Failed: Prefect does not like it.")


async def test_a_batch_whose_maker_died_is_started_once_by_another() -> None:
    house = House([trigger()])
    house.runs.hangs = True
    deliver(ticket(1))
    await house.dispatcher.look()
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    house.runs.hangs, house.dispatcher = False, house.new()
    await house.care()
    assert house.runs.started == {}
    house.clock.passes(6)
    await house.care()
    (batch,) = house.runs.started.values()
    assert [row.batch_id for row in work()] == [batch.id]
