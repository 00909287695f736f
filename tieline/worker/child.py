"""A warm process: flows are imported, and runs come in over its standard input.

    python -m tieline.worker.child FILE_DESCRIPTOR ENTRYPOINT…

Everything that may hang or leak happens here. It reports over the file descriptor, and ends when its standard input
does: then the worker is gone.
"""

from __future__ import annotations

import asyncio
import contextvars
import ctypes
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import uvloop
from prefect import Flow
from prefect._flow_run_suspension import mark_flow_run_suspension_requested
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import AsyncClientContext
from prefect.exceptions import Abort, Pause
from prefect.states import Cancelled, Crashed, Failed

from tieline.dispatch.outcomes import spoken
from tieline.errors import ConfigError
from tieline.inbox import RENEWALS
from tieline.observe import log
from tieline.prefect_client import patient
from tieline.settings import settings
from tieline.worker import code, leases
from tieline.worker.engine import Stopped, parameters_of, run_async, run_sync
from tieline.worker.wire import LONGEST, decode, encode

#: Requests to Prefect at a time. Its server on SQLite stands still for a minute where many write at once.
CONNECTIONS = 1
#: How far runs give way to others on this machine, so that a gateway beside them acknowledges in time.
NICE = 10
BEAT_SECONDS = 0.5
#: A loop that did not turn for so long is blocked.
BLOCKED_SECONDS = 0.75
#: Until Prefect is told again how a run ended, after it could not be.
AGAIN_SECONDS = 5.0
#: How long runs have to end when the worker is gone.
ORPHAN_SECONDS = 5.0

#: The run that a piece of code belongs to; tasks that a flow starts inherit it.
_run: contextvars.ContextVar[str] = contextvars.ContextVar("tieline_worker_run", default="")


@dataclass
class Run:
    """A run in this process.

    Args:
        flow_run: As Prefect knows it.
        seconds: How long it may take.
        batch: The batch that it was made for, or nothing.
        verdict: The state that it shall end in, when it was stopped.
        task: What runs it.
        thread: The thread that a synchronous flow runs in.
    """

    flow_run: FlowRun
    seconds: float
    batch: str
    verdict: State[Any] | None = None
    task: asyncio.Task[None] | None = None
    thread: threading.Thread | None = None

    def stop(self, verdict: State[Any]) -> None:
        """End it early, in a state that says why; the first reason stays."""
        if self.verdict is not None or self.task is None:
            return
        self.verdict = verdict
        if self.thread is None:
            self.task.cancel()
        elif self.thread.ident is not None:
            # Delivered between two steps of Python code; who waits in C code is ended with the process.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread.ident), ctypes.py_object(Stopped))


class Reports:
    """What is told to the worker; from any thread.

    Args:
        descriptor: Where to write.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def tell(self, kind: str, **fields: Any) -> None:
        """Tell the worker; when it is gone, nobody."""
        line = memoryview(encode(kind, **fields))
        with self._lock, suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._descriptor, line) :]


class Child:
    """Runs flows in one event loop.

    Args:
        reports: Where to tell what becomes of them.
        client: Prefect's API.
    """

    def __init__(self, reports: Reports, client: PrefectClient) -> None:
        self._tell = reports.tell
        self._client = client
        self._runs: dict[str, Run] = {}
        self._flows: dict[str, Flow[..., Any]] = {}
        self._closing = asyncio.Event()
        self.beats = 0

    async def serve(self, commands: asyncio.StreamReader) -> None:
        """Do as told until told to close, or until nobody is there any more."""
        duties = [asyncio.create_task(duty) for duty in (self._obey(commands), self._beat(), self._renew())]
        await self._closing.wait()
        for duty in duties:
            duty.cancel()
        runs = [run.task for run in self._runs.values() if run.task]
        if runs:
            self._stop_all("The worker that it ran in was ended.")
            await asyncio.wait(runs, timeout=ORPHAN_SECONDS)

    async def _obey(self, commands: asyncio.StreamReader) -> None:
        while line := await commands.readline():
            kind, fields = decode(line)
            if kind == "run":
                self._start(**fields)
            elif kind == "cancel" and fields["id"] in self._runs:
                self._runs[fields["id"]].stop(_verdict(fields["state"], fields["reason"]))
            elif kind == "suspend" and fields["id"] in self._runs:
                mark_flow_run_suspension_requested(UUID(fields["id"]), State.model_validate_json(fields["state"]))
            elif kind == "close":
                break
        self._closing.set()

    async def _beat(self) -> None:
        while True:
            self.beats += 1
            self._tell("beat", megabytes=_megabytes())
            await asyncio.sleep(BEAT_SECONDS)

    async def _renew(self) -> None:
        """Say that our batches live. It is this loop that says so: when a flow blocks it, nobody does."""
        loop, lease = asyncio.get_running_loop(), settings().lease_seconds
        renewed = loop.time()
        while True:
            await asyncio.sleep(lease / RENEWALS)
            mine = {run.batch: run for run in self._runs.values() if run.batch}
            try:
                lost = await asyncio.to_thread(leases.renew, list(mine))
            except Exception as exc:  # noqa: BLE001 - whatever ails the store
                log().warning("leases cannot be renewed", reason=str(exc), batches=len(mine))
                # A run needs a while to be stopped before its lease ends.
                lost = set(mine) if loop.time() - renewed > lease - 2 * lease / RENEWALS else set()
            else:
                renewed = loop.time()
            for batch in lost:
                mine[batch].stop(Crashed(message="Its lease ended, so that another may run its work."))

    def _stop_all(self, reason: str) -> None:
        for run in self._runs.values():
            run.stop(Crashed(message=reason))

    def _start(self, flow_run: str, entrypoint: str, seconds: float) -> None:
        made = FlowRun.model_validate_json(flow_run)
        run = Run(made, seconds, leases.batch_of(made.idempotency_key))
        context = contextvars.copy_context()
        context.run(_run.set, str(made.id))
        self._runs[str(made.id)] = run
        run.task = asyncio.get_running_loop().create_task(self._execute(run, entrypoint), context=context)

    async def _execute(self, run: Run, entrypoint: str) -> None:
        identity = str(run.flow_run.id)
        limit = asyncio.get_running_loop().call_later(run.seconds, run.stop, _too_long(run.seconds))
        try:
            state = await self._guarded(run, entrypoint)
        except (Exception, asyncio.CancelledError) as exc:  # noqa: BLE001 - or its place would be taken for ever
            log().warning("how a run ended is not known", run=identity, reason=repr(exc))
            state = None
        finally:
            limit.cancel()
            self._runs.pop(identity, None)
        if run.batch and state is not None:
            told = (
                partial(leases.end, run.batch, spoken(state))
                if state.is_final()
                else partial(leases.give_back, run.batch)
            )
            with suppress(Exception):  # the dispatcher asks Prefect when the lease has ended
                await asyncio.to_thread(told)
        self._tell("ended", id=identity, state=state.name if state else "", imported=entrypoint in self._flows)

    async def _guarded(self, run: Run, entrypoint: str) -> State[Any] | None:
        """Run it, whatever happens; None when it turned out to be somebody else's."""
        try:
            flow = self._flows.get(entrypoint) or code.flow_at(entrypoint)
            self._flows[entrypoint] = flow
            return await self._run(flow, run)
        except Abort:
            return None
        except Pause as exc:
            return exc.state
        except BaseException as exc:  # noqa: BLE001 - ours, a flow's, its being stopped, or SystemExit: the others go on
            return await self._settled(run, exc)

    async def _run(self, flow: Flow[..., Any], run: Run) -> State[Any]:
        if flow.isgenerator:
            raise ConfigError(
                f"The flow {flow.name!r} yields; the warm worker runs flows that return.",
                hint="Run it in a work pool of type process.",
            )
        try:
            parameters = parameters_of(flow, run.flow_run)
        except Exception as exc:
            raise ConfigError(f"The run's parameters do not fit the flow {flow.name!r}: {exc}.") from exc
        if flow.isasync:
            return await run_async(flow, run.flow_run, parameters, lambda: run.verdict)
        return await _in_thread(run, partial(run_sync, flow, run.flow_run, parameters, lambda: run.verdict))

    async def _settled(self, run: Run, exc: BaseException) -> State[Any]:
        """The state that a run ended in; set here where the engine did not. While Prefect is away, we ask again."""
        failed = isinstance(exc, ConfigError)
        state = run.verdict or (Failed(message=str(exc)) if failed else Crashed(message=f"{type(exc).__name__}: {exc}"))
        while True:
            try:
                found = (await self._client.read_flow_run(run.flow_run.id)).state
                if found is not None and (found.is_final() or found.is_paused()):
                    return found
                await self._client.set_flow_run_state(run.flow_run.id, state, force=True)
            except httpx.HTTPError as away:
                if isinstance(away, httpx.HTTPStatusError) and away.response.is_client_error:
                    raise
                log().warning("Prefect cannot be told how a run ended", run=str(run.flow_run.id), reason=repr(away))
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return state


async def _in_thread(run: Run, work: Callable[[], State[Any]]) -> State[Any]:
    """Run in a thread of its own: the usual pool has few, and flows use it too."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[State[Any]] = loop.create_future()
    context = contextvars.copy_context()

    def body() -> None:
        try:
            state = context.run(work)
        except BaseException as exc:  # noqa: BLE001 - it is raised where it was awaited
            # A future does not take StopIteration, nor what ends the loop.
            known = (
                exc
                if isinstance(exc, Abort | Pause | Stopped) or not isinstance(exc, StopIteration)
                else RuntimeError(repr(exc))
            )
            loop.call_soon_threadsafe(_fail, done, known)
        else:
            loop.call_soon_threadsafe(_fulfil, done, state)

    run.thread = threading.Thread(target=body, name=f"run {run.flow_run.name}", daemon=True)
    run.thread.start()
    return await asyncio.shield(done)


def _fail(done: asyncio.Future[Any], exc: BaseException) -> None:
    if not done.done():
        done.set_exception(exc)


def _fulfil(done: asyncio.Future[Any], value: Any) -> None:
    if not done.done():
        done.set_result(value)


def _verdict(state: str, reason: str) -> State[Any]:
    return Cancelled(message=reason) if state == "Cancelled" else Crashed(message=reason)


def _too_long(seconds: float) -> State[Any]:
    return Crashed(message=f"It took longer than the {seconds:g} seconds that a run may take.")


def _megabytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:  # not Linux: the most it ever was
        import resource  # noqa: PLC0415 - not on every system

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


class Watchdog:
    """A thread that sees when the loop is blocked, and when the worker is gone.

    Args:
        reports: Where to tell what blocks the loop.
        child: Whose beats are counted.
        loop: The loop.
    """

    def __init__(self, reports: Reports, child: Child, loop: asyncio.AbstractEventLoop) -> None:
        self._reports = reports
        self._child = child
        self._loop = loop
        self._main = threading.get_ident()
        self._parent = os.getppid()
        self._owners: dict[int, str] = {}
        loop.set_task_factory(self._made)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _made(self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        """A task, of which we remember whose it is."""
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
        context = options.get("context")
        owner = context.get(_run, "") if context is not None else _run.get()
        if owner:
            self._owners[id(task)] = owner
            task.add_done_callback(lambda gone: self._owners.pop(id(gone), None))
        return task

    def _watch(self) -> None:
        waiting = threading.Event()
        beats, told = -1, -1
        while os.getppid() == self._parent:
            waiting.wait(BLOCKED_SECONDS)
            now = self._child.beats
            if now == beats and told != beats:
                told = beats
                self._reports.tell("stuck", **self._culprit())
            beats = now
        waiting.wait(2 * ORPHAN_SECONDS)
        os.killpg(0, signal.SIGKILL)

    def _culprit(self) -> dict[str, str]:
        task = asyncio.current_task(self._loop)
        frame = sys._current_frames().get(self._main)  # noqa: SLF001 - the only way to see another thread's
        stack = traceback.extract_stack(frame) if frame else []
        own = [one for one in stack if "site-packages" not in one.filename and "asyncio" not in one.filename]
        own = own or list(stack)
        where = f"{own[-1].filename}, line {own[-1].lineno}, in {own[-1].name}" if own else ""
        return {"id": self._owners.get(id(task), "") if task else "", "where": where}


async def _connected(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    return reader


async def _serve(reports: Reports, commands: int, wrong: list[str]) -> None:
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with AsyncClientContext(httpx_settings=patient(limits=limits)) as context:
        # Runs inherit this client: none has to connect anew.
        await context.client.api_healthcheck()
        child = Child(reports, context.client)
        Watchdog(reports, child, asyncio.get_running_loop())
        reader = await _connected(commands)
        reports.tell("ready", wrong=wrong)
        await child.serve(reader)


def main(descriptor: int, entrypoints: list[str]) -> None:
    """Import, say so, and run what comes."""
    reports = Reports(descriptor)
    if hasattr(os, "nice"):
        os.nice(NICE)
    # Flows that read their standard input must not read our commands.
    commands = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - the standard library's
    wrong = code.preload(entrypoints)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(reports, commands, wrong))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
