"""Linear: issues, comments, projects and cycles."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, first, header, joined, named, numbered, words
from tieline.webhooks.times import in_body
from tieline.webhooks.verifiers import Hmac

_KINDS = words("""
    attachment comment customer customerneed cycle document initiative initiativeupdate issue issuelabel project
    projectupdate reaction user
""")
EVENTS = tuple(f"{kind}.{action}" for kind in _KINDS for action in ("create", "remove", "update"))

webhook = Webhook(
    # Linear's own library allows 60 seconds, too, and takes the time from the body, which is signed.
    verify=Hmac("Linear-Signature", timestamp=in_body("webhookTimestamp", "ms"), tolerance=60),
    event=named(first(joined(body("type"), body("action"), by="."), body("type"))),
    delivery=numbered(header("Linear-Delivery")),
    facts=Facts(
        who="actor.name|actor.email|data.user.name|data.creator.name",
        when="createdAt|webhookTimestamp",
        subject="data.title|data.name|data.issue.title|data.body|issueData.title",
        link="url|data.url",
    ),
    guide="""\
`tieline webhook setup linear` does this through Linear's API, if the connection is of an admin. By hand:

1. In Linear open **Settings → API → Webhooks → New webhook**.
2. URL: `{url}`. Choose the teams and the kinds of data.
3. Open the new webhook and copy its **signing secret** into the block.
""",
    caveat="The number of the delivery is not signed, but the time is: a copy is refused after 60 seconds.",
    docs="https://linear.app/developers/webhooks",
)
