"""The steps of a run, written batch by batch; each batch is noted as soon as it is written.

Notes are written in threads: the event loop goes on meanwhile, and with it the renewal of the sync's lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ParamSpec, Protocol, TypeVar

from tieline.sync.merge import SIDES, Step
from tieline.sync.model import Sync, Which
from tieline.sync.runs import Done
from tieline.sync.side import Cell, Change, Side, Written
from tieline.sync.table import keys_in

#: Told how many of how many rows are written.
Progress = Callable[[int, int], Awaitable[None]]

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


async def nobody(done: int, of: int) -> None:
    """Tell nobody."""


class Notes(Protocol):
    """What is put down about each batch."""

    def before(self, steps: Sequence[Done]) -> None:
        """They are about to be written."""

    def after(self, steps: Sequence[Done], answers: Sequence[Written]) -> None:
        """They were written, or refused."""


async def aside(work: Callable[_Asked, _Answer], /, *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
    """Do something long in a thread. Who is cancelled waits for its end: the lease must not end before it."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


async def write(
    sync: Sync, sides: Mapping[Which, Side], steps: Sequence[Done], notes: Notes, progress: Progress = nobody
) -> None:
    """Write steps: first those of the right side, each side's in their order.

    Raises:
        ConnectorError: A side failed. What was written before is noted.
    """
    names = {side: {column.left: column.on(side) for column in sync.columns} for side in SIDES}
    done = 0
    for side in ("right", "left"):
        mine = [one for one in steps if one.step.side == side]
        for start in range(0, len(mine), sides[side].batch):
            some = mine[start : start + sides[side].batch]
            await aside(notes.before, some)
            answers = await sides[side].write([_change(sync, one.step, names[side]) for one in some])
            await aside(notes.after, some, answers)
            done += len(some)
            await progress(done, len(steps))


def _change(sync: Sync, step: Step, names: Mapping[str, str]) -> Change:
    """A step in the words of its side."""

    def named(cells: Mapping[str, Cell]) -> dict[str, Cell]:
        return {names[name]: value for name, value in cells.items()}

    return Change(
        named(keys_in(sync, step.key)),
        step.ref,
        named(step.after),
        step.op == "insert",
        step.op == "delete",
        named(step.before) if step.op == "update" else {},
    )
