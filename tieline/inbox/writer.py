"""Writes that are durable when they return, many in one transaction: a disk can do a few hundred of those a second."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

from tieline.errors import StoreUnavailable
from tieline.settings import settings
from tieline.store.direct import Direct, direct

T = TypeVar("T")

#: The most that share a transaction.
GROUP = 256
#: The most that may wait for their turn, in writes and in bytes; who comes later is told to come again.
MOST, MOST_BYTES = 10_000, 64 * 2**20
#: Vendors that do not number their deliveries repeat one within minutes; what comes later is news that reads the same.
ALIKE_SECONDS = 600

COLUMNS = (
    ("system", "text"),
    ("connection", "text"),
    ("delivery", "text"),
    ("event", "text"),
    ("received_at", "double precision"),
    ("headers", "json"),
    ("query", "json"),
    ("body", "bytea"),
    ("state", "text"),
    ("reason", "text"),
)


class Arrival(NamedTuple):
    """A row of `deliveries` that is to be written. See `tieline.inbox.tables.DeliveryRow`.

    Args:
        system: Such as "zendesk".
        connection: The saved connection.
        delivery: The vendor's number of it, or a digest of the body.
        event: The vendor's name of it.
        received_at: Unix seconds.
        headers: A JSON object, without secrets.
        query: A JSON object, without secrets.
        body: As it came in.
        state: See the table.
        reason: See the table.
        numbered: Whether `delivery` is the vendor's own number, which is never used again.
    """

    system: str
    connection: str
    delivery: str
    event: str
    received_at: float
    headers: str = "{}"
    query: str = "{}"
    body: bytes = b""
    state: str = "received"
    reason: str = ""
    numbered: bool = True


@dataclass(slots=True)
class _Write:
    """Something that waits for the next transaction."""

    row: Arrival | None
    do: Callable[[Direct], Any] | None
    done: asyncio.Future[Any]

    @property
    def size(self) -> int:
        return len(self.row.body) if self.row else 0


class Writer:
    """Writes from asyncio; a thread of its own puts all that waits into one transaction.

    Args:
        url: The store; by default that of the settings. Its tables must be there: see `tieline.store.engine`.
    """

    def __init__(self, url: str = "") -> None:
        self._store = direct(url or settings().store_url)
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._waiting = 0
        self._bytes = 0
        self._closed = False
        #: How many rows of `put` were new, and how many were there already.
        self.new = self.known = 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="tieline-writer")
        self._thread.start()

    async def put(self, row: Arrival) -> None:
        """Write down a delivery; nothing happens if it is there already.

        Raises:
            StoreUnavailable: It could not be written. It may be there all the same, where the connection broke at the
                wrong moment; to put it again does no harm.
        """
        await self._wait(_Write(row, None, asyncio.get_running_loop().create_future()))

    async def run(self, do: Callable[[Direct], T]) -> T:
        """Run a few statements inside the next transaction.

        Args:
            do: Called in the writer's thread. It may be called again, if another write of the same transaction is
                turned down, and must not begin or end transactions.

        Returns:
            What it returns, when that is durable.

        Raises:
            StoreUnavailable: It could not be written.
            Exception: What it raises; then nothing of it is kept.
        """
        found: T = await self._wait(_Write(None, do, asyncio.get_running_loop().create_future()))
        return found

    def close(self) -> None:
        """Write what waits, and end."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    async def _wait(self, write: _Write) -> Any:
        size = write.size
        if self._waiting >= MOST or self._bytes + size > MOST_BYTES or self._closed:
            raise StoreUnavailable("More is waiting to be written than can be kept in memory.", retry_after=10)
        # Counted here and not in the thread, so that no lock is needed.
        self._waiting += 1
        self._bytes += size
        self._queue.put(write)
        try:
            return await write.done
        finally:
            self._waiting -= 1
            self._bytes -= size

    # ------------------------------------------------------------ in the thread

    def _run(self) -> None:
        open_ = True
        while open_:
            group, open_ = self._next()
            if group:
                _settle(group, self._written(group))
        self._store.close()

    def _next(self) -> tuple[list[_Write], bool]:
        """What waits, and whether more may come."""
        group: list[_Write] = []
        with suppress(Empty):
            while len(group) < GROUP:
                write = self._queue.get(block=not group)
                if write is None:
                    return group, False
                group.append(write)
        return group, True

    def _written(self, group: list[_Write]) -> list[Any]:
        """For each what it returned, or the error that it ran into."""
        try:
            with self._store.transaction():
                new = self._insert([write.row for write in group if write.row])
                results = [write.do(self._store) if write.do else None for write in group]
        except StoreUnavailable as exc:
            # What it hangs on to knows the password. And each needs one of its own, because raising changes them.
            exc.__context__ = None
            return [copy(exc) for _ in group]
        except Exception as exc:  # noqa: BLE001 - whatever it is, it belongs to who asked for it
            if len(group) == 1:
                return [exc]
            # One of them cannot be written. The others can.
            return [self._written([write])[0] for write in group]
        self.new += new
        self.known += sum(1 for write in group if write.row) - new
        return results

    def _insert(self, rows: list[Arrival]) -> int:
        if not rows:
            return 0
        # In the same order everywhere, or two gateways with the same rows could wait for each other.
        rows.sort(key=lambda row: row[:3])
        new = self._store.insert("deliveries", COLUMNS, [row[:-1] for row in rows])
        if new < len(rows):
            new += sum(self._insert_again(row) for row in rows if not row.numbered)
        return new

    def _insert_again(self, row: Arrival) -> int:
        """What a digest names may be said twice: a heartbeat, or "the server is down" on two days.

        So the same body is a redelivery for a while only. Later ones are kept under the digest and the ten minutes in
        which they came, a name that two gateways agree on. Where the clock was set back, what was kept lies an hour
        ahead: then it counts as new, because an event that is handled twice is better than one that is lost.
        """
        self._store.alone(row.delivery)
        span = int(row.received_at // ALIKE_SECONDS)
        names = [row.delivery, *(f"{row.delivery}@{near}" for near in (span - 1, span, span + 1))]
        found = self._store.execute(
            "SELECT received_at FROM deliveries WHERE system = ? AND connection = ? AND delivery IN (?, ?, ?, ?)",
            [row.system, row.connection, *names],
        )
        if any(abs(row.received_at - at) < ALIKE_SECONDS for (at,) in found):
            return 0
        again = row._replace(delivery=f"{row.delivery}@{span}")
        return self._store.insert("deliveries", COLUMNS, [again[:-1]])


def _settle(group: list[_Write], results: list[Any]) -> None:
    """Tell who waits: one call into each event loop, however many wait there."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = defaultdict(list)
    for write, result in zip(group, results, strict=True):
        loops[write.done.get_loop()].append((write.done, result))
    for loop, told in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell, told)


def _tell(told: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, result in told:
        if done.done():
            continue  # who waited has gone
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
