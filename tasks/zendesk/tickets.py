"""Tickets, one at a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import Field

from tasks.zendesk.models import (
    Comment,
    CustomFields,
    DeletedTicket,
    Limit,
    NewTicket,
    Priority,
    Stamp,
    Status,
    Tags,
    Ticket,
    TicketId,
    Type,
    custom,
    new,
)
from tasks.zendesk.system import PAGE, connector, listed
from tieline import Api
from tieline.transport.paging import cursor, page_number

T = TypeVar("T")

#: Zendesk gives out no more than the first so many of a search.
FOUND = 1000
#: Most tickets of a page of the export.
EXPORTED = 1000
#: What can be read back, to see whether a change was made.
_PLAIN = {"subject", "status", "priority", "type", "group_id", "assignee_id", "tags"}


@connector.action(scopes=("tickets:write",))
async def create_ticket(
    api: Api,
    *,
    subject: str,
    body: str,
    public: bool = True,
    requester_email: str | None = None,
    requester_name: str | None = None,
    priority: Priority | None = None,
    status: Status | None = None,
    type: Type | None = None,  # noqa: A002 - Zendesk's word
    group_id: int | None = None,
    assignee_id: int | None = None,
    tags: list[str] | None = None,
    custom_fields: CustomFields | None = None,
    uploads: list[str] | None = None,
    external_id: str | None = None,
) -> Ticket:
    """Open a ticket; one that is asked for twice is opened once.

    Args:
        api: The connection.
        subject: One line.
        body: The first comment, plain text.
        public: Whether the requester sees it.
        requester_email: Who asks; an unknown address becomes a user. By default the agent of the token.
        requester_name: Needed with an address that Zendesk does not know.
        priority: How urgent it is.
        status: Where it stands.
        type: What kind it is.
        group_id: The group that shall handle it.
        assignee_id: The agent that shall.
        tags: Its tags.
        custom_fields: Values of the account's own fields, by the field's id.
        uploads: Tokens of `upload_attachment`.
        external_id: Its id in another system.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#create-ticket
    """
    ticket = NewTicket(
        subject=subject, body=body, public=public, requester_email=requester_email, requester_name=requester_name,
        priority=priority, status=status, type=type, group_id=group_id, assignee_id=assignee_id, tags=tags,
        custom_fields=custom_fields, uploads=uploads, external_id=external_id,
    )  # fmt: skip
    return await api.post("/tickets", {"ticket": new(ticket)}, into=Ticket, at="ticket", keyed=True)


@connector.action(scopes=("tickets:read",))
async def get_ticket(api: Api, *, ticket_id: TicketId) -> Ticket:
    """Fetch one ticket. See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-ticket."""
    return await api.get(f"/tickets/{ticket_id}", into=Ticket, at="ticket")


@connector.action(scopes=("tickets:read",))
async def get_tickets(api: Api, *, ticket_ids: list[TicketId]) -> list[Ticket]:
    """Fetch many tickets, in the order asked for; those that are gone are left out.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets
    """
    found: dict[int, Ticket] = {}
    for _, ids in batches(ticket_ids):
        query = {"ids": ",".join(map(str, ids))}
        tickets = await api.get("/tickets/show_many", into=list[Ticket], at="tickets", params=query)
        found.update((ticket.id, ticket) for ticket in tickets)
    return [found[number] for number in ticket_ids if number in found]


@connector.action(scopes=("tickets:read",))
async def list_tickets(
    api: Api, *, since: datetime | None = None, external_id: str | None = None, limit: Limit = 100
) -> list[Ticket]:
    """List tickets that are not archived, the most recently changed first.

    Args:
        api: The connection.
        since: Only those that changed then or later.
        external_id: Only those with this id of another system.
        limit: Most tickets.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-tickets
    """
    query = {"page[size]": min(limit, PAGE), "sort": "-updated_at", "external_id": external_id}
    found: list[Ticket] = []
    async for page in api.pages("/tickets", params=query):
        seen = api.read(page, into=list[Ticket], at="tickets")
        new = [one for one in seen if since is None or one.updated_at is None or one.updated_at >= since]
        found += new
        if len(found) >= limit or len(new) < len(seen):
            break
    return found[:limit]


@connector.action(scopes=("tickets:read",))
async def list_changed_tickets(api: Api, *, since: datetime, limit: Limit = 1000) -> list[Ticket]:
    """List tickets that changed since a moment, the earliest change first; also archived and deleted ones.

    Those that are deleted have the status `deleted`. What changed in the last minute is left out. Zendesk lets only
    admins ask, ten times a minute.

    Args:
        api: The connection.
        since: The moment, at least a minute ago.
        limit: Most tickets; one that changes while its pages are read can be there twice.

    See https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/#incremental-ticket-export-cursor-based
    """
    query = {"start_time": int(since.timestamp()), "per_page": min(limit, EXPORTED)}
    path, pages = (
        "/incremental/tickets/cursor",
        cursor("after_cursor", "cursor", end="end_of_stream", replaces="start_time"),
    )
    return await api.list(path, into=Ticket, limit=limit, at="tickets", params=query, paginate=pages)


@connector.action(scopes=("tickets:read",))
async def list_deleted_tickets(api: Api, *, since: datetime | None = None, limit: Limit = 100) -> list[DeletedTicket]:
    """List tickets that were thrown away in the last thirty days, the latest first, without archived ones.

    Args:
        api: The connection.
        since: Only those that were thrown away then or later.
        limit: Most tickets. Zendesk lets us ask ten times a minute.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#list-deleted-tickets
    """
    query = {"sort_by": "deleted_at", "sort_order": "desc", "per_page": PAGE}
    found: list[DeletedTicket] = []
    pages = page_number(items="deleted_tickets")
    async for page in api.pages("/deleted_tickets", params=query, paginate=pages):
        seen = api.read(page, into=list[DeletedTicket], at="deleted_tickets")
        new = [one for one in seen if since is None or one.deleted_at >= since]
        found += new
        if len(found) >= limit or len(new) < len(seen):
            break
    return found[:limit]


@connector.action(scopes=("read",))
async def search_tickets(api: Api, *, query: str, limit: Annotated[int, Field(gt=0, le=FOUND)] = 100) -> list[Ticket]:
    """Search tickets, newest first. A new ticket may take some minutes until it is found.

    Args:
        api: The connection.
        query: Such as `status:new created>1hour -tags:billing`.
        limit: Most tickets; Zendesk gives out no more than 1,000.

    See https://developer.zendesk.com/api-reference/ticketing/ticket-management/search/
    """
    params = {"query": f"type:ticket {query}", "sort_by": "created_at", "sort_order": "desc"}
    params |= {"per_page": str(min(limit, PAGE))}
    pages = page_number(items="results", last=FOUND // PAGE)
    return await api.list("/search", into=Ticket, limit=limit, at="results", params=params, paginate=pages)


@connector.action(scopes=("tickets:write",))
async def update_ticket(
    api: Api,
    *,
    ticket_id: TicketId,
    subject: str | None = None,
    status: Status | None = None,
    priority: Priority | None = None,
    type: Type | None = None,  # noqa: A002 - Zendesk's word
    group_id: int | None = None,
    assignee_id: int | None = None,
    tags: Tags | None = None,
    custom_fields: CustomFields | None = None,
    comment: str | None = None,
    public: bool = False,
    updated_stamp: Stamp | None = None,
) -> Ticket:
    """Change a ticket; what is left out stays as it is.

    Args:
        api: The connection.
        ticket_id: The ticket.
        subject: One line.
        status: Where it stands.
        priority: How urgent it is.
        type: What kind it is.
        group_id: The group that shall handle it.
        assignee_id: The agent that shall.
        tags: All tags it shall have.
        custom_fields: Values of the account's own fields, by the field's id.
        comment: A comment to add in the same step.
        public: Whether the requester sees the comment.
        updated_stamp: The `updated_at` that you know; without it the last writer wins.

    Raises:
        Conflict: The ticket has changed since `updated_stamp`; nothing was written.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
    """
    fields = {"subject": subject, "status": status, "priority": priority, "type": type, "group_id": group_id}
    more = {"assignee_id": assignee_id, "tags": tags, "custom_fields": custom(custom_fields)}
    said = {"comment": {"body": comment, "public": public} if comment else None}
    return await put(api, ticket_id, {**fields, **more, **said}, updated_stamp)


@connector.action(scopes=("tickets:write",))
async def add_comment(
    api: Api, *, ticket_id: TicketId, body: str, public: bool = False, uploads: list[str] | None = None
) -> Ticket:
    """Leave a comment, by default an internal note.

    Args:
        api: The connection.
        ticket_id: The ticket.
        body: Plain text.
        public: Whether the requester sees it, and is told.
        uploads: Tokens of `upload_attachment`.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
    """
    ticket = {"comment": {"body": body, "public": public, "uploads": uploads}}
    # A PUT, and yet a second one would be a second comment.
    return await api.put(f"/tickets/{ticket_id}", {"ticket": ticket}, into=Ticket, at="ticket", repeatable=False)


@connector.action(scopes=("tickets:read",))
async def list_comments(api: Api, *, ticket_id: TicketId, limit: Limit = 100) -> list[Comment]:
    """List a ticket's comments and notes, oldest first.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#list-comments
    """
    return await listed(api, f"/tickets/{ticket_id}/comments", Comment, limit)


@connector.action(scopes=("tickets:write",))
async def assign_ticket(
    api: Api, *, ticket_id: TicketId, assignee_id: int | None = None, group_id: int | None = None
) -> Ticket:
    """Give a ticket to an agent, a group or both.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
    """
    return await put(api, ticket_id, {"assignee_id": assignee_id, "group_id": group_id})


@connector.action(scopes=("tickets:write",))
async def change_status(api: Api, *, ticket_id: TicketId, status: Status) -> Ticket:
    """Set where a ticket stands.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
    """
    return await put(api, ticket_id, {"status": status})


@connector.action(scopes=("tickets:write",))
async def set_priority(api: Api, *, ticket_id: TicketId, priority: Priority) -> Ticket:
    """Set how urgent a ticket is.

    See https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#update-ticket
    """
    return await put(api, ticket_id, {"priority": priority})


@connector.action(scopes=("tickets:write",))
async def add_tags(api: Api, *, ticket_id: TicketId, tags: Annotated[list[str], Field(min_length=1)]) -> list[str]:
    """Add tags to those that a ticket has; all of them are returned.

    See https://developer.zendesk.com/api-reference/ticketing/ticket-management/tags/#add-tags
    """
    return await api.put(f"/tickets/{ticket_id}/tags", {"tags": tags}, into=list[str], at="tags")


async def put(api: Api, ticket_id: int, changes: Mapping[str, Any], stamp: datetime | None = None) -> Ticket:
    """Change a ticket; with a stamp, only if nobody has changed it since.

    A comment or a stamp makes a second try another thing than the first, so it is not made blindly.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    safe = {"updated_stamp": stamp, "safe_update": True} if stamp else {}
    return await api.put(
        f"/tickets/{ticket_id}",
        {"ticket": {**given, **safe}},
        into=Ticket,
        at="ticket",
        repeatable=stamp is None and "comment" not in given,
        check=(lambda: _done(api, ticket_id, given)) if stamp else None,
    )


async def _done(api: Api, ticket_id: int, given: Mapping[str, Any]) -> Ticket | None:
    """The ticket, if it is as it was wanted; None if it is not, or if that cannot be seen."""
    if not given.keys() <= _PLAIN:
        return None
    ticket = await api.get(f"/tickets/{ticket_id}", into=Ticket, at="ticket")
    tags = set(given.get("tags", ticket.tags))  # their order says nothing
    same = all(getattr(ticket, name) == value for name, value in given.items() if name != "tags")
    return ticket if same and set(ticket.tags) == tags else None


def batches(items: Sequence[T]) -> Iterator[tuple[int, Sequence[T]]]:
    """A list in parts that Zendesk takes, each with the place where it begins."""
    for start in range(0, len(items), PAGE):
        yield start, items[start : start + PAGE]
