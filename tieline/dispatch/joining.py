"""Events that are held back, and joined with others of their kind: debounce and correlate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from tieline.dispatch.event import Event
from tieline.dispatch.triggers import Correlate, Debounce
from tieline.inbox.tables import WorkRow

WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

# Spelled out: only then SQLite uses the index of those that wait for others.
_HELD = text("state = 'waiting' AND join_key != ''")
_SAME = (WORK.c.join_key == bindparam("key"), WORK.c.trigger == bindparam("of"))
_MOVE = update(WORK).where(_HELD, *_SAME).values(due_at=bindparam("due"))
_DONE = (
    update(WORK)
    .where(_HELD, *_SAME)
    .values(state="done", reason=bindparam("why"), due_at=0.0, updated_at=bindparam("now"))
)


def seconds(wait: Debounce | Correlate | None, event: Event) -> float:
    """How long an event is held back if nothing else comes."""
    if wait is None or (isinstance(wait, Correlate) and event.full_name in wait.events):
        return 0.0
    return wait.seconds


def join(db: Connection, rows: Sequence[dict[str, Any]], waits: Mapping[str, Debounce | Correlate], now: float) -> None:
    """Bring rows that are about to be added together with those that wait, and with each other.

    The rows are changed in place, those in the store in this transaction.
    """
    held = [row for row in rows if row["state"] == "waiting" and row["join_key"]]
    if not held:
        return
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in held:
        groups.setdefault((row["trigger"], row["join_key"]), []).append(row)
    first = _first(db, {key for _, key in groups})
    moved, done = [], []
    for (trigger, key), group in groups.items():
        wait = waits[trigger]
        since = first.get((trigger, key), group[0]["updated_at"])
        due = _due(wait, group, since, now, answered=(trigger, key) in first)
        if isinstance(wait, Debounce) and wait.keep == "last":
            why = f"Joined with delivery {group[-1]['delivery_id']}."
            for row in group[:-1]:
                row |= {"state": "done", "reason": why}
            # The last one stands for the first one, too: that one's moment sets the latest start.
            group[-1] |= {"due_at": due, "updated_at": since}
            done.append({"of": trigger, "key": key, "why": why, "now": now})
        elif due is not None:
            for row in group:
                row["due_at"] = due
            moved.append({"of": trigger, "key": key, "due": due})
    if done:
        db.execute(_DONE, done)
    if moved:
        db.execute(_MOVE, moved)


def _due(
    wait: Debounce | Correlate, group: Sequence[dict[str, Any]], since: float, now: float, *, answered: bool
) -> float | None:
    """When all of them start; None where each has its own time."""
    if isinstance(wait, Debounce):
        return min(now + wait.seconds, since + wait.at_most)
    # An answer is held back for nobody. It takes with it whatever has been waiting for it.
    if any(row["due_at"] <= now for row in group) and (answered or len(group) > 1):
        return now
    return None


def _first(db: Connection, keys: set[str]) -> dict[tuple[str, str], float]:
    query = (
        select(WORK.c.trigger, WORK.c.join_key, func.min(WORK.c.updated_at))
        .where(_HELD, WORK.c.join_key.in_(sorted(keys)))
        .group_by(WORK.c.trigger, WORK.c.join_key)
    )
    return {(trigger, key): moment for trigger, key, moment in db.execute(query)}
