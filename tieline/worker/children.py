"""The processes that run flows, as the worker sees them: started, fed, watched, replaced and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from prefect.client.schemas.objects import FlowRun, State

from tieline.observe import log
from tieline.settings import settings
from tieline.worker.wire import LONGEST, decode, encode

#: A loop that gave no sign for so long is ended, before the leases of its batches are.
SILENT_SECONDS = 20.0
#: The same, where a run is over its time.
SILENT_OVERTIME_SECONDS = 2.0
#: How long a run has to end after it was told to.
STOP_SECONDS = 5.0
#: How long a process has to import everything.
WARM_SECONDS = 120.0
WATCH_SECONDS = 0.25
AGAIN_SECONDS = 2.0


class Lost(Exception):  # noqa: N818 - reads as what happened
    """The process of a run ended before the run did; says why."""


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Args:
        state: The name of its last state; empty when it turned out to be somebody else's.
        imported: Whether its flow could be imported.
    """

    state: str
    imported: bool


@dataclass
class Given:
    """A run that a child has.

    Args:
        flow_run: The run.
        seconds: How long it may take.
        ended: How it ended; `Lost` when its process ended before.
        overdue: The moment after which it should have ended, on the monotonic clock.
    """

    flow_run: FlowRun
    seconds: float
    ended: asyncio.Future[Ending]
    overdue: float
    stopped: str = ""


@dataclass
class Stuck:
    """What blocks a child's loop."""

    id: str = ""
    where: str = ""


class Child:
    """One process.

    Args:
        process: The process.
        reports: What it says.
    """

    def __init__(self, process: asyncio.subprocess.Process, reports: asyncio.StreamReader) -> None:
        self.process = process
        self.runs: dict[str, Given] = {}
        self.wrong: list[str] = []
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.served = 0
        self.megabytes = 0
        self._heard = time.monotonic()
        self._stuck: Stuck | None = None
        self._ending = ""
        self._culprit = ""
        self._reports = reports
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._watch())]

    @classmethod
    async def start(cls, entrypoints: list[str]) -> Child:
        """Start one; `ready` is set when it can run something, `gone` when it cannot any more."""
        read, write = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tieline.worker.child",
                str(write),
                *entrypoints,
                stdin=asyncio.subprocess.PIPE,
                # The worker has compared versions; and a process is to become warm while the server is away, too.
                env=os.environ | {"PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false"},
                pass_fds=[write],
                start_new_session=True,  # Ctrl-C is for the worker; and what a flow starts is ended with it
            )
        finally:
            os.close(write)
        reader = asyncio.StreamReader(limit=LONGEST)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb", buffering=0)
        )
        return cls(process, reader)

    async def warm(self) -> bool:
        """Wait until it can run something; false when it could not be started."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self.ready, self.gone)]
        try:
            await asyncio.wait(waits, timeout=WARM_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.kill("It is not needed any more.")
            raise
        finally:
            for wait in waits:
                wait.cancel()
        if self.ready.is_set() and not self.gone.is_set():
            return True
        self.kill("It did not become ready.")
        return False

    async def run(self, flow_run: FlowRun, entrypoint: str, seconds: float) -> Ending:
        """Run a flow, until it has ended.

        Raises:
            Lost: The process ended first.
        """
        given = Given(
            flow_run,
            seconds,
            asyncio.get_running_loop().create_future(),
            time.monotonic() + seconds,
        )
        self.runs[str(flow_run.id)] = given
        self.served += 1
        self._tell("run", flow_run=flow_run.model_dump_json(), entrypoint=entrypoint, seconds=seconds)
        if self.gone.is_set():
            self._lose()
        try:
            return await given.ended
        finally:
            self.runs.pop(str(flow_run.id), None)

    def stop(self, run: str, state: str, reason: str) -> None:
        """End a run early, as Cancelled or Crashed."""
        given = self.runs[run]
        if not given.stopped:
            given.stopped = reason
            given.overdue = min(given.overdue, time.monotonic())
            self._tell("cancel", id=run, state=state, reason=reason)

    def suspend(self, run: str, state: State[Any]) -> None:
        """Let a run stop at its next step, to go on some other time."""
        log().warning("a run was suspended: it stops at its next step", run=run)
        self._tell("suspend", id=run, state=state.model_dump_json())

    async def close(self) -> None:
        """End it in peace; it has nothing to run any more."""
        self._tell("close")
        try:
            await asyncio.wait_for(self.gone.wait(), STOP_SECONDS * 2)
        except TimeoutError:
            self.kill("It did not close.")
            await self.gone.wait()

    def kill(self, why: str, culprit: str = "") -> None:
        """End it at once, and all that it has started.

        Args:
            why: What is said of its runs; of the culprit alone, where there is one.
            culprit: The run because of which.
        """
        if self.gone.is_set() or self._ending:
            return
        self._ending, self._culprit = why, culprit
        log().warning("a process that runs flows is ended", pid=self.process.pid, reason=why)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _tell(self, kind: str, **fields: Any) -> None:
        if self.process.stdin is not None and not self.gone.is_set():
            self.process.stdin.write(encode(kind, **fields))

    async def _listen(self) -> None:
        """Hear what it says, until it ends."""
        while line := await self._reports.readline():
            kind, fields = decode(line)
            if kind != "stuck":
                self._heard = time.monotonic()
            if kind == "ended":
                given = self.runs.get(fields["id"])
                if given is not None and not given.ended.done():
                    given.ended.set_result(Ending(fields["state"], fields["imported"]))
            elif kind == "beat":
                self._stuck = None
                self.megabytes = fields["megabytes"]
            elif kind == "stuck":
                self._stuck = Stuck(**fields)
            elif kind == "ready":
                self.wrong = fields["wrong"]
                self.ready.set()
        code = await self.process.wait()
        if not self._ending:
            how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
            self._ending = f"Its process ended {how}."
        self.gone.set()
        self._lose()
        self._tasks[1].cancel()

    def _lose(self) -> None:
        for name, given in self.runs.items():
            reason = self._ending
            if self._culprit and name != self._culprit:
                culprit = self.runs.get(self._culprit)
                run = f"{culprit.flow_run.name!r} ({self._culprit})" if culprit else self._culprit
                reason = f"Its process was ended because of the run {run}, which did not stop."
            if not given.ended.done():
                given.ended.set_exception(Lost(reason))

    async def _watch(self) -> None:
        """End it when a run does not end in its time, or when its loop gives no sign."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not self.ready.is_set():
                continue
            now = time.monotonic()
            silent = now - self._heard
            over = [name for name, given in self.runs.items() if now > given.overdue]
            if silent > (SILENT_OVERTIME_SECONDS if over else SILENT_SECONDS):
                stuck = self._stuck or Stuck()
                culprit = stuck.id or (over[0] if over else next(iter(self.runs), ""))
                self.kill(self._blocked(culprit, stuck.where), culprit)
            late = [name for name in over if now > self.runs[name].overdue + STOP_SECONDS]
            if late:
                given = self.runs[late[0]]
                first = given.stopped or f"It took longer than the {given.seconds:g} seconds that a run may take."
                self.kill(f"{first} It did not stop when told to, so its process was ended.", late[0])

    def _blocked(self, run: str, where: str) -> str:
        given = self.runs.get(run)
        at = f" ({where})" if where else ""
        if given is not None and time.monotonic() > given.overdue:
            first = given.stopped or f"It took longer than the {given.seconds:g} seconds that a run may take."
            return f"{first} It blocked its event loop{at}, so its process was ended."
        return f"It blocked its event loop for {SILENT_SECONDS:g} seconds{at}, so its process was ended."


Told = Callable[[str], None]


@dataclass
class Children:
    """The process that takes runs, and those that end.

    Args:
        tell: Told what people should know.
    """

    tell: Told
    entrypoints: list[str] = field(default_factory=list)
    current: Child | None = None
    draining: list[Child] = field(default_factory=list)
    _warming: asyncio.Task[None] | None = None
    _closed: bool = False
    _again: bool = False
    _said: set[str] = field(default_factory=set)

    @property
    def ready(self) -> bool:
        """Whether a run can be given away."""
        return self.current is not None and not self.current.gone.is_set()

    def all(self) -> list[Child]:
        """Every process there is."""
        return ([self.current] if self.current else []) + self.draining

    def holder(self, run: str) -> Child | None:
        """The process that has a run."""
        return next((child for child in self.all() if run in child.runs), None)

    async def run(self, flow_run: FlowRun, entrypoint: str, seconds: float) -> str:
        """Run a flow in the process that takes runs.

        Raises:
            Lost: It ended first, or there is none.
        """
        child = self.current
        if child is None or child.gone.is_set():
            raise Lost("There was no process to run it.")
        ending = asyncio.create_task(child.run(flow_run, entrypoint, seconds))
        if child.served >= settings().recycle_runs or child.megabytes > settings().recycle_megabytes:
            self.renew()
        ended = await ending
        if ended.imported and entrypoint not in self.entrypoints:
            self.entrypoints.append(entrypoint)
        return ended.state

    def renew(self, *, reload: bool = False) -> None:
        """Warm a new process; when it is ready the old one takes no new runs, and ends when it has none.

        Args:
            reload: Because the code has changed: if the new code is wrong, the old process stays.
        """
        if self._closed:
            return
        if self._warming is not None and not self._warming.done():
            self._again = self._again or reload
            return
        self._warming = asyncio.create_task(self._warm(reload=reload))
        self._warming.add_done_callback(self._warmed)

    def _warmed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception():
            log().error("a process that runs flows could not be started", reason=repr(task.exception()))
        if self._again:
            self._again = False
            self.renew(reload=True)

    async def _warm(self, *, reload: bool) -> None:
        while not await (child := await Child.start(self.entrypoints)).warm():
            self.tell("A process that runs flows did not start; it is tried again.")
            await asyncio.sleep(AGAIN_SECONDS)
        news = set(child.wrong) - set(self.current.wrong if self.current and self.ready else [])
        stays = bool(news) and reload and self.ready
        if news and news != self._said:
            self.tell(" ".join(sorted(news)) + (" The code as it was goes on." if stays else ""))
        self._said = news
        if stays:
            await child.close()
            return
        self._replace(child)

    def _replace(self, child: Child) -> None:
        old, self.current = self.current, child
        if old is not None and not old.gone.is_set():
            self.draining.append(old)
            task = asyncio.create_task(self._drain(old))
            old._tasks.append(task)  # noqa: SLF001 - same module: held, or it might be collected
        task = asyncio.create_task(self._replace_when_gone(child))
        child._tasks.append(task)  # noqa: SLF001

    async def _replace_when_gone(self, child: Child) -> None:
        await child.gone.wait()
        if self.current is child and not self._closed:
            self.renew()

    async def _drain(self, child: Child) -> None:
        await _idle([child])
        await child.close()
        self.draining.remove(child)

    async def close(self, grace: float, reason: str) -> None:
        """Let runs end for a while, then end them, and every process.

        Args:
            grace: How long runs have, in seconds.
            reason: What is said of those that did not end.
        """
        self._closed = True
        if self._warming is not None:
            self._warming.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(_idle(self.all()), grace)
        for child in self.all():
            for run in list(child.runs):
                child.stop(run, "Crashed", reason)
        with suppress(TimeoutError):
            await asyncio.wait_for(_idle(self.all()), STOP_SECONDS)
        await asyncio.gather(*(child.close() for child in self.all()))


async def _idle(children: list[Child]) -> None:
    while any(child.runs and not child.gone.is_set() for child in children):  # noqa: ASYNC110 - several may end it
        await asyncio.sleep(WATCH_SECONDS)
