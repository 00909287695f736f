"""Events that came in, published as Prefect events too, so that people can hang automations on them in the UI.

They are a courtesy: what Prefect does not take while it is down is let go. Flow runs do not depend on them.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tieline import observe
from tieline.dispatch.event import Event

if TYPE_CHECKING:
    from prefect.events import Event as PrefectEvent

#: Events that wait to be published; more are let go.
BACKLOG = 10_000
#: Prefect refuses larger events; the payload of those is left out.
LARGEST_BYTES = 1_000_000
AGAIN_SECONDS = 5.0
_SPACE = uuid.UUID("6f0b1f0e-6f4e-5f0c-9a36-0d3d2d4a9a57")

Publish = Callable[[Sequence[Event]], Awaitable[None]]


def as_prefect(event: Event) -> PrefectEvent:
    """The event as Prefect has it. The same part of the same delivery always has the same id."""
    from prefect.events import Event as PrefectEvent  # noqa: PLC0415 - heavy
    from prefect.events import Resource  # noqa: PLC0415

    told = event.model_dump(mode="json", include={"connection", "delivery", "who", "subject", "link", "payload"})
    made = PrefectEvent(
        id=uuid.uuid5(_SPACE, "\n".join((event.system, event.connection, event.delivery, str(event.part)))),
        occurred=event.when or event.received_at,
        event=event.full_name,
        resource=Resource(
            {
                "prefect.resource.id": f"tieline.{event.system}.{event.connection}",
                "prefect.resource.name": f"{event.system}/{event.connection}",
            }
        ),
        payload=told,
    )
    if len(made.model_dump_json().encode()) > LARGEST_BYTES:
        made.payload["payload"] = None
    return made


@asynccontextmanager
async def publisher(*, wanted: bool) -> AsyncIterator[Publish | None]:
    """Publishes in the background; None where nobody wants it."""
    if not wanted:
        yield None
        return
    queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)

    async def publish(events: Sequence[Event]) -> None:
        for event in events:
            if not queue.full():
                queue.put_nowait(event)

    task = asyncio.create_task(_publish(queue))
    try:
        yield publish
    finally:
        task.cancel()


async def _publish(queue: asyncio.Queue[Event]) -> None:
    from prefect.events.clients import get_events_client  # noqa: PLC0415 - heavy

    quiet = False
    while True:
        try:
            async with get_events_client() as client:
                while True:
                    await client.emit(as_prefect(await queue.get()))
                    quiet = False
        except Exception as exc:  # noqa: BLE001 - a courtesy; it begins again
            if not quiet:
                observe.log().warning("events are not published", reason=type(exc).__name__)
            quiet = True
            await asyncio.sleep(AGAIN_SECONDS)
