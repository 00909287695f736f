"""Freshdesk: tickets, conversations, contacts and time entries."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any

from pydantic import Field

from blocks.freshdesk import FreshdeskCredentials
from tieline import Api, HttpRules, Identity, Model, Webhook, http_connector, segment
from tieline.transport.paging import link_header, page_number
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

connector = http_connector(
    "freshdesk",
    block=FreshdeskCredentials,
    docs="https://developers.freshdesk.com/api/",
    rules=HttpRules(paginate=link_header, rate="100/minute"),
    # An automation rule signs nothing; it can send a header of ours, and any JSON.
    webhook=Webhook(
        verify=shared_secret("X-Tieline-Secret"),
        event=body("event"),
        delivery=digest,
        facts=Facts(who="requester|email", subject="subject|email", link="url"),
        guide=_GUIDE,
        caveat="The secret itself is sent, and no time: guard the header's text.",
        docs="https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules",
    ),
)

TicketId = Annotated[int, Field(description="The number shown as #123 in the ticket's title.", gt=0)]
Tags = Annotated[list[str], Field(description="All tags that the ticket shall have; others are taken away.")]

PAGE = 100
JOB_SECONDS = 120.0


class Status(IntEnum):
    """Where a ticket stands."""

    open = 2
    pending = 3
    resolved = 4
    closed = 5


class Priority(IntEnum):
    """How urgent a ticket is."""

    low = 1
    medium = 2
    high = 3
    urgent = 4


class Ticket(Model):
    """A ticket. Accounts may have statuses of their own, so it is a number here."""

    id: int
    subject: str = ""
    description_text: str = ""
    status: int
    priority: Priority
    type: str | None = None
    tags: tuple[str, ...] = ()
    requester_id: int | None = None
    responder_id: int | None = None
    group_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Message(Model):
    """A note or a reply."""

    id: int
    body_text: str = ""
    private: bool = False


class TimeEntry(Model):
    """Time that an agent spent on a ticket."""

    id: int
    time_spent: str = ""
    billable: bool = True
    note: str | None = None


class Contact(Model):
    """A person who asks for help."""

    id: int
    name: str
    email: str | None = None
    phone: str | None = None
    company_id: int | None = None


class Company(Model):
    """A company that contacts belong to."""

    id: int
    name: str
    domains: tuple[str, ...] = ()


class Group(Model):
    """A team of agents."""

    id: int
    name: str


class Job(Model):
    """Work that Freshdesk does in the background."""

    id: str
    status: str
    progress: int = 0

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.status.upper() in {"COMPLETED", "FAILED"}


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


connector.event(TicketEvent, "ticket_created", "ticket_updated", "ticket_resolved", "ticket_closed")
connector.event(NoteEvent, "note_created")
connector.event(ContactEvent, "contact_created", "contact_updated")


@connector.health
async def check(api: Api) -> Identity:
    """Who the API key belongs to."""
    agent = await api.get("/agents/me", at="contact")
    return Identity(name=agent.get("name", ""), detail=agent.get("email", "")) if agent else Identity(name="")


@connector.action
async def create_ticket(
    api: Api,
    *,
    email: str,
    subject: str,
    description: str,
    priority: Priority = Priority.low,
    status: Status = Status.open,
    type: str | None = None,  # noqa: A002 - Freshdesk's word
    group_id: int | None = None,
    tags: list[str] | None = None,
    custom_fields: dict[str, Any] | None = None,
) -> Ticket:
    """Open a ticket on behalf of a requester.

    Args:
        api: The connection.
        email: The requester's address; an unknown one becomes a contact.
        subject: One line.
        description: HTML.
        priority: How urgent it is.
        status: Where it stands.
        type: One of the account's ticket types.
        group_id: The group that shall handle it.
        tags: Its tags.
        custom_fields: Values of the account's own fields, by name.

    See https://developers.freshdesk.com/api/#create_ticket
    """
    ticket = {"email": email, "subject": subject, "description": description, "priority": priority, "status": status}
    more = {"type": type, "group_id": group_id, "tags": tags, "custom_fields": custom_fields}
    return await api.post("/tickets", {**ticket, **more}, into=Ticket)


@connector.action
async def get_ticket(api: Api, *, ticket_id: TicketId) -> Ticket:
    """Fetch one ticket. See https://developers.freshdesk.com/api/#view_a_ticket."""
    return await api.get(f"/tickets/{ticket_id}", into=Ticket)


@connector.action
async def list_tickets(
    api: Api,
    *,
    updated_since: datetime | None = None,
    requester_email: str | None = None,
    limit: Annotated[int, Field(gt=0)] = 100,
) -> list[Ticket]:
    """List tickets with their texts, the most recently created first.

    Args:
        api: The connection.
        updated_since: Only those that changed after this; without it Freshdesk leaves out what is older than 30 days.
        requester_email: Only those of this requester.
        limit: Most tickets.

    See https://developers.freshdesk.com/api/#list_all_tickets
    """
    params = {"updated_since": updated_since, "email": requester_email, "include": "description"}
    return await api.list("/tickets", into=Ticket, limit=limit, params={**params, "per_page": min(limit, PAGE)})


@connector.action
async def search_tickets(
    api: Api, *, query: Annotated[str, Field(max_length=510)], limit: Annotated[int, Field(gt=0, le=300)] = 30
) -> list[Ticket]:
    """Search tickets by their fields.

    Args:
        api: The connection.
        query: Such as `priority:4 AND status:2`.
        limit: Most tickets; Freshdesk gives out no more than 300.

    See https://developers.freshdesk.com/api/#filter_tickets
    """
    pages = page_number(items="results", size=30, last=10)
    params = {"query": f'"{query}"', "page": 1}
    return await api.list("/search/tickets", into=Ticket, limit=limit, at="results", params=params, paginate=pages)


@connector.action
async def update_ticket(
    api: Api,
    *,
    ticket_id: TicketId,
    subject: str | None = None,
    status: Status | None = None,
    priority: Priority | None = None,
    type: str | None = None,  # noqa: A002 - Freshdesk's word
    group_id: int | None = None,
    responder_id: int | None = None,
    tags: Tags | None = None,
    custom_fields: dict[str, Any] | None = None,
) -> Ticket:
    """Change a ticket; what is left out stays as it is. See https://developers.freshdesk.com/api/#update_ticket."""
    changes = {"subject": subject, "status": status, "priority": priority, "type": type, "group_id": group_id}
    more = {"responder_id": responder_id, "tags": tags, "custom_fields": custom_fields}
    return await api.put(f"/tickets/{ticket_id}", {**changes, **more}, into=Ticket)


@connector.action
async def bulk_update_tickets(
    api: Api,
    *,
    ticket_ids: Annotated[list[int], Field(min_length=1)],
    status: Status | None = None,
    priority: Priority | None = None,
    type: str | None = None,  # noqa: A002 - Freshdesk's word
    group_id: int | None = None,
    responder_id: int | None = None,
    tags: Tags | None = None,
) -> Job:
    """Make the same change to many tickets, and wait until it is done.

    See https://developers.freshdesk.com/api/#bulk_update_tickets
    """
    changes = {"status": status, "priority": priority, "type": type, "group_id": group_id}
    properties = {**changes, "responder_id": responder_id, "tags": tags}
    action = {"bulk_action": {"ids": ticket_ids, "properties": properties}}
    job_id = await api.post("/tickets/bulk_update", action, into=str, at="job_id", repeatable=True)
    return await api.poll(f"/jobs/{segment(job_id)}", into=Job, until=lambda job: job.done, seconds=JOB_SECONDS)


@connector.action
async def list_conversations(
    api: Api, *, ticket_id: TicketId, limit: Annotated[int, Field(gt=0)] = 100
) -> list[Message]:
    """List a ticket's notes and replies, oldest first. See https://developers.freshdesk.com/api/#list_all_ticket_notes."""
    params = {"per_page": min(limit, PAGE)}
    return await api.list(f"/tickets/{ticket_id}/conversations", into=Message, limit=limit, params=params)


@connector.action
async def add_note(api: Api, *, ticket_id: TicketId, body: str, private: bool = True) -> Message:
    """Leave a note, by default one that only agents see.

    Args:
        api: The connection.
        ticket_id: The ticket.
        body: HTML.
        private: Whether only agents see it.

    See https://developers.freshdesk.com/api/#add_note_to_a_ticket
    """
    return await api.post(f"/tickets/{ticket_id}/notes", {"body": body, "private": private}, into=Message)


@connector.action
async def add_reply(api: Api, *, ticket_id: TicketId, body: str, cc_emails: list[str] | None = None) -> Message:
    """Answer the requester, in HTML. See https://developers.freshdesk.com/api/#reply_ticket."""
    return await api.post(f"/tickets/{ticket_id}/reply", {"body": body, "cc_emails": cc_emails}, into=Message)


@connector.action
async def assign_ticket(
    api: Api, *, ticket_id: TicketId, responder_id: int | None = None, group_id: int | None = None
) -> Ticket:
    """Give a ticket to an agent, a group or both. See https://developers.freshdesk.com/api/#update_ticket."""
    return await api.put(f"/tickets/{ticket_id}", {"responder_id": responder_id, "group_id": group_id}, into=Ticket)


@connector.action
async def change_status(api: Api, *, ticket_id: TicketId, status: Status) -> Ticket:
    """Set where a ticket stands. See https://developers.freshdesk.com/api/#update_ticket."""
    return await api.put(f"/tickets/{ticket_id}", {"status": status}, into=Ticket)


@connector.action
async def add_time_entry(
    api: Api,
    *,
    ticket_id: TicketId,
    time_spent: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$", description="Hours and minutes, such as 01:30.")],
    note: str | None = None,
    billable: bool = True,
    agent_id: int | None = None,
) -> TimeEntry:
    """Book time spent on a ticket. See https://developers.freshdesk.com/api/#create_a_time_entry."""
    entry = {"time_spent": time_spent, "note": note, "billable": billable, "agent_id": agent_id}
    return await api.post(f"/tickets/{ticket_id}/time_entries", entry, into=TimeEntry)


@connector.action
async def create_contact(
    api: Api, *, name: str, email: str, phone: str | None = None, company_id: int | None = None
) -> Contact:
    """Add a person who asks for help. See https://developers.freshdesk.com/api/#create_contact."""
    person = {"name": name, "email": email, "phone": phone, "company_id": company_id}
    return await api.post("/contacts", person, into=Contact, check=lambda: _contact(api, email))


@connector.action
async def find_contact(api: Api, *, email: str) -> Contact | None:
    """Look a contact up by e-mail address. See https://developers.freshdesk.com/api/#list_all_contacts."""
    return await _contact(api, email)


@connector.action
async def list_companies(api: Api, *, limit: Annotated[int, Field(gt=0)] = 100) -> list[Company]:
    """List companies. See https://developers.freshdesk.com/api/#list_all_companies."""
    return await api.list("/companies", into=Company, limit=limit, params={"per_page": min(limit, PAGE)})


@connector.action
async def list_groups(api: Api, *, limit: Annotated[int, Field(gt=0)] = 100) -> list[Group]:
    """List the teams of agents. See https://developers.freshdesk.com/api/#list_all_groups."""
    return await api.list("/groups", into=Group, limit=limit, params={"per_page": min(limit, PAGE)})


async def _contact(api: Api, email: str) -> Contact | None:
    found = await api.get("/contacts", into=list[Contact], params={"email": email})
    return found[0] if found else None
