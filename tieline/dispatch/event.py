"""Something that happened in a connected system, as triggers and flows see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tieline.model import Input


class Event(Input):
    """One event: the same few facts for every system, beside what the vendor sent.

    Args:
        system: Such as "zendesk".
        connection: The saved connection that it came in through.
        name: The vendor's name of it, such as "ticket.created".
        delivery: The vendor's number of the delivery.
        part: Which event of the delivery, counted from 0.
        received_at: When we wrote it down.
        who: Who did it, if the vendor says so.
        when: When it happened, if the vendor says so.
        subject: What it is about, for people.
        link: A page to look at.
        payload: What the vendor sent.
    """

    system: str
    connection: str
    name: str
    delivery: str
    part: int = 0
    received_at: datetime
    who: str = ""
    when: datetime | None = None
    subject: str = ""
    link: str = ""
    payload: Any = None

    @property
    def full_name(self) -> str:
        """Such as "zendesk.ticket.created"."""
        return f"{self.system}.{self.name}"
