"""Webex: messages, rooms, memberships and meetings."""

from tieline.webhooks.delivery import Delivery, Facts, Webhook, digest
from tieline.webhooks.readers import body, joined, words
from tieline.webhooks.verifiers import Hmac

EVENTS = words("""
    attachmentActions.created meetingParticipants.joined meetingParticipants.left meetings.created meetings.deleted
    meetings.ended meetings.started meetings.updated memberships.created memberships.deleted memberships.updated
    messages.created messages.deleted messages.updated recordings.created recordings.deleted recordings.updated
    rooms.created rooms.migrated rooms.updated
""")
_NAME = joined(body("resource"), body("event"), by=".")
_ONCE = joined(_NAME, body("data.id"))
#: The id of a membership is made of the person's and the room's: whoever comes back has the same one as before.
_MEMBERSHIP = joined(_ONCE, body("data.created"))


def _number(delivery: Delivery) -> str:
    """A thing is made once and deleted once; all else can happen to it again."""
    if body("event")(delivery) not in {"created", "deleted"}:
        return digest(delivery)
    return (_MEMBERSHIP if body("resource")(delivery) == "memberships" else _ONCE)(delivery) or digest(delivery)


webhook = Webhook(
    # SHA-1 is what Webex uses.
    verify=Hmac("X-Spark-Signature", hash="sha1"),
    event=_NAME,
    delivery=_number,
    facts=Facts(
        who="data.personEmail|data.hostEmail|actorId",
        # `created` at the top is when the webhook was made.
        when="data.updated|data.created",
        subject="data.title|data.roomType|data.id",
        link="data.webLink",
    ),
    guide="""\
Register with a bot's token; the secret is a long random text, the same as in the block:

    curl https://webexapis.com/v1/webhooks -H "Authorization: Bearer TOKEN" -H "Content-Type: application/json" \\
      -d '{"name": "Tieline", "targetUrl": "{url}", "resource": "messages", "event": "created", "secret": "SECRET"}'
""",
    caveat="No time is signed; what tells a copy from a new event is the thing's id, or the body.",
    docs="https://developer.webex.com/docs/api/guides/webhooks",
)
