"""Events that we have found out ourselves, put where webhooks come in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, insert

from tieline.inbox.tables import DeliveryRow

DELIVERIES: Any = DeliveryRow.__table__  # type: ignore[attr-defined]


def tell(db: Connection, system: str, connection: str, events: Iterable[tuple[str, BaseModel]], now: float) -> None:
    """Put events into the inbox, for the dispatcher to find: they are there if the caller's transaction commits.

    Args:
        db: The transaction that also makes the change that is told.
        system: Whose events they are.
        connection: Of which connection.
        events: Name and payload of each.
        now: The time in Unix seconds.
    """
    rows = [
        {
            "system": system,
            "connection": connection,
            # Nobody can guess it: a webhook with the same number would keep this one out. That the same change is not
            # told twice is what the transaction is for.
            "delivery": f"found:{uuid.uuid4()}",
            "event": event,
            "received_at": now,
            "headers": {},
            "query": {},
            "body": payload.model_dump_json().encode(),
            "state": "received",
            "reason": "",
            "found": True,
        }
        for event, payload in events
    ]
    if rows:
        db.execute(insert(DELIVERIES), rows)
