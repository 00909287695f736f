"""Against a real Prefect server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Completed, Running

from tests.dispatch.house import batches, deliver, one, ticket, trigger, work
from tieline.dispatch import on_event
from tieline.dispatch.batches import Turns, make, started
from tieline.dispatch.dispatcher import Dispatcher
from tieline.dispatch.match import match
from tieline.dispatch.process import process
from tieline.dispatch.runs import connected
from tieline.dispatch.upkeep import renew

pytestmark = pytest.mark.prefect

SECONDS = 30


async def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _server(prefect_server: str) -> None:
    assert prefect_server


async def test_from_the_inbox_to_a_flow_run_and_back() -> None:
    tickets = trigger("there-and-back")
    await tickets.deployment.aapply(work_pool_name=await pool())
    async with connected() as runs, get_client() as client:
        task = asyncio.create_task(Dispatcher(runs, [tickets]).run())
        try:
            deliver(ticket(7))
            await eventually(lambda: any(row.flow_run_id for row in batches()))
            (batch,) = batches()
            run = await client.read_flow_run(UUID(batch.flow_run_id))
            assert run.name == "zendesk/support: ticket.created · Ticket 7"
            assert run.parameters == {"helpdesk": "zendesk/support", "tickets": [7]}
            assert run.idempotency_key == f"tieline:{batch.id}"
            assert run.work_queue_name == "normal"
            assert {"zendesk", "lane:normal"} <= set(run.tags)
            await client.set_flow_run_state(run.id, Running(), force=True)
            await client.set_flow_run_state(run.id, Completed(), force=True)
            await eventually(lambda: [row.state for row in work()] == ["done"])
            assert [row.outcome for row in batches()] == ["Completed"]
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_deployment_that_is_not_there_yet_is_waited_for() -> None:
    tickets = trigger("comes-later")
    async with connected() as runs:
        task = asyncio.create_task(Dispatcher(runs, [tickets]).run())
        try:
            deliver(ticket(1), ticket(2))
            await eventually(lambda: any("take/comes-later" in row.outcome for row in batches()))
            await tickets.deployment.aapply(work_pool_name=await pool())
            await eventually(lambda: sum(row.size for row in batches(state="running")) == 2)
            assert [row.attempts for row in work()] == [0, 0]
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_the_inbox_is_worked_off_here() -> None:
    tickets = trigger("here")
    alone = on_event("zendesk.ticket.created", one, map={"ticket": "{payload.detail.id}"}, name="here-alone")
    name = await pool()
    for made in (tickets, alone):
        await made.deployment.aapply(work_pool_name=name)
    deliver(*(ticket(number) for number in range(1, 6)))
    seen = []
    async with get_client() as client:
        await process(client, [tickets, alone], 3, lambda batch, outcome: seen.append((batch.size, outcome)))
    assert sorted(seen) == [(1, "Completed")] * 5 + [(2, "Completed"), (3, "Completed")]
    assert {row.state for row in work()} == {"done"}


async def test_what_was_being_worked_off_when_it_was_killed_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = trigger("killed")
    await tickets.deployment.aapply(work_pool_name=await pool())
    deliver(ticket(1))
    match([tickets], time.time())
    killed = make([tickets], Turns(), time.time(), beside=True)
    assert killed is not None
    started(killed.id, str(uuid4()))
    renew(killed.id, 0.0)
    deliver(ticket(2))
    away = iter([OSError("the store is away")])

    def renewed(batch: str, now: float) -> None:
        for error in away:
            raise error
        renew(batch, now)

    monkeypatch.setattr("tieline.dispatch.upkeep.renew", renewed)
    async with get_client() as client:
        await process(client, [tickets], 3, lambda *_: None)
    assert sorted(row.state for row in work()) == ["done", "failed"]


async def pool() -> str:
    """A work pool without workers."""
    async with get_client() as client:
        with suppress(ObjectAlreadyExists):
            await client.create_work_pool(WorkPoolCreate(name="idle", type="process"))
    return "idle"
