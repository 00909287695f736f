"""Tickets in Freshdesk, summed up in one private note, which is kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from flows.helpdesks import concurrently
from flows.threads.note import Note, mark_in
from flows.threads.thread import MOST, Message, Thread
from flows.windows import Window
from tasks import freshdesk
from tieline import ConfigError

_SEARCHED = 300


class Forum:
    """A Freshdesk account.

    Args:
        connection: The saved block's name.
    """

    rewrites = True

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._me = 0
        self._names: dict[tuple[int, bool], str] = {}

    async def find(self, query: str | Window, limit: int) -> Sequence[str]:
        """Tickets that changed lately, or what a filter such as `priority:4 AND status:2` finds."""
        if isinstance(query, str):
            found = await freshdesk.search_tickets(self._connection, query=query, limit=min(limit, _SEARCHED))
            return [str(one.id) for one in found]
        found = await freshdesk.list_tickets(self._connection, updated_since=query.since, limit=limit)
        since = query.since if query.what == "new" else None
        return [str(one.id) for one in found if since is None or (one.created_at and one.created_at >= since)]

    async def get(self, reference: str) -> Thread:
        """A ticket with its replies and notes."""
        if not reference.isascii() or not reference.isdigit():
            raise ConfigError(f"{reference!r} is no ticket.", hint="Give the number, such as 123.")
        number = int(reference)
        ticket = await freshdesk.get_ticket(self._connection, ticket_id=number)
        said = await freshdesk.list_conversations(self._connection, ticket_id=number, limit=MOST)
        link = f"{(await freshdesk.connector.credentials(self._connection)).home}/a/tickets/{number}"
        self._me = self._me or (await freshdesk.get_current_agent(self._connection)).id
        ours = [one for one in said if one.private and one.user_id == self._me and mark_in(one.body_text)]
        theirs = [one for one in said if one not in ours]
        people = {(one.user_id, one.incoming) for one in theirs if one.user_id}
        await self._learn(people | ({(ticket.requester_id, True)} if ticket.requester_id else set()))
        first = Message(
            id="ticket",
            text=f"{ticket.subject}\n\n{ticket.description_text}",
            by=self._names.get((ticket.requester_id or 0, True), ""),
            at=ticket.created_at,
            link=link,
        )
        return Thread(
            id=reference,
            name=ticket.subject,
            link=link,
            messages=(first, *(self._message(one, link) for one in theirs)),
            mark=mark_in(ours[-1].body_text) if ours else "",
            ours=str(ours[-1].id) if ours else "",
            notes=(f"Only the first {MOST:,} comments were read.",) * (len(said) >= MOST),
        )

    async def write(self, thread: Thread, note: Note) -> tuple[str, ...]:
        """Leave a private note, or bring the one that is there up to date."""
        text = note.written(plain=escape, title=lambda said: f"<b>{said}</b>", linked=lambda said, _: escape(said))
        body = text.replace("\n", "<br>")
        if thread.ours:
            await freshdesk.update_note(self._connection, note_id=int(thread.ours), body=body)
            return ("private note, updated",)
        await freshdesk.add_note(self._connection, ticket_id=int(thread.id), body=body, private=True)
        return ("private note",)

    async def _learn(self, people: set[tuple[int, bool]]) -> None:
        """What people are called; those that the key may not look up stay without a name."""
        asked = await concurrently(people - self._names.keys(), self._name)
        self._names |= {who: name if isinstance(name, str) else "" for who, name in asked.items()}

    async def _name(self, who: tuple[int, bool]) -> str:
        number, incoming = who
        if incoming:
            return (await freshdesk.get_contact(self._connection, contact_id=number)).name
        return (await freshdesk.get_agent(self._connection, agent_id=number)).contact.name

    def _message(self, one: freshdesk.Message, link: str) -> Message:
        name = self._names.get((one.user_id or 0, one.incoming), "")
        return Message(id=str(one.id), text=one.body_text, by=name, at=one.created_at, link=link, private=one.private)
