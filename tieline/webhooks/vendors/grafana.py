"""Grafana: alerts."""

from typing import Any

from tieline.webhooks.delivery import Delivery, Facts, Webhook, digest
from tieline.webhooks.readers import at, word
from tieline.webhooks.verifiers import either, hmac_sha256

EVENTS = ("alert.firing", "alert.resolved")
# Signed as in https://github.com/grafana/alerting/blob/main/http/hmac.go; the time has no header unless one is chosen.
_HEADER = "X-Grafana-Alerting-Signature"


def _name(alert: Any) -> str:
    status = word(at(alert, "status"))
    return f"alert.{status}".lower() if status else ""


def _event(delivery: Delivery) -> str:
    return _name(delivery.json)


webhook = Webhook(
    verify=either(
        hmac_sha256(_HEADER, timestamp="X-Grafana-Alerting-Timestamp", signed="{timestamp}:{body}"),
        hmac_sha256(_HEADER),
    ),
    event=_event,
    # Grafana repeats what still burns in the very same words.
    delivery=digest,
    parts="alerts",
    part_event=_name,
    facts=Facts(
        who="labels.instance|labels.grafana_folder|receiver",
        when="startsAt|alerts.0.startsAt",
        subject="labels.alertname|annotations.summary|title",
        link="panelURL|dashboardURL|generatorURL|externalURL",
    ),
    guide="""\
1. In Grafana (12 or later) open **Alerting → Contact points → Add contact point**, integration **Webhook**.
2. URL: `{url}`, method POST.
3. Under **HMAC signature**: the secret, a long random text, the same as in the block; leave the header as it is
   (`X-Grafana-Alerting-Signature`), and set the timestamp header to `X-Grafana-Alerting-Timestamp`.
""",
    caveat="Without the timestamp header an old delivery passes again. Alerts have no number: two that are alike "
    "within ten minutes count as one.",
    docs="https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
)
