"""What we know of the subscriptions: rows, each written at once."""

from __future__ import annotations

from sqlmodel import col, select

from tieline import store
from tieline.store.tables import SubscriptionRow


def every(system: str = "", connection: str = "") -> list[SubscriptionRow]:
    """All of them, or those of a system, or of a connection."""
    wanted = select(SubscriptionRow).order_by(
        col(SubscriptionRow.system), col(SubscriptionRow.connection), col(SubscriptionRow.resource)
    )
    if system:
        wanted = wanted.where(col(SubscriptionRow.system) == system)
    if connection:
        wanted = wanted.where(col(SubscriptionRow.connection) == connection)
    with store.session() as db:
        return list(db.exec(wanted))


def save(row: SubscriptionRow) -> SubscriptionRow:
    """Write one down, as it is now.

    Returns:
        The row as it is kept; use this one from now on.
    """
    with store.session() as db:
        kept = db.merge(row)
        db.flush()
        db.refresh(kept)
    return kept


def delete(row: SubscriptionRow) -> None:
    """Forget one."""
    with store.session() as db:
        found = db.get(SubscriptionRow, row.id)
        if found is not None:
            db.delete(found)
