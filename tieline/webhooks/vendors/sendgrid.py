"""SendGrid: what became of e-mails."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.public_key import EcdsaP256
from tieline.webhooks.readers import at, fingerprint, word, words

# https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
EVENTS = words("""
    account_status_change bounce click deferred delivered dropped group_resubscribe group_unsubscribe open processed
    spamreport unsubscribe
""")
#: SendGrid tries again for a day.
_DAY = 86_400.0


def _name(item: Any) -> str:
    return word(at(item, "event"))


def _event(delivery: Delivery) -> str:
    return _name(at(delivery.json, "0"))


webhook = Webhook(
    verify=EcdsaP256(
        "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp", tolerance=_DAY
    ),
    event=_event,
    # Every event has an id (`sg_event_id`) and a moment.
    delivery=fingerprint,
    parts=".",
    part_event=_name,
    facts=Facts(who="email", when="timestamp", subject="reason|url|status|sg_message_id"),
    guide="""\
1. Open **Settings → Mail Settings → Event Webhooks → Create new webhook**.
2. Post URL: `{url}`. Choose the actions.
3. Turn on **Signature Verification**, save, and copy the **public key** into the block.
""",
    caveat="An old delivery passes for a day, as SendGrid tries that long; a copy counts as a redelivery.",
    docs="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
)
