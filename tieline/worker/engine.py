"""Prefect's engine for a run that has others beside it in its process.

It differs from what Prefect does in a process of one run's own in two ways. Prefect watches each run of a deployment
for being suspended with a thread, an event loop and a socket of its own, and the run's event loop waits for that
thread: one run would hold up all others. Here the worker watches for all runs. And when a run is stopped, we know why,
and say so in the state it ends in, where Prefect would say that its process was ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from anyio import CancelScope
from prefect import Flow
from prefect._flow_run_suspension import FlowRunSuspensionRequest, register_flow_run_suspension_request
from prefect.client.schemas.objects import FlowRun, State
from prefect.flow_engine import AsyncFlowRunEngine, BaseFlowRunEngine, FlowRunEngine
from prefect.utilities.callables import get_call_parameters, parameters_to_args_kwargs

Verdict = Callable[[], State[Any] | None]


class Stopped(BaseException):
    """Raised inside of a flow that runs in a thread, in order to end it."""


class _BesideOthers(BaseFlowRunEngine[Any, Any]):
    verdict: Verdict = staticmethod(lambda: None)

    @contextmanager
    def setup_flow_run_suspension_request(self) -> Iterator[FlowRunSuspensionRequest]:
        """As Prefect's, without its watching thread."""
        assert self.flow_run is not None  # noqa: S101 - Prefect calls it later than that
        request = self._get_flow_run_suspension_request()
        with register_flow_run_suspension_request(self.flow_run.id, request):
            request.raise_if_requested()
            yield request


class _AsyncEngine(_BesideOthers, AsyncFlowRunEngine[Any, Any]):
    async def handle_crash(self, exc: BaseException) -> None:
        """End in the state that was decided when the run was stopped."""
        state = self.verdict()
        if state is None:
            await super().handle_crash(exc)
        elif state.is_cancelled():
            await self.handle_cancellation(exc)
        else:
            with CancelScope(shield=True):
                await self.set_state(state, force=True)
            self._raised = exc  # type: ignore[assignment]


class _SyncEngine(_BesideOthers, FlowRunEngine[Any, Any]):
    def handle_crash(self, exc: BaseException) -> None:
        """End in the state that was decided when the run was stopped."""
        state = self.verdict()
        if state is None:
            super().handle_crash(exc)
        elif state.is_cancelled():
            self.handle_cancellation(exc)
        else:
            self.set_state(state, force=True)
            self._raised = exc  # type: ignore[assignment]


def parameters_of(flow: Flow[..., Any], flow_run: FlowRun) -> dict[str, Any]:
    """What the flow is called with: the run's parameters, and the flow's defaults for the rest.

    Raises:
        TypeError: They do not fit the flow.
    """
    positional, named = parameters_to_args_kwargs(flow.fn, flow_run.parameters)
    return get_call_parameters(flow.fn, positional, named)


async def run_async(
    flow: Flow[..., Any], flow_run: FlowRun, parameters: dict[str, Any], verdict: Verdict
) -> State[Any]:
    """Run an asynchronous flow; the state it ends in."""
    engine = _AsyncEngine(flow=flow, flow_run=flow_run, parameters=parameters)
    engine.verdict = verdict
    async with engine.start():
        while engine.is_running():
            async with engine.run_context():
                _ = await engine.call_flow_fn()
    return engine.state


def run_sync(flow: Flow[..., Any], flow_run: FlowRun, parameters: dict[str, Any], verdict: Verdict) -> State[Any]:
    """Run a flow in this thread; the state it ends in."""
    engine = _SyncEngine(flow=flow, flow_run=flow_run, parameters=parameters)
    engine.verdict = verdict
    with engine.start():
        while engine.is_running():
            with engine.run_context():
                engine.call_flow_fn()
    return engine.state
