"""Asana: tasks, projects and stories."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Reply, Webhook
from tieline.webhooks.handshakes import answered, secret_in_header
from tieline.webhooks.readers import at, fingerprint, word, words
from tieline.webhooks.verifiers import hmac_sha256

# Actions: https://developers.asana.com/reference/events. Not every kind knows every one.
_KINDS = words("attachment goal portfolio project project_membership section story tag task team user")
_ACTIONS = words("added changed deleted removed undeleted")
EVENTS = tuple(f"{kind}.{action}" for kind in _KINDS for action in _ACTIONS)


def _name(event: Any) -> str:
    """`task.changed`."""
    kind, action = word(at(event, "resource.resource_type")), word(at(event, "action"))
    return f"{kind}.{action}" if kind and action else ""


def _event(delivery: Delivery) -> str:
    return _name(at(delivery.json, "events.0"))


webhook = Webhook(
    verify=hmac_sha256("X-Hook-Signature"),
    event=_event,
    # Events have no ids, but the moment to the millisecond.
    delivery=fingerprint,
    parts="events",
    part_event=_name,
    handshakes=(
        secret_in_header("X-Hook-Secret", "Asana has registered a webhook; a block that waited for the secret has it."),
        # A sign of life that Asana sends every eight hours.
        answered(lambda delivery: delivery.json in ({"events": []}, {}), Reply(200)),
    ),
    facts=Facts(who="user.name|user.gid", when="created_at", subject="resource.name|resource.gid|parent.name"),
    guide="""\
`tieline webhook setup asana --resource GID` does this, with the gid of a task or a project, while the gateway runs. By
hand:

1. Let the block wait for Asana's secret, and start the gateway:
   `tieline webhook secret asana --connection NAME --handshake`.
2. Register, with the gid of a task or a project (a workspace, a team or a portfolio wants `filters`, too):

       curl https://app.asana.com/api/1.0/webhooks -H "Authorization: Bearer TOKEN" \\
         -d "resource=GID" -d "target={url}"

   While that call waits, Asana sends the secret here; we repeat it, and keep it in the block.
   From then on only what is signed passes.
""",
    caveat="The time of each event is in the body and signed, but not checked: a copy counts as a redelivery.",
    docs="https://developers.asana.com/docs/webhooks-guide",
)
