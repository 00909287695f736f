"""What is in the inbox, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from tieline import store
from tieline.errors import UnknownName
from tieline.inbox.tables import BatchRow, DeliveryRow, WorkRow

BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

#: What can be said of a delivery and a trigger, from its coming in to its end.
STATES = ("received", "waiting", "dispatched", "done", "failed", "dead", "skipped")

_STATE = func.coalesce(WORK.c.state, DELIVERIES.c.state)
_LINE = (
    DELIVERIES.c.id.label("delivery"),
    DELIVERIES.c.system,
    DELIVERIES.c.connection,
    func.coalesce(WORK.c.event, DELIVERIES.c.event).label("event"),
    DELIVERIES.c.received_at,
    func.coalesce(WORK.c.subject, "").label("subject"),
    func.coalesce(WORK.c.trigger, "").label("trigger"),
    func.coalesce(WORK.c.lane, "").label("lane"),
    _STATE.label("state"),
    func.coalesce(WORK.c.attempts, 0).label("attempts"),
    func.coalesce(WORK.c.due_at, 0.0).label("due_at"),
    func.coalesce(WORK.c.reason, DELIVERIES.c.reason).label("reason"),
    func.coalesce(BATCHES.c.flow_run_id, "").label("flow_run_id"),
)


@dataclass(frozen=True)
class Line:
    """What became of one event of a delivery at one trigger, or of a delivery that no trigger has.

    Args:
        delivery: Our number of the delivery.
        system: Such as "zendesk".
        connection: The saved connection that it came in through.
        event: The event's name.
        received_at: In Unix seconds, as all moments here.
        subject: What it is about.
        trigger: Who wants it; "" where nobody does, or nobody has looked yet.
        lane: How urgent it is.
        state: One of STATES.
        attempts: How often it was tried in vain.
        due_at: Not before this moment.
        reason: Why it is in this state.
        flow_run_id: The last flow run for it.
    """

    delivery: int
    system: str
    connection: str
    event: str
    received_at: float
    subject: str
    trigger: str
    lane: str
    state: str
    attempts: int
    due_at: float
    reason: str
    flow_run_id: str


def lines(*, states: Sequence[str] = (), system: str = "", limit: int = 50) -> list[Line]:
    """What came in last, and what became of it; the newest first.

    Args:
        states: Only these of STATES; all if empty.
        system: Only what this system sent.
        limit: Most lines.

    Raises:
        UnknownName: There is no such state.
    """
    for state in states:
        if state not in STATES:
            raise UnknownName("state", state, STATES)
    query = _joined(select(*_LINE)).order_by(DELIVERIES.c.id.desc(), WORK.c.id.desc()).limit(limit)
    if states:
        query = query.where(_STATE.in_(states))
    if system:
        query = query.where(DELIVERIES.c.system == system)
    with store.engine().connect() as db:
        return [Line(**row) for row in db.execute(query).mappings()]


def counts(system: str = "") -> dict[str, int]:
    """How many lines there are of each state."""
    query = _joined(select(_STATE, func.count())).group_by(_STATE)
    if system:
        query = query.where(DELIVERIES.c.system == system)
    with store.engine().connect() as db:
        found = {state: number for state, number in db.execute(query)}
    return {state: found[state] for state in STATES if state in found}


def stuck() -> dict[str, str]:
    """Triggers whose runs cannot be started at the moment, and why."""
    query = select(BATCHES.c.trigger, BATCHES.c.outcome).where(BATCHES.c.state == "made", BATCHES.c.outcome != "")
    with store.engine().connect() as db:
        return {trigger: why for trigger, why in db.execute(query)}


def delivery(number: int) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """All that is known of one delivery: its row, its work, and the batches that this is or was in.

    Args:
        number: Our number of the delivery.

    Raises:
        UnknownName: There is no such delivery.
    """
    with store.engine().connect() as db:
        row = db.execute(select(DELIVERIES).where(DELIVERIES.c.id == number)).mappings().first()
        if row is None:
            raise UnknownName("delivery", str(number), (), hint="`tieline inbox list` shows them.")
        work = _all(db, select(WORK).where(WORK.c.delivery_id == number).order_by(WORK.c.id))
        those = {one["batch_id"] for one in work if one["batch_id"]}
        return dict(row), work, _all(db, select(BATCHES).where(BATCHES.c.id.in_(those)).order_by(BATCHES.c.created_at))


def _all(db: Connection, query: Select[Any]) -> list[Mapping[str, Any]]:
    return [dict(row) for row in db.execute(query).mappings()]


def _joined(query: Select[Any]) -> Select[Any]:
    found = query.select_from(DELIVERIES).outerjoin(WORK, WORK.c.delivery_id == DELIVERIES.c.id)
    return found.outerjoin(BATCHES, BATCHES.c.id == WORK.c.batch_id)
