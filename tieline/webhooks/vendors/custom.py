"""Custom: any vendor that signs in a usual way; the block says how."""

from tieline.webhooks.custom import CustomScheme

#: The vendor's own.
EVENTS: tuple[str, ...] = ()

webhook = CustomScheme().webhook()
