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
from tieline.dispatch.dispatcher import Dispatcher
from tieline.dispatch.match import match
from tieline.dispatch.triggers import Trigger
from tieline.inbox import RENEWALS
from tieline.observe import log
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
    from tieline.dispatch.runs import PrefectRuns  # noqa: PLC0415 - heavy

    await _left_behind(Dispatcher(PrefectRuns(client), triggers))
    await asyncio.to_thread(upkeep.follow, triggers)
    while (await asyncio.to_thread(match, triggers, time.time())).states:
        pass
    here = {one.name: replace(one, at_most=min(one.at_most, at_most)) for one in triggers}
    turns = Turns()
    while (batch := await asyncio.to_thread(_next, list(here.values()), turns)) is not None:
        outcome = await _run(client, here[batch.trigger], batch)
        await asyncio.to_thread(outcomes.close, batch.id, outcome)
        done(batch, outcome)


async def _left_behind(dispatcher: Dispatcher) -> None:
    """Take back what somebody like us was running when he was killed: there may be no dispatcher that does."""
    if await asyncio.to_thread(_late):
        await dispatcher.take_back()
    if await asyncio.to_thread(_late):
        await asyncio.sleep(settings().lease_seconds * upkeep.WATCHED)  # what the clock says alone is not believed
        await dispatcher.take_back()


def _late() -> bool:
    now = time.time()
    return any(one.lease_until and not one.alive(now) for one in upkeep.under_way())


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
            try:
                await asyncio.to_thread(upkeep.renew, batch_id, time.time())
            except Exception as exc:  # noqa: BLE001 - the store is busy or away; a lease outlasts that
                log().warning("a lease cannot be renewed", batch=batch_id, reason=type(exc).__name__)
            await asyncio.sleep(settings().lease_seconds / RENEWALS)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
