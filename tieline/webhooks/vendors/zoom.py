"""Zoom: meetings, webinars, recordings and users."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.handshakes import proven, says
from tieline.webhooks.readers import body, fingerprint, words
from tieline.webhooks.verifiers import hmac_sha256

# https://github.com/zoom/rivet-javascript names all of them.
EVENTS = words("""
    meeting.alert meeting.created meeting.deleted meeting.ended meeting.participant_joined meeting.participant_left
    meeting.started meeting.summary_completed meeting.updated phone.callee_answered phone.callee_missed
    phone.recording_completed phone.voicemail_received recording.completed recording.deleted recording.started
    recording.stopped recording.transcript_completed user.activated user.created user.deactivated user.deleted
    user.updated webinar.created webinar.ended webinar.registration_created webinar.started
""")
_VERIFY = hmac_sha256(
    "x-zm-signature", prefix="v0=", timestamp="x-zm-request-timestamp", signed="v0:{timestamp}:{body}"
)

webhook = Webhook(
    verify=_VERIFY,
    event=body("event"),
    # The body holds the moment in milliseconds (`event_ts`).
    delivery=fingerprint,
    handshakes=(
        proven(
            _VERIFY,
            "payload.plainToken",
            says(body("event"), "endpoint.url_validation"),
            plain="plainToken",
            proof="encryptedToken",
        ),
    ),
    facts=Facts(
        who="payload.operator|payload.object.participant.user_name|payload.object.host_email"
        "|payload.object.meeting_host_email|payload.object.email",
        when="event_ts",
        subject="payload.object.topic|payload.object.meeting_topic|payload.object.email|payload.object.uuid",
        link="payload.object.share_url|payload.object.join_url",
    ),
    guide="""\
1. At <https://marketplace.zoom.us> open your app, **Feature → Event Subscriptions → Add**.
2. The **Secret Token** of the app goes into the block; start the gateway.
3. Event notification endpoint URL: `{url}`, then **Validate**. Choose the events. Zoom validates again every three
   days.
""",
    caveat="A copy passes while its time is young; the moment in the body tells it from a new one.",
    docs="https://developers.zoom.us/docs/api/webhooks/",
)
