"""Looking after what waits: reminders, escalations, and the end of what nobody decided in time.

Each is one compare-and-set with its entry and its event, so that two who look at once, or one who was killed, do no
harm. That people hear of it is the matter of the event.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from tieline.approvals.desk import changed, expire
from tieline.approvals.model import Approval, Entry
from tieline.approvals.records import APPROVALS, approval, happened
from tieline.store.writing import reading, writing

#: What is due, and where it says that it was done.
_STEPS = {"reminded": ("remind_at", "reminded_at"), "escalated": ("escalate_at", "escalated_at")}


def mind(now: float) -> list[Approval]:
    """Do all that is due.

    Args:
        now: The time in Unix seconds.

    Returns:
        The approvals for which something was done, as they are afterwards.
    """
    ended = [expire(one, now) for one in _waiting(APPROVALS.c.due_at <= now)]
    done = [_step(one, what, now) for what in _STEPS for one in _waiting(_due(what, now))]
    return [one for one in (*ended, *done) if one is not None]


def _step(before: Approval, what: str, now: float) -> Approval | None:
    """Note that people are told again, or that others are told; None if somebody else was faster."""
    with writing() as db:
        after = changed(db, before, {_STEPS[what][1]: now}, _due(what, now))
        if after is not None:
            detail = ", ".join(after.escalate_to if what == "escalated" else after.places)
            at = datetime.fromtimestamp(now, UTC)
            entry = Entry(approval=after.id, at=at, what=what, who="the clock", via="deadline", detail=detail)
            happened(db, after, entry)
        return after


def _due(what: str, now: float) -> Any:
    when, done = _STEPS[what]
    return (APPROVALS.c[when] <= now) & APPROVALS.c[done].is_(None)


def _waiting(condition: Any) -> list[Approval]:
    query = select(APPROVALS).where(APPROVALS.c.state == "waiting", condition).order_by(APPROVALS.c.asked_at)
    with reading() as db:
        return [approval(row) for row in db.execute(query).mappings()]
