"""What every simulated system remembers in its own way, and what all of them share."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tieline.sandbox.happening import REQUEST_ID, Change, Event, Listener, Record


@dataclass(frozen=True)
class World:
    """What the systems of one sandbox share.

    `clock` gives the current time; `listeners` hear of every change; `seed` and `tickets` say which world there is at
    the start, and how many tickets per help desk; `truth` says what each ticket is really about.
    """

    clock: Callable[[], datetime]
    listeners: list[Listener] = field(default_factory=list)
    seed: int = 1
    tickets: int = 300
    truth: dict[tuple[str, int], str] = field(default_factory=dict)


@dataclass
class Memory(ABC):
    """The memory of one simulated system; each system has a class of its own.

    Records are kept in the vendor's own wire form (plain dictionaries): what a vendor would store is what its API
    shows.
    """

    system: str
    world: World

    def clock(self) -> datetime:
        """The current time."""
        return self.world.clock()

    @abstractmethod
    def counts(self) -> dict[str, int]:
        """How much of everything there is, by what it is; the two that say most come first."""

    def tell(self, name: str, record: Record, changes: Iterable[Change] = (), *, parent: Record | None = None) -> None:
        """Let every listener know what happened; see `Event`."""
        if self.world.listeners:
            event = Event(self.system, name, record, tuple(changes), self.clock(), REQUEST_ID.get(), parent)
            for listener in self.world.listeners:
                listener(event)


def without_notes(record: Record) -> Record:
    """A record without what only the sandbox knows of it."""
    return {name: value for name, value in record.items() if not name.startswith("sandbox_")}
