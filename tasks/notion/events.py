"""What Notion tells us, and how it signs it. Events hold ids alone: fetch the page."""

from datetime import datetime
from typing import Any

from pydantic import Field

from tieline import Model, Webhook
from tieline.webhooks import Facts, body, hmac_sha256, numbered
from tieline.webhooks.handshakes import secret_in_body

webhook = Webhook(
    # https://developers.notion.com/reference/webhooks#step-3-validating-event-payloads-recommended
    verify=hmac_sha256("X-Notion-Signature", prefix="sha256="),
    event=body("type"),
    delivery=numbered(body("id")),
    handshakes=(
        secret_in_body(
            "verification_token",
            "Notion has sent its verification token, and it is in the block now. Paste it at Notion under Verify.",
        ),
    ),
    facts=Facts(who="authors.0.id", when="timestamp", subject="entity.type"),
    guide="""\
1. Let the block wait for Notion's secret, and start the gateway:
   `tieline webhook secret notion --connection NAME --handshake`.
2. At <https://www.notion.so/profile/integrations> open your integration, **Webhooks → Create a subscription**, URL
   `{url}`. Choose the events. Notion sends a verification token at once, which is kept in the block.
3. Paste that token at Notion under **Verify**. `tieline webhook secret notion --connection NAME --show`
   shows it.
   From then on only what is signed passes.
""",
    caveat="No time is checked; the event's id is signed, so that a copy counts as a redelivery. "
    "Events hold ids alone: fetch the page.",
    docs="https://developers.notion.com/reference/webhooks",
)


class Entity(Model):
    """What an event is about."""

    id: str
    type: str


class Event(Model):
    """One delivery, https://developers.notion.com/reference/webhooks-events-delivery."""

    id: str
    type: str
    timestamp: datetime
    entity: Entity
    authors: tuple[Entity, ...] = ()
    attempt_number: int = 1
    data: dict[str, Any] = Field(default_factory=dict)
