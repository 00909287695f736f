"""A small house to test the dispatcher in: deliveries, flows, and runs without Prefect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from prefect import flow
from sqlalchemy import insert, select

from tieline import store
from tieline.dispatch import Trigger, on_event
from tieline.dispatch.batches import Batch
from tieline.dispatch.dispatcher import Dispatcher
from tieline.dispatch.runs import NotNow, Refused
from tieline.inbox.tables import BatchRow, DeliveryRow, WorkRow

DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]
BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
START = 1_800_000_000.0


@flow
def take(helpdesk: str, tickets: list[int], *, loud: bool = False) -> None:
    """A flow of tests."""


@flow
def one(ticket: int, helpdesk: str = "") -> None:
    """A flow for one event."""


def trigger(name: str = "tickets", events: Any = "zendesk.ticket.created", **more: Any) -> Trigger:
    """A trigger that collects tickets."""
    options: dict[str, Any] = {
        "map": {"helpdesk": "zendesk/{connection}", "tickets": ["{payload.detail.id}"]},
        "batch": "tickets",
        "name": name,
    }
    return on_event(events, take, **(options | more))


def ticket(number: int, event: str = "ticket.created", **detail: Any) -> dict[str, Any]:
    """What Zendesk sends about a ticket."""
    return {"type": event, "detail": {"id": str(number), "subject": f"Ticket {number}", **detail}}


def deliver(*payloads: Any, connection: str = "support", system: str = "zendesk", event: str = "") -> list[int]:
    """Write deliveries down, as the gateway does."""
    made: list[dict[str, Any]] = [
        {
            "system": system,
            "connection": connection,
            "delivery": f"{connection}-{next(_numbers)}",
            "event": event
            or (payload["type"] if isinstance(payload, dict) and "type" in payload else "ticket.created"),
            "received_at": START,
            "headers": {},
            "query": {},
            "body": payload if isinstance(payload, bytes) else orjson.dumps(payload),
            "state": "received",
            "reason": "",
        }
        for payload in payloads
    ]
    with store.engine().begin() as db:
        before = db.scalar(select(DELIVERIES.c.id).order_by(DELIVERIES.c.id.desc()).limit(1)) or 0
        db.execute(insert(DELIVERIES), made)
        return list(db.scalars(select(DELIVERIES.c.id).where(DELIVERIES.c.id > before).order_by(DELIVERIES.c.id)))


_numbers = iter(range(1, 10**9))


def rows(table: Any, **where: Any) -> list[Any]:
    """Rows of a table, in order."""
    query = select(table).filter_by(**where)
    key = table.c.created_at if table is BATCHES else table.c.id
    with store.engine().connect() as db:
        return list(db.execute(query.order_by(key)).all())


def work(**where: Any) -> list[Any]:
    """Rows of work."""
    return rows(WORK, **where)


def batches(**where: Any) -> list[Any]:
    """Rows of batches."""
    return rows(BATCHES, **where)


@dataclass
class Clock:
    """Two clocks that stand still: one on the wall, one that is never set."""

    wall: float = START
    steady: float = 1000.0

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds


@dataclass
class FakeRuns:
    """Runs in memory. What was asked for twice is one run, as Prefect does it."""

    up: bool = True
    refuses: bool = False
    hangs: bool = False
    started: dict[str, Batch] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)
    crashed: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    async def start(self, batch: Batch) -> str:
        await asyncio.sleep(0)
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if not self.up:
            raise NotNow("Prefect is down.")
        if self.refuses:
            raise Refused("Prefect does not like it.")
        self.started.setdefault(f"run-{batch.id}", batch)
        await asyncio.sleep(0)
        return f"run-{batch.id}"

    async def ended(self, flow_run_ids: Sequence[str]) -> dict[str, str]:
        await asyncio.sleep(0)
        if not self.up:
            raise NotNow("Prefect is down.")
        return {one: self.over[one] for one in flow_run_ids if one in self.over}

    async def crash(self, flow_run_id: str, reason: str) -> None:
        await asyncio.sleep(0)
        self.crashed[flow_run_id] = reason
        self.over[flow_run_id] = f"Crashed: {reason}"

    def sizes(self) -> list[int]:
        """How many events each run has."""
        return [batch.size for batch in self.started.values()]

    def end(self, outcome: str = "Completed", runs: Iterable[str] | None = None) -> None:
        """End runs."""
        for run in list(self.started) if runs is None else runs:
            self.over.setdefault(run, outcome)


async def here(function: Callable[..., Any], *args: Any) -> Any:
    """Instead of a thread: what waits for the store runs at once, between two moments of the event loop."""
    await asyncio.sleep(0)
    result = function(*args)
    await asyncio.sleep(0)
    return result


@dataclass
class House:
    """A dispatcher with runs and clocks that a test holds in its hands."""

    triggers: Sequence[Trigger]
    runs: FakeRuns = field(default_factory=FakeRuns)
    clock: Clock = field(default_factory=Clock)
    thread: Callable[..., Awaitable[Any]] = here

    def __post_init__(self) -> None:
        self.dispatcher = self.new()

    def new(self) -> Dispatcher:
        """One that remembers nothing."""
        return Dispatcher(
            self.runs,
            self.triggers,
            wall=lambda: self.clock.wall,
            steady=lambda: self.clock.steady,
            thread=self.thread,
        )

    async def look(self) -> None:
        """Take in everything that is there, and start what can be started."""
        while await self.dispatcher.look():
            await self.dispatcher.settled()
        await self.dispatcher.settled()

    async def care(self) -> None:
        """Look after runs, then look again."""
        with suppress(NotNow):
            await self.dispatcher.care()
        await self.dispatcher.settled()
        await self.look()
