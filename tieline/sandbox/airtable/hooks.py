"""Webhooks: pings that say only that something has changed, and what has, for whoever asks.

Pages: https://airtable.com/developers/web/api/webhooks-overview, https://airtable.com/developers/web/api/create-a-webhook,
https://airtable.com/developers/web/api/list-webhook-payloads, https://airtable.com/developers/web/api/refresh-a-webhook
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tieline.sandbox.airtable.memory import Bases, moment
from tieline.sandbox.airtable.wire import Call, invalid, missing
from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks import Hooks, Subscription
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message

LIFE = timedelta(days=7)
MOST, PAGE = 10, 50
#: Thirteen tries, the second after ten seconds, further and further apart.
TIMEOUT, TRIES, FIRST = 25.0, 13, 10.0
_KINDS = frozenset({"tableData", "tableFields", "tableMetadata"})


# ---------------------------------------------------------------- the API


def list_webhooks(call: Call) -> Record:
    """GET /bases/{base}/webhooks."""
    return {"webhooks": [_shown(call, one) for one in _ours(call)]}


def create_webhook(call: Call) -> Record:
    """POST /bases/{base}/webhooks."""
    url, specification = call.body.get("notificationUrl"), call.body.get("specification")
    options = specification.get("options") if isinstance(specification, dict) else None
    filters = options.get("filters") if isinstance(options, dict) else None
    kinds = filters.get("dataTypes") if isinstance(filters, dict) else None
    if not isinstance(filters, dict) or not isinstance(kinds, list) or not kinds or not set(map(str, kinds)) <= _KINDS:
        raise invalid()
    within = filters.get("recordChangeScope")
    if within is not None and str(within) not in call.base.tables:
        raise invalid("INVALID_HOOK_SPECIFICATION", "recordChangeScope names no table")
    if len(_ours(call)) >= MOST:
        raise invalid("TOO_MANY_WEBHOOKS_IN_BASE", "The base has ten webhooks")
    try:
        made = _hooks(call).subscribe("airtable", str(url), greet=False)
    except ValueError:
        raise invalid("INVALID_WEBHOOK_URL", "The notification URL is none") from None
    made.record.update(base=call.base.id, filters=filters, since=len(call.base.log), expires=_end(call))
    return {"id": made.id, "macSecretBase64": made.secret, "expirationTime": made.record["expires"]}


def delete_webhook(call: Call) -> Record:
    """DELETE /bases/{base}/webhooks/{webhook}."""
    _hooks(call).unsubscribe(_one(call).id)
    return {}


def refresh_webhook(call: Call) -> Record:
    """POST /bases/{base}/webhooks/{webhook}/refresh."""
    found = _one(call)
    if _over(call.memory, found):
        raise invalid("CANNOT_REFRESH_DISABLED_WEBHOOK", "The webhook has ended")
    found.record["expires"] = _end(call)
    return {"expirationTime": found.record["expires"]}


def switch(call: Call) -> Record:
    """POST /bases/{base}/webhooks/{webhook}/enableNotifications."""
    if not isinstance(call.body.get("enable"), bool):
        raise invalid()
    _one(call).active = call.body["enable"]
    return {}


def read_payloads(call: Call) -> Record:
    """GET /bases/{base}/webhooks/{webhook}/payloads, which refreshes it, too."""
    found, cursor, size = _one(call), call.one("cursor", "1"), call.one("limit", str(PAGE))
    if not cursor.isdecimal() or not size.isdecimal() or int(cursor) < 1 or not 1 <= int(size) <= PAGE:
        raise invalid()
    if not _over(call.memory, found):
        found.record["expires"] = _end(call)
    seen = _payloads(call, found)
    here = seen[int(cursor) - 1 :][: int(size)]
    following = int(cursor) + len(here)
    plain = [{name: value for name, value in one.items() if not name.startswith("sandbox_")} for one in here]
    return {"payloads": plain, "cursor": following, "mightHaveMore": following <= len(seen)}


def _payloads(call: Call, found: Subscription) -> list[Record]:
    log = call.base.log[found.record["since"] :]
    return [one for one in log if _about(found, next(iter(one["changedTablesById"])), one["sandbox_kind"])]


def _about(found: Subscription, table: str, kind: str) -> bool:
    filters = found.record["filters"]
    return kind in filters["dataTypes"] and filters.get("recordChangeScope") in (None, table)


def _shown(call: Call, found: Subscription) -> Record:
    return {
        "id": found.id,
        "areNotificationsEnabled": found.active,
        "cursorForNextPayload": len(_payloads(call, found)) + 1,
        "isHookEnabled": not _over(call.memory, found),
        "lastSuccessfulNotificationTime": None,
        "notificationUrl": found.url,
        "expirationTime": found.record["expires"],
        "lastNotificationResult": None,
        "specification": {"options": {"filters": found.record["filters"]}},
    }


def _one(call: Call) -> Subscription:
    found = next((one for one in _ours(call) if one.id == call.request.path_params["webhook"]), None)
    if found is None:
        raise missing()
    return found


def _ours(call: Call) -> list[Subscription]:
    """Those that were made here, in this base; the sandbox's own are no business of the API's."""
    held = _hooks(call).subscriptions.values()
    return [one for one in held if one.system == "airtable" and one.record.get("base") == call.base.id]


def _over(memory: Bases, found: Subscription) -> bool:
    return datetime.fromisoformat(found.record["expires"]) <= memory.clock()


def _end(call: Call) -> str:
    return moment(call.memory.clock() + LIFE)


def _hooks(call: Call) -> Hooks:
    hooks: Hooks = call.request.scope["sandbox_front"].hooks
    return hooks


# ---------------------------------------------------------------- pings


def messages(event: Event, _memory: Bases) -> Iterator[Message]:
    """One ping; whose it is, is written for each subscriber."""
    told = event.record
    body = {"base": {"id": told["base"]}, "webhook": {"id": ""}, "timestamp": moment(event.at)}
    yield Message("base.changed", json.dumps(body).encode(), f"{told['table']} {told['kind']} {moment(event.at)}")


def wants(subscription: Subscription, message: Message) -> bool:
    """Whether its specification fits, and it has not ended by the time of the change; the sandbox's own want all."""
    if not subscription.record:
        return True
    table, kind, at = message.number.split()
    over = datetime.fromisoformat(subscription.record["expires"]) <= datetime.fromisoformat(at)
    same = subscription.record["base"] == json.loads(message.body)["base"]["id"]
    return same and not over and _about(subscription, table, kind)


def address(subscription: Subscription, message: Message) -> Message:
    """The ping with the id of the webhook."""
    body = json.loads(message.body)
    body["webhook"]["id"] = subscription.id
    return replace(message, body=json.dumps(body).encode())


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: HMAC-SHA256 in hex over the body, with the decoded secret."""
    made = hmac.new(b64decode(delivery.subscription.secret), delivery.message.body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-airtable-content-mac": f"hmac-sha256={made}"}


def again(delivery: Delivery) -> float | None:
    """After ten seconds, twenty, forty and so on."""
    return FIRST * 2 ** (delivery.failures - 1) if delivery.failures < TRIES else None


def new_secret() -> str:
    """A MAC secret as Airtable makes it."""
    return b64encode(secrets.token_bytes(32)).decode()


MANNER = Manner(
    messages,
    wants,
    sign,
    TIMEOUT,
    again,
    "https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery",
    address=address,
    new_secret=new_secret,
)
