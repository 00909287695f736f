"""Simulated vendors on loopback: stateful, seeded, and faulty on demand.

    with running() as sandbox:
        block = ZendeskCredentials(**sandbox.connection("zendesk"))

Pages to look at are under `/`, the controls under `/_sandbox` (see `admin`).
"""

from tieline.sandbox.app import create_app
from tieline.sandbox.faults import Fault, Faults
from tieline.sandbox.happening import Change, Event
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.limits import Limit
from tieline.sandbox.registry import logins
from tieline.sandbox.server import Sandbox, running, serve
from tieline.sandbox.state import State

__all__ = [
    "Change",
    "Event",
    "Fault",
    "Faults",
    "Hooks",
    "Limit",
    "Sandbox",
    "State",
    "Subscription",
    "create_app",
    "logins",
    "running",
    "serve",
]
