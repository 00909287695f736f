"""Flows tell the inbox what became of each of the events that share their run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.deployments.runner import RunnerDeployment
from prefect.flow_engine import run_flow_async
from sqlalchemy import insert, text

from tests.engine.probe import Vendor, answer
from tests.inbox.test_journal import BLOCK, Killed, create_thing, dies, entries
from tieline import each, settle
from tieline.dispatch import outcomes
from tieline.dispatch.items import LEAN_FROM
from tieline.errors import AuthFailed, Rejected, TakenOver, Unavailable
from tieline.inbox import scope
from tieline.inbox.tables import BatchRow, WorkRow
from tieline.store import engine, session

GIVEN: dict[str, Any] = {"trigger": "t", "lane": "normal", "parameters": {}}


def add_batch(batch: str, size: int) -> None:
    with session() as db:
        db.add(BatchRow(id=batch, deployment="d/d", name="n", size=size, created_at=0.0, **GIVEN))


@contextmanager
def run(items: Sequence[Any]) -> Iterator[str]:
    """A flow run that was made for events about these subjects; the batch."""
    batch = dispatched(items)
    with flow_run(scope.KEY + batch):
        yield batch


def dispatched(items: Sequence[Any]) -> str:
    """A batch of events about these subjects, as the dispatcher leaves it."""
    batch = uuid4().hex
    work: Any = WorkRow.__table__  # type: ignore[attr-defined]
    mine = GIVEN | {"alike": "a", "event": "e", "state": "dispatched", "batch_id": batch}
    rows = [WorkRow(**mine, delivery_id=n, item=item) for n, item in enumerate(items)]
    add_batch(batch, len(items))
    with session() as db:
        db.execute(insert(work), [row.model_dump(exclude={"id"}) for row in rows])
    return batch


@contextmanager
def flow_run(key: str | None) -> Iterator[None]:
    """Code inside of this runs as in a flow run with an idempotency key."""
    context: Any = FlowRunContext
    with context.model_construct(flow_run=FlowRun(flow_id=uuid4(), idempotency_key=key), _token=None):
        yield


async def test_a_flow_that_is_tried_again_in_its_run_writes_nothing_twice() -> None:
    vendor = Vendor(answer(body={"id": 1}))
    run_id, key = uuid4(), scope.KEY + dispatched([1])
    context: Any = FlowRunContext
    for tried in (1, 2):  # as Prefect reads it before each try
        again = FlowRun(id=run_id, flow_id=uuid4(), idempotency_key=key, run_count=tried)
        with context.model_construct(flow_run=again, _token=None):
            await create_thing.fn(BLOCK, name="x")
    assert len(vendor.seen) == 1


def states() -> dict[str, str]:
    """The state of the work about each subject."""
    with engine().connect() as db:
        return {str(item): state for item, state in db.execute(text("SELECT item, state FROM work ORDER BY id"))}


async def test_each_subject_has_an_outcome_of_its_own() -> None:
    async def do(item: int) -> int:
        if item == 2:
            raise Unavailable("down")
        if item == 3:
            raise Rejected("no")
        if item == 4:
            raise KeyError("a bug")
        return item * 10

    with run([1, 2, 3, 4]):
        results = await each([1, 2, 3, 4], do)
    assert results[0] == 10
    assert [type(one) for one in results[1:]] == [Unavailable, Rejected, KeyError]
    assert states() == {"1": "done", "2": "failed", "3": "dead", "4": "failed"}


async def test_several_events_about_one_subject_share_its_outcome() -> None:
    async def do(item: int) -> None:
        assert item

    with run([7, 7, 8]):
        await each([7, 8], do)
    assert set(states().values()) == {"done"}


async def test_what_two_events_are_about_is_done_once() -> None:
    done = []

    async def do(item: int) -> int:
        done.append(item)
        return item * 10

    with run([7, 8, 7]):
        assert await each([7, 8, 7, 9, 9], do) == [70, 80, 70, 90, 90]
    assert sorted(done) == [7, 8, 9, 9]  # nobody was told of 9: what it is to the flow, the flow knows
    assert set(states().values()) == {"done"}


async def test_subjects_may_be_anything_json_can_say() -> None:
    async def do(item: Any) -> None:
        assert item

    events = [{"name": "a", "payload": {"x": [1, None]}}, {"name": "b", "payload": {}}]
    with run(events):
        # As the flow gets them: read anew, with the keys in another order.
        await each([{"payload": one["payload"], "name": one["name"]} for one in events], do)
    assert set(states().values()) == {"done"}


async def test_a_run_whose_subjects_all_fail_has_failed() -> None:
    async def do(_: int) -> None:
        raise AuthFailed("no")

    with run([1, 2]), pytest.raises(AuthFailed):
        await each([1, 2], do)
    assert set(states().values()) == {"failed"}


async def test_what_was_done_before_the_run_was_stopped_is_told() -> None:
    stopped = asyncio.Event()

    async def do(item: int) -> None:
        if item == 2:
            stopped.set()
            await asyncio.Event().wait()

    with run([1, 2]):
        running = asyncio.create_task(each([1, 2], do))
        await stopped.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert states() == {"1": "done", "2": "dispatched"}


async def test_settle_says_it_where_there_are_several_steps() -> None:
    with run([1, 2, 3]):
        await settle({1: None, 2: Unavailable("later"), 99: None})
    assert states() == {"1": "done", "2": "failed", "3": "dispatched"}


async def test_outside_of_such_runs_nothing_is_told() -> None:
    async def do(item: int) -> int:
        return item

    assert await each([1, 2], do) == [1, 2]
    await settle({1: None})
    with flow_run(None):
        assert await each([1, 2], do) == [1, 2]


async def test_a_write_for_a_subject_is_made_once_over_all_runs() -> None:
    vendor = Vendor(dies, answer(200, {"id": 1}))

    async def do(item: str) -> Any:
        return await create_thing.fn(BLOCK, name=item)

    with run(["a"]), pytest.raises(Killed):
        await each(["a"], do)
    vendor.steps = [answer(200, {"id": 1})]
    with engine().begin() as db:
        db.execute(text("UPDATE journal SET state = 'done', answer = '{\"id\": 1}'"))
        db.execute(text("UPDATE work SET batch_id = 'next', state = 'dispatched'"))
    add_batch("next", 1)
    with flow_run(scope.KEY + "next"):
        assert [getattr(one, "id", one) for one in await each(["a"], do)] == [1]
    assert len(vendor.seen) == 1
    assert entries() == ["done"]


@pytest.mark.parametrize(
    "happened",
    (
        "UPDATE batches SET state = 'ended'",
        "UPDATE work SET batch_id = 'next' WHERE item = '2'",
        "DELETE FROM batches",
    ),
    ids=("it was thought dead", "another run has some of it", "another store"),
)
async def test_a_run_whose_events_are_in_another_one_writes_nothing(happened: str) -> None:
    vendor = Vendor(answer(200, {"id": 1}))
    tried: list[int] = []

    async def do(item: int) -> None:
        tried.append(item)

    with run([1, 2]):
        with engine().begin() as db:
            db.execute(text(happened))
        with pytest.raises(TakenOver, match="no longer its own"):
            await each([1, 2], do)
        with pytest.raises(TakenOver):
            await create_thing.fn(BLOCK, name="x")
        with pytest.raises(TakenOver):
            await settle({1: None})
    assert (tried, vendor.seen, entries()) == ([], [], [])
    assert set(states().values()) == {"dispatched"}


async def test_a_run_may_tell_step_by_step_what_became_of_its_events() -> None:
    with run([1, 2]):
        await settle({1: Unavailable("later")})
        scope._load.cache_clear()
        await settle({2: None})
    assert states() == {"1": "failed", "2": "done"}


async def test_a_write_outside_of_each_is_kept_for_the_batch() -> None:
    vendor = Vendor(answer(200, {"id": 1}))
    with run(["a", "b"]) as batch:
        await create_thing.fn(BLOCK, name="x")
        with engine().connect() as db:
            assert db.execute(text("SELECT scope FROM journal")).scalar_one() == f"batch:{batch}"
    assert len(vendor.seen) == 1


async def test_many_subjects_need_no_task_runs_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    Vendor(answer(200, {"id": 1}))
    runs = 0

    def task_run(*_: Any, **__: Any) -> Any:
        nonlocal runs
        runs += 1
        return asyncio.sleep(0)

    monkeypatch.setattr("prefect.tasks.Task.__call__", task_run)

    async def do(item: int) -> None:
        await create_thing(BLOCK, name=str(item))

    await each(range(LEAN_FROM), do)
    assert runs == 0
    await each(range(LEAN_FROM - 1), do)
    assert runs == LEAN_FROM - 1


@flow
async def make_things(names: list[str]) -> None:
    """Make a few things, each in a task run of its own."""

    async def do(name: str) -> None:
        await create_thing(BLOCK, name=name)

    await each(names, do)


@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_task_run_of_prefect_writes_for_its_subject_too() -> None:
    Vendor(answer(200, {"id": 1}))
    deployment = await RunnerDeployment.from_flow(make_things, "things").aapply()
    async with get_client() as client:
        key, parameters = scope.KEY + dispatched(["a", "b", "c"]), {"names": ["a", "b", "c"]}
        made = await client.create_flow_run_from_deployment(deployment, parameters=parameters, idempotency_key=key)
        state: Any = await run_flow_async(make_things, flow_run=made, parameters=parameters, return_type="state")
    assert state.is_completed(), state
    with engine().connect() as db:
        scopes = {one for (one,) in db.execute(text("SELECT scope FROM journal"))}
        assert scopes == {f"work:{number}" for (number,) in db.execute(text("SELECT id FROM work"))}


async def test_what_is_just_being_told_is_told_before_the_run_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the run would be seen to have completed first, and what nobody has spoken about by then counts as done."""
    monkeypatch.setattr("tieline.dispatch.items.TELL_SECONDS", 0.01)
    telling, real = threading.Event(), outcomes.settle

    def slowly(*args: Any) -> int:
        first = not telling.is_set()
        telling.set()
        if first:
            time.sleep(0.3)  # a store that takes its time, once; nothing here waits for it to pass
        return real(*args)

    async def do(item: int) -> None:
        if item == 1:
            raise Rejected("no")
        await asyncio.to_thread(telling.wait, 10)

    monkeypatch.setattr("tieline.dispatch.items.outcomes.settle", slowly)
    with run([1, 2]) as batch:
        await each([1, 2], do)
        outcomes.close(batch, "Completed")
    assert states() == {"1": "dead", "2": "done"}
