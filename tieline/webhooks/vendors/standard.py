"""Standard Webhooks: every vendor that keeps to the specification, Svix among them."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, constant, first, named
from tieline.webhooks.standard import standard_id, standard_or_svix

#: The vendors' own.
EVENTS: tuple[str, ...] = ()

webhook = Webhook(
    verify=standard_or_svix(),
    event=first(named(first(body("type"), body("event_type"), body("eventType"), body("event"))), constant("received")),
    delivery=standard_id,
    facts=Facts(
        who="data.user|data.email|data.actor", when="timestamp|created_at", subject="data.name|data.id", link="data.url"
    ),
    guide="""\
1. Give the vendor the address `{url}`.
2. Put the signing secret (`whsec_…`) into the block, as it is.
""",
    docs="https://www.standardwebhooks.com/",
)
