"""Read once more what a vendor sent, for flows that get a delivery's number in place of what was in it.

Parameters of flow runs are shown to everybody who sees Prefect, and stay there. What people type in a chat, and the
addresses that answers to them go to, do not belong there.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.dispatch.event import Event


async def recall(system: str, connection: str, delivery: str) -> Event:
    """The event of a delivery that holds one.

    Args:
        system: Such as "slack".
        connection: The saved connection that it came in through.
        delivery: The vendor's number of it.

    Raises:
        ConfigError: It is not in the store (any more), or cannot be read.
    """
    return await asyncio.to_thread(_read, system, connection, delivery)


def _read(system: str, connection: str, delivery: str) -> Event:
    from sqlalchemy import select  # noqa: PLC0415 - few runs need the store

    from tieline.dispatch.sources import Unreadable, events_of  # noqa: PLC0415
    from tieline.inbox.tables import DeliveryRow  # noqa: PLC0415
    from tieline.store import engine  # noqa: PLC0415

    table = DeliveryRow.__table__  # type: ignore[attr-defined]
    query = select(table).filter_by(system=system, connection=connection, delivery=delivery)
    with engine().connect() as db:
        row = db.execute(query).mappings().one_or_none()
    if row is None:
        raise ConfigError(
            f"There is no delivery {delivery!r} of {system}/{connection}.",
            hint="It was pruned, or this worker has another TIELINE_DATABASE_URL than the gateway.",
        )
    try:
        return events_of(dict(row))[0]
    except (Unreadable, IndexError) as exc:
        raise ConfigError(f"The delivery {delivery!r} of {system}/{connection} cannot be read: {exc}.") from None
