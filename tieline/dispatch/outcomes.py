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

from tieline.errors import AuthFailed, ConnectorError, Permanent
from tieline.inbox.tables import BatchRow, WorkRow
from tieline.observe import redact
from tieline.settings import settings
from tieline.store.writing import reading, writing

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

BATCHES: Any = BatchRow.__table__  # type: ignore[attr-defined]
WORK: Any = WorkRow.__table__  # type: ignore[attr-defined]

LONGEST_SECONDS = 3600.0
REASON = 1000
#: Into how many parts a batch goes that failed as a whole: after three more tries each event stands alone.
PARTS = 8
IN_ONE = 1000

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
    return f"{kind}: {_kept(state.message)}" if state.message else kind


def _kept(said: str) -> str:
    """Words as each store can hold them: Postgres refuses text with a zero byte in it."""
    return said.replace("\0", " ")[:REASON]


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
        _all_done(db, batch_id, [row["id"] for row in rows if said[row["id"]] is None], moment)
        wrong = [row for row in rows if said[row["id"]] is not None]
        _say(db, batch_id, wrong, lambda row: _verdict(row, said[row["id"]], moment), moment)
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
        db.execute(end.values(state="ended", ended_at=moment, outcome=_kept(outcome)))
        kind = outcome.partition(":")[0].strip().lower()
        if kind == "completed":
            _all_done(db, batch_id, None, moment)
            return
        rows = _open(db, batch_id)
        keys = {row["join_key"] for row in rows}
        if len(keys) == 1 and "" not in keys:  # what was held back for each other is one thing, and stays together
            together = _failed(rows[0], outcome, moment)
            _say(db, batch_id, rows, lambda row: together | {"to_alike": row["alike"]}, moment)
            return
        parts = -(-len(rows) // PARTS)
        place = {row["id"]: number for number, row in enumerate(rows)}

        def verdict(row: Mapping[Any, Any]) -> dict[str, Any]:
            if len(rows) == 1:
                return _failed(row, outcome, moment)
            # Nobody knows which of them it was: none is given up for it, and fewer go together the next time.
            mark = f"{row['alike'].partition('/')[0]}/{batch_id[:12]}.{place[row['id']] // parts}"
            blame = row["attempts"] + (kind == "failed")
            return _again(row, outcome, moment, blame) | {"to_alike": mark}

        _say(db, batch_id, rows, verdict, moment)


def ended() -> list[Ended]:
    """Batches that have ended in the store, and have work that nobody has spoken about."""
    open_ones = select(WORK.c.batch_id).where(_DISPATCHED)
    query = select(BATCHES.c.id, BATCHES.c.outcome).where(BATCHES.c.id.in_(open_ones), BATCHES.c.state == "ended")
    with reading() as db:
        return [Ended(number, outcome) for number, outcome in db.execute(query)]


def _open(db: Connection, batch_id: str) -> Sequence[Mapping[Any, Any]]:
    columns = (WORK.c.id, WORK.c.attempts, WORK.c.alike, WORK.c.join_key)
    query = select(*columns).where(_DISPATCHED, WORK.c.batch_id == batch_id).order_by(WORK.c.id)
    return db.execute(query).mappings().all()


def _all_done(db: Connection, batch_id: str, numbers: Sequence[int] | None, now: float) -> None:
    """Note that work is done; all that is open if no numbers are given."""
    mine = update(WORK).where(_DISPATCHED, WORK.c.batch_id == batch_id)
    for start in range(0, 1 if numbers is None else len(numbers), IN_ONE):
        some = mine if numbers is None else mine.where(WORK.c.id.in_(numbers[start : start + IN_ONE]))
        db.execute(some.values(state="done", reason="", due_at=0.0, updated_at=now))


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
    reason = redact(str(error)) or type(error).__name__
    # Credentials are put right by somebody; nothing else that is permanent gets better with time.
    if isinstance(error, Permanent) and not isinstance(error, AuthFailed):
        return _dead(row, reason)
    asked = error.retry_after if isinstance(error, ConnectorError) else None
    return _failed(row, reason, now, asked)


def _dead(row: Mapping[Any, Any], reason: str) -> dict[str, Any]:
    return {
        "to_state": "dead",
        "to_reason": _kept(reason),
        "to_due_at": 0.0,
        "to_attempts": row["attempts"] + 1,
        "to_alike": row["alike"],
    }


def _failed(row: Mapping[Any, Any], reason: str, now: float, retry_after: float | None = None) -> dict[str, Any]:
    """One more try is used up."""
    attempts = row["attempts"] + 1
    if attempts >= settings().tries:
        return _dead(row, reason)
    return _again(row, reason, now, attempts, retry_after)


def _again(
    row: Mapping[Any, Any], reason: str, now: float, attempts: int, retry_after: float | None = None
) -> dict[str, Any]:
    # Full jitter, so that what failed together does not come back together.
    first = settings().retry_seconds
    longest = min(LONGEST_SECONDS, first * 2.0 ** max(0, attempts - 1))
    wait = random.uniform(0, longest)  # noqa: S311 - not a secret
    if retry_after is not None:
        wait = min(LONGEST_SECONDS, retry_after) + random.uniform(0, first)  # noqa: S311
    again = {"to_state": "failed", "to_due_at": now + wait, "to_attempts": attempts}
    return _dead(row, reason) | again
