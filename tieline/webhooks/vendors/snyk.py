"""Snyk: snapshots of projects, with what is new and what is gone."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import header, numbered
from tieline.webhooks.verifiers import hmac_sha256

# Headers and payloads: https://snyk.docs.apiary.io/#introduction/consuming-webhooks
EVENTS = ("ping", "project_snapshot")


def _event(delivery: Delivery) -> str:
    """`project_snapshot` for `project_snapshot/v0`."""
    return header("X-Snyk-Event")(delivery).partition("/")[0]


webhook = Webhook(
    verify=hmac_sha256("X-Hub-Signature", prefix="sha256="),
    event=_event,
    named_by="X-Snyk-Event",
    delivery=numbered(header("X-Snyk-Transport-ID")),
    facts=Facts(
        who="project.importingUser.name|org.name",
        when="project.lastTestedDate|project.created",
        subject="project.name|org.name",
        link="project.browseUrl|org.url",
    ),
    guide="""\
Snyk's API makes webhooks; the secret is a long random text, the same as in the block:

    curl "https://api.snyk.io/v1/org/ORG_ID/webhooks" -H "Authorization: token TOKEN" \\
      -H "Content-Type: application/json" -d '{"url": "{url}", "secret": "SECRET"}'

It sends `ping` at once. `project_snapshot` comes after each test of a project that was there before.
""",
    caveat="The number of the delivery is not signed, nor is a time: a copy passes again under another number.",
    docs="https://docs.snyk.io/snyk-api/snyk-webhooks/validation-and-versioning-of-payloads",
)
