"""The loop that turns what came in into flow runs. Any number of them may share a store."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tieline import observe
from tieline.dispatch import batches, outcomes, upkeep
from tieline.dispatch.batches import Batch, Turns
from tieline.dispatch.event import Event
from tieline.dispatch.match import match
from tieline.dispatch.runs import NotNow, Refused, Runs
from tieline.dispatch.triggers import Trigger
from tieline.dispatch.watching import Watch

T = TypeVar("T")

#: How often Prefect is asked about runs, leases are looked at, and clocks.
CARE_SECONDS = 2.0
PRUNE_SECONDS = 60.0
#: Pause after something that nobody thought of.
ERROR_SECONDS = 1.0
#: The same complaint is made again after this long.
REMIND_SECONDS = 600.0
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
DIED = "The process that ran it died, or lost the store: nobody has renewed its lease. Its events are tried again."

Publish = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass
class Complaints:
    """Says what is wrong, and not again until it changes or ten minutes have passed."""

    _said: dict[str, tuple[str, float]] = field(default_factory=dict)

    def say(self, about: str, reason: str) -> None:
        """Log what is wrong with something."""
        said, at = self._said.get(about, ("", 0.0))
        if said != reason or time.monotonic() - at > REMIND_SECONDS:
            self._said[about] = reason, time.monotonic()
            observe.log().warning(about, reason=reason)

    def over(self, about: str) -> None:
        """Log that it is all right again, if it was said not to be."""
        if self._said.pop(about, None):
            observe.log().info(f"{about}: no more")


class Dispatcher:
    """Matches deliveries, makes batches, starts their runs, and notes what became of them.

    Args:
        runs: Starts flow runs.
        triggers: Which events start which flows.
        publish: Told of every event that came in.
        wall: The time in Unix seconds; it may be set, also back.
        steady: The time on a clock that is never set.
        thread: Runs what waits for the store beside the event loop.
    """

    def __init__(
        self,
        runs: Runs,
        triggers: Sequence[Trigger],
        *,
        publish: Publish | None = None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        thread: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        self._runs, self._triggers, self._publish = runs, triggers, publish
        self._wall, self._steady, self._thread = wall, steady, thread
        self._turns, self._leases, self._complaints = Turns(), upkeep.Leases(), Complaints()
        self._starting: dict[str, asyncio.Task[None]] = {}
        self._pauses: dict[str, tuple[float, float]] = {}
        self._one = asyncio.Lock()
        self._prune_at = 0.0

    async def run(self) -> None:
        """Dispatch until cancelled. No error ends it."""
        with Watch() as watch:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._forever("dispatching", self._inbox, watch.changed))
                    group.create_task(self._forever("looking after runs", self.care, _care_pause))
            finally:
                for task in self._starting.values():
                    task.cancel()

    async def look(self) -> bool:
        """Take in what came, make batches while there are slots, and begin to start their runs.

        Returns:
            Whether there was anything to do.
        """
        plan = await self._thread(match, self._triggers, self._wall())
        if self._publish and plan.events:
            await self._publish(plan.events)
        closed = await self._thread(outcomes.ended)
        for one in closed:
            await self._thread(self._close, one.id, one.outcome)
        made = 0
        while (batch := await self._thread(batches.make, self._triggers, self._turns, self._wall())) is not None:
            self._begin(batch)
            made += 1
        return bool(plan.states or closed or made)

    async def care(self) -> None:
        """Make up for what a dispatcher or a worker has left undone when it died.

        Raises:
            NotNow: Prefect does not answer.
        """
        await self._thread(upkeep.mend_clock, self._wall())
        await self._thread(upkeep.follow, self._triggers)
        if self._steady() >= self._prune_at:
            self._prune_at = self._steady() + PRUNE_SECONDS
            await self._prune()
        for batch in await self._thread(batches.not_started, self._wall()):
            if batch.id not in self._starting and self._steady() >= self._pauses.get(batch.trigger, (0.0, 0.0))[0]:
                self._begin(batch)
        await self.take_back()

    async def take_back(self) -> None:
        """Note the ends of runs that nobody has told us, and give the work of those that died to others.

        Raises:
            NotNow: Prefect does not answer.
        """
        found, now = await self._thread(upkeep.under_way), self._wall()
        lapsed = {one.id: one for one in self._leases.lapsed(found, now, self._steady())}
        # Who renews a lease writes the end down, too, after the last word about the events.
        for batch_id in await self._poll([one for one in found if not one.alive(now)]):
            lapsed.pop(batch_id, None)
        for one in lapsed.values():
            await self._runs.crash(one.flow_run_id, DIED)
            await self._thread(self._close, one.id, f"Crashed: {DIED}")

    async def settled(self) -> None:
        """Wait until every run that was begun is started, or could not be."""
        while self._starting:
            await asyncio.gather(*self._starting.values())

    async def _inbox(self) -> None:
        while await self.look():
            pass

    async def _poll(self, found: Sequence[upkeep.UnderWay]) -> list[str]:
        """Ask Prefect about runs that do not tell the store themselves; the batches that have ended.

        Raises:
            NotNow: Prefect does not answer.
        """
        asked = {one.flow_run_id: one.id for one in found}
        ended = await self._runs.ended(list(asked)) if asked else {}
        for flow_run_id, outcome in ended.items():
            await self._thread(self._close, asked[flow_run_id], outcome)
        return [asked[flow_run_id] for flow_run_id in ended]

    def _close(self, batch_id: str, outcome: str) -> None:
        outcomes.close(batch_id, outcome, now=self._wall())

    def _begin(self, batch: Batch) -> None:
        task = asyncio.get_running_loop().create_task(self._start(batch))
        self._starting[batch.id] = task
        task.add_done_callback(lambda _: self._starting.pop(batch.id, None))

    async def _start(self, batch: Batch) -> None:
        try:
            await self._try_start(batch)
        except Exception as exc:  # noqa: BLE001 - the store is busy or away; the batch is found again
            self._complaints.say("starting runs", f"{type(exc).__name__}: {observe.redact(str(exc))[:500]}")

    async def _try_start(self, batch: Batch) -> None:
        about = f"runs of {batch.deployment} cannot be started"
        try:
            async with self._one:  # Prefect on SQLite refuses one of two that come at once
                flow_run_id = await self._runs.start(batch)
            await self._thread(batches.started, batch.id, flow_run_id)
        except Refused as exc:
            self._complaints.say(about, str(exc))
            await self._thread(self._close, batch.id, f"Failed: {exc}")
        except Exception as exc:  # noqa: BLE001 - whatever it is, the batch waits and is tried again
            reason = str(exc) if isinstance(exc, NotNow) else f"{type(exc).__name__}: {observe.redact(str(exc))}"
            self._complaints.say(about, reason)
            _, pause = self._pauses.get(batch.trigger, (0.0, SHORTEST_PAUSE / 2))
            pause = min(LONGEST_PAUSE, 2 * pause)
            self._pauses[batch.trigger] = self._steady() + pause * random.uniform(0.75, 1.25), pause  # noqa: S311
            await self._thread(batches.stuck, batch.id, reason)
        else:
            self._pauses.pop(batch.trigger, None)
            self._complaints.over(about)

    async def _prune(self) -> None:
        for prune in (upkeep.prune, upkeep.prune_journal):
            while await self._thread(prune, self._wall()):
                pass

    async def _forever(
        self, what: str, work: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[None]]
    ) -> None:
        while True:
            try:
                await work()
                await pause()
            except NotNow as exc:
                self._complaints.say(what, str(exc))
                await pause()
            except Exception as exc:  # noqa: BLE001 - the loop goes on whatever happens
                self._complaints.say(what, f"{type(exc).__name__}: {observe.redact(str(exc))[:500]}")
                await asyncio.sleep(ERROR_SECONDS)
            else:
                self._complaints.over(what)


async def _care_pause() -> None:
    await asyncio.sleep(CARE_SECONDS)
