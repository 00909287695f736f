"""Discord: interactions with an app, and its webhook events."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Reply, Webhook
from tieline.webhooks.handshakes import answered, as_json
from tieline.webhooks.public_key import Ed25519
from tieline.webhooks.readers import at, body, numbered, words

_INTERACTIONS = {
    2: "application_command",
    3: "message_component",
    4: "application_command_autocomplete",
    5: "modal_submit",
}
EVENTS = (
    *_INTERACTIONS.values(),
    *words("application_authorized application_deauthorized entitlement_create entitlement_delete entitlement_update"),
)
#: What each kind wants to hear: "thinking", nothing, no choices, "thinking".
_LATER: dict[int, dict[str, Any]] = {
    2: {"type": 5},
    3: {"type": 6},
    4: {"type": 8, "data": {"choices": []}},
    5: {"type": 5},
}


def _kind(delivery: Delivery) -> int:
    kind = at(delivery.json, "type")
    return kind if type(kind) is int else -1


def _is_event(delivery: Delivery) -> bool:
    return isinstance(at(delivery.json, "event"), dict)


def _event(delivery: Delivery) -> str:
    return body("event.type")(delivery).lower() if _is_event(delivery) else _INTERACTIONS.get(_kind(delivery), "")


def _reply(delivery: Delivery) -> Reply:
    """An interaction is answered at once, and for good later, through its token; an event wants 204."""
    if _is_event(delivery):
        return Reply(204)
    return as_json(_LATER.get(_kind(delivery), {"type": 5}))


webhook = Webhook(
    verify=Ed25519("X-Signature-Ed25519", "X-Signature-Timestamp"),
    event=_event,
    delivery=numbered(body("id")),
    handshakes=(
        answered(lambda delivery: _kind(delivery) == 1 and not _is_event(delivery), as_json({"type": 1})),
        answered(lambda delivery: _kind(delivery) == 0, Reply(204)),
    ),
    reply=_reply,
    facts=Facts(
        who="member.user.global_name|member.user.username|user.global_name|user.username|event.data.user.username",
        when="event.timestamp",
        subject="data.name|data.custom_id|event.data.guild.name",
    ),
    guide="""\
1. At <https://discord.com/developers/applications> open your application. **General Information → Public Key** goes
   into the block.
2. **Interactions Endpoint URL**: `{url}`. Saving it, Discord sends a PING, and a call with a wrong signature that must
   be refused. For events of the application: **Webhooks → Endpoint**, the same address.

A command is answered with "thinking…": the flow completes it with a call to
`https://discord.com/api/v10/webhooks/APPLICATION_ID/TOKEN/messages/@original` within 15 minutes.
""",
    docs="https://discord.com/developers/docs/interactions/overview",
)
