"""Intercom: conversations, contacts, companies and tickets."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.verifiers import Hmac

EVENTS = words("""
    company.created company.updated contact.archived contact.created contact.deleted contact.email.updated
    contact.lead.created contact.lead.signed_up contact.lead.tag.created contact.merged contact.tag.created
    contact.unsubscribed contact.user.created contact.user.tag.created contact.user.updated
    conversation.admin.assigned conversation.admin.closed conversation.admin.noted conversation.admin.opened
    conversation.admin.replied conversation.admin.single.created conversation.admin.snoozed
    conversation.admin.unsnoozed conversation.contact.attribute.updated conversation.deleted
    conversation.priority.updated conversation.rating.added conversation.user.created conversation.user.replied
    conversation_part.tag.created event.created ping ticket.admin.assigned ticket.admin.replied
    ticket.attribute.updated ticket.closed ticket.contact.replied ticket.created ticket.note.created
    ticket.rating.provided ticket.state.updated ticket.team.assigned visitor.signed_up
""")

webhook = Webhook(
    # SHA-1 is all that Intercom has. The key is the app's client secret.
    verify=Hmac("X-Hub-Signature", hash="sha1", prefix="sha1="),
    event=body("topic"),
    delivery=numbered(body("id")),
    facts=Facts(
        who="data.item.source.author.name|data.item.source.author.email|data.item.name|data.item.email|data.item.contact.name",
        when="created_at",
        subject="data.item.source.subject|data.item.title|data.item.ticket_attributes._default_title_|data.item.name"
        "|data.item.source.body",
        link="data.item.links.conversation_web|data.item.source.url",
    ),
    guide="""\
1. In the Developer Hub open your app, **Webhooks**.
2. Endpoint URL: `{url}`. Choose the topics. *Send test request* sends `ping`.
3. The **client secret** (page *Basic information*) goes into the block.
""",
    caveat="No time is checked; the notification's id is signed, so that a copy counts as a redelivery.",
    docs="https://developers.intercom.com/docs/webhooks/webhook-notifications",
)
