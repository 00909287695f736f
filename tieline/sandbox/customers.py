"""Customers who write while the sandbox runs: one of them, or many at a rate."""

import asyncio
import time
import uuid
from itertools import count

from tieline.sandbox import registry
from tieline.sandbox.happening import REQUEST_ID
from tieline.sandbox.seed.letters import Letter, letters
from tieline.sandbox.state import State

MOST = 100_000
"""Tickets of one flood."""

_SLICE_SECONDS = 0.02
"""How long a flood works before others get their turn."""


def desks() -> tuple[str, ...]:
    """The systems that customers write to."""
    return tuple(vendor.name for vendor in registry.vendors() if vendor.receive)


class Customers:
    """Writes tickets as customers do: by e-mail, to the help desk, without an agent."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.asked = self.written = 0
        self._floods = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def write(self, system: str, letter: Letter) -> int:
        """Create the ticket of one letter. Returns its number. Errors: `ValueError` when it is no help desk."""
        receive = registry.find(system).receive
        if receive is None:
            raise ValueError(f"{system} is no help desk")
        token = REQUEST_ID.set(uuid.uuid4().hex)
        try:
            number = receive(self.state.memories[system], letter)
        finally:
            REQUEST_ID.reset(token)
        if letter.category:
            self.state.truth[system, number] = letter.category
        return number

    def flood(self, system: str, tickets: int, rate: float, seed: int = 0) -> None:
        """Let customers write, in the background of the running loop.

        Args:
            system: A help desk.
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
