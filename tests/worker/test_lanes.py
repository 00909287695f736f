"""Who gets a place."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prefect.client.schemas.objects import FlowRun

from tieline.worker.lanes import BATCH, CRITICAL, LANES, NORMAL, Lanes
from tieline.worker.worker import TielineWorker


def filled(limit: int, *lanes: str) -> Lanes:
    made = Lanes(limit)
    for lane in lanes:
        made.take(uuid4(), lane)
    return made


def test_a_flood_in_batch_takes_half_of_the_places() -> None:
    lanes = filled(10, *[BATCH] * 50)
    assert len(lanes) == 5
    assert (lanes.room(CRITICAL), lanes.room(NORMAL), lanes.room(BATCH)) == (5, 4, 0)


def test_one_place_is_kept_for_what_is_critical() -> None:
    lanes = filled(10, *[NORMAL] * 50, *[BATCH] * 50)
    assert len(lanes) == 9
    assert (lanes.room(CRITICAL), lanes.room(NORMAL), lanes.room(BATCH)) == (1, 0, 0)


def test_critical_may_take_all() -> None:
    assert len(filled(10, *[CRITICAL] * 50)) == 10


@pytest.mark.parametrize("lane", (*LANES, "a queue of its own"))
def test_a_single_place_is_for_anybody(lane: str) -> None:
    assert Lanes(1).room(lane) == 1


def test_a_run_takes_one_place() -> None:
    lanes, run = Lanes(3), UUID(int=7)
    assert lanes.take(run, NORMAL)
    assert not lanes.take(run, NORMAL)
    lanes.leave(run)
    lanes.leave(run)
    assert len(lanes) == 0


@given(st.integers(2, 20), st.lists(st.tuples(st.sampled_from(LANES), st.booleans()), max_size=60))
def test_whatever_comes_what_is_urgent_finds_a_place_that_others_do_not_get(
    limit: int, events: list[tuple[str, bool]]
) -> None:
    lanes, taken = Lanes(limit), list[tuple[UUID, str]]()
    for lane, comes in events:
        if comes:
            run = uuid4()
            if lanes.take(run, lane):
                taken.append((run, lane))
        elif taken:
            lanes.leave(taken.pop(0)[0])
        kinds = [kind for _, kind in taken]
        assert len(lanes) == len(taken) <= limit
        assert sum(kind != CRITICAL for kind in kinds) <= limit - 1
        assert kinds.count(BATCH) <= max(1, limit // 2)
        assert lanes.room(CRITICAL) == limit - len(taken)


@pytest.mark.parametrize(("runs", "waits"), ((0, 0.0), (2, 0.06), (8, 0.15)))
async def test_a_worker_that_has_runs_lets_others_go_first(
    runs: int, waits: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    order: list[str] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        order.append("waits")

    async def ask(*_: object) -> list[FlowRun]:
        order.append("asks")
        return []

    async def limited() -> bool:
        return False

    worker = TielineWorker("pool")
    for _ in range(runs):
        assert worker._lanes.take(uuid4(), NORMAL)
    worker._offer({uuid4(): NORMAL})
    monkeypatch.setattr("tieline.worker.worker.asyncio.sleep", sleep)
    monkeypatch.setattr(worker, "_limited", limited)
    monkeypatch.setattr(worker._reading, "waiting", ask)
    await worker._take_offered()
    assert waited == [pytest.approx(waits)]
    assert order == ["waits", "asks"]
