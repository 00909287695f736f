"""Intercom: conversations, contacts, companies and tickets."""

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.handshakes import said_hello
from tieline.webhooks.readers import body, numbered, words
from tieline.webhooks.verifiers import Hmac

# https://developers.intercom.com/docs/references/2.16/webhooks/webhook-models
EVENTS = words("""
    company.created company.deleted company.updated contact.archived contact.deleted contact.email.updated
    contact.lead.added_email contact.lead.created contact.lead.signed_up contact.lead.tag.created
    contact.lead.tag.deleted contact.lead.updated contact.merged contact.subscribed contact.unarchive
    contact.unsubscribed contact.user.created contact.user.tag.created contact.user.tag.deleted contact.user.updated
    conversation.admin.assigned conversation.admin.closed conversation.admin.noted conversation.admin.open.assigned
    conversation.admin.opened conversation.admin.replied conversation.admin.single.created
    conversation.admin.snoozed conversation.admin.unsnoozed conversation.company.updated
    conversation.contact.attached conversation.contact.detached conversation.deleted conversation.operator.replied
    conversation.priority.updated conversation.rating.added conversation.read conversation.user.created
    conversation.user.replied conversation_part.redacted conversation_part.tag.created event.created
    granular.subscribe granular.unsubscribe job.completed ping ticket.admin.assigned ticket.admin.replied
    ticket.attribute.updated ticket.closed ticket.contact.attached ticket.contact.detached ticket.contact.replied
    ticket.created ticket.note.created ticket.rating.provided ticket.resolved ticket.state.updated
    ticket.team.assigned visitor.signed_up
""")

webhook = Webhook(
    # SHA-1 is all that Intercom has. The key is the app's client secret.
    verify=Hmac("X-Hub-Signature", hash="sha1", prefix="sha1="),
    event=body("topic"),
    delivery=numbered(body("id")),
    # Intercom looks whether we are there with HEAD before it keeps our address.
    handshakes=(said_hello("HEAD"),),
    facts=Facts(
        who="data.item.source.author.name|data.item.source.author.email|data.item.name|data.item.email|data.item.contact.name",
        when="created_at",
        subject="data.item.source.subject|data.item.title|data.item.ticket_attributes._default_title_"
        "|data.item.ticket.ticket_attributes._default_title_|data.item.name|data.item.source.body",
        link="data.item.links.conversation_web|data.item.source.url",
    ),
    guide="""\
1. In the Developer Hub open your app, **Configure → Webhooks**. Start the gateway first.
2. Endpoint URL: `{url}`. Choose the topics. Intercom sends `ping` from time to time.
3. The **client secret** (page *Basic information*) goes into the block.
""",
    caveat="No time is checked; the notification's id is signed, so that a copy counts as a redelivery.",
    docs="https://developers.intercom.com/docs/webhooks/webhook-notifications",
)
