"""What the simulated Freshdesk remembers."""

from tieline.sandbox.desks import Desk


class FreshdeskDesk(Desk):
    """The simulated Freshdesk."""
