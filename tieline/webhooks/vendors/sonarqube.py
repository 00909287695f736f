"""SonarQube: analyses and quality gates."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook
from tieline.webhooks.readers import body, fingerprint, first, words
from tieline.webhooks.verifiers import hmac_sha256

EVENTS = words("analysis.failed analysis.success quality_gate.error quality_gate.ok")


def _event(delivery: Delivery) -> str:
    """What the quality gate says, or how the analysis went where there is none."""
    gate, status = body("qualityGate.status")(delivery), body("status")(delivery)
    return f"quality_gate.{gate}".lower() if gate else f"analysis.{status}".lower() if status else ""


webhook = Webhook(
    verify=hmac_sha256("X-Sonar-Webhook-HMAC-SHA256"),
    event=_event,
    # Where somebody changes an issue there was no task, but the moment (`changedAt`).
    delivery=first(body("taskId"), fingerprint),
    facts=Facts(
        when="changedAt|analysedAt", subject="project.name|project.key", link="branch.url|project.url|serverUrl"
    ),
    guide="""\
1. Open **Administration → Configuration → Webhooks → Create** (or the project's **Project settings → Webhooks**).
2. URL: `{url}`. Secret: a long random text, the same as in the block.

SonarQube does not send again what failed: *Last delivery* shows it.
""",
    caveat="No time is checked; the task's id is signed, so that a copy counts as a redelivery.",
    docs="https://docs.sonarsource.com/sonarqube-server/discovering/integrations/webhooks",
)
