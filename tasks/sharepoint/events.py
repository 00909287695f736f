"""What Graph tells us, and how we know that it is Graph."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from tieline import Model
from tieline.webhooks import Delivery
from tieline.webhooks.readers import at, word
from tieline.webhooks.vendors import microsoft_graph

#: Graph's words for what becomes of a subscription,
#: https://learn.microsoft.com/graph/change-notifications-lifecycle-events
_LIFE = {
    "reauthorizationRequired": "reauthorization_required",
    "subscriptionRemoved": "subscription_removed",
    "missed": "notifications_missed",
}


def _name(notification: Any) -> str:
    """`drive_changed`, or what becomes of the subscription. Of drives there is no other change than `updated`."""
    life = word(at(notification, "lifecycleEvent"))
    if life:
        return _LIFE.get(life, life)
    return "drive_changed" if word(at(notification, "changeType")) else ""


def _payload(delivery: Delivery) -> Any:
    """What Graph sends, with the drive's id where the subscription was made for one by its id."""
    told, items = delivery.json, at(delivery.json, "value")
    if not isinstance(items, list):
        return told
    return {**told, "value": [one | {"driveId": _drive(one)} if isinstance(one, dict) else one for one in items]}


def _drive(notification: Any) -> str:
    found = word(at(notification, "resource")).strip("/").split("/")
    return found[1] if len(found) > 1 and found[0] == "drives" else ""


def _event(delivery: Delivery) -> str:
    return _name(at(delivery.json, "value.0"))


def _number(delivery: Delivery) -> str:
    """The notifications' ids. Where they have none, each delivery is a new one: those of a drive are all alike, and to
    look once more costs a call, while to take the second change for the first one's repetition costs the change.
    """
    items = at(delivery.json, "value")
    ids = [word(at(item, "id")) for item in items] if isinstance(items, list) else []
    return microsoft_graph.webhook.delivery(delivery) if ids and all(ids) else f"look:{uuid.uuid4()}"


webhook = replace(
    microsoft_graph.webhook,
    event=_event,
    part_event=_name,
    delivery=_number,
    payload=_payload,
    guide="""\
`tieline webhook setup sharepoint --connection NAME` subscribes to each library of the block's `site`, or to the
person's own drives; with `--resource DRIVE` to that drive alone. Start the gateway first: Microsoft calls `{url}` with
a `validationToken` meanwhile, and we repeat it. The address must be https.

A subscription ends after 29 days. The flow `renew-subscriptions` renews it when a third of that is left, and at once
when Microsoft asks for it (`reauthorization_required`, `subscription_removed`).

A notification says only that something in the drive has changed. We look what it was, and tell of it as
`file_created`, `file_updated` and `file_deleted`: see docs/feeds.md.
""",
    caveat="Whoever learns `clientState` can send anything. All that it can bring about is that we look at the drive.",
)


class Notification(Model):
    """Something in a drive has changed, https://learn.microsoft.com/graph/api/resources/changenotification."""

    model_config = ConfigDict(alias_generator=to_camel)

    subscription_id: str
    resource: str
    change_type: str = "updated"
    tenant_id: str = ""
    subscription_expiration_date_time: datetime | None = None
    #: Ours: the drive, where the subscription was made for one by its id.
    drive_id: str = ""


class Lifecycle(Model):
    """What becomes of a subscription, https://learn.microsoft.com/graph/change-notifications-lifecycle-events."""

    model_config = ConfigDict(alias_generator=to_camel)

    subscription_id: str
    lifecycle_event: str
    tenant_id: str = ""
    subscription_expiration_date_time: datetime | None = None
