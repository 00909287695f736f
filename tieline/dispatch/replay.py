"""Doing again what was done, or could not be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from tieline.inbox import journal
from tieline.inbox.scope import name_of
from tieline.inbox.tables import DeliveryRow, WorkRow
from tieline.store.writing import reading, writing

DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

CHUNK = 200
_BACK = (
    update(WORK)
    .where(WORK.c.id == bindparam("number"))
    .values(state="waiting", attempts=0, reason="", alike=bindparam("mark"), due_at=bindparam("now"))
    .values(updated_at=bindparam("now"), join_key="")
)


def dead() -> list[int]:
    """The deliveries that are dead, or that have work which is."""
    with reading() as db:
        unread = db.scalars(select(DELIVERIES.c.id).where(DELIVERIES.c.state == "dead"))
        failed = db.scalars(select(WORK.c.delivery_id).where(WORK.c.state == "dead").distinct())
        return sorted({*unread, *failed})


def replay(numbers: Sequence[int], now: float, *, only_dead: bool = False, write_again: bool = False) -> int:
    """Let the work of deliveries wait for its turn again, or match them anew where that is what went wrong.

    Work that is in a run is left alone. What a run surely wrote is in the journal, and is not written twice; what
    nobody knows about is written now, because whoever replays it has looked.

    Args:
        numbers: Our numbers of the deliveries; unknown ones are passed over.
        now: The time in Unix seconds.
        only_dead: Leave alone what is done, or is tried again anyway.
        write_again: Write what was written once more.

    Returns:
        How many deliveries will be looked at again.
    """
    count = 0
    for start in range(0, len(numbers), CHUNK):
        with writing() as db:
            states = ("dead",) if only_dead else ("dead", "failed", "done")
            count += _some(db, numbers[start : start + CHUNK], now, states, write_again=write_again)
    return count


def _some(db: Connection, numbers: Sequence[int], now: float, states: Sequence[str], *, write_again: bool) -> int:
    mine = WORK.c.delivery_id.in_(numbers)
    # What has no mark never fitted its trigger: it is made anew.
    unfit = list(db.scalars(select(WORK.c.delivery_id).where(mine, WORK.c.alike == "")))
    db.execute(delete(WORK).where(mine, WORK.c.alike == ""))
    anew = update(DELIVERIES).where(
        DELIVERIES.c.id.in_(numbers), DELIVERIES.c.state.in_(("dead", "skipped")) | DELIVERIES.c.id.in_(unfit)
    )
    count = db.execute(anew.values(state="received", reason="")).rowcount
    query = select(WORK.c.id, WORK.c.alike, WORK.c.delivery_id).where(mine, WORK.c.state.in_(states))
    rows = db.execute(query).all()
    if rows:
        journal.release((name_of(row.id) for row in rows), done=write_again)(db)
        db.execute(_BACK, [{"number": row.id, "mark": row.alike.partition("/")[0], "now": now} for row in rows])
    return int(count) + len({row.delivery_id for row in rows} - set(unfit))


def waiting(now: float) -> int:
    """How much work could be done now."""
    query = select(func.count()).where(WORK.c.state.in_(("waiting", "failed")), WORK.c.due_at <= now)
    with reading() as db:
        return int(db.scalar(query) or 0)
