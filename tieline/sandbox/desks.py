"""What help desks remember. Tickets change through `Desk.change` only, so that each change is written down."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tieline.sandbox.happening import REQUEST_ID, Change, Record, stamp
from tieline.sandbox.memory import Memory


@dataclass(slots=True)
class Ticket:
    """A ticket in wire form, its conversation, and everything that ever changed on it."""

    fields: Record
    comments: list[Record] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    audits: list[Record] = field(default_factory=list)
    time_entries: list[Record] = field(default_factory=list)
    deleted: bool = False

    @property
    def id(self) -> int:
        """The vendor's number of this ticket."""
        number: int = self.fields["id"]
        return number


@dataclass
class Desk(Memory):
    """One simulated help desk. Each has a class of its own, by which its memory is found."""

    me: int = 0
    tickets: dict[int, Ticket] = field(default_factory=dict)
    people: dict[int, Record] = field(default_factory=dict)
    agents: dict[int, Record] = field(default_factory=dict)
    groups: dict[int, Record] = field(default_factory=dict)
    organizations: dict[int, Record] = field(default_factory=dict)
    macros: dict[int, Record] = field(default_factory=dict)
    jobs: dict[str, Record] = field(default_factory=dict)
    uploads: dict[str, list[Record]] = field(default_factory=dict)
    replies: dict[str, Any] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> str:
        """The current time as this desk writes it."""
        return stamp(self.clock())

    def living(self) -> list[Ticket]:
        """All tickets that are not deleted, in the order of their ids."""
        return [ticket for ticket in self.tickets.values() if not ticket.deleted]

    def find(self, ticket_id: int) -> Ticket | None:
        """The ticket with this id, unless it is deleted or never was."""
        ticket = self.tickets.get(ticket_id)
        return None if ticket is None or ticket.deleted else ticket

    def person_by_email(self, email: str) -> Record | None:
        """The person with this address; case does not matter."""
        wanted = email.casefold()
        return next((p for p in self.people.values() if (p.get("email") or "").casefold() == wanted), None)

    def customer(self, email: str, added: Callable[[], Record]) -> int:
        """The id of who writes; looked for once, since that takes a while where there are many."""
        if email not in self.known:
            self.known[email] = int((self.person_by_email(email) or added())["id"])
        return self.known[email]

    def change(self, ticket: Ticket, values: Record) -> list[Change]:
        """Set fields of a ticket and write down what really changed.

        Returns the changes; none means that the ticket, its `updated_at` included, stayed as it was.
        """
        now, request_id = self.clock(), REQUEST_ID.get()
        changes = [
            Change(name, ticket.fields.get(name), value, now, request_id)
            for name, value in values.items()
            if ticket.fields.get(name) != value
        ]
        if changes:
            ticket.fields.update({change.field: change.new for change in changes})
            ticket.fields["updated_at"] = stamp(now)
            ticket.changes.extend(changes)
        return changes

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        tickets = self.living()
        return {
            "tickets": len(tickets),
            "changed": sum(1 for ticket in tickets if ticket.changes),
            "comments": sum(len(ticket.comments) for ticket in tickets),
            "people": len(self.people),
            "groups": len(self.groups),
        }
