"""Tickets, notes and replies, and time."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from tasks.freshdesk.models import PAGE, Job, Message, Priority, Status, Tags, Ticket, TicketId, TimeEntry
from tasks.freshdesk.system import connector
from tieline import Api, segment
from tieline.transport.paging import page_number

JOB_SECONDS = 120.0


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
async def delete_ticket(api: Api, *, ticket_id: TicketId) -> None:
    """Throw a ticket away; in Freshdesk it can be taken out of the trash again.

    See https://developers.freshdesk.com/api/#delete_a_ticket
    """
    await api.delete(f"/tickets/{ticket_id}", into=type(None))


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
async def update_note(api: Api, *, note_id: Annotated[int, Field(gt=0)], body: str) -> Message:
    """Replace a note's text, in HTML; replies cannot be changed, and who sees the note stays as it is.

    See https://developers.freshdesk.com/api/#update_conversation
    """
    return await api.put(f"/conversations/{note_id}", {"body": body}, into=Message)


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
