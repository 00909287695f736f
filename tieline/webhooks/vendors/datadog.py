"""Datadog: monitors and events."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, first, joined, named, numbered, words
from tieline.webhooks.verifiers import basic, either, shared_secret

#: What `$ALERT_TRANSITION` says.
EVENTS = words("triggered re-triggered recovered warn re-warn no_data re-no_data renotify")

webhook = Webhook(
    verify=either(shared_secret("X-Tieline-Secret"), basic()),
    event=named(first(body("alert_transition"), body("event_type"))),
    delivery=numbered(joined(body("id"), body("date")), body("id")),
    facts=Facts(who="user", when="date", subject="title", link="link"),
    guide="""\
Datadog signs nothing, but can send a header of ours.

1. Open **Integrations → Webhooks → New**. Name: `tieline`. URL: `{url}`.
2. Custom headers: `{"X-Tieline-Secret": "…"}`, a long random text, the same as in the block.
3. Payload:

       {"id": "$ID", "alert_transition": "$ALERT_TRANSITION", "event_type": "$EVENT_TYPE", "title": "$EVENT_TITLE",
        "body": "$EVENT_MSG", "date": "$DATE", "link": "$LINK", "priority": "$ALERT_PRIORITY", "user": "$USER",
        "alert_id": "$ALERT_ID", "cycle": "$ALERT_CYCLE_KEY", "scope": "$ALERT_SCOPE"}

4. Put `@webhook-tieline` into the message of each monitor that shall tell us.
""",
    caveat="A delivery has no signature, and passes again under another date: guard the header's text.",
    docs="https://docs.datadoghq.com/integrations/webhooks/",
)
