"""Mailgun: what became of e-mails."""

from tieline.webhooks.delivery import Delivery, Facts, Scheme, Webhook
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.times import in_body
from tieline.webhooks.verifiers import Hmac

# The types of webhooks in https://documentation.mailgun.com/docs/mailgun/api-reference; `failed` is what comes for
# both `permanent_fail` and `temporary_fail`.
EVENTS = words("accepted clicked complained delivered failed opened unsubscribed")
#: Mailgun tries again for eight hours, and asks not to be strict.
_DAY = 86_400.0


def _signed(path: str) -> Hmac:
    return Hmac(
        path=path,
        timestamp=in_body("signature.timestamp"),
        signed="{timestamp}{json.signature.token}",
        tolerance=_DAY,
    )


_OWN, _PARENT = _signed("signature.signature"), _signed("signature.parent-signature")


class OwnOrParent(Scheme):
    """The account's signature; where a subaccount sends, that of the account above it is as good."""

    headers = _OWN.headers
    tolerance = _OWN.tolerance

    @property
    def says(self) -> str:
        """What is signed, how, and where that stands."""
        return f"{_OWN.says}; for subaccounts also in `signature.parent-signature`"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        way = _PARENT if _PARENT.matches(delivery, secret) else _OWN
        way(delivery, secret, now)

    def signed_at(self, delivery: Delivery) -> float | None:
        """The signed time, if there is one."""
        return _OWN.signed_at(delivery)

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as Mailgun would send it."""
        return _OWN.sign(delivery, secret, now)


webhook = Webhook(
    verify=OwnOrParent(),
    event=body("event-data.event"),
    # The token is all that is signed: whoever has seen one delivery must not be able to send another with it.
    delivery=numbered(body("signature.token")),
    facts=Facts(
        who="event-data.recipient|event-data.message.headers.to",
        when="event-data.timestamp",
        subject="event-data.message.headers.subject|event-data.delivery-status.message|event-data.url",
    ),
    guide="""\
1. Open **Send → Sending → Webhooks**, choose the domain, **Add webhook**. URL: `{url}`, one for each event type.
2. The **HTTP webhook signing key** (*API security*) goes into the block; it is not the API key.
""",
    caveat="Only a time and a token are signed, not the body: guard the address, use https. A token is good once.",
    docs="https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
)
