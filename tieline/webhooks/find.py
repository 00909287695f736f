"""Which webhooks we can read."""

from tieline import registry
from tieline.errors import UnknownName
from tieline.webhooks.delivery import Webhook


def find(system: str) -> Webhook:
    """How a system's webhooks are read.

    Raises:
        UnknownName: We know no webhooks of such a system.
    """
    webhook = registry.connector(system).webhook
    if webhook is None:
        raise UnknownName("system with webhooks", system, ())
    return webhook
