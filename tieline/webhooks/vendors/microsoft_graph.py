"""Microsoft Graph: Outlook, OneDrive, SharePoint, Teams and directory changes."""

import hashlib
import uuid
from dataclasses import replace
from typing import Any, ClassVar

import orjson

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Facts, Kind, Scheme, Webhook, digest
from tieline.webhooks.handshakes import echoed_query
from tieline.webhooks.readers import at, word, words
from tieline.webhooks.verifiers import same

_KINDS = words("chat chatmessage contact conversationmember event message")
# Which changes of what: https://learn.microsoft.com/graph/api/resources/subscription; what becomes of a subscription:
# https://learn.microsoft.com/graph/change-notifications-lifecycle-events
EVENTS = (
    *(f"{kind}.{change}" for kind in _KINDS for change in ("created", "updated", "deleted")),
    *words("driveitem.updated group.deleted group.updated list.updated user.deleted user.updated"),
    *words("lifecycle.missed lifecycle.reauthorizationrequired lifecycle.subscriptionremoved"),
)


class ClientState(Scheme):
    """The secret itself stands in every notification of the body."""

    kind: ClassVar[Kind] = "token"

    @property
    def says(self) -> str:
        """What is sent, and where."""
        return "the secret itself in `clientState` of every notification"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:  # noqa: ARG002 - as all verifiers
        """Check it; see `Scheme`."""
        items = at(delivery.json, "value")
        if not isinstance(items, list) or not items:
            raise SignatureInvalid("The body holds no notifications.")
        # Every one, though the first is wrong: the time tells nothing, and one good one vouches for none of the others.
        found = [same(word(at(item, "clientState")), secret) for item in items]
        if not secret or not all(found):
            raise SignatureInvalid(f"{found.count(False)} of {len(found)} notifications lack the right clientState.")

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:  # noqa: ARG002 - as all signers
        """The same delivery as the vendor would send it."""
        items = at(delivery.json, "value")
        held = [{**item, "clientState": secret} for item in (items if isinstance(items, list) else [])]
        return replace(delivery, raw=orjson.dumps({**delivery.json, "value": held}))


def _name(item: Any) -> str:
    """`message.created`, after the type of the resource; or `lifecycle.missed`."""
    life = word(at(item, "lifecycleEvent"))
    if life:
        return f"lifecycle.{life.lower()}"
    data = at(item, "resourceData")
    kind = word(data.get("@odata.type")) if isinstance(data, dict) else ""
    kind = kind.rpartition(".")[2] or "list"  # SharePoint's lists say no type
    change = word(at(item, "changeType"))
    return f"{kind}.{change}".lower() if change else ""


def _event(delivery: Delivery) -> str:
    return _name(at(delivery.json, "value.0"))


def _telling(item: Any) -> bool:
    """Whether a notification without an id has words of its own. Those of drives and lists say each time the same: that
    something has changed.
    """
    data = at(item, "resourceData")
    if not isinstance(data, dict):
        return False
    return bool(data.get("@odata.etag") or (data.get("id") and at(item, "changeType") != "updated"))


def _ids(delivery: Delivery) -> str:
    """The notifications' ids, where they have them. Else a second change may not be taken for the first one's copy."""
    items = at(delivery.json, "value")
    if not isinstance(items, list) or not items:
        return digest(delivery)
    ids = [word(at(item, "id")) for item in items]
    if not all(ids):
        return digest(delivery) if all(map(_telling, items)) else f"look:{uuid.uuid4()}"
    return ids[0] if len(ids) == 1 else "ids:" + hashlib.sha256(" ".join(ids).encode()).hexdigest()


webhook = Webhook(
    verify=ClientState(),
    event=_event,
    delivery=_ids,
    parts="value",
    part_event=_name,
    handshakes=(echoed_query("validationToken"),),
    facts=Facts(who="tenantId", subject="resource"),
    guide="""\
1. Put a long random text (at most 128 characters) into the block.
2. Start the gateway, and register with an access token that may read the resource:

       curl https://graph.microsoft.com/v1.0/subscriptions -H "Authorization: Bearer TOKEN" \\
         -H "Content-Type: application/json" -d '{"changeType": "created,updated",
         "notificationUrl": "{url}", "lifecycleNotificationUrl": "{url}",
         "resource": "me/mailFolders('inbox')/messages", "clientState": "SECRET",
         "expirationDateTime": "2026-12-01T00:00:00Z"}'

   Microsoft calls us with a `validationToken` while that call waits; we repeat it. A list of SharePoint is
   `sites/SITE_ID/lists/LIST_ID`.
3. A subscription expires, mostly within days: renew it with PATCH, or on `lifecycle.reauthorizationrequired`.
""",
    caveat="Whoever learns `clientState` can send anything. Encrypted content of rich notifications is not opened.",
    docs="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks",
)
