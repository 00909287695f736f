"""Sentry: issues, errors and alerts of an integration."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import body, header, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

# One page for each resource below that of `docs`, such as …/webhooks/issues/
EVENTS = words("""
    comment.created comment.deleted comment.updated error.created event_alert.triggered installation.created
    installation.deleted issue.archived issue.assigned issue.created issue.resolved issue.unresolved
    metric_alert.critical metric_alert.resolved metric_alert.warning seer.coding_completed seer.coding_started
    seer.pr_created seer.root_cause_completed seer.root_cause_started seer.solution_completed seer.solution_started
""")


def _event(delivery: Delivery) -> str:
    """`issue.created`: what it is about stands in a header, what was done in the body."""
    about, action = header("Sentry-Hook-Resource")(delivery), body("action")(delivery)
    return f"{about}.{action}" if about and action else about


webhook = Webhook(
    # Of the bytes as they come; Sentry's own example signs them written anew.
    verify=hmac_sha256("Sentry-Hook-Signature"),
    event=_event,
    named_by="Sentry-Hook-Resource",
    delivery=numbered(header("Request-ID")),
    facts=Facts(
        who="actor.name|data.error.user.email|data.event.user.email",
        when="data.issue.lastSeen|data.event.datetime|data.error.datetime|data.timestamp|data.metric_alert.date_created",
        subject="data.issue.title|data.event.title|data.error.title|data.description_title|data.metric_alert.title"
        "|data.comment",
        link="data.issue.web_url|data.event.web_url|data.error.web_url|data.web_url|data.issue.permalink"
        "|data.pull_requests.0.pull_request.pr_url",
    ),
    guide="""\
1. Open **Settings → Developer Settings → Custom Integrations → Create New Integration** (an internal one will do).
2. Webhook URL: `{url}`. Choose the resources (issue, error, comment), and *Alert Rule Action* for alerts.
3. The **client secret** goes into the block. Sentry waits one second for the answer.
""",
    caveat="Neither the time nor the number (`Request-ID`), nor the resource's name are signed: a copy passes again.",
    docs="https://docs.sentry.io/integrations/integration-platform/webhooks/",
)
