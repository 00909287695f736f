"""What Discord tells us: interactions, and what happens to the app."""

from typing import Any

from pydantic import Field

from tasks.discord import commands
from tieline import Model
from tieline.webhooks import Delivery, Facts, Reply, Webhook, body, first
from tieline.webhooks.handshakes import answered, as_json
from tieline.webhooks.public_key import Ed25519
from tieline.webhooks.readers import at, fingerprint

_INTERACTIONS = {
    2: "application_command",
    3: "message_component",
    4: "application_command_autocomplete",
    5: "modal_submit",
}
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
    return commands.reply(delivery) or as_json(_LATER.get(_kind(delivery), {"type": 5}))


webhook = Webhook(
    verify=Ed25519("X-Signature-Ed25519", "X-Signature-Timestamp"),
    event=_event,
    # An event has no id, but the moment to the microsecond.
    delivery=first(body("id"), fingerprint),
    handshakes=(
        answered(lambda delivery: _kind(delivery) == 1 and not _is_event(delivery), as_json({"type": 1})),
        answered(lambda delivery: _kind(delivery) == 0, Reply(204)),
    ),
    reply=_reply,
    facts=Facts(
        who="member.user.global_name|member.user.username|user.global_name|user.username|event.data.user.username"
        "|event.data.author.username",
        when="event.timestamp",
        subject="data.name|data.custom_id|event.data.guild.name|event.data.content",
    ),
    guide="""\
`tieline webhook setup discord` puts the public key into the block and sets the address, while the gateway runs there.
By hand:

1. At <https://discord.com/developers/applications> open your application. **General Information → Public Key** goes
   into the block.
2. **Interactions Endpoint URL**: `{url}`. Saving it, Discord sends a PING, and a call with a wrong signature that must
   be refused. For events of the application: **Webhooks → Endpoint**, the same address.

A command is answered with "thinking…": the flow completes it with a call to
`https://discord.com/api/v10/webhooks/APPLICATION_ID/TOKEN/messages/@original` within 15 minutes.
""",
    caveat="A copy passes while its time is young; the id, or the body, tells it from a new one.",
    docs="https://discord.com/developers/docs/interactions/overview",
)


class Interaction(Model):
    """A command, a click or a form, https://discord.com/developers/docs/interactions/receiving-and-responding."""

    id: str
    type: int
    token: str
    application_id: str = ""
    channel_id: str | None = None
    guild_id: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    member: dict[str, Any] | None = None
    user: dict[str, Any] | None = None


class AppEvent(Model):
    """What happened to the app, https://discord.com/developers/docs/events/webhook-events."""

    application_id: str
    event: dict[str, Any]
