"""What Notion tells of its pages and comments.

Pages: https://developers.notion.com/reference/webhooks, https://developers.notion.com/reference/webhooks-events-delivery
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator

from tieline.sandbox.happening import Event, Record
from tieline.sandbox.hooks.delivery import Delivery, Manner, Message, wants
from tieline.sandbox.notion.memory import Notebook

#: Eight tries, further and further apart, the last about a day after the first. How long Notion waits for an answer,
#: and how long between two tries, it does not say: those times are ours.
TIMEOUT, TRIES, FIRST = 10.0, 8, 60.0
_WORKSPACE, _SUBSCRIPTION = "13950b26-c203-4f3b-b97d-93ec06319565", "29d75c0d-5546-4414-8459-7b7a92f1fc4b"
_INTEGRATION = "0ef2e755-4912-8096-91c1-00376a88a5ca"


def messages(event: Event, notebook: Notebook) -> Iterator[Message]:
    """One message for each thing that happened; they hold ids alone."""
    for kind, data in _happened(event):
        number = str(uuid.uuid4())
        body = {
            "id": number,
            "timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "workspace_id": _WORKSPACE,
            "workspace_name": "Lumora",
            "subscription_id": _SUBSCRIPTION,
            "integration_id": _INTEGRATION,
            "type": kind,
            "authors": [{"id": notebook.me, "type": "bot"}],
            "attempt_number": 1,
            "entity": {"id": event.record["id"], "type": event.record["object"]},
            "data": {"parent": _parent(event.record), **data},
        }
        yield Message(kind, json.dumps(body).encode(), number)


def _happened(event: Event) -> Iterator[tuple[str, Record]]:
    record = event.record
    if event.name in {"page.created", "page.deleted"}:
        yield event.name, {}
    elif event.name == "page.updated" and record["sandbox_updated"]:
        yield "page.properties_updated", {"updated_properties": record["sandbox_updated"]}
    elif event.name == "page.edited":
        blocks = [{"id": one, "type": "block"} for one in record["sandbox_updated"]]
        yield "page.content_updated", {"updated_blocks": blocks}
    elif event.name == "comment.created":
        yield "comment.created", {"page_id": record["parent"].get("page_id")}


def _parent(record: Record) -> Record:
    parent = record["parent"]
    found = {"id": parent[parent["type"]], "type": parent["type"].removesuffix("_id")}
    return (
        found
        if "data_source_id" not in parent
        else {**found, "type": "database", "id": parent["database_id"]} | {"data_source_id": parent["data_source_id"]}
    )


def sign(delivery: Delivery, _now: float) -> dict[str, str]:
    """The headers: HMAC-SHA256 in hex over the body, with the verification token."""
    made = hmac.new(delivery.subscription.secret.encode(), delivery.message.body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-notion-signature": f"sha256={made}"}


def again(delivery: Delivery) -> float | None:
    """After one minute, three, nine and so on."""
    return FIRST * 3 ** (delivery.failures - 1) if delivery.failures < TRIES else None


MANNER = Manner(
    messages, wants, sign, TIMEOUT, again, "https://developers.notion.com/reference/webhooks-events-delivery"
)
