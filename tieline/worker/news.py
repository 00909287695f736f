"""What tells the worker that there is something to do, so that it need not ask Prefect all the time.

Two things do. The store, where the dispatcher writes down which runs it has made: reading a counter of SQLite costs
microseconds, so it is read twenty times a second. And Prefect's events, for runs of any other origin, and for those
that are to be cancelled or suspended.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect.events import Event
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventAnyResourceFilter, EventFilter, EventNameFilter
from sqlalchemy import Connection, text

from tieline import store
from tieline.observe import log
from tieline.worker import leases

LOOK_SECONDS = 0.05
#: Pause after the store or the events could not be had.
AGAIN_SECONDS = 5.0

SCHEDULED, CANCELLING, SUSPENDED = (f"prefect.flow-run.{state}" for state in ("Scheduled", "Cancelling", "Suspended"))


class StoreWatch:
    """Says which runs of batches nobody has taken yet. A thread of its own: a disk may be slow.

    Args:
        waiting: Called with their ids and lanes, in the thread, when there are others than the last time.
    """

    def __init__(self, waiting: Callable[[dict[UUID, str]], Any]) -> None:
        self._waiting = waiting
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tieline-store-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, soon."""
        self._end.set()

    def _watch(self) -> None:
        while not self._end.is_set():
            try:
                with store.engine().connect() as connection:
                    self._look(connection)
            except Exception as exc:  # noqa: BLE001 - whatever ails the store, Prefect is still asked now and then
                log().warning("the store cannot be watched", reason=str(exc))
                self._end.wait(AGAIN_SECONDS)

    def _look(self, connection: Connection) -> None:
        sqlite = connection.dialect.name == "sqlite"
        before, told = None, dict[UUID, str]()
        while not self._end.wait(LOOK_SECONDS):
            version = connection.scalar(text("PRAGMA data_version")) if sqlite else None
            connection.rollback()
            if version is not None and version == before:
                continue
            before = version
            found = {UUID(run): lane for run, lane in leases.waiting().items()}
            if found and found != told:
                self._waiting(found)
            told = found


async def events(pool: UUID, told: Callable[[str, UUID], None]) -> None:
    """Pass on what Prefect says about the runs of a work pool, for ever.

    Args:
        pool: The work pool's id.
        told: Called with the name of the event and the run.
    """
    while True:
        wanted = EventFilter(
            event=EventNameFilter(name=[SCHEDULED, CANCELLING, SUSPENDED]),
            any_resource=EventAnyResourceFilter(id=[f"prefect.work-pool.{pool}"]),
        )
        try:
            async with get_events_subscriber(filter=wanted) as subscriber:
                async for event in subscriber:
                    told(event.event, _run_of(event))
        except Exception as exc:  # noqa: BLE001 - the server may be away; it is asked by other means too
            log().debug("Prefect's events cannot be had", reason=str(exc))
        await asyncio.sleep(AGAIN_SECONDS)


def _run_of(event: Event) -> UUID:
    return UUID(event.resource.id.removeprefix("prefect.flow-run."))
