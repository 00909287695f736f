"""Puts the sandbox together: state, vendors, faults, pages, admin."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from tieline.sandbox import pages, registry
from tieline.sandbox.faults import Fault, Faults
from tieline.sandbox.front import Front
from tieline.sandbox.happening import Listener
from tieline.sandbox.hooks import Hooks
from tieline.sandbox.limits import Limit
from tieline.sandbox.memory import World
from tieline.sandbox.state import State


def create_app(
    seed: int = 1,
    tickets: int = 300,
    *,
    faults: Iterable[Fault] = (),
    limits: Mapping[str, Limit] | None = None,
    listeners: Iterable[Listener] = (),
    clock: Callable[[], datetime] | None = None,
    pace: float = 1.0,
) -> Front:
    """The sandbox as an ASGI app; its memory is `.state`, its faults are `.faults`.

    Args:
        seed: the same number gives the same customers, texts and faults.
        tickets: tickets per help desk.
        faults: what goes wrong from the start.
        limits: calls per window, by system; the default is too high to be noticed.
        listeners: called with each `Event`, in the thread that serves.
        clock: the current time; the default is the real one.
        pace: stretches the waits before a webhook is sent again; 1 is each vendor's own.

    """
    vendors = registry.vendors()
    hooks = Hooks(Faults(seed, list(faults)), pace)
    state = State(World(clock or (lambda: datetime.now(UTC)), list(listeners), seed, tickets), vendors)
    hooks.state = state
    state.listeners.append(hooks.hear)
    front = Front(state, vendors, pages.app(), hooks)
    for system, limit in (limits or {}).items():
        front.limit(system, limit)
    return front
