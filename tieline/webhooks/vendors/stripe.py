"""Stripe: payments, customers, invoices and subscriptions."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.times import in_item
from tieline.webhooks.verifiers import hmac_sha256

#: Those that most people want, of https://docs.stripe.com/api/events/types; every other one is read the same way.
EVENTS = words("""
    account.updated charge.dispute.closed charge.dispute.created charge.failed charge.refunded charge.succeeded
    checkout.session.async_payment_failed checkout.session.async_payment_succeeded checkout.session.completed
    checkout.session.expired customer.created customer.deleted customer.subscription.created
    customer.subscription.deleted customer.subscription.paused customer.subscription.trial_will_end
    customer.subscription.updated customer.updated invoice.created invoice.finalized invoice.paid
    invoice.payment_action_required invoice.payment_failed invoice.payment_succeeded invoice.upcoming
    payment_intent.canceled payment_intent.payment_failed payment_intent.succeeded payment_method.attached
    payout.failed payout.paid price.created product.created product.updated refund.created refund.failed
""")

webhook = Webhook(
    verify=hmac_sha256(
        "Stripe-Signature",
        prefix="v1=",
        split=",",
        timestamp=in_item("Stripe-Signature", "t="),
        signed="{timestamp}.{body}",
    ),
    event=body("type"),
    delivery=numbered(body("id")),
    facts=Facts(
        who="data.object.customer_email|data.object.receipt_email|data.object.email|data.object.customer|account",
        when="created",
        subject="data.object.description|data.object.number|data.object.name|data.object.id",
        link="data.object.hosted_invoice_url|data.object.receipt_url|data.object.url",
    ),
    guide="""\
1. In the Stripe Dashboard open **Developers → Webhooks → Add endpoint** (Workbench: **Webhooks → Add destination**).
2. Endpoint URL: `{url}`. Choose the events.
3. Reveal the **signing secret** (`whsec_…`) and put it into the block, as it is. After *Roll secret*, put the old one
   beside it (`webhook.more_secrets`) until it expires.
""",
    caveat="A copy passes while its time is young; the event's id is signed, so that it counts as a redelivery.",
    docs="https://docs.stripe.com/webhooks#verify-manually",
)
