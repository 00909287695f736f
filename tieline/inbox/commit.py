"""Small transactions of many tasks, made as one: each waits for a disk, and the disk need not be asked for each."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from tieline.store.writing import writing

T = TypeVar("T")
Change = Callable[[Connection], Any]

GROUP = 256


async def commit(change: Callable[[Connection], T]) -> T:
    """Change the store; what is changed is on the disk when this returns.

    Args:
        change: Does it, and may be called again if another change of its group fails. Called in a thread.

    Returns:
        What `change` returns.

    Raises:
        SQLAlchemyError: The store cannot be written to; nothing was changed.
    """
    return cast("T", await asyncio.wrap_future(_committer.put(change)))


class _Committer:
    """One thread that takes all changes that wait, and makes them in one transaction."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Change, Future[Any]]] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, change: Change) -> Future[Any]:
        """Take a change; the result says when it is on the disk."""
        future: Future[Any] = Future()
        self._waiting.put((change, future))
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tieline-commit", daemon=True)
                self._thread.start()
        return future

    def _run(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < GROUP and not self._waiting.empty():
                group.append(self._waiting.get())
            group = [(change, future) for change, future in group if future.set_running_or_notify_cancel()]
            if not self._done(group):
                # One of them may have spoiled it for the others: each by itself.
                for one in group:
                    self._done([one], last=True)

    def _done(self, group: list[tuple[Change, Future[Any]]], *, last: bool = False) -> bool:
        try:
            with writing(durable=True) as db:
                results = [change(db) for change, _ in group]
        except Exception as exc:  # noqa: BLE001 - whoever waits for it gets it
            if last or not isinstance(exc, SQLAlchemyError):
                for _, future in group:
                    future.set_exception(exc)
                return True
            return False
        for (_, future), result in zip(group, results, strict=True):
            future.set_result(result)
        return True


_committer = _Committer()
