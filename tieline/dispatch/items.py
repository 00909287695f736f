"""What flows tell the inbox: what became of each of the events that share their run.

Outside of runs that events have started, nothing is told, and flows need not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from tieline.dispatch import outcomes
from tieline.inbox import scope

T = TypeVar("T")
R = TypeVar("R")

#: From this many items on, actions are plain calls: a task run for each would cost more than the work.
LEAN_FROM = 25
TELL_SECONDS = 0.25


async def settle(became: Mapping[Any, Exception | None]) -> None:
    """Tell what became of subjects of this run. What is not told goes as the run goes.

    Args:
        became: For each subject an error, or None where all went well. Transient errors, refused logins and errors that
            are not ours are tried again; other errors of a connected system are not.
    """
    batch = await scope.batch()
    if batch is None:
        return
    told = {number: error for item, error in became.items() for number in batch.about(item)}
    if told:
        await asyncio.to_thread(outcomes.settle, batch.id, told)


async def each(items: Iterable[T], do: Callable[[T], Awaitable[R]], *, at_once: int = 8) -> list[R | Exception]:
    """Do something for each subject of a run, a few at a time, and tell the inbox what became of each.

    A subject that fails does not stop the others; it is tried again later, alone.

    Args:
        items: The subjects, as the run's parameter has them. What several events are about is done once for all of
            them.
        do: What to do. Writes that an earlier try made for the same event are not made again.
        at_once: How many at a time.

    Returns:
        Results and errors, in order.

    Raises:
        Exception: All of them failed: the first error, so that the run is seen to have failed.
    """
    subjects = list(items)
    batch = await scope.batch()
    room, teller = asyncio.Semaphore(at_once), _Teller(batch)
    lean = len(subjects) >= LEAN_FROM

    async def one(item: T, numbers: Sequence[int]) -> R | Exception:
        name = scope.name_of(min(numbers)) if numbers else ""
        async with room:
            with scope.working(scope.Scope(name, lean)):
                try:
                    result: R | Exception = await do(item)
                except Exception as exc:  # noqa: BLE001 - whatever it is, it is that subject's and nobody else's
                    result = exc
        teller.tell(numbers, result if isinstance(result, Exception) else None)
        return result

    # Beside each other, the second of two about one subject would find that nobody knows what the first has written.
    work = [tuple(batch.about(item)) if batch else () for item in subjects]
    keys = [numbers or (-place,) for place, numbers in enumerate(work, 1)]
    first = {key: (item, numbers) for key, item, numbers in zip(keys, subjects, work, strict=True)}
    async with teller:
        done = await asyncio.gather(*(one(item, numbers) for item, numbers in first.values()))
    became = dict(zip(first, done, strict=True))
    results = [became[key] for key in keys]
    failed = [result for result in results if isinstance(result, Exception)]
    if failed and len(failed) == len(results):
        raise failed[0]
    return results


class _Teller:
    """Tells outcomes a few times a second, many at once: a process that dies takes few of them along."""

    def __init__(self, batch: scope.Batch | None) -> None:
        self._batch = batch
        self._told: dict[int, Exception | None] = {}
        self._task: asyncio.Task[None] | None = None
        self._over = asyncio.Event()

    def tell(self, numbers: Sequence[int], error: Exception | None) -> None:
        """Note what became of pieces of work."""
        self._told.update(dict.fromkeys(numbers, error))

    async def __aenter__(self) -> None:
        if self._batch is not None:
            self._task = asyncio.create_task(self._often())

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            # Not cancelled: what it is just telling would be on its way still when the run is said to have completed,
            # and what nobody has spoken about by then counts as done.
            self._over.set()
            await asyncio.wait([self._task])
            await self._flush()

    async def _often(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), TELL_SECONDS)
            with suppress(Exception):  # the store may be away; it is told with the next, and at the end for good
                await self._flush()

    async def _flush(self) -> None:
        told, self._told = self._told, {}
        if told and self._batch is not None:
            try:
                await asyncio.to_thread(outcomes.settle, self._batch.id, told)
            except BaseException:
                self._told = told | self._told
                raise
