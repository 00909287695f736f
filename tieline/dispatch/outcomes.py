"""What became of work: done, to be tried again, or dead.

Code inside a run says so item by item (`settle`); work that nobody has spoken about follows its run (`close`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select, text, update

from tieline.dispatch.writing import reading, writing
from tieline.errors import AuthFailed, ConnectorError, Permanent
from tieline.inbox.tables import BatchRow, WorkRow
from tieline.observe import redact
from tieline.settings import settings

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 3600.0
REASON = 1000
#: Into how many parts a batch goes that failed as a whole: after three more tries each event stands alone.
PARTS = 8

_DISPATCHED = text("state = 'dispatched'")
_SAY = (
    update(WORK)
    .where(WORK.c.id == bindparam("number"), WORK.c.batch_id == bindparam("of"), _DISPATCHED)
    .values(
        {name: bindparam(f"to_{name}") for name in ("state", "reason", "due_at", "attempts", "alike", "updated_at")}
    )
)


@dataclass(frozen=True)
class Ended:
    """A batch whose run is over, with work that nobody has spoken about.

    Args:
        id: The batch.
        outcome: The final state, and why.
    """

    id: str
    outcome: str


def spoken(state: State[Any]) -> str:
    """A final state as it stands in `batches.outcome`: its kind and why, such as "Failed: no such ticket"."""
    kind = state.type.value.capitalize()
    return f"{kind}: {state.message}" if state.message else kind


def settle(batch_id: str, said: Mapping[int, BaseException | None], *, now: float | None = None) -> int:
    """Note what became of pieces of work; to be called from inside the run, for as many as possible at once.

    Args:
        batch_id: The batch that they are in. Work that is in another one by now is left alone.
        said: For each piece of work, by its number, the error; None if it is done.
        now: The time in Unix seconds, if not the present.

    Returns:
        How many were noted.
    """
    moment = time.time() if now is None else now
    with writing() as db:
        rows = [row for row in _open(db, batch_id) if row["id"] in said]
        _say(db, batch_id, rows, lambda row: _verdict(row, said[row["id"]], moment), moment)
    return len(rows)


def close(batch_id: str, outcome: str, *, now: float | None = None) -> None:
    """End a batch: the work that nobody has spoken about follows the run's state.

    Args:
        batch_id: The batch.
        outcome: The final state of the run, and why: see `spoken`.
        now: The time in Unix seconds, if not the present.
    """
    moment = time.time() if now is None else now
    end = update(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state != "ended")
    with writing() as db:
        db.execute(end.values(state="ended", ended_at=moment, outcome=outcome[:REASON]))
        rows = _open(db, batch_id)
        kind = outcome.partition(":")[0].strip().lower()
        parts = -(-len(rows) // PARTS)
        place = {row["id"]: number for number, row in enumerate(rows)}

        def verdict(row: Mapping[Any, Any]) -> dict[str, Any]:
            if kind == "completed":
                return _done(row)
            if len(rows) == 1:
                return _failed(row, outcome, moment)
            # Nobody knows which of them it was: none is given up for it, and fewer go together the next time.
            mark = f"{row['alike'].partition('/')[0]}/{batch_id[:12]}.{place[row['id']] // parts}"
            blame = row["attempts"] + (kind == "failed")
            return _again(row, outcome, moment, blame) | {"to_attempts": blame, "to_alike": mark}

        _say(db, batch_id, rows, verdict, moment)


def ended() -> list[Ended]:
    """Batches that have ended in the store, and have work that nobody has spoken about."""
    open_ones = select(WORK.c.batch_id).where(_DISPATCHED)
    query = select(BATCHES.c.id, BATCHES.c.outcome).where(BATCHES.c.id.in_(open_ones), BATCHES.c.state == "ended")
    with reading() as db:
        return [Ended(number, outcome) for number, outcome in db.execute(query)]


def _open(db: Connection, batch_id: str) -> Sequence[Mapping[Any, Any]]:
    columns = (WORK.c.id, WORK.c.attempts, WORK.c.alike)
    query = select(*columns).where(_DISPATCHED, WORK.c.batch_id == batch_id).order_by(WORK.c.id)
    return db.execute(query).mappings().all()


def _say(
    db: Connection,
    batch_id: str,
    rows: Sequence[Mapping[Any, Any]],
    verdict: Callable[[Mapping[Any, Any]], dict[str, Any]],
    now: float,
) -> None:
    if rows:
        db.execute(_SAY, [{"number": row["id"], "of": batch_id, "to_updated_at": now} | verdict(row) for row in rows])


def _verdict(row: Mapping[Any, Any], error: BaseException | None, now: float) -> dict[str, Any]:
    if error is None:
        return _done(row)
    reason = redact(str(error)) or type(error).__name__
    # Credentials are put right by somebody; nothing else that is permanent gets better with time.
    if isinstance(error, Permanent) and not isinstance(error, AuthFailed):
        return _done(row) | {"to_state": "dead", "to_reason": reason[:REASON], "to_attempts": row["attempts"] + 1}
    asked = error.retry_after if isinstance(error, ConnectorError) else None
    return _failed(row, reason, now, asked)


def _done(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "to_state": "done",
        "to_reason": "",
        "to_due_at": 0.0,
        "to_attempts": row["attempts"],
        "to_alike": row["alike"],
    }


def _failed(row: Mapping[Any, Any], reason: str, now: float, retry_after: float | None = None) -> dict[str, Any]:
    """One more try is used up."""
    attempts = row["attempts"] + 1
    if attempts >= settings().tries:
        return _done(row) | {"to_state": "dead", "to_reason": reason[:REASON], "to_attempts": attempts}
    return _again(row, reason, now, attempts, retry_after) | {"to_attempts": attempts}


def _again(
    row: Mapping[Any, Any], reason: str, now: float, attempts: int, retry_after: float | None = None
) -> dict[str, Any]:
    # Full jitter, so that what failed together does not come back together.
    longest = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** max(0, attempts - 1))
    wait = random.uniform(0, longest)  # noqa: S311 - not a secret
    if retry_after is not None:
        wait = min(LONGEST_SECONDS, retry_after) + random.uniform(0, FIRST_SECONDS)  # noqa: S311
    return _done(row) | {"to_state": "failed", "to_reason": reason[:REASON], "to_due_at": now + wait}
