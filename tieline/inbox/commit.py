"""Small transactions of many tasks, made as one: each waits for a disk, and the disk need not be asked for each."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection

from tieline.store.writing import writing

T = TypeVar("T")
Change = Callable[[Connection], Any]

GROUP = 256


async def commit(change: Callable[[Connection], T]) -> T:
    """Change the store; what is changed is on the disk when this returns.

    Args:
        change: Does it, and may be called again if another change of its group fails. Called in a thread. Its type may
            have a `together(connection, changes)` that makes many of them at once, and returns their results.

    Returns:
        What `change` returns.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: The store cannot be written to; nothing was changed.
    """
    loop = asyncio.get_running_loop()
    return cast("T", await _committer.put(_Waiting(change, loop, loop.create_future())))


class _Waiting(NamedTuple):
    """A change, and who waits for it."""

    change: Change
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]


class _Committer:
    """One thread that takes all changes that wait, and makes them in one transaction."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, one: _Waiting) -> asyncio.Future[Any]:
        """Take a change; the result says when it is on the disk."""
        self._waiting.put(one)
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="tieline-commit", daemon=True)
                    self._thread.start()
        return one.done

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < GROUP and not self._waiting.empty():
                group.append(self._waiting.get())
            # Who was cancelled while waiting wants it no more: what it was for will not be done.
            group = [one for one in group if not one.done.cancelled()]
            _tell(group, _made(group))


def _made(group: list[_Waiting]) -> list[Any]:
    """For each what it returned, or the error."""
    try:
        with writing() as db:
            return _results(db, [one.change for one in group])
    except Exception as exc:  # noqa: BLE001 - whoever waits for it gets it
        if len(group) == 1:
            return [exc]
    # One of them may have spoiled it for the others: each by itself.
    return [_made([one])[0] for one in group]


def _results(db: Connection, changes: list[Change]) -> list[Any]:
    """Make all changes; those of one kind together, where the kind can: each statement waits for Python's lock."""
    results: dict[int, Any] = {}
    kinds = {type(change): getattr(type(change), "together", None) for change in changes}
    for kind, together in kinds.items():
        places = [n for n, change in enumerate(changes) if type(change) is kind]
        mine = [changes[n] for n in places]
        made = together(db, mine) if together else [change(db) for change in mine]
        results.update(zip(places, made, strict=True))
    return [results[n] for n in range(len(changes))]


def _tell(group: list[_Waiting], results: list[Any]) -> None:
    """Wake each event loop once, and not once for each that waits in it."""
    for loop in {one.loop for one in group}:
        mine = [(one.done, result) for one, result in zip(group, results, strict=True) if one.loop is loop]
        with suppress(RuntimeError):  # a loop that is closed has nobody who waits
            loop.call_soon_threadsafe(_settle, mine)


def _settle(results: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, result in results:
        if done.done():
            continue
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)


_committer = _Committer()
