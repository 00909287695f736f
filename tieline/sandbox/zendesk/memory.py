"""What the simulated Zendesk remembers."""

from tieline.sandbox.desks import Desk


class ZendeskDesk(Desk):
    """The simulated Zendesk."""
