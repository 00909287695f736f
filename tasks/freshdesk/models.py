"""What Freshdesk's API tells us, and what it is told."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

from pydantic import Field

from tieline import Model

#: Most items of a page.
PAGE = 100

TicketId = Annotated[int, Field(description="The number shown as #123 in the ticket's title.", gt=0)]
Tags = Annotated[list[str], Field(description="All tags that the ticket shall have; others are taken away.")]


class Status(IntEnum):
    """Where a ticket stands."""

    open = 2
    pending = 3
    resolved = 4
    closed = 5


class Priority(IntEnum):
    """How urgent a ticket is."""

    low = 1
    medium = 2
    high = 3
    urgent = 4


class Ticket(Model):
    """A ticket. Accounts may have statuses of their own, so it is a number here."""

    id: int
    subject: str = ""
    description_text: str = ""
    status: int
    priority: Priority
    type: str | None = None
    tags: tuple[str, ...] = ()
    requester_id: int | None = None
    responder_id: int | None = None
    group_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Message(Model):
    """A note or a reply."""

    id: int
    body_text: str = ""
    private: bool = False
    user_id: int | None = None
    incoming: bool = Field(default=False, description="Whether it came from outside, and not from an agent.")
    created_at: datetime | None = None
    updated_at: datetime | None = None


class TimeEntry(Model):
    """Time that an agent spent on a ticket."""

    id: int
    time_spent: str = ""
    billable: bool = True
    note: str | None = None


class Profile(Model):
    """Who an agent is."""

    name: str = ""
    email: str | None = None


class Contact(Model):
    """A person who asks for help."""

    id: int
    name: str
    email: str | None = None
    phone: str | None = None
    company_id: int | None = None


class Agent(Model):
    """Somebody who answers tickets; the name stands in `contact`."""

    id: int
    contact: Profile


class Company(Model):
    """A company that contacts belong to."""

    id: int
    name: str
    domains: tuple[str, ...] = ()


class Group(Model):
    """A team of agents."""

    id: int
    name: str


class Job(Model):
    """Work that Freshdesk does in the background."""

    id: str
    status: str
    progress: int = 0

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status.upper() in {"COMPLETED", "FAILED"}
