"""PagerDuty: incidents and services."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.verifiers import hmac_sha256

# https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/01-Overview.md
EVENTS = words("""
    incident.acknowledged incident.action_invocation.created incident.action_invocation.terminated
    incident.action_invocation.updated incident.annotated incident.conference_bridge.updated
    incident.custom_field_values.updated incident.delegated incident.escalated incident.incident_type.changed
    incident.priority_updated incident.reassigned incident.reopened incident.resolved incident.responder.added
    incident.responder.replied incident.role.assigned incident.service_updated incident.status_update_published
    incident.task.completed incident.task.created incident.task.updated incident.triggered incident.unacknowledged
    incident.workflow.completed incident.workflow.started pagey.ping service.created
    service.custom_field_values.updated service.deleted service.updated
""")

webhook = Webhook(
    # While a secret is replaced there are several signatures; one of them is enough.
    verify=hmac_sha256("X-PagerDuty-Signature", prefix="v1=", split=","),
    event=body("event.event_type"),
    delivery=numbered(body("event.id")),
    facts=Facts(
        who="event.agent.summary|event.client.name",
        when="event.occurred_at",
        subject="event.data.title|event.data.summary|event.data.incident.summary|event.data.service.summary"
        "|event.data.message",
        link="event.data.html_url|event.data.incident.html_url|event.data.service.html_url",
    ),
    guide="""\
1. Open **Integrations → Generic Webhooks (v3) → New Webhook**.
2. Webhook URL: `{url}`. Choose the scope and the events.
3. PagerDuty shows the **signing secret** once. Put it into the block. *Send Test Event* sends `pagey.ping`.
""",
    caveat="No time is checked; the event's id is signed, so that a copy counts as a redelivery.",
    docs="https://developer.pagerduty.com/docs/verifying-webhook-signatures",
)
