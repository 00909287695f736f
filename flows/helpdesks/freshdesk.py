"""Freshdesk as a help desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from flows.helpdesks.ticket import LEVELS, Change, Failures, Level, Ticket, Window, each
from tasks import freshdesk
from tieline import ConnectorError, NotFound

_PRIORITIES: dict[Level, freshdesk.Priority] = dict(zip(LEVELS, freshdesk.Priority, strict=True))
_LEVELS = {priority: level for level, priority in _PRIORITIES.items()}


class Desk:
    """A Freshdesk account.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def read(self, ids: Sequence[int]) -> dict[int, Ticket | ConnectorError]:
        """One call for each ticket: Freshdesk has none for several."""
        read = await each(ids, lambda number: freshdesk.get_ticket(self._connection, ticket_id=number))
        found = {number: _ticket(one) for number, one in read.items() if isinstance(one, freshdesk.Ticket)}
        failed = {number: one for number, one in read.items() if isinstance(one, ConnectorError)}
        return {**found, **{number: exc for number, exc in failed.items() if not isinstance(exc, NotFound)}}

    async def find(self, query: str | Window, limit: int) -> list[Ticket]:
        """Tickets that changed lately, or what a filter such as `priority:4 AND status:2` finds."""
        if isinstance(query, str):
            found = await freshdesk.search_tickets(self._connection, query=query, limit=min(limit, 300))
        else:
            found = await freshdesk.list_tickets(self._connection, updated_since=query.since, limit=limit)
        since = query.since if isinstance(query, Window) and query.what == "new" else None
        return [_ticket(one) for one in found if since is None or (one.created_at and one.created_at >= since)]

    async def groups(self) -> dict[str, int]:
        """Every group's id by its name."""
        return {group.name: group.id for group in await freshdesk.list_groups(self._connection)}

    async def write(self, tickets: Sequence[Ticket], changes: Mapping[int, Change]) -> Failures:
        """The note first, once; then the rest in one call, whose tags tell the next run that this one came so far."""
        changed = [ticket for ticket in tickets if ticket.id in changes]
        done = await each(changed, lambda ticket: self._write(ticket, changes[ticket.id]))
        return {ticket.id: one for ticket, one in done.items() if isinstance(one, ConnectorError)}

    async def _write(self, ticket: Ticket, change: Change) -> None:
        if change.note:
            await self._note(ticket.id, change.note)
        # Freshdesk replaces the tags as a whole.
        tags = sorted({*ticket.tags, *change.add_tags}) if change.add_tags else None
        priority = _PRIORITIES[change.priority] if change.priority else None
        await freshdesk.update_ticket(
            self._connection, ticket_id=ticket.id, tags=tags, priority=priority, group_id=change.group_id
        )

    async def _note(self, number: int, note: str) -> None:
        """Leave a note, unless a run that was cut off has left it already."""
        there = await freshdesk.list_conversations(self._connection, ticket_id=number)
        first_line = note.partition("\n")[0]
        if not any(first_line in message.body_text for message in there):
            await freshdesk.add_note(self._connection, ticket_id=number, body=escape(note).replace("\n", "<br>"))


def _ticket(one: freshdesk.Ticket) -> Ticket:
    return Ticket(
        id=one.id,
        subject=one.subject,
        text=one.description_text,
        tags=one.tags,
        priority=_LEVELS[one.priority],
        group_id=one.group_id,
        updated_at=one.updated_at,
    )
