"""What Freshdesk tells us, as its automation rules are written to."""

from tieline import Model, Webhook
from tieline.webhooks import Facts, body, digest, shared_secret

_GUIDE = """\
Freshdesk signs nothing and has no API for this: an automation rule sends what its author writes.

1. **Admin → Workflows → Automations**: a rule for *Ticket Creation*, one for *Ticket Updates* (and one for *Hourly
   Triggers*, if you like). Choose the condition, then the action **Trigger Webhook**.
2. Request type `POST`, URL `{url}`, encoding **JSON**, **Advanced** content.
3. Custom headers: `{"X-Tieline-Secret": "…"}` with the same long random text as in the block.
4. Content, with the event's name: `ticket_created`, `ticket_updated`, `ticket_resolved`, `ticket_closed` or
   `note_created`. Choose **Insert placeholders** where yours have other names:

       {"event": "ticket_created", "ticket_id": "{{ticket.id}}", "subject": "{{ticket.subject}}",
        "status": "{{ticket.status}}", "priority": "{{ticket.priority}}", "requester": "{{ticket.requester.email}}",
        "url": "{{ticket.url}}"}

Freshdesk's rules are about tickets. `contact_created` and `contact_updated` (with `contact_id` and `email`) are for an
app of your own. Freshdesk does not number what it sends: two bodies that are alike within ten minutes count as one.
"""

# An automation rule signs nothing; it can send a header of ours, and any JSON.
webhook = Webhook(
    verify=shared_secret("X-Tieline-Secret"),
    event=body("event"),
    delivery=digest,
    facts=Facts(who="requester|email", subject="subject|email", link="url"),
    guide=_GUIDE,
    caveat="The secret itself is sent, and no time: guard the header's text.",
    docs="https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules",
)


class TicketEvent(Model):
    """What an automation rule about a ticket sends."""

    ticket_id: int
    subject: str = ""
    status: str | int = ""
    priority: str | int = ""


class NoteEvent(TicketEvent):
    """What an automation rule about a note sends."""

    note: str = ""


class ContactEvent(Model):
    """What an app of the account sends about a contact; automation rules know only tickets."""

    contact_id: int
    email: str | None = None
