"""Everything behind one sandbox: what each simulated system remembers, and what was asked of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tieline.sandbox.desks import Desk
from tieline.sandbox.happening import Listener
from tieline.sandbox.memory import Memory, World

if TYPE_CHECKING:
    from tieline.sandbox.vendor import Vendor

LOGGED_REQUESTS = 5_000
"""How many requests the log keeps; older ones are forgotten."""

M = TypeVar("M", bound=Memory)


@dataclass(frozen=True, slots=True)
class Logged:
    """One answered request. Bodies and credentials are not kept."""

    id: str
    at: datetime
    system: str
    method: str
    path: str
    query: str
    status: int
    ms: float
    bytes: int
    fault: str | None


class State:
    """The memories of the simulated systems, by their class, and the log of requests.

    state[Workspace].channels  # Slack's
    """

    def __init__(self, world: World, vendors: Iterable[Vendor[Any]]) -> None:
        """`vendors` are the systems there are; each begins as it is seeded."""
        self.world = world
        self.log: deque[Logged] = deque(maxlen=LOGGED_REQUESTS)
        self.served: dict[str, int] = {}
        self._vendors = tuple(vendors)
        self._memories: dict[type[Memory], Memory] = {}
        self.begin()

    def begin(self) -> None:
        """Back to the start: what was remembered is forgotten. Clock and listeners stay."""
        self.log.clear()
        self.served.clear()
        self.world.truth.clear()
        self._memories = {vendor.memory: vendor.memory(vendor.name, self.world) for vendor in self._vendors}
        # Nobody is told of what was always there.
        heard_by, self.world.listeners[:] = list(self.world.listeners), []
        for vendor in self._vendors:
            if vendor.seed:
                vendor.seed(self._memories[vendor.memory])
        self.world.listeners[:] = heard_by

    def __getitem__(self, kind: type[M]) -> M:
        """What the system remembers whose memory is of this class."""
        return cast("M", self._memories[kind])

    @property
    def memories(self) -> dict[str, Memory]:
        """What each system remembers, by its name."""
        return {memory.system: memory for memory in self._memories.values()}

    @property
    def desks(self) -> dict[str, Desk]:
        """What each help desk remembers, by its name."""
        return {system: memory for system, memory in self.memories.items() if isinstance(memory, Desk)}

    @property
    def clock(self) -> Callable[[], datetime]:
        """Gives the current time."""
        return self.world.clock

    @property
    def listeners(self) -> list[Listener]:
        """Who hears of every change."""
        return self.world.listeners

    @property
    def truth(self) -> dict[tuple[str, int], str]:
        """What each ticket is really about, by system and number."""
        return self.world.truth

    def counts(self) -> dict[str, dict[str, int]]:
        """How much of everything there is, by system."""
        return {memory.system: memory.counts() for memory in self._memories.values()}

    def record_request(self, logged: Logged) -> None:
        """Add a request to the log."""
        self.log.append(logged)
        self.served[logged.system] = self.served.get(logged.system, 0) + 1
