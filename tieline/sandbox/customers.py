"""Customers who write while the sandbox runs: one of them, or many at a rate."""

import asyncio
import time
import uuid
from collections.abc import Callable
from itertools import count

from tieline.sandbox.desks import Desk
from tieline.sandbox.freshdesk import rules as freshdesk
from tieline.sandbox.happening import REQUEST_ID, Record
from tieline.sandbox.seed.cast import Customer
from tieline.sandbox.seed.freshdesk import markup
from tieline.sandbox.seed.letters import Letter, letters
from tieline.sandbox.state import State
from tieline.sandbox.zendesk import rules as zendesk

DESKS = ("zendesk", "freshdesk")
MOST = 100_000
"""Tickets of one flood."""

_EMAIL = 1
_SLICE_SECONDS = 0.02
"""How long a flood works before others get their turn."""


class Customers:
    """Writes tickets as customers do: by e-mail, to the help desk, without an agent."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.asked = self.written = 0
        self._known: dict[tuple[str, str], int] = {}
        self._floods = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def write(self, system: str, letter: Letter) -> int:
        """Create the ticket of one letter. Returns its number."""
        token = REQUEST_ID.set(uuid.uuid4().hex)
        try:
            number = self._to_zendesk(letter) if system == "zendesk" else self._to_freshdesk(letter)
        finally:
            REQUEST_ID.reset(token)
        if letter.category:
            self.state.truth[system, number] = letter.category
        return number

    def flood(self, system: str, tickets: int, rate: float, seed: int = 0) -> None:
        """Let customers write, in the background of the running loop.

        Args:
            system: `zendesk` or `freshdesk`.
            tickets: How many.
            rate: Tickets per second; 0 means as fast as it goes.
            seed: The same number gives the same letters; 0 takes others each time.

        """
        name = seed or f"flood {next(self._floods)}"
        self.asked += tickets
        task = asyncio.get_running_loop().create_task(self._pour(system, letters(name, system, tickets), rate))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Write no more."""
        for task in self._tasks:
            task.cancel()
        self._known.clear()
        self.asked = self.written = 0

    async def _pour(self, system: str, written: list[Letter], rate: float) -> None:
        began = turn = time.monotonic()
        for number, letter in enumerate(written):
            ahead = began + number / rate - time.monotonic() if rate else 0.0
            if ahead > 0:
                await asyncio.sleep(ahead)
            elif time.monotonic() - turn > _SLICE_SECONDS:
                await asyncio.sleep(0)
                turn = time.monotonic()
            self.write(system, letter)
            self.written += 1

    def _to_zendesk(self, letter: Letter) -> int:
        desk, customer = self.state.zendesk, letter.customer

        def added() -> Record:
            return zendesk.add_person(desk, {"name": customer.name, "email": customer.email})

        person = self._person(desk, customer, added)
        comment = {"body": letter.body.strip() or letter.subject, "author_id": person}
        values = {"subject": letter.subject, "requester_id": person, "comment": comment}
        return zendesk.create(desk, values, via="email").id

    def _to_freshdesk(self, letter: Letter) -> int:
        desk, customer = self.state.freshdesk, letter.customer

        def added() -> Record:
            return freshdesk.add_contact(desk, {"name": customer.name, "email": customer.email})

        values = {
            "requester_id": self._person(desk, customer, added),
            "subject": letter.subject,
            "description": markup(letter.body),
            "source": _EMAIL,
        }
        return freshdesk.create(desk, values).id

    def _person(self, desk: Desk, customer: Customer, added: Callable[[], Record]) -> int:
        """The id of a customer at a help desk; looked for once, since that takes a while where there are many."""
        key = desk.system, customer.email
        if key not in self._known:
            found = desk.person_by_email(customer.email) or added()
            self._known[key] = int(found["id"])
        return self._known[key]
