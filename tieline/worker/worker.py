"""The Prefect worker of type `tieline`."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import anyio.abc
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import Abort
from prefect.states import Cancelled, Pending, Scheduled
from prefect.types._datetime import now
from prefect.utilities.engine import propose_state
from prefect.workers.base import BaseWorker
from watchfiles import PythonFilter, awatch

from tieline.observe import log
from tieline.prefect_client import make_patient
from tieline.settings import settings
from tieline.worker import code, leases, news
from tieline.worker.children import Children, Lost
from tieline.worker.configuration import Configuration, Result, Variables, template
from tieline.worker.lanes import BATCH, CRITICAL, LANES, NORMAL, Lanes
from tieline.worker.reading import Reading

LIMIT = 10
#: How many runs are asked for at a time.
MOST = 50
URGENCY = {lane: number for number, lane in enumerate(LANES)}
#: How often Prefect is asked although nothing told us to; runs that are due until then are taken already.
ASK_SECONDS = 4
#: For each run here another worker has so long to take the next one; and the most that is.
YIELD_SECONDS, YIELD_AT_MOST = 0.03, 0.15
#: Pause before a run is taken again that could not be run, because the server or the store was away.
AGAIN_SECONDS = 5.0
#: How often runs that run are asked about, should an event about one have been missed.
LOOK_SECONDS = 10.0
#: How long changes of files are gathered, in milliseconds.
SAVED_MILLISECONDS = 300
STALE = (
    "Its events are no longer its own: its batch has ended, and what was left of it went to another run. "
    "To have an event handled once more: tieline inbox replay."
)
DOCS = "https://docs.prefect.io/v3/concepts/workers"


class TielineWorker(BaseWorker[Configuration, Variables, Result]):
    """Runs flows in a process that is warm: they are imported, and the connection to Prefect is open.

    Args:
        limit: How many runs there may be at a time.
        options: As any Prefect worker's.
    """

    type = "tieline"
    job_configuration = Configuration
    job_configuration_variables = Variables
    _display_name = "Tieline"
    _description = (
        "Runs flows at once, in a process that has them imported already. Many runs share it, so that a run costs a "
        "fraction of a second. For flows that are installed beside the worker."
    )
    _documentation_url = DOCS
    _logo_url = ""

    def __init__(self, work_pool_name: str, *, limit: int | None = None, **options: Any) -> None:
        options["prefetch_seconds"] = options.get("prefetch_seconds") or ASK_SECONDS
        super().__init__(work_pool_name, limit=limit or LIMIT, **options)
        self._lanes = Lanes(limit or LIMIT)
        self._children = Children(self._say)
        self._wake = asyncio.Event()
        self._asking = asyncio.Lock()
        self._claiming = asyncio.Lock()
        self._closing = False
        self._duties: list[asyncio.Task[None]] = []
        self._store_watch: news.StoreWatch | None = None
        self._reading = Reading(work_pool_name, lambda: self.client)
        #: Runs that somebody told us of, that may wait for us, and the lane of each, as far as it is known.
        self._offered: dict[UUID, str] = {}

    @classmethod
    def get_default_base_job_template(cls) -> dict[str, Any]:
        """A new work pool's template."""
        return template()

    # ---------------------------------------------------------------- life

    async def setup(self) -> None:
        """Begin: warm a process, and listen for what there is to do."""
        await super().setup()
        make_patient(self.client)
        self._children.renew()
        loop = asyncio.get_running_loop()
        self._store_watch = news.StoreWatch(lambda runs: loop.call_soon_threadsafe(self._offer, runs))
        self._store_watch.start()
        for duty in (self._ask(), self._listen(), self._look_after(), self._reload()):
            self._duties.append(asyncio.create_task(duty))

    async def teardown(self, *exc_info: Any) -> None:
        """End: take nothing new, let what runs end for a while, and give back what did not begin."""
        self._closing = True
        if self._store_watch is not None:
            self._store_watch.stop()
        for duty in self._duties:
            duty.cancel()
        if len(self._lanes):
            self._say(f"Ending: {len(self._lanes)} runs have {settings().grace_seconds:g} seconds more.")
        await self._children.close(settings().grace_seconds, "The worker was told to end, and it did not end in time.")
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while len(self._lanes):  # noqa: ASYNC110 - for a moment, once
                    await asyncio.sleep(0.05)
        await super().teardown(*exc_info)

    def hurry(self) -> None:
        """End all that runs, now."""
        for child in self._children.all():
            child.kill("The worker was told to end at once.")

    def _say(self, text: str) -> None:
        self._logger.warning(text)

    # ---------------------------------------------------------------- asking

    def _offer(self, runs: dict[UUID, str]) -> None:
        """Take these soon, if they are for us."""
        self._offered |= runs
        self._wake.set()

    async def _ask(self) -> None:
        """Take runs that somebody told us of at once, and ask Prefect for all others now and then.

        What Prefect offers workers for asking costs its server several writes, and SQLite takes one at a time.
        """
        due = 0.0
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.1, due - time.monotonic()))
            self._wake.clear()
            try:
                if self._offered and self._able:
                    await self._take_offered()
                if time.monotonic() >= due and self._able:
                    due = time.monotonic() + ASK_SECONDS
                    await self.get_and_submit_flow_runs()
            except Exception as exc:  # noqa: BLE001 - the server may be away
                log().warning("Prefect cannot be asked for runs", reason=str(exc) or type(exc).__name__)
                await asyncio.sleep(1)

    @property
    def _able(self) -> bool:
        """Whether we could run something."""
        return self._children.ready and self._has_successfully_synced and not self._closing

    async def _take_offered(self) -> None:
        """Take those of the runs that we were told of that wait, as far as there are places."""
        asked = self._worth_asking()
        if not asked:
            return
        await asyncio.sleep(min(YIELD_AT_MOST, YIELD_SECONDS * len(self._lanes)))
        if await self._limited():  # Prefect itself has to say which may run
            self._offered.clear()
            await self.get_and_submit_flow_runs()
            return
        found = await self._reading.waiting(asked, self._until())
        for identity in asked:
            del self._offered[identity]
        for run in sorted(found, key=lambda one: URGENCY[_lane(one.work_queue_name or "")]):
            if not self._take(run) and self._ours(run):
                self._offered[run.id] = _lane(run.work_queue_name or "")

    def _worth_asking(self) -> list[UUID]:
        """Runs that we were told of and have a place for, the most urgent first; one of an unknown lane may be it."""
        runs = [
            run for run, lane in self._offered.items() if run not in self._lanes and self._lanes.room(lane or CRITICAL)
        ]
        return sorted(runs, key=lambda run: URGENCY[self._offered[run] or CRITICAL])[:MOST]

    async def _limited(self) -> bool:
        """Whether the pool or a queue is paused, or has a limit that others count towards as well."""
        pool, queues = self.work_pool, await self._reading.queues()
        return (
            pool.is_paused
            or pool.concurrency_limit is not None
            or any(queue.is_paused or queue.concurrency_limit is not None for queue in queues)
        )

    def _ours(self, run: FlowRun) -> bool:
        return not self._work_queues or run.work_queue_name in self._work_queues

    def _until(self) -> datetime:
        return now("UTC") + timedelta(seconds=self._prefetch_seconds)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Ask Prefect for runs for which there is a place, the most urgent first."""
        self._last_polled_time = now("UTC")
        if not self._able:
            return []
        async with self._asking:
            names = await self._open_queues()
            if names == []:
                return []
            found = await self._reading.scheduled(names, self._until(), MOST)
            taken = [run for run in found if self._take(run)]
            self._offered |= {run.id: _lane(run.work_queue_name or "") for run in found if run.id not in self._lanes}
        return taken

    async def _open_queues(self) -> list[str] | None:
        """The queues whose lane has room; None for all there are."""
        open_lanes = [lane for lane in (CRITICAL, NORMAL, BATCH) if self._lanes.room(lane)]
        chosen = sorted(self._work_queues)
        if len(open_lanes) == 3:  # noqa: PLR2004 - all of them
            return chosen or None
        return [
            name
            for name in chosen or [queue.name for queue in await self._reading.queues()]
            if _lane(name) in open_lanes
        ]

    def _take(self, run: FlowRun) -> bool:
        if self._runs_task_group is None or not self._ours(run):
            return False
        if not self._lanes.take(run.id, _lane(run.work_queue_name or "")):
            return False
        if self._limiter is not None:
            self._limiter.acquire_on_behalf_of_nowait(run.id)
        self._runs_task_group.start_soon(self._submit_run, run)
        return True

    # ---------------------------------------------------------------- one run

    async def _submit_run(self, flow_run: FlowRun) -> None:
        try:
            await self._handle(flow_run)
        except Exception as exc:  # noqa: BLE001 - one run must not end the worker
            log().error("a run could not be run", run=str(flow_run.id), reason=str(exc) or type(exc).__name__)
            if not self._closing:  # it is still there, and we would take it again at once
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            self._lanes.leave(flow_run.id)
            self._release_limit_slot(flow_run.id)
            if self._offered:
                self._wake.set()

    async def _handle(self, flow_run: FlowRun) -> None:
        batch = leases.batch_of(flow_run.idempotency_key)
        # First, so that nobody takes the run for lost should we be gone in a moment.
        if batch and not await asyncio.to_thread(leases.take, batch):
            await self._cancel(flow_run)
            return
        found = await self._prepared(flow_run)
        if found is None or not await self._claim(flow_run, batch):
            return
        if self._closing:
            await self._put_back(flow_run, batch)
            return
        entrypoint, seconds = found
        await self._execute(flow_run, batch, entrypoint, seconds)

    async def _execute(self, flow_run: FlowRun, batch: str, entrypoint: str, seconds: float) -> None:
        try:
            await self._children.run(flow_run, entrypoint, seconds)
        except Lost as exc:
            await self._crash(flow_run, batch, str(exc))

    async def _prepared(self, flow_run: FlowRun) -> tuple[str, float] | None:
        """The entrypoint of a run's flow, and how many seconds it may take; None where it cannot be run here."""
        deployment = await self._reading.deployment(flow_run.deployment_id)
        if deployment is None or not deployment.entrypoint or deployment.pull_steps:
            if await self._claim(flow_run, ""):
                await self._crash(flow_run, leases.batch_of(flow_run.idempotency_key), _unfit(deployment))
            return None
        variables = (deployment.job_variables or {}) | (flow_run.job_variables or {})
        made: Configuration = await Configuration.from_template_and_values(
            self.work_pool.base_job_template, variables, client=self.client
        )
        return deployment.entrypoint, made.seconds

    async def _claim(self, flow_run: FlowRun, batch: str) -> bool:
        """Make it ours. That a run becomes Pending once only is Prefect's lock: no two workers get the same."""
        try:
            async with self._claiming:  # one at a time: see CONNECTIONS in child.py
                state = await propose_state(self.client, Pending(), flow_run_id=flow_run.id)
        except Abort:  # somebody else has it
            return False
        if state.is_scheduled() and batch:  # its deployment, or its queue, has no place for it yet
            await asyncio.to_thread(leases.give_back, batch)
        flow_run.state = state
        return state.is_pending()

    async def _cancel(self, flow_run: FlowRun) -> None:
        """End a run that came too late: another does its work, or has done it."""
        if await self._claim(flow_run, ""):
            await self.client.set_flow_run_state(flow_run.id, Cancelled(message=STALE), force=True)

    async def _put_back(self, flow_run: FlowRun, batch: str) -> None:
        await self.client.set_flow_run_state(flow_run.id, Scheduled(), force=True)
        if batch:
            await asyncio.to_thread(leases.give_back, batch)

    async def _crash(self, flow_run: FlowRun, batch: str, reason: str) -> None:
        if batch:
            await asyncio.to_thread(leases.end, batch, f"Crashed: {reason}")
        await self._propose_crashed_state(flow_run, reason)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: Configuration,
        task_status: anyio.abc.TaskStatus[int] | None = None,  # noqa: ARG002 - Prefect's interface
    ) -> Result:
        """Run one flow run, as other workers' `run` does; the worker's own way is shorter."""
        deployment = await self._reading.deployment(flow_run.deployment_id)
        if deployment is None or not deployment.entrypoint:
            raise Lost(_unfit(deployment))
        state = await self._children.run(flow_run, deployment.entrypoint, configuration.seconds)
        return Result(identifier=str(flow_run.id), status_code=0 if state else 1)

    # ---------------------------------------------------------------- stopping runs

    async def _listen(self) -> None:
        while self._work_pool is None:  # noqa: ASYNC110 - Prefect's worker reads it now and then
            await asyncio.sleep(1)
        await news.events(self._work_pool.id, self._told)

    def _told(self, event: str, run: UUID) -> None:
        if event == news.SCHEDULED:
            self._offer({run: ""})
        elif self._children.holder(str(run)) and self._runs_task_group is not None:
            self._runs_task_group.start_soon(self._look_at, [run])

    async def _look_after(self) -> None:
        """Ask about runs that run, should an event have been missed."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look_at([UUID(run) for child in self._children.all() for run in child.runs])

    async def _look_at(self, runs: list[UUID]) -> None:
        """Stop those that are to be stopped."""
        if not runs:
            return
        try:
            found = await self._reading.states(runs)
        except Exception as exc:  # noqa: BLE001 - asked again soon
            log().debug("runs cannot be read", reason=str(exc))
            return
        for flow_run in found:
            child = self._children.holder(str(flow_run.id))
            if child is None or flow_run.state is None:
                continue
            if flow_run.state.is_cancelling() or flow_run.state.is_cancelled():
                child.stop(str(flow_run.id), "Cancelled", "It was cancelled.")
            elif flow_run.state.name == "Suspended":
                child.suspend(str(flow_run.id), flow_run.state)

    # ---------------------------------------------------------------- code

    async def _reload(self) -> None:
        """Take up code that has changed."""
        while True:
            watched = code.folders(self._children.entrypoints)
            more = asyncio.Event()
            changes = awatch(
                *watched, watch_filter=PythonFilter(), debounce=SAVED_MILLISECONDS, step=50, stop_event=more
            )
            growth = asyncio.create_task(self._until_more(watched, more))
            try:
                async for _ in changes:
                    self._children.renew(reload=True)
            finally:
                growth.cancel()

    async def _until_more(self, watched: set[Any], more: asyncio.Event) -> None:
        """Wait until there are flows from elsewhere to watch."""
        known = len(self._children.entrypoints)
        while True:
            await asyncio.sleep(0.2)
            if len(self._children.entrypoints) != known:
                known = len(self._children.entrypoints)
                if code.folders(self._children.entrypoints) - watched:
                    more.set()
                    return


def _lane(queue: str) -> str:
    return queue if queue in {CRITICAL, BATCH} else NORMAL


def _unfit(deployment: DeploymentResponse | None) -> str:
    if deployment is None:
        return "Its deployment is gone, so that nobody knows which flow it is."
    return (
        f"The deployment {deployment.name!r} fetches its code, or does not say where its flow is. The warm worker runs "
        "flows that are installed beside it; use a work pool of type process, docker or kubernetes."
    )
