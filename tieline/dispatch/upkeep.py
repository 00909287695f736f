"""What has to be looked after in the store: leases, moments that a clock spoiled, and rows that are old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, exists, select, text, update

from tieline.dispatch.triggers import LANES, Trigger
from tieline.inbox.tables import BatchRow, DeliveryRow, JournalRow, WorkRow
from tieline.settings import settings
from tieline.store.writing import reading, writing

BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
JOURNAL: Any = JournalRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

#: A lease that is over by the clock is believed to be so when nobody has renewed it while we watched, for
#: this share of a lease.
WATCHED = 1 / 3
#: Clocks of several machines may differ by this much; further ahead is the mark of a clock that was set back.
AHEAD_SECONDS = 5.0
PRUNED = 100
DAY = 86400.0


@dataclass(frozen=True)
class UnderWay:
    """A batch whose flow run exists.

    Args:
        id: The batch.
        flow_run_id: Its flow run.
        lease_until: Until when it is known to live; 0 where nobody renews a lease.
    """

    id: str
    flow_run_id: str
    lease_until: float

    def alive(self, now: float) -> bool:
        """Whether somebody has renewed its lease lately."""
        return now < self.lease_until <= now + settings().lease_seconds


@dataclass
class Leases:
    """Who is still alive. A lease is over when nobody renews it; what the clock says alone is not believed."""

    _seen: dict[str, tuple[float, float]] = field(default_factory=dict)

    def lapsed(self, found: Sequence[UnderWay], now: float, steady: float) -> list[UnderWay]:
        """Those whose process has died.

        Args:
            found: All that are under way.
            now: The time in Unix seconds.
            steady: The time on a clock that is never set.
        """
        leased = [one for one in found if one.lease_until]
        self._seen = {one.id: self._seen.get(one.id, (one.lease_until, steady)) for one in leased}
        over, lease = [], settings().lease_seconds
        for one in leased:
            value, since = self._seen[one.id]
            if value != one.lease_until:
                self._seen[one.id] = one.lease_until, steady
            elif steady - since >= lease * (WATCHED if one.lease_until < now else 1):
                over.append(one)
        return over


def under_way() -> list[UnderWay]:
    """The batches whose flow runs have been started and have not ended, as far as we know."""
    columns = (BATCHES.c.id, BATCHES.c.flow_run_id, BATCHES.c.lease_until)
    query = select(*columns).where(text("state != 'ended'"), BATCHES.c.flow_run_id.is_not(None))
    with reading() as db:
        return [UnderWay(*row) for row in db.execute(query)]


def renew(batch_id: str, now: float) -> None:
    """Say that whoever runs a batch is alive."""
    with writing() as db:
        alive = update(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state != "ended")
        db.execute(alive.values(lease_until=now + settings().lease_seconds))


def mend_clock(now: float) -> int:
    """Work that was put off while the clock was ahead of now is put off for as long from now; how much there was."""
    spoiled = (WORK.c.updated_at > now + AHEAD_SECONDS, WORK.c.state.in_(("waiting", "failed")))
    with reading() as db:
        if not db.scalar(select(exists().where(*spoiled))):
            return 0
    with writing() as db:
        mended = update(WORK).where(*spoiled)
        return db.execute(mended.values(due_at=WORK.c.due_at - WORK.c.updated_at + now, updated_at=now)).rowcount


def follow(triggers: Iterable[Trigger]) -> None:
    """Let work that waits follow its trigger into another lane: in the old one nobody looks for it."""
    for trigger in triggers:
        others = [lane for lane in LANES if lane != trigger.lane]
        left = (text("state IN ('waiting', 'failed')"), WORK.c.lane.in_(others), WORK.c.trigger == trigger.name)
        with reading() as db:
            found = db.scalar(select(exists().where(*left)))
        if found:
            with writing() as db:
                db.execute(update(WORK).where(*left).values(lane=trigger.lane))


def prune(now: float) -> int:
    """Let go of a few deliveries that are old and done, with all that hangs on them; how many there were."""
    with reading() as db:
        old = _old(db, now)
    if not old:
        return 0
    with writing() as db:
        gone = select(WORK.c.batch_id).where(WORK.c.delivery_id.in_(old), WORK.c.batch_id.is_not(None)).distinct()
        batches = list(db.scalars(gone))
        db.execute(delete(WORK).where(WORK.c.delivery_id.in_(old)))
        db.execute(delete(DELIVERIES).where(DELIVERIES.c.id.in_(old)))
        left = exists().where(WORK.c.batch_id == BATCHES.c.id)
        db.execute(delete(BATCHES).where(BATCHES.c.id.in_(batches), BATCHES.c.state == "ended", ~left))
    return len(old)


def prune_journal(now: float) -> int:
    """Let go of a few rows of the journal that no work can ask for any more; how many there were."""
    oldest = now - max(settings().keep_done_days, settings().keep_dead_days) * DAY
    with reading() as db:
        old = list(db.scalars(select(JOURNAL.c.id).where(JOURNAL.c.at < oldest).limit(PRUNED)))
    if old:
        with writing() as db:
            db.execute(delete(JOURNAL).where(JOURNAL.c.id.in_(old)))
    return len(old)


def _old(db: Connection, now: float) -> list[int]:
    done, dead = now - settings().keep_done_days * DAY, now - settings().keep_dead_days * DAY
    mine = WORK.c.delivery_id == DELIVERIES.c.id
    young = exists().where(mine, (WORK.c.state != "done") | (WORK.c.updated_at >= done))
    alive = exists().where(mine, WORK.c.state.not_in(("done", "dead")) | (WORK.c.updated_at >= dead))
    kept = DELIVERIES.c.state
    query = select(DELIVERIES.c.id).limit(PRUNED)
    found = list(db.scalars(query.where(DELIVERIES.c.received_at < done, kept.in_(("matched", "skipped")), ~young)))
    if found:
        return found
    return list(
        db.scalars(query.where(DELIVERIES.c.received_at < dead, kept.in_(("matched", "skipped", "dead")), ~alive))
    )
