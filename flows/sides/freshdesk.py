"""Freshdesk's tickets as rows; the place is "tickets", or nothing.

A sync changes tickets, and opens none: Freshdesk opens them for a requester, whom its list does not tell. Freshdesk's
list ends after 300 pages of 100: https://developers.freshdesk.com/api/#list_all_tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flows.sides.records import EVERYTHING, Column, Found, Records, Refused, Row, only
from tasks import freshdesk
from tieline.errors import BadAnswer, UnknownName
from tieline.sync.side import Cell, Change, Written

#: Where its list ends.
MOST = 30_000
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_NUMBERS = "Freshdesk numbers tickets itself."
_OPENS = "Freshdesk opens a ticket for a requester, whom a row does not name: a sync changes tickets that are there."
_CLOCK = "Freshdesk keeps the time itself."

COLUMNS = (
    Column("id", "integer", writable=False, why=_NUMBERS, assigned=_OPENS),
    Column("subject", blank=False),
    Column("status", choices=tuple(one.name for one in freshdesk.Status), blank=False),
    Column("priority", choices=tuple(one.name for one in freshdesk.Priority), blank=False),
    Column("type", blank=False),
    Column("tags", "list"),
    Column("group", blank=False),
    Column("created_at", "datetime", writable=False, why=_CLOCK),
    Column("updated_at", "datetime", writable=False, why=_CLOCK),
)


class Tickets(Records):
    """The tickets of an account.

    Args:
        connection: The saved block's name.
        keys: The key columns.
    """

    def __init__(self, connection: str, keys: Sequence[str]) -> None:
        super().__init__(f"Tickets in Freshdesk ({connection})", keys)
        self._connection = connection
        self._groups: dict[int, str] | None = None

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:  # noqa: ARG002 - there are no others
        """What tickets have."""
        return COLUMNS

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """All tickets, or those that changed. Without a time Freshdesk would leave out what is older than 30 days."""
        found = await freshdesk.list_tickets(self._connection, updated_since=since or EPOCH, limit=EVERYTHING)
        if len(found) >= MOST:
            raise BadAnswer(
                f"{self.label}: Freshdesk told {MOST:,} tickets, and may have more; nothing was concluded from it."
            )
        groups = await self._group_names() if "group" in columns else {}
        return Found([_row(one, columns, groups) for one in {one.id: one for one in found}.values()])

    async def create(self, cells: Mapping[str, Cell]) -> Written:  # noqa: ARG002 - nothing is made of them
        """A row says too little for it."""
        raise Refused(_OPENS)

    async def update(self, ref: str, change: Change) -> Written:
        """Change a ticket."""
        values: dict[str, Any] = dict(change.cells)
        for name, words in (("status", freshdesk.Status), ("priority", freshdesk.Priority)):
            if name in values:
                values[name] = words[str(values[name])]
        if "group" in values:
            values["group_id"] = await self._group(str(values.pop("group")))
        if "tags" in values:
            values["tags"] = values["tags"] or []
        await freshdesk.update_ticket(self._connection, ticket_id=int(ref), **values)
        return Written(ref=ref)

    async def delete(self, ref: str) -> None:
        """Throw a ticket away; in Freshdesk people can take it out of the trash again."""
        await freshdesk.delete_ticket(self._connection, ticket_id=int(ref))

    async def _group_names(self) -> dict[int, str]:
        if self._groups is None:
            self._groups = {one.id: one.name for one in await freshdesk.list_groups(self._connection, limit=EVERYTHING)}
        return self._groups

    async def _group(self, name: str) -> int:
        ids = {title: number for number, title in (await self._group_names()).items()}
        if name not in ids:
            raise UnknownName("group in Freshdesk", name, ids)
        return ids[name]


async def open(connection: str, place: str = "tickets", *, keys: Sequence[str], **options: str) -> Tickets:  # noqa: A001 - what sides are opened with
    """The tickets of a Freshdesk account."""
    only("Freshdesk's tickets", options)
    if place not in {"", "tickets"}:
        raise UnknownName("place in Freshdesk", place, ["tickets"])
    return Tickets(connection, keys)


def _row(one: freshdesk.Ticket, columns: Sequence[str], groups: Mapping[int, str]) -> Row:
    known = {status.value: status.name for status in freshdesk.Status}
    said: dict[str, Cell] = {
        "status": known.get(one.status, str(one.status)),  # an account may have some of its own
        "priority": one.priority.name,
        "tags": list(one.tags),
        "group": groups.get(one.group_id or 0),
    }
    cells = {name: said[name] if name in said else getattr(one, name) for name in columns}
    return Row(str(one.id), one.updated_at, cells)
