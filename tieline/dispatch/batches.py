"""From work to batches: which events share a flow run, and when it is their turn.

Each lane has a number of slots, which is how many runs may be under way. While slots are free and events are few, each
event gets a run of its own, at once. When all are taken, events pile up, and the next free slot takes many.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from textwrap import shorten
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from tieline.dispatch.triggers import LANES, Trigger
from tieline.inbox.tables import BatchRow, DeliveryRow, WorkRow
from tieline.settings import settings
from tieline.store.writing import on_sqlite, reading, writing

BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

#: Rows that are looked at to decide what goes together; so memory stays flat however many wait.
WINDOW = 2000
NAME = 120
#: A batch whose run nobody has started after this long is started by whoever sees it.
MAKE_UP_SECONDS = 5.0
#: Of our lock in Postgres: dispatchers make batches one after the other, or there would be more than there are slots.
_LOCK = text("SELECT pg_advisory_xact_lock(7403417)")

# SQLite uses a partial index only where the condition is spelled out.
_OPEN_WORK = text("state IN ('waiting', 'failed')")
_OPEN_BATCHES = text("state != 'ended'")


@dataclass(frozen=True)
class Batch:
    """Work that shares a flow run.

    Args:
        id: Also what makes the run unique: asking for it twice gives the same run.
        trigger: Whose work it is.
        lane: How urgent it is.
        deployment: As Prefect names it: "flow/deployment".
        name: Of the run: what it handles.
        parameters: Of the run.
        size: How many pieces of work it holds.
        created_at: In Unix seconds.
    """

    id: str
    trigger: str
    lane: str
    deployment: str
    name: str
    parameters: dict[str, Any]
    size: int
    created_at: float


@dataclass
class Turns:
    """Whose turn it is: the one who has waited longest."""

    _numbers: count[int] = field(default_factory=lambda: count(1))
    _last: dict[str, int] = field(default_factory=dict)

    def order(self, triggers: Iterable[Trigger]) -> list[Trigger]:
        """Triggers, the one whose turn it is first."""
        return sorted(triggers, key=lambda trigger: self._last.get(trigger.name, 0))

    def took(self, trigger: Trigger) -> None:
        """Note that it had its turn."""
        self._last[trigger.name] = next(self._numbers)


def slots() -> dict[str, int]:
    """How many runs may be under way in each lane."""
    return {lane: int(getattr(settings(), f"slots_{lane}")) for lane in LANES}


def make(triggers: Sequence[Trigger], turns: Turns, now: float, *, beside: bool = False) -> Batch | None:
    """Make the next batch, if there is work and a slot is free. Its flow run is to be started after that.

    Args:
        triggers: All of them.
        turns: Whose turn it is; kept between calls.
        now: The time in Unix seconds.
        beside: Make a batch as large as it can be beside those that fill the slots: for somebody who runs it here.
    """
    room = slots()
    while True:
        with reading() as db:
            taken, held = _under_way(db)
            free = {lane: 1 if beside else room[lane] - taken[lane] for lane in room}
            found = _choose(db, [one for one in triggers if one.name not in held], free, turns, now)
            if found is None:
                return None
            trigger, numbers = found
            rows = _rows(db, numbers)
        if not rows:
            continue  # another dispatcher took them all in this moment
        batch = _batch(trigger, rows, now)
        if _written(batch, [row["id"] for row in rows], None if beside else room[batch.lane]):
            turns.took(trigger)
            return batch


def started(batch_id: str, flow_run_id: str) -> None:
    """Note that the flow run exists."""
    # It may have ended already: then it stays so.
    with writing() as db:
        db.execute(
            update(BATCHES).where(BATCHES.c.id == batch_id).values(flow_run_id=flow_run_id),
        )
        db.execute(
            update(BATCHES)
            .where(BATCHES.c.id == batch_id, BATCHES.c.state == "made")
            .values(state="running", outcome="")
        )


def stuck(batch_id: str, reason: str) -> None:
    """Note why a flow run cannot be started now. It keeps no slot, and its trigger gets no other batch meanwhile."""
    with writing() as db:
        db.execute(update(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state == "made").values(outcome=reason))


def undo(batch_id: str) -> None:
    """Take back a batch whose flow run was not asked for; its work waits again."""
    with writing() as db:
        mine = (WORK.c.batch_id == batch_id, WORK.c.state == "dispatched")
        db.execute(update(WORK).where(*mine).values(state="waiting", batch_id=None))
        db.execute(delete(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state == "made"))


def not_started(now: float) -> list[Batch]:
    """Batches whose flow run may not exist yet, because whoever made them has been gone or refused for a while."""
    with reading() as db:
        rows = db.execute(select(BATCHES).where(_OPEN_BATCHES, BATCHES.c.state == "made")).mappings().all()
    # The clock may have been set back since: then it looks as if it were made in the future.
    return [_read(row) for row in rows if row["outcome"] or abs(now - row["created_at"]) > MAKE_UP_SECONDS]


def _read(row: Mapping[Any, Any]) -> Batch:
    return Batch(**{name: row[name] for name in Batch.__dataclass_fields__})


def _choose(
    db: Connection, triggers: Sequence[Trigger], free: Mapping[str, int], turns: Turns, now: float
) -> tuple[Trigger, list[int]] | None:
    """The work that goes next: the lane above first, and in it the trigger whose turn it is."""
    for lane in LANES:
        ready = [one for one in turns.order(triggers) if one.lane == lane and free[lane] > 0]
        windows = {one.name: _window(db, one, free[lane], now) for one in ready}
        waiting = [one for one in ready if windows[one.name]]
        if waiting:
            return waiting[0], _share(waiting[0], windows[waiting[0].name], max(1, free[lane] // len(waiting)))
    return None


def _under_way(db: Connection) -> tuple[Counter[str], set[str]]:
    """Slots that are taken in each lane, and triggers whose runs cannot be started now."""
    taken: Counter[str] = Counter()
    held = set()
    columns = (BATCHES.c.lane, BATCHES.c.trigger, BATCHES.c.state, BATCHES.c.outcome)
    for lane, trigger, state, outcome in db.execute(select(*columns).where(_OPEN_BATCHES)):
        if state == "made" and outcome:
            held.add(trigger)
        else:
            taken[lane] += 1
    return taken, held


def _window(db: Connection, trigger: Trigger, free: int, now: float) -> list[tuple[int, str]]:
    """The oldest work of a trigger that is due: number and mark of each."""
    query = (
        select(WORK.c.id, WORK.c.alike)
        .where(_OPEN_WORK, WORK.c.lane == trigger.lane, WORK.c.trigger == trigger.name, WORK.c.due_at <= now)
        .order_by(WORK.c.due_at, WORK.c.id)
        .limit(min(WINDOW, trigger.at_most * free) if trigger.batch else free)
    )
    return [(number, alike) for number, alike in db.execute(query)]


def _share(trigger: Trigger, window: Sequence[tuple[int, str]], free: int) -> list[int]:
    """What of it goes into one batch: those like the oldest, as many as leave the other free slots their part."""
    mark = window[0][1]
    alike = [number for number, one in window if one == mark]
    if not trigger.batch:
        return alike[:1]
    # What was held back to be joined stays together.
    size = trigger.at_most if trigger.joins else min(trigger.at_most, -(-len(window) // free))
    return alike[:size]


def _rows(db: Connection, numbers: Sequence[int]) -> list[Mapping[Any, Any]]:
    columns = (WORK.c.id, WORK.c.event, WORK.c.subject, WORK.c.item, WORK.c.parameters)
    query = (
        select(*columns, DELIVERIES.c.system, DELIVERIES.c.connection)
        .join(DELIVERIES, DELIVERIES.c.id == WORK.c.delivery_id)
        .where(WORK.c.id.in_(numbers), WORK.c.state.in_(("waiting", "failed")))
    )
    found = {row["id"]: row for row in db.execute(query).mappings()}
    return [found[number] for number in numbers if number in found]


def _batch(trigger: Trigger, rows: Sequence[Mapping[Any, Any]], now: float) -> Batch:
    parameters = dict(rows[0]["parameters"])
    if trigger.batch:
        parameters[trigger.batch] = [row["item"] for row in rows]
    return Batch(uuid.uuid4().hex, trigger.name, trigger.lane, trigger.target, _name(rows), parameters, len(rows), now)


def _name(rows: Sequence[Mapping[Any, Any]]) -> str:
    """What a run handles, such as "zendesk/support: 3 × ticket.created"."""  # noqa: RUF002 - it is one
    groups = Counter((row["system"], row["connection"], row["event"]) for row in rows)
    if len(rows) == 1:
        row = rows[0]
        said = f"{row['system']}/{row['connection']}: {row['event']}" + f" · {row['subject']}" * bool(row["subject"])
    else:
        said = ", ".join(f"{system}/{name}: {n} × {event}" for (system, name, event), n in groups.most_common())  # noqa: RUF001
    return shorten(said, NAME, placeholder=" …")


def _written(batch: Batch, numbers: Sequence[int], room: int | None) -> bool:
    """Write batch and work in one transaction; False if another dispatcher was faster, or the lane is full by now."""
    take = (
        update(WORK)
        .where(WORK.c.id.in_(numbers), WORK.c.state.in_(("waiting", "failed")))
        .values(state="dispatched", batch_id=batch.id)
    )
    row = {name: getattr(batch, name) for name in Batch.__dataclass_fields__}
    with writing() as db:
        if not on_sqlite():
            db.execute(_LOCK)
        taken, held = _under_way(db)
        if batch.trigger in held or (room is not None and taken[batch.lane] >= room):
            return False
        if db.execute(take).rowcount != len(numbers):
            db.rollback()
            return False
        db.execute(insert(BATCHES), {**row, "state": "made", "lease_until": 0.0, "outcome": ""})
    return True
