"""Working the inbox off here and now, in this process, for people without a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tieline.dispatch import batches, outcomes, upkeep
from tieline.dispatch.batches import Batch, Turns
from tieline.dispatch.match import match
from tieline.dispatch.triggers import Trigger
from tieline.inbox import RENEWALS
from tieline.settings import settings

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient


async def process(
    client: PrefectClient, triggers: Sequence[Trigger], at_most: int, done: Callable[[Batch, str], None]
) -> None:
    """Match what came in, and run the flows of everything that is due, one batch after the other.

    Args:
        client: Of the Prefect server that shall know about the runs.
        triggers: Which events start which flows.
        at_most: How many events may share a run.
        done: Told of each batch that has ended, and its outcome.

    Raises:
        NotNow: Prefect cannot be reached, or the flows are not deployed.
    """
    while (await asyncio.to_thread(match, triggers, time.time())).states:
        pass
    here = {one.name: replace(one, at_most=min(one.at_most, at_most)) for one in triggers}
    turns = Turns()
    while (batch := await asyncio.to_thread(_next, list(here.values()), turns)) is not None:
        outcome = await _run(client, here[batch.trigger], batch)
        await asyncio.to_thread(outcomes.close, batch.id, outcome)
        done(batch, outcome)


def _next(triggers: Sequence[Trigger], turns: Turns) -> Batch | None:
    return batches.make(triggers, turns, time.time(), beside=True)


async def _run(client: PrefectClient, trigger: Trigger, batch: Batch) -> str:
    from prefect.flow_engine import run_flow_async, run_flow_sync  # noqa: PLC0415 - heavy
    from prefect.states import Pending  # noqa: PLC0415

    from tieline.dispatch.runs import PrefectRuns, Refused  # noqa: PLC0415

    try:
        # Not "scheduled": no worker shall take it.
        run = await PrefectRuns(client).create(batch, state=Pending())
    except Refused as exc:
        return f"Failed: {exc}"
    except Exception:
        await asyncio.to_thread(batches.undo, batch.id)
        raise
    await asyncio.to_thread(batches.started, batch.id, str(run.id))
    flow: Any = trigger.flow
    async with _alive(batch.id):
        if flow.isasync:
            state: Any = await run_flow_async(flow, flow_run=run, parameters=run.parameters, return_type="state")
        else:
            state = await asyncio.to_thread(
                run_flow_sync, flow, flow_run=run, parameters=run.parameters, return_type="state"
            )
    return outcomes.spoken(state)


@asynccontextmanager
async def _alive(batch_id: str) -> AsyncIterator[None]:
    """Say again and again that somebody runs it."""

    async def renew() -> None:
        while True:
            await asyncio.to_thread(upkeep.renew, batch_id, time.time())
            await asyncio.sleep(settings().lease_seconds / RENEWALS)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
