"""What came in is published as Prefect events, and nobody waits for that."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from tests.dispatch.house import House, deliver, ticket, trigger
from tieline.dispatch import publish
from tieline.dispatch.event import Event
from tieline.dispatch.publish import LARGEST_BYTES, as_prefect, publisher

SECONDS = 30


def event(connection: str = "support", **more: Any) -> Event:
    """A ticket that was made."""
    told: dict[str, Any] = {
        "system": "zendesk",
        "connection": connection,
        "name": "ticket.created",
        "delivery": "d-1",
        "part": 0,
        "received_at": datetime.now(UTC),
        "payload": {"detail": {"id": "7"}},
        "who": "Ann",
        "when": None,
        "subject": "Ticket 7",
        "link": "",
    }
    return Event(**told | more)


def test_the_same_part_of_the_same_delivery_is_the_same_event() -> None:
    first, again, other = (as_prefect(event(part=part)) for part in (0, 0, 1))
    assert first.id == again.id != other.id
    assert first.event == "zendesk.ticket.created"
    assert first.resource.id == "tieline.zendesk.support"
    assert first.payload["subject"] == "Ticket 7"
    assert first.payload["payload"] == {"detail": {"id": "7"}}


@pytest.mark.parametrize("letter", ("a", "字"))
def test_what_prefect_would_refuse_for_its_size_goes_without_its_payload(letter: str) -> None:
    made = as_prefect(event(payload={"text": letter * (LARGEST_BYTES // len(letter.encode()))}))
    assert made.payload["payload"] is None
    assert made.payload["subject"] == "Ticket 7"
    assert len(made.model_dump_json().encode()) < LARGEST_BYTES


async def test_nothing_is_published_that_nobody_asked_for() -> None:
    async with publisher(wanted=False) as none:
        assert none is None


async def test_the_dispatcher_hands_on_each_event_that_came_in() -> None:
    seen: list[str] = []

    async def take(events: Any) -> None:
        await asyncio.sleep(0)
        seen.extend(one.full_name for one in events)

    house = House([trigger()])
    house.dispatcher._publish = take
    deliver(ticket(1), ticket(2, "ticket.updated"))
    await house.look()
    assert seen == ["zendesk.ticket.created", "zendesk.ticket.updated"]


@pytest.mark.prefect
async def test_prefect_has_them(prefect_server: str) -> None:
    name = f"c-{uuid4().hex}"
    wanted = {"filter": {"resource": {"id": [f"tieline.zendesk.{name}"]}}, "limit": 50}
    async with publisher(wanted=True) as take, httpx.AsyncClient(base_url=prefect_server, trust_env=False) as http:
        assert take is not None
        await take([event(name, delivery=f"d-{number}") for number in range(3)])
        until = time.monotonic() + SECONDS
        found: list[Any] = []
        while len(found) < 3:
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
            found = (await http.post("/events/filter", json=wanted)).raise_for_status().json()["events"]
    assert {one["event"] for one in found} == {"zendesk.ticket.created"}
    assert {one["payload"]["delivery"] for one in found} == {"d-0", "d-1", "d-2"}


async def test_while_prefect_is_down_they_are_let_go_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "BACKLOG", 5)
    complained = asyncio.Event()

    class Log:
        """Where it is said, once."""

        def warning(self, *_: Any, **__: Any) -> None:
            assert not complained.is_set()
            complained.set()

    monkeypatch.setattr("tieline.observe.log", Log)
    monkeypatch.setattr(publish, "AGAIN_SECONDS", 0.01)
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        async with publisher(wanted=True) as take:
            assert take is not None
            async with asyncio.timeout(SECONDS):
                for _ in range(100):
                    await take([event()])
                await complained.wait()
