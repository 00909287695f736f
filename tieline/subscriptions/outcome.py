"""What became of a subscription."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Did = Literal["made", "adopted", "kept", "renewed", "replaced", "made again", "removed", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What became of one subscription.

    Args:
        system: The system.
        connection: The saved connection.
        resource: What it tells of.
        did: What was done.
        id: The vendor's number of it.
        url: Where it sends to.
        events: Which events, in the vendor's words.
        expires_at: When it ends, if it does.
        why: What went wrong, or was found.
    """

    system: str
    connection: str
    resource: str
    did: Did
    id: str = ""
    url: str = ""
    events: tuple[str, ...] = ()
    expires_at: datetime | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """Such as "sharepoint/main b!t18F"."""
        return f"{self.system}/{self.connection} {self.resource}".rstrip()


def moment(seconds: float | None) -> datetime | None:
    """Unix seconds as a moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
