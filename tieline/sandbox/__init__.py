"""Simulated vendors on loopback: stateful, seeded, and faulty on demand.

    with running() as sandbox:
        ...  # point a connection at sandbox.zendesk_url with the logins in CREDENTIALS

Pages to look at are under `/`, the controls under `/_sandbox` (see `admin`).
"""

from tieline.sandbox.app import create_app
from tieline.sandbox.credentials import CREDENTIALS, Credentials
from tieline.sandbox.faults import Fault, Faults
from tieline.sandbox.happening import Change, Event
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.limits import Limit
from tieline.sandbox.server import Sandbox, running, serve
from tieline.sandbox.state import State

__all__ = [
    "CREDENTIALS",
    "Change",
    "Credentials",
    "Event",
    "Fault",
    "Faults",
    "Hooks",
    "Limit",
    "Sandbox",
    "State",
    "Subscription",
    "create_app",
    "running",
    "serve",
]
