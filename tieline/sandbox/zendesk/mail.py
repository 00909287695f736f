"""Customers who write to the simulated Zendesk by e-mail."""

from tieline.sandbox.desks import Desk
from tieline.sandbox.happening import Record
from tieline.sandbox.seed.letters import Letter
from tieline.sandbox.zendesk import rules


def receive(desk: Desk, letter: Letter) -> int:
    """Make a ticket of a letter. Returns its number."""
    customer = letter.customer

    def added() -> Record:
        return rules.add_person(desk, {"name": customer.name, "email": customer.email})

    person = desk.customer(customer.email, added)
    comment = {"body": letter.body.strip() or letter.subject, "author_id": person}
    values = {"subject": letter.subject, "requester_id": person, "comment": comment}
    return rules.create(desk, values, via="email").id
