"""Zendesk's tickets as rows.

All of them come from the export, the only list with archived tickets in it, which leaves out the last minute; what has
changed since comes from the list of tickets, and what was thrown away from the list of deleted ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from flows.sides.records import BLANK, EVERYTHING, GONE, Column, Found, Records, Refused, Row, changed, only, same
from tasks import zendesk
from tieline.errors import UnknownName
from tieline.sync.model import Type
from tieline.sync.side import Cell, Change, Written

EPOCH = datetime.fromtimestamp(0, UTC)

_NUMBERS = "Zendesk numbers tickets itself"
_FIRST = "the ticket's first comment, which Zendesk keeps as it came in"
_CLOSED = "part of a closed ticket, which Zendesk lets nobody change"
_CLOCK = "Zendesk keeps the time itself."


def _tags(value: Cell) -> str:
    """Zendesk keeps tags in lower case, and a blank ends one: https://support.zendesk.com/hc/en-us/articles/4408888486042."""
    bad = (
        next((tag for tag in value if tag != tag.lower() or tag.split() != [tag]), "")
        if isinstance(value, list)
        else ""
    )
    return f"Zendesk would not keep the tag {bad!r} as it is: tags are in lower case, without blanks." if bad else ""


COLUMNS = (
    Column("id", "integer", writable=False, why=f"{_NUMBERS}.",
           assigned=f"{_NUMBERS}: use external_id as the key to create tickets from rows."),
    Column("external_id"),
    Column("subject", blank=False),
    Column("description", blank=False),
    Column("status", choices=get_args(zendesk.Status), blank=False),
    Column("priority", choices=get_args(zendesk.Priority)),
    Column("type", choices=get_args(zendesk.Type)),
    Column("tags", "list", fits=_tags),
    Column("requester", blank=False),
    Column("assignee"),
    Column("group"),
    Column("created_at", "datetime", writable=False, why=_CLOCK),
    Column("updated_at", "datetime", writable=False, why=_CLOCK),
)  # fmt: skip
_OURS = {column.name for column in COLUMNS}
#: What is called otherwise, or asked for first, when it is written.
_IDS = {"requester": "requester_id", "assignee": "assignee_id", "group": "group_id"}
#: See https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/#json-format.
_TYPES: dict[str, Type] = {
    "checkbox": "boolean",
    "date": "date",
    "integer": "integer",
    "decimal": "decimal",
    "multiselect": "list",
}
_READ: dict[str, Callable[[Any], Cell]] = {
    "checkbox": bool,
    "date": lambda value: date.fromisoformat(str(value)[:10]),
    "integer": lambda value: int(str(value)),
    "decimal": lambda value: Decimal(str(value)),
}


class Tickets(Records):
    """The tickets of an account.

    Args:
        connection: The saved block's name.
        keys: The key columns.
    """

    batch = 100
    tells_gone = True
    # Deleted tickets are shown for thirty days.
    remembers = timedelta(days=29)

    def __init__(self, connection: str, keys: Sequence[str]) -> None:
        super().__init__(f"Tickets in Zendesk ({connection})", keys)
        self._connection = connection
        self._fields: dict[str, zendesk.TicketField] | None = None
        self._addresses: dict[int, str | None] = {}
        self._groups: dict[int, str] | None = None

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:
        """Zendesk's own fields, and the account's by their titles, which are asked for if one is needed."""
        if names and _OURS.issuperset(names):
            return COLUMNS
        return (*COLUMNS, *(_column(one) for one in (await self._custom()).values()))

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """All tickets, or those that changed; and those that were thrown away since."""
        if since is None:
            exported = await zendesk.list_changed_tickets(self._connection, since=EPOCH, limit=EVERYTHING)
            latest = max((one.updated_at for one in exported if one.updated_at), default=None)
            recent = await zendesk.list_tickets(self._connection, since=latest, limit=EVERYTHING)
            tickets = {one.id: one for one in (*exported, *recent) if one.status != "deleted"}
            return Found(await self._rows(tickets.values(), columns))
        recent, deleted = await asyncio.gather(
            zendesk.list_tickets(self._connection, since=since, limit=EVERYTHING),
            zendesk.list_deleted_tickets(self._connection, since=since, limit=EVERYTHING),
        )
        gone = [one.id for one in deleted]
        tickets = {one.id: one for one in recent if one.id not in gone}
        return Found(await self._rows(tickets.values(), columns), [str(number) for number in gone])

    async def refs_of(self, wanted: Sequence[tuple[str, ...]]) -> Mapping[tuple[str, ...], str]:
        """By their ids, ours or Zendesk's, tickets are asked for; by anything else they are looked for."""
        if self._keys == ("external_id",):
            return {key: ref for key in wanted if (ref := await self._external(*key))}
        if self._keys == ("id",):
            numbers = [int(key) for (key,) in wanted if key.isdecimal()]
            found = await zendesk.get_tickets(self._connection, ticket_ids=numbers)
            return {(str(one.id),): str(one.id) for one in found}
        return await super().refs_of(wanted)

    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Open a ticket; its description is its first comment."""
        if cells.get("description") in BLANK:
            raise Refused("Zendesk opens no ticket without a description: map a column to it.")
        values = await self._values({name: cells[name] for name in cells.keys() - {"description", "requester"}})
        requester, subject = cells.get("requester"), values.pop("subject", "")
        if requester:
            # An address that Zendesk does not know needs a name.
            values |= {"requester_email": requester, "requester_name": requester}
        made = await zendesk.create_ticket(
            self._connection, subject=subject, body=str(cells["description"]), **_given(values)
        )
        return Written(ref=str(made.id))

    async def update(self, ref: str, change: Change) -> Written:
        """Change one ticket."""
        (written,) = await self.update_all([(ref, change)])
        return written

    async def update_all(self, changes: Sequence[tuple[str, Change]]) -> list[Written]:
        """Change tickets in one job, each on the condition that nobody has changed it since it was read here."""
        read = await zendesk.get_tickets(self._connection, ticket_ids=[int(ref) for ref, _ in changes])
        names = sorted({name for _, change in changes for name in change.cells})
        rows = await self._rows(read, names)
        now = {row.ref: (ticket, row) for ticket, row in zip(read, rows, strict=True)}
        outcomes: dict[str, Written] = {}
        asked: list[zendesk.TicketChange] = []
        for ref, change in changes:
            try:
                asked += await self._change(now.get(ref), change)
            except (Refused, UnknownName) as exc:
                outcomes[ref] = Written(refused=str(exc))
        done = await zendesk.update_tickets(self._connection, tickets=asked)
        outcomes |= {str(asked[one.index].id): _written(one) for one in done}
        return [outcomes.get(ref, Written(ref=ref)) for ref, _ in changes]

    async def delete_all(self, changes: Sequence[tuple[str, Change]]) -> list[Written]:
        """Throw tickets away in one job; for thirty days they can be taken back."""
        ids = [int(ref) for ref, _ in changes]
        done = {one.index: one for one in await zendesk.delete_tickets(self._connection, ticket_ids=ids)}
        there = {one.id for one in await zendesk.get_tickets(self._connection, ticket_ids=ids)}
        return [
            _written(done[place]) if number in there else Written(ref=str(number)) for place, number in enumerate(ids)
        ]

    async def _change(self, now: tuple[zendesk.Ticket, Row] | None, change: Change) -> Sequence[zendesk.TicketChange]:
        """What is to be asked for; nothing, where the ticket is as it shall be."""
        if now is None:
            raise Refused(GONE)
        ticket, row = now
        todo = changed(row.cells, change)
        if not todo:
            return ()
        if ticket.status == "closed":
            raise Refused(f"It is {_CLOSED}.")
        if "description" in todo:
            raise Refused(f"The description is {_FIRST}.")
        values = await self._values(todo)
        clear = tuple(name for name, value in values.items() if value is None)
        return [zendesk.TicketChange(id=ticket.id, clear=clear, updated_stamp=ticket.updated_at, **_given(values))]

    async def _values(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """Cells as Zendesk takes them; None is blank."""
        values: dict[str, Any] = {}
        custom: dict[int, Any] = {}
        for name, cell in cells.items():
            value = None if cell in BLANK else cell
            if name in _IDS:
                values[_IDS[name]] = await self._id(name, str(value)) if value else None
            elif name in _OURS:
                values[name] = (value or []) if name == "tags" else value
            else:
                one = (await self._custom())[name]
                custom[one.id] = _chosen(one, value)
        return {**values, "custom_fields": custom} if custom else values

    async def _id(self, column: str, name: str) -> int:
        """A group's id by its name, a person's by the e-mail address."""
        if column == "group":
            ids = {title: number for number, title in (await self._group_names()).items()}
            if name not in ids:
                raise UnknownName("group in Zendesk", name, ids)
            return ids[name]
        known = next((number for number, address in self._addresses.items() if same(address, name)), None)
        if known is not None:
            return known
        user = await zendesk.find_user(self._connection, email=name)
        if user is None or user.id is None:
            raise Refused(f"Zendesk knows nobody with the address {name!r}.")
        self._addresses[user.id] = name
        return user.id

    async def _external(self, external_id: str) -> str:
        found = await zendesk.list_tickets(self._connection, external_id=external_id, limit=1)
        return str(found[0].id) if found else ""

    async def _custom(self) -> dict[str, zendesk.TicketField]:
        """The account's own fields by title; the first of those that are called the same."""
        if self._fields is None:
            self._fields = {}
            for one in await zendesk.list_ticket_fields(self._connection):
                if one.removable and one.active and one.title in _OURS | self._fields.keys():
                    self.problems.append(f"Zendesk has more than one field {one.title!r}; the first is taken.")
                elif one.removable and one.active:
                    self._fields[one.title] = one
        return self._fields

    async def _group_names(self) -> dict[int, str]:
        if self._groups is None:
            self._groups = {one.id: one.name for one in await zendesk.list_groups(self._connection, limit=EVERYTHING)}
        return self._groups

    async def _rows(self, tickets: Iterable[zendesk.Ticket], columns: Sequence[str]) -> list[Row]:
        """Tickets as rows; people are asked for where a column needs them, and once."""
        tickets, wanted = list(tickets), [_IDS[name] for name in columns if name in {"requester", "assignee"}]
        ids = {getattr(one, name) for one in tickets for name in wanted} - self._addresses.keys() - {None}
        if ids:
            people = await zendesk.get_users(self._connection, user_ids=sorted(ids))
            self._addresses |= dict.fromkeys(ids) | {one.id: one.email for one in people if one.id is not None}
        groups = await self._group_names() if "group" in columns else {}
        fields = {} if _OURS.issuperset(columns) else await self._custom()
        return [self._row(one, columns, groups, fields) for one in tickets]

    def _row(
        self,
        ticket: zendesk.Ticket,
        columns: Sequence[str],
        groups: Mapping[int, str],
        fields: Mapping[str, zendesk.TicketField],
    ) -> Row:
        related: dict[str, Cell] = {
            "tags": list(ticket.tags),
            "requester": self._addresses.get(ticket.requester_id or 0),
            "assignee": self._addresses.get(ticket.assignee_id or 0),
            "group": groups.get(ticket.group_id or 0),
        }
        own = {one.id: one.value for one in ticket.custom_fields}
        cells: dict[str, Cell] = {}
        for name in columns:
            if name in related:
                cells[name] = related[name]
            else:
                cells[name] = getattr(ticket, name) if name in _OURS else _shown(fields[name], own.get(fields[name].id))
        first = {"description": _FIRST} if "description" in columns else {}
        locked = dict.fromkeys(columns, _CLOSED) if ticket.status == "closed" else first
        return Row(str(ticket.id), ticket.updated_at, cells, locked)


async def open(connection: str, place: str = "tickets", *, keys: Sequence[str], **options: str) -> Tickets:  # noqa: A001 - what sides are opened with
    """The tickets of a Zendesk account; the place is "tickets", or nothing."""
    only("Zendesk's tickets", options)
    if place not in {"", "tickets"}:
        raise UnknownName("place in Zendesk", place, ["tickets"])
    return Tickets(connection, keys)


def _column(one: zendesk.TicketField) -> Column:
    choices = tuple(option.name for option in one.custom_field_options or ())
    return Column(one.title, _TYPES.get(one.type, "text"), choices=choices)


def _shown(field: zendesk.TicketField, value: Any) -> Cell:
    """What people see in a field: of what can be chosen, the name."""
    if value in BLANK:
        return None
    names = {option.value: option.name for option in field.custom_field_options or ()}
    if isinstance(value, list):
        return [names.get(one, str(one)) for one in value]
    return _READ.get(field.type, lambda value: names.get(value, str(value)))(value)


def _chosen(field: zendesk.TicketField, value: Cell) -> Any:
    """What a ticket keeps of that."""
    values = {option.name: option.value for option in field.custom_field_options or ()}
    if isinstance(value, list):
        return [values.get(one, one) for one in value]
    if isinstance(value, date | Decimal):
        return str(value)
    return values.get(value, value) if isinstance(value, str) else value


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _written(outcome: zendesk.Outcome) -> Written:
    if outcome.success:
        return Written(ref=str(outcome.id or ""))
    if outcome.error == "UpdateConflict":
        return Written(refused="Somebody changed the ticket at this moment; nothing was written.")
    return Written(refused=f"Zendesk did not take it: {outcome.error} {outcome.details}".strip())
