"""Zendesk as a help desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.helpdesks.ticket import Change, Failures, Solution, Ticket
from flows.windows import Window
from tasks import zendesk
from tieline import ConnectorError
from tieline.errors import Conflict, NotFound, Rejected

SEARCH_MOST = 1000
COMMENTS = 1000


class Desk:
    """A Zendesk account.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def read(self, ids: Sequence[int]) -> dict[int, Ticket | ConnectorError]:
        """A hundred with one call."""
        found = await zendesk.get_tickets(self._connection, ticket_ids=list(ids))
        home = await self._home()
        return {one.id: _ticket(one, home) for one in found}

    async def find(self, query: str | Window, limit: int) -> list[Ticket]:
        """Tickets of the recent past, or what a search such as `status:new tags:vip` finds."""
        if isinstance(query, Window):
            field = "created" if query.what == "new" else "updated"
            query = f"{field}>={query.since:%Y-%m-%dT%H:%M:%SZ}"
        found = await zendesk.search_tickets(self._connection, query=query, limit=min(limit, SEARCH_MOST))
        home = await self._home()
        return [_ticket(one, home) for one in found]

    async def solution(self, number: int) -> Solution | None:
        """The last comment of an agent's own; triggers comment in an agent's name, too."""
        ticket = await zendesk.get_ticket(self._connection, ticket_id=number)
        comments = await zendesk.list_comments(self._connection, ticket_id=number, limit=COMMENTS)
        wrote = {ticket.requester_id, *(one.author_id for one in comments)} - {None}
        people = await zendesk.get_users(self._connection, user_ids=sorted(one for one in wrote if one is not None))
        agents = {one.id for one in people if one.role in {"agent", "admin"} and one.id != ticket.requester_id}
        answers = [
            one
            for one in comments[1:]  # the first is the question, also where an agent has filed it
            if one.public and one.author_id in agents and (one.via or {}).get("channel") != "rule"
        ]
        names = tuple(one.name for one in people if one.name)
        return Solution(text=answers[-1].plain_body, names=names) if answers else None

    async def _home(self) -> str:
        return (await zendesk.connector.credentials(self._connection)).home

    async def groups(self) -> dict[str, int]:
        """Every group's id by its name."""
        return {group.name: group.id for group in await zendesk.list_groups(self._connection)}

    async def write(self, tickets: Sequence[Ticket], changes: Mapping[int, Change]) -> Failures:
        """All in one job for each hundred. Tags are added, so nobody else's are lost."""
        asked = [_change(ticket, changes[ticket.id]) for ticket in tickets if ticket.id in changes]
        try:
            outcomes = await zendesk.update_tickets(self._connection, tickets=asked)
        except ConnectorError as exc:
            return {one.id: exc for one in asked}
        return {asked[o.index].id: _error(o) for o in outcomes if not o.success}


def _ticket(one: zendesk.Ticket, home: str) -> Ticket:
    return Ticket(
        id=one.id,
        subject=one.subject or "",
        text=one.description or "",
        tags=one.tags,
        priority=one.priority,
        group_id=one.group_id,
        updated_at=one.updated_at,
        link=f"{home}/agent/tickets/{one.id}",
    )


def _change(ticket: Ticket, change: Change) -> zendesk.TicketChange:
    # Tags and comments are added to what is there; only what replaces something must not meet somebody else's change.
    replaces = change.priority is not None or change.group_id is not None
    return zendesk.TicketChange(
        id=ticket.id,
        additional_tags=change.add_tags or None,
        priority=change.priority,
        group_id=change.group_id,
        comment=change.note or None,
        public=False,
        updated_stamp=ticket.updated_at if replaces else None,
    )


def _error(outcome: zendesk.Outcome) -> ConnectorError:
    kinds = {"TicketNotFound": NotFound, "RecordNotFound": NotFound, "UpdateConflict": Conflict}
    return kinds.get(outcome.error, Rejected)(f"Zendesk did not change it: {outcome.error} {outcome.details}".strip())
