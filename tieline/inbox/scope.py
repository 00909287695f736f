"""What the code that runs is working for: which batch, and which piece of its work."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from tieline.errors import TakenOver

#: Before the number of a batch, in the idempotency key of its flow run.
KEY = "tieline:"


@dataclass(frozen=True)
class Scope:
    """What writes are made for: a piece of work, or a whole batch.

    Args:
        name: Stays the same over all tries; empty where there are no tries to come.
        lean: Whether actions are to be plain calls, and not task runs of Prefect, because there are many.
        made: How often each write was made in this try: the second of two equal writes is not a repetition.
    """

    name: str
    lean: bool = False
    made: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Batch:
    """The work that a flow run was made for.

    Args:
        id: The batch.
        work: The work's numbers by subject, as JSON; several events may be about the same.
        scope: What writes are made for that belong to no single subject.
    """

    id: str
    work: Mapping[bytes, Sequence[int]]
    scope: Scope

    def about(self, item: Any) -> Sequence[int]:
        """The work about one subject of the run; none if the run found that subject by itself."""
        return self.work.get(_json(item), ())


_current: ContextVar[Scope | None] = ContextVar("tieline_scope", default=None)


@contextmanager
def working(scope: Scope) -> Iterator[None]:
    """Work for something, as far as this block goes."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Scope | None:
    """The piece of work that is being done, where it is known."""
    return _current.get()


async def of_write() -> Scope | None:
    """What a write is made for; None outside of runs that events have started.

    Raises:
        TakenOver: See `batch`.
    """
    found = _current.get()
    if found is None and (running := await batch()):
        return running.scope
    return found if found and found.name else None


async def batch() -> Batch | None:
    """The batch that this flow run was made for; None if no event has started it.

    Raises:
        TakenOver: Its events are no longer its own.
    """
    contexts = sys.modules.get("prefect.context")
    context = contexts.FlowRunContext.get() if contexts else None
    run = context.flow_run if context else None
    if run is None or not (run.idempotency_key or "").startswith(KEY):
        return None
    key = run.idempotency_key.removeprefix(KEY)
    # The run's number belongs to it: the same batch never runs twice, but tests and people may try. And each try counts
    # its writes anew, or it would take what the one before has written for something else.
    return await asyncio.to_thread(_load, key, f"{run.id} {run.run_count}")


def name_of(work: int) -> str:
    """The scope's name of one piece of work."""
    return f"work:{work}"


@lru_cache(maxsize=64)
def _load(key: str, _: str) -> Batch:
    from sqlalchemy import select  # noqa: PLC0415 - connectors import this module, and few runs need the store
    from sqlmodel import col  # noqa: PLC0415

    from tieline.inbox.tables import BatchRow, WorkRow  # noqa: PLC0415
    from tieline.store import engine  # noqa: PLC0415

    work: dict[bytes, list[int]] = {}
    mine = select(col(BatchRow.state), col(BatchRow.size)).where(col(BatchRow.id) == key)
    with engine().connect() as db:
        row = db.execute(mine).one_or_none()
        rows = db.execute(select(WorkRow.id, WorkRow.item).where(col(WorkRow.batch_id) == key)).all()  # type: ignore[call-overload]
    if row is None or row.state == "ended" or len(rows) < row.size:
        # What belongs to no work is not in the journal, and would be written a second time.
        raise TakenOver(
            "The events that this run was made for are no longer its own: its batch has ended, and what was left of it "
            "went to another run.",
            hint="To have an event handled once more: tieline inbox replay. If the run was new, it looked into another "
            "store: give it the TIELINE_DATABASE_URL of the dispatcher.",
        )
    for number, item in rows:
        work.setdefault(_json(item), []).append(number)
    # A single piece keeps its scope over all tries, whatever batch it comes in.
    return Batch(key, work, Scope(name_of(rows[0][0]) if len(rows) == 1 else f"batch:{key}"))


def _json(item: Any) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
