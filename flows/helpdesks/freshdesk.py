"""Freshdesk as a help desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import escape
from typing import Any

from flows.helpdesks.ticket import LEVELS, Change, Failures, Level, Solution, Ticket, concurrently
from flows.windows import Window
from tasks import freshdesk
from tieline import ConnectorError, NotFound
from tieline.errors import AuthFailed

#: A job takes three calls at least.
ALIKE_FROM = 4
#: Most tickets to look at after the jobs: those that they changed, and what else changed meanwhile.
LOOKED_AT = 1000
CLOCKS_DIFFER = timedelta(minutes=5)

_PRIORITIES: dict[Level, freshdesk.Priority] = dict(zip(LEVELS, freshdesk.Priority, strict=True))
_LEVELS = {priority: level for level, priority in _PRIORITIES.items()}


@dataclass(frozen=True, eq=False)
class _Asked:
    """A ticket, and what shall change on it."""

    ticket: Ticket
    change: Change

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The change as Freshdesk takes it, which replaces tags as a whole."""
        tags = sorted({*self.ticket.tags, *self.change.add_tags}) if self.change.add_tags else None
        priority = _PRIORITIES[self.change.priority] if self.change.priority else None
        wanted = {"tags": tags, "priority": priority, "group_id": self.change.group_id}
        return {name: value for name, value in wanted.items() if value is not None}

    def shows(self, now: freshdesk.Ticket) -> bool:
        """Whether the ticket is as it shall be."""
        same = all(getattr(now, name) == value for name, value in self.properties.items() if name != "tags")
        return same and set(now.tags) >= set(self.change.add_tags)


class Desk:
    """A Freshdesk account.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection
        #: The latest change that was read: Freshdesk's own clock, as far as its answers tell it.
        self._latest = datetime.fromtimestamp(1, UTC)

    async def read(self, ids: Sequence[int]) -> dict[int, Ticket | ConnectorError]:
        """One call for each ticket: Freshdesk has none for several."""
        read = await concurrently(ids, lambda number: freshdesk.get_ticket(self._connection, ticket_id=number))
        self._remember(one for one in read.values() if isinstance(one, freshdesk.Ticket))
        home = await self._home()
        found = {number: _ticket(one, home) for number, one in read.items() if isinstance(one, freshdesk.Ticket)}
        failed = {number: one for number, one in read.items() if isinstance(one, ConnectorError)}
        return {**found, **{number: exc for number, exc in failed.items() if not isinstance(exc, NotFound)}}

    async def find(self, query: str | Window, limit: int) -> list[Ticket]:
        """Tickets that changed lately, or what a filter such as `priority:4 AND status:2` finds."""
        if isinstance(query, str):
            found = await freshdesk.search_tickets(self._connection, query=query, limit=min(limit, 300))
        else:
            found = await freshdesk.list_tickets(self._connection, updated_since=query.since, limit=limit)
        self._remember(found)
        since = query.since if isinstance(query, Window) and query.what == "new" else None
        home = await self._home()
        return [_ticket(one, home) for one in found if since is None or (one.created_at and one.created_at >= since)]

    async def solution(self, number: int) -> Solution | None:
        """The last reply that went out; who wrote it is named where the login may read that."""
        ticket = await freshdesk.get_ticket(self._connection, ticket_id=number)
        said = await freshdesk.list_conversations(self._connection, ticket_id=number, limit=LOOKED_AT)
        answers = [one for one in said if not one.private and not one.incoming]
        if not answers:
            return None
        names: list[str] = []
        with suppress(AuthFailed, NotFound):
            if ticket.requester_id:
                names.append((await freshdesk.get_contact(self._connection, contact_id=ticket.requester_id)).name)
        with suppress(AuthFailed, NotFound):
            if answers[-1].user_id:
                agent = await freshdesk.get_agent(self._connection, agent_id=answers[-1].user_id)
                names.append(agent.contact.name)
        return Solution(text=answers[-1].body_text, names=tuple(filter(None, names)))

    async def _home(self) -> str:
        return (await freshdesk.connector.credentials(self._connection)).home

    async def groups(self) -> dict[str, int]:
        """Every group's id by its name."""
        return {group.name: group.id for group in await freshdesk.list_groups(self._connection)}

    async def write(self, tickets: Sequence[Ticket], changes: Mapping[int, Change]) -> Failures:
        """Notes first, each once; then the rest, whose tags tell the next run that this one came so far.

        Tickets that shall look alike are changed by one job. Jobs do not say which tickets they missed, so all are
        read again, and those that were missed are changed one by one, which tells why.
        """
        asked = [_Asked(ticket, changes[ticket.id]) for ticket in tickets if ticket.id in changes]
        noted = await concurrently(asked, self._note)
        failures = {one.ticket.id: exc for one, exc in noted.items() if isinstance(exc, ConnectorError)}
        left = [one for one in asked if one.ticket.id not in failures]
        written = await self._write_alike([alike for alike in _alike(left) if len(alike) >= ALIKE_FROM])
        done = await concurrently([one for one in left if one not in written], self._write_one)
        return failures | {one.ticket.id: exc for one, exc in done.items() if isinstance(exc, ConnectorError)}

    async def _write_one(self, one: _Asked) -> None:
        if one.properties:
            await freshdesk.update_ticket(self._connection, ticket_id=one.ticket.id, **one.properties)

    async def _write_alike(self, groups: Sequence[Sequence[_Asked]]) -> set[_Asked]:
        """Change each group of tickets by a job, and look at them all; those that did change."""
        asked = [one for alike in groups for one in alike]
        if not asked:
            return set()
        # A second earlier, because it is not said whether the moment itself is included.
        since = max(self._latest - timedelta(seconds=1), datetime.now(UTC) - CLOCKS_DIFFER)
        # One by one they fail or succeed for a reason of their own, so errors are not looked at here.
        await concurrently(range(len(groups)), lambda n: self._job(groups[n]))
        try:
            now = await freshdesk.list_tickets(self._connection, updated_since=since, limit=LOOKED_AT)
        except ConnectorError:
            return set()
        self._remember(now)
        seen = {ticket.id: ticket for ticket in now}
        return {one for one in asked if one.ticket.id in seen and one.shows(seen[one.ticket.id])}

    async def _job(self, alike: Sequence[_Asked]) -> None:
        ids = [one.ticket.id for one in alike]
        await freshdesk.bulk_update_tickets(self._connection, ticket_ids=ids, **alike[0].properties)

    def _remember(self, tickets: Iterable[freshdesk.Ticket]) -> None:
        self._latest = max([self._latest, *(one.updated_at for one in tickets if one.updated_at)])

    async def _note(self, one: _Asked) -> None:
        """Leave a note, unless a run that was cut off has left it already."""
        number, note = one.ticket.id, one.change.note
        if not note:
            return
        there = await freshdesk.list_conversations(self._connection, ticket_id=number)
        first_line = note.partition("\n")[0]
        if not any(first_line in message.body_text for message in there):
            await freshdesk.add_note(self._connection, ticket_id=number, body=escape(note).replace("\n", "<br>"))


def _alike(asked: Sequence[_Asked]) -> list[list[_Asked]]:
    """Those that shall look alike, together."""
    groups: dict[str, list[_Asked]] = {}
    for one in asked:
        if one.properties:
            groups.setdefault(repr(sorted(one.properties.items())), []).append(one)
    return list(groups.values())


def _ticket(one: freshdesk.Ticket, home: str) -> Ticket:
    return Ticket(
        id=one.id,
        subject=one.subject,
        text=one.description_text,
        tags=one.tags,
        priority=_LEVELS[one.priority],
        group_id=one.group_id,
        updated_at=one.updated_at,
        link=f"{home}/a/tickets/{one.id}",
    )
