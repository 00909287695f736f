"""Leases of batches: who runs one says again and again that it lives, and at the end what became of it."""

from __future__ import annotations

import time
from collections.abc import Collection

from sqlmodel import col, select, update

from tieline import store
from tieline.inbox.tables import BatchRow
from tieline.settings import settings
from tieline.worker.lanes import LANES

PREFIX = "tieline:"


def batch_of(idempotency_key: str | None) -> str:
    """The batch that a flow run was made for, by its idempotency key; empty for a run of another origin."""
    key = idempotency_key or ""
    return key.removeprefix(PREFIX) if key.startswith(PREFIX) else ""


def take(batch: str) -> bool:
    """Take the lease of a batch; False if it has ended, or is gone: then its run is stale, and must not be run."""
    with store.session() as db:
        taken = db.exec(
            update(BatchRow)
            .where(col(BatchRow.id) == batch, col(BatchRow.state) != "ended")
            .values(lease_until=time.time() + settings().lease_seconds)
        )
    return taken.rowcount > 0


def renew(batches: Collection[str]) -> set[str]:
    """Renew leases, in one statement.

    Returns:
        Batches that somebody has ended meanwhile: their runs are nobody's any more.
    """
    if not batches:
        return set()
    mine = col(BatchRow.id).in_(batches)
    with store.session() as db:
        db.execute(
            update(BatchRow)
            .where(mine, col(BatchRow.state) != "ended")
            .values(lease_until=time.time() + settings().lease_seconds)
        )
        return set(db.exec(select(BatchRow.id).where(mine, col(BatchRow.state) == "ended")))


def give_back(batch: str) -> None:
    """Let go of a batch that was not begun, for whoever takes it next."""
    with store.session() as db:
        db.execute(
            update(BatchRow).where(col(BatchRow.id) == batch, col(BatchRow.state) != "ended").values(lease_until=0.0)
        )


def end(batch: str, outcome: str) -> None:
    """Write down what became of a batch; what was written first stays.

    Args:
        batch: Its id.
        outcome: The final state of its flow run, and why, such as "Failed: No such ticket."
    """
    with store.session() as db:
        db.execute(
            update(BatchRow)
            .where(col(BatchRow.id) == batch, col(BatchRow.state) != "ended")
            .values(state="ended", ended_at=time.time(), outcome=outcome)
        )


def waiting(most: int = 100) -> dict[str, str]:
    """The flow runs of batches that nobody has taken yet and the lane of each, the most urgent and oldest first.

    Args:
        most: How many are looked for in each lane.
    """
    found: dict[str, str] = {}
    with store.session() as db:
        for lane in LANES:
            runs = db.exec(
                select(col(BatchRow.flow_run_id))
                .where(
                    col(BatchRow.state) == "running",
                    col(BatchRow.lease_until) == 0.0,
                    col(BatchRow.flow_run_id).is_not(None),
                    col(BatchRow.lane) == lane,
                )
                .order_by(col(BatchRow.created_at))
                .limit(most)
            )
            found |= {run: lane for run in runs if run}
    return found
