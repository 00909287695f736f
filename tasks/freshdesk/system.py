"""Where Freshdesk is, and who we are there."""

from blocks.freshdesk import FreshdeskCredentials
from tasks.freshdesk import events
from tieline import Api, HttpRules, Identity, http_connector
from tieline.transport.paging import link_header

connector = http_connector(
    "freshdesk",
    block=FreshdeskCredentials,
    docs="https://developers.freshdesk.com/api/",
    rules=HttpRules(paginate=link_header, rate="100/minute"),
    webhook=events.webhook,
)

connector.event(events.TicketEvent, "ticket_created", "ticket_updated", "ticket_resolved", "ticket_closed")
connector.event(events.NoteEvent, "note_created")
connector.event(events.ContactEvent, "contact_created", "contact_updated")


@connector.health
async def check(api: Api) -> Identity:
    """Who the API key belongs to."""
    agent = await api.get("/agents/me", at="contact")
    return Identity(name=agent.get("name", ""), detail=agent.get("email", "")) if agent else Identity(name="")
