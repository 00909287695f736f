"""Customers who write to the simulated Freshdesk by e-mail."""

from tieline.sandbox.desks import Desk
from tieline.sandbox.freshdesk import rules
from tieline.sandbox.freshdesk.seed import markup
from tieline.sandbox.happening import Record
from tieline.sandbox.seed.letters import Letter

_EMAIL = 1


def receive(desk: Desk, letter: Letter) -> int:
    """Make a ticket of a letter. Returns its number."""
    customer = letter.customer

    def added() -> Record:
        return rules.add_contact(desk, {"name": customer.name, "email": customer.email})

    values = {
        "requester_id": desk.customer(customer.email, added),
        "subject": letter.subject,
        "description": markup(letter.body),
        "source": _EMAIL,
    }
    return rules.create(desk, values).id
