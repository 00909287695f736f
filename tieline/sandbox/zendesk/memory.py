"""What the simulated Zendesk remembers."""

from dataclasses import dataclass, field

from tieline.sandbox.desks import Desk, Ticket
from tieline.sandbox.happening import Record


@dataclass
class ZendeskDesk(Desk):
    """The simulated Zendesk: also the fields that tickets have, and when tickets were thrown away."""

    fields: dict[int, Record] = field(default_factory=dict)
    deleted: dict[int, str] = field(default_factory=dict)

    def throw_away(self, ticket: Ticket) -> None:
        """Delete a ticket; it can be seen among the deleted ones."""
        ticket.deleted = True
        self.deleted[ticket.id] = self.now()
        self.tell("ticket.deleted", ticket.fields)
