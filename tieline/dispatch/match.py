"""From deliveries to work: what came in is read, and each trigger that wants an event gets a row of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Select, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from tieline.dispatch import joining, schemes, sources
from tieline.dispatch.event import Event
from tieline.dispatch.triggers import Trigger
from tieline.inbox.tables import DeliveryRow, WorkRow
from tieline.observe import redact
from tieline.store.writing import on_sqlite, reading, writing

#: Deliveries that are looked at together, and rows that are written in one transaction.
CHUNK = 100
SUBJECT = 200
REASON = 1000

DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

# SQLite uses a partial index only where the condition is spelled out.
_RECEIVED = select(DELIVERIES).where(text("state = 'received'")).order_by(DELIVERIES.c.id)
_STATE = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("number"), text("state = 'received'"))
    .values(state=bindparam("state"), reason=bindparam("reason"))
)


@dataclass
class Plan:
    """What becomes of a few deliveries.

    Args:
        work: Rows to be added.
        states: What each delivery becomes, and why.
        events: What happened.
    """

    work: list[dict[str, Any]] = field(default_factory=list)
    states: dict[int, tuple[str, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


def match(triggers: Sequence[Trigger], now: float, limit: int = CHUNK) -> Plan:
    """Look at the oldest deliveries that nobody has looked at. Any number of processes may do so at the same time.

    Args:
        triggers: Who may want what came in.
        now: The time in Unix seconds.
        limit: How many deliveries at most.
    """
    try:
        return _match(triggers, now, limit)
    except OperationalError:
        raise  # the store is away; it comes back
    except SQLAlchemyError as exc:
        # One of them cannot be written down as it is. It must not stand in the way of the others.
        if limit > 1:
            return match(triggers, now, 1)
        return _bury(f"What it asks for cannot be stored: {type(exc).__name__}.")


def _bury(reason: str) -> Plan:
    plan = Plan()
    with writing() as db:
        number = db.scalar(_readable(schemes.away()).with_only_columns(DELIVERIES.c.id).limit(1))
        if number is not None:
            plan.states[number] = "dead", reason
            _write(db, [], plan.states, {}, 0.0)
    return plan


def _match(triggers: Sequence[Trigger], now: float, limit: int) -> Plan:
    away = schemes.away()
    plan = _matched(triggers, now, limit, away)
    # Those that cannot be read now must not hide the others.
    return _match(triggers, now, limit) if not plan.states and set(schemes.away()) > set(away) else plan


def _matched(triggers: Sequence[Trigger], now: float, limit: int, away: Collection[str]) -> Plan:
    waits = {trigger.name: trigger.wait for trigger in triggers if trigger.wait}
    query = _readable(away).limit(limit)
    if not on_sqlite():
        with writing() as db:
            plan = read(db.execute(query.with_for_update(skip_locked=True)).mappings().all(), triggers, now)
            if plan.states:
                _write(db, plan.work, plan.states, waits, now)
        return plan
    # Nothing is computed while the one lock is held.
    with reading() as db:
        found = db.execute(query).mappings().all()
    plan = read(found, triggers, now)
    slices = [plan.work[start : start + CHUNK] for start in range(0, len(plan.work), CHUNK)]
    for rows in slices[:-1]:
        with writing() as db:
            _write(db, _missing(db, rows), {}, waits, now)
    if plan.states:
        with writing() as db:
            _write(db, _missing(db, slices[-1] if slices else []), plan.states, waits, now)
    return plan


def _readable(away: Collection[str]) -> Select[Any]:
    """What nobody has looked at, without those of connections whose blocks cannot be had now."""
    if not away:
        return _RECEIVED
    return _RECEIVED.where((DELIVERIES.c.system != schemes.CUSTOM) | DELIVERIES.c.connection.not_in(away))


def read(rows: Iterable[Mapping[Any, Any]], triggers: Sequence[Trigger], now: float) -> Plan:
    """What becomes of deliveries; nothing is written."""
    wanted: dict[str, list[Trigger]] = defaultdict(list)
    for trigger in triggers:
        for name in trigger.events:
            wanted[name].append(trigger)
    plan = Plan()
    for row in rows:
        before = len(plan.work)
        try:
            events = sources.events_of(row)
        except schemes.Away:
            continue
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with it, the next one is looked at
            plan.states[row["id"]] = "dead", f"It cannot be read: {_said(exc)}"[:REASON]
            continue
        for event in events:
            plan.work += _of_event(row["id"], event, wanted.get(event.full_name, ()), now)
        plan.events += events
        plan.states[row["id"]] = ("matched", "") if len(plan.work) > before else ("skipped", _unwanted(events, wanted))
    return plan


def _of_event(delivery_id: int, event: Event, triggers: Sequence[Trigger], now: float) -> list[dict[str, Any]]:
    rows = []
    for trigger in triggers:
        row = {
            "delivery_id": delivery_id,
            "part": event.part,
            "event": event.name,
            "subject": event.subject[:SUBJECT],
            "trigger": trigger.name,
            "lane": trigger.lane,
            "state": "waiting",
            "due_at": now,
            "attempts": 0,
            "reason": "",
            "item": None,
            "parameters": {},
            "alike": "",
            "join_key": "",
            "updated_at": now,
        }
        try:
            sources.check(event)
            if not trigger.wants(event):
                continue
            wish = trigger.wish(event)
        except Exception as exc:  # noqa: BLE001 - a filter is anybody's code; what fails is kept, with the reason
            row |= {"state": "dead", "reason": f"It does not fit the trigger: {_said(exc)}"[:REASON]}
        else:
            row |= {"item": wish.item, "parameters": wish.parameters, "alike": wish.alike, "join_key": wish.join_key}
            row["due_at"] = now + joining.seconds(trigger.wait, event)
        rows.append(row)
    return rows


def _unwanted(events: Sequence[Event], wanted: Mapping[str, Sequence[Trigger]]) -> str:
    if not events:
        return "There is no event in it."
    asked = sorted({trigger.name for event in events for trigger in wanted.get(event.full_name, ())})
    if asked:
        return f"The condition of {', '.join(asked)} does not hold."
    return f"No trigger wants {', '.join(sorted({event.full_name for event in events}))}."[:REASON]


def _said(exc: Exception) -> str:
    """What is wrong, in one line; never the values, which may hold secrets."""
    if isinstance(exc, ValidationError):
        errors = exc.errors(include_input=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in errors[:5])
    return redact(str(exc)) or type(exc).__name__


def _missing(db: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the rows whose delivery another dispatcher has not taken meanwhile."""
    numbers = sorted({row["delivery_id"] for row in rows})
    query = select(DELIVERIES.c.id).where(DELIVERIES.c.id.in_(numbers), text("state = 'received'"))
    still = set(db.scalars(query)) if numbers else set()
    return [row for row in rows if row["delivery_id"] in still]


def _new(db: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the rows that are not there yet: what was joined long ago, or is waiting, must not take others along."""
    if not any(row["join_key"] for row in rows):
        return rows  # those that are there are passed over as they are added
    key = ("delivery_id", "part", "trigger")
    parts = [row["part"] for row in rows]
    query = select(*(WORK.c[name] for name in key)).where(
        WORK.c.delivery_id.in_({row["delivery_id"] for row in rows}), WORK.c.part.between(min(parts), max(parts))
    )
    there = {tuple(found) for found in db.execute(query)}
    return [row for row in rows if tuple(row[name] for name in key) not in there]


def _write(
    db: Connection,
    rows: list[dict[str, Any]],
    states: Mapping[int, tuple[str, str]],
    waits: Mapping[str, Any],
    now: float,
) -> None:
    rows = _new(db, rows)
    joining.join(db, rows, waits, now)
    if rows:
        # A delivery with very many events is written in several transactions, and may have been begun before.
        once = insert(WORK).prefix_with("OR IGNORE") if on_sqlite() else postgres_insert(WORK).on_conflict_do_nothing()
        db.execute(once, rows)
    if states:
        db.execute(_STATE, [{"number": n, "state": state, "reason": why} for n, (state, why) in states.items()])
