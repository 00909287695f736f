"""The process that runs flows, while Prefect is away."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ObjectNotFound

from tieline.worker.child import Child, Reports
from tieline.worker.wire import encode


class Prefect:
    """Prefect's API, away for the first few requests."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.states: list[str] = []

    def answer(self) -> None:
        if self.errors:
            raise self.errors.pop(0)

    async def read_flow_run(self, identity: UUID) -> FlowRun:
        self.answer()
        return FlowRun(id=identity, flow_id=identity)

    async def set_flow_run_state(self, _: UUID, state: State[Any], *, force: bool) -> None:
        self.answer()
        assert force
        self.states.append(state.name or "")


async def ended(prefect: Prefect) -> str:
    """The state that a run without a flow ends in, as the worker is told."""
    told: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    class Heard(Reports):
        def tell(self, kind: str, **fields: Any) -> None:
            if kind == "ended":
                told.put_nowait((kind, fields))

    commands = asyncio.StreamReader()
    serving = asyncio.create_task(Child(Heard(0), cast("PrefectClient", prefect)).serve(commands))
    made = FlowRun(flow_id=uuid4()).model_dump_json()
    commands.feed_data(encode("run", flow_run=made, entrypoint="nowhere.at_all", seconds=60))
    async with asyncio.timeout(10):
        _, fields = await told.get()
    commands.feed_eof()
    await serving
    return str(fields["state"])


async def test_how_a_run_ended_is_told_when_prefect_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.worker.child.AGAIN_SECONDS", 0)
    prefect = Prefect(httpx.ConnectError("away"), httpx.ReadTimeout("slow"))
    assert await ended(prefect) == "Failed"
    assert prefect.states == ["Failed"]


async def test_a_run_that_nobody_knows_any_more_leaves_its_place() -> None:
    assert await ended(Prefect(ObjectNotFound(Exception("deleted")))) == ""
