"""What Microsoft Graph sends: that something in a drive has changed.

Pages: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks,
https://learn.microsoft.com/graph/api/resources/changenotification
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from tieline.sandbox.happening import Event
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, Subscription
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.sandbox.sharepoint.wire import LOGIN

#: Graph waits this long, and tries again for four hours, ever more slowly.
TIMEOUT = 10.0
AGAIN = (10.0, 60.0, 300.0, 1800.0, 3600.0, 7200.0)
DOCS = "https://learn.microsoft.com/graph/change-notifications-delivery-webhooks"


def messages(event: Event, _memory: Tenant) -> Iterator[Message]:
    """One for each change. It says which drive, and nothing else; two changes read the same."""
    resource = f"drives/{event.record['id']}/root"
    yield Message("updated", json.dumps({"changeType": "updated", "resource": resource}).encode(), resource)


def wants(subscription: Subscription, message: Message) -> bool:
    """Whether a subscription is for this drive, or for all that there are."""
    wanted = str(subscription.record.get("resource", "")).strip("/")
    return wanted in ("", message.number)


def address(subscription: Subscription, message: Message) -> Message:
    """The notification as this subscriber gets it, with its `clientState`."""
    told = {
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": subscription.record.get("expirationDateTime"),
        "tenantId": LOGIN["tenant_id"],
        **json.loads(message.body),
        "resourceData": {"@odata.type": "#Microsoft.Graph.DriveItem"},
        "clientState": subscription.secret,
    }
    return replace(message, body=json.dumps({"value": [told]}).encode())


def sign(_delivery: Delivery, _now: float) -> dict[str, str]:
    """Nothing is signed: the secret stands in the body."""
    return {"content-type": "application/json; charset=utf-8"}


def again(delivery: Delivery) -> float | None:
    """Whatever the answer was."""
    return AGAIN[delivery.failures - 1] if delivery.failures <= len(AGAIN) else None


MANNER = Manner(messages, wants, sign, TIMEOUT, again, DOCS, address=address)
