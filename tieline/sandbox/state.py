"""What the simulated systems remember, and the one place where it changes.

Records are kept in the vendor's own wire form (plain dictionaries): what a vendor would store is what its
API shows. Tickets change through `Desk.change` only, so that each change is written down (field, old value,
new value, when, by which request) and told to the listeners.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tieline.sandbox.content import Drive, Notebook, Site, Wiki
from tieline.sandbox.desks import Chats, Desk, Server, Workspace
from tieline.sandbox.happening import REQUEST_ID, Event, Listener
from tieline.sandbox.tenant import Tenant

LOGGED_REQUESTS = 5_000
"""How many requests the log keeps; older ones are forgotten."""


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


@dataclass
class State:
    """Everything behind one sandbox."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    zendesk: Desk
    freshdesk: Desk
    slack: Workspace
    google_drive: Drive
    notion: Notebook
    sharepoint: Tenant
    confluence: Wiki
    jira: Site
    telegram: Chats
    discord: Server
    truth: dict[tuple[str, int], str] = field(default_factory=dict)
    log: deque[Logged] = field(default_factory=lambda: deque(maxlen=LOGGED_REQUESTS))
    served: dict[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls, clock: Callable[[], datetime] | None = None, listeners: list[Listener] | None = None) -> "State":
        """A sandbox in which nothing has happened yet.

        `clock` gives the current time (default: the real one). `listeners` hear of every change.
        """
        tick = clock or (lambda: datetime.now(UTC))
        heard_by = [] if listeners is None else listeners
        return cls(
            tick,
            heard_by,
            Desk("zendesk", tick, heard_by),
            Desk("freshdesk", tick, heard_by),
            Workspace(tick, heard_by),
            Drive(tick, heard_by),
            Notebook(tick, heard_by),
            Tenant(tick, lambda drive: _tell_of_drive(drive, tick, heard_by)),
            Wiki(tick, heard_by),
            Site(tick, heard_by),
            Chats(tick, heard_by),
            Server(tick, heard_by),
        )

    def clear(self) -> "State":
        """Forget everything; clock and listeners stay. Returns the state itself."""
        fresh = State.empty(self.clock, self.listeners)
        self.zendesk, self.freshdesk, self.slack = fresh.zendesk, fresh.freshdesk, fresh.slack
        self.google_drive = fresh.google_drive
        self.notion = fresh.notion
        self.sharepoint = fresh.sharepoint
        self.confluence = fresh.confluence
        self.jira = fresh.jira
        self.telegram = fresh.telegram
        self.discord = fresh.discord
        self.truth, self.log, self.served = fresh.truth, fresh.log, fresh.served
        return self

    def record_request(self, logged: Logged) -> None:
        """Add a request to the log."""
        self.log.append(logged)
        self.served[logged.system] = self.served.get(logged.system, 0) + 1


def _tell_of_drive(drive: str, clock: Callable[[], datetime], listeners: list[Listener]) -> None:
    for listener in listeners:
        listener(Event("sharepoint", "drive.updated", {"id": drive}, (), clock(), REQUEST_ID.get()))
