"""Tickets in Zendesk, summed up in internal notes. A note cannot be changed there, so there may be several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.threads.note import Note, mark_in
from flows.threads.thread import MOST, Message, Thread
from flows.windows import Window
from tasks import zendesk
from tieline import ConfigError

_AUTOMATIC = {"rule", "system"}
_SEARCHED = 1000


class Forum:
    """A Zendesk account.

    Args:
        connection: The saved block's name.
    """

    rewrites = False

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._me: int | None = None
        self._names: dict[int, str] = {}

    async def find(self, query: str | Window, limit: int) -> Sequence[str]:
        """Tickets of the recent past, or what a search such as `tags:vip` finds; none that are closed."""
        if isinstance(query, Window):
            field = "created" if query.what == "new" else "updated"
            query = f"{field}>={query.since:%Y-%m-%dT%H:%M:%SZ} status<closed"
        found = await zendesk.search_tickets(self._connection, query=query, limit=min(limit, _SEARCHED))
        return [str(ticket.id) for ticket in found]

    async def get(self, reference: str) -> Thread:
        """A ticket with its comments and notes."""
        number = _number(reference)
        ticket = await zendesk.get_ticket(self._connection, ticket_id=number)
        comments = await zendesk.list_comments(self._connection, ticket_id=number, limit=MOST)
        home = (await zendesk.connector.credentials(self._connection)).home
        me = await self._myself()
        marks = [mark_in(one.plain_body) if one.author_id == me and not one.public else "" for one in comments]
        theirs = [one for one, mark in zip(comments, marks, strict=True) if not mark and not _automatic(one)]
        names = await self._called(one.author_id for one in theirs)
        link = f"{home}/agent/tickets/{number}"
        return Thread(
            id=reference,
            name=ticket.subject or f"Ticket {number}",
            link=link,
            messages=tuple(_message(one, names.get(one.author_id or 0, ""), link) for one in theirs),
            mark=next((mark for mark in reversed(marks) if mark), ""),
            closed="The ticket is closed, and takes no notes any more." if ticket.status == "closed" else "",
            notes=(f"Only the first {MOST:,} comments were read.",) * (len(comments) >= MOST),
        )

    async def write(self, thread: Thread, note: Note) -> tuple[str, ...]:
        """Leave an internal note."""
        body = note.written(plain=str, title=str, linked=lambda text, _: text)
        await zendesk.add_comment(self._connection, ticket_id=int(thread.id), body=body, public=False)
        return ("internal note",)

    async def _myself(self) -> int | None:
        if self._me is None:
            self._me = (await zendesk.get_current_user(self._connection)).id
        return self._me

    async def _called(self, numbers: Iterable[int | None]) -> dict[int, str]:
        """What people are called, asked once for each."""
        missing = sorted({number for number in numbers if number and number > 0} - self._names.keys())
        if missing:
            found = await zendesk.get_users(self._connection, user_ids=missing)
            self._names |= dict.fromkeys(missing, "") | {user.id: user.name for user in found if user.id}
        return self._names


def _number(reference: str) -> int:
    if not reference.isascii() or not reference.isdigit():
        raise ConfigError(f"{reference!r} is no ticket.", hint="Give the number, such as 123.")
    return int(reference)


def _automatic(comment: zendesk.Comment) -> bool:
    """Whether a trigger wrote it, or Zendesk itself (as author -1)."""
    return (comment.via or {}).get("channel") in _AUTOMATIC or (comment.author_id or 0) < 0


def _message(one: zendesk.Comment, name: str, link: str) -> Message:
    return Message(id=str(one.id), text=one.plain_body, by=name, at=one.created_at, link=link, private=not one.public)
