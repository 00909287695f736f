"""Intercom as a help desk: its conversations are the tickets, its teams the groups.

No priority can be set through its API, so that is a tag here, such as `priority-high`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape, unescape
from textwrap import shorten
from typing import Any

from flows.helpdesks.ticket import LEVELS, Change, Failures, Level, Solution, Ticket, concurrently
from flows.windows import Window
from tasks import intercom
from tieline import ConfigError, ConnectorError, NotFound
from tieline.markup import html

_PRIORITIES: Mapping[str, Level] = {f"priority-{level}": level for level in LEVELS}
_LONGEST_SUBJECT = 80
#: Parts that the customer sees: a message, and one that came with closing.
_PUBLIC = frozenset({"comment", "close"})


class Desk:
    """An Intercom workspace.

    Args:
        connection: The saved block's name.
    """

    def __init__(self, connection: str) -> None:
        self._connection = connection

    async def read(self, ids: Sequence[int]) -> dict[int, Ticket | ConnectorError]:
        """One call for each conversation: Intercom has none for several."""
        read = await concurrently(
            ids, lambda number: intercom.get_conversation(self._connection, conversation_id=str(number))
        )
        return {
            number: one if isinstance(one, ConnectorError) else _ticket(one)
            for number, one in read.items()
            if not isinstance(one, NotFound)
        }

    async def find(self, query: str | Window, limit: int) -> list[Ticket]:
        """Conversations of the recent past, or what a query such as Intercom's search takes it finds, in JSON."""
        asked = _asked(query)
        found = await intercom.search_conversations(self._connection, query=asked, limit=limit)
        return [_ticket(one) for one in found]

    async def solution(self, number: int) -> Solution | None:
        """What a teammate wrote last; notes and what a bot says do not count."""
        found = await intercom.get_conversation(self._connection, conversation_id=str(number))
        said = found.conversation_parts.conversation_parts
        answers = [
            one
            for one in said
            if one.part_type in _PUBLIC and one.body and one.author is not None and one.author.type == "admin"
        ]
        wrote = [found.source.author, *(one.author for one in said)]
        names = tuple(dict.fromkeys(one.name for one in wrote if one is not None and one.name))
        return Solution(text=html.to_markdown(answers[-1].body or ""), names=names) if answers else None

    async def groups(self) -> dict[str, int]:
        """Every team's id by its name."""
        return {team.name: int(team.id) for team in await intercom.list_teams(self._connection)}

    async def write(self, tickets: Sequence[Ticket], changes: Mapping[int, Change]) -> Failures:
        """Notes first, each once; tags last, because they tell the next run that this one came so far."""
        asked = {ticket.id: changes[ticket.id] for ticket in tickets if ticket.id in changes}
        names = {name for change in asked.values() for name in _tags(change)}
        try:
            tags = {name: await intercom.create_tag(self._connection, name=name) for name in sorted(names)}
            # Who does it: asked once, and not before each write.
            admin = int((await intercom.get_current_admin(self._connection)).id)
        except ConnectorError as exc:
            return dict.fromkeys(asked, exc)
        done = await concurrently(asked, lambda number: self._write(str(number), asked[number], tags, admin))
        return {number: exc for number, exc in done.items() if isinstance(exc, ConnectorError)}

    async def _write(self, number: str, change: Change, tags: Mapping[str, intercom.Tag], admin: int) -> None:
        now = await intercom.get_conversation(self._connection, conversation_id=number)
        who: dict[str, Any] = {"conversation_id": number, "admin_id": admin}
        if change.note and not _noted(now, change.note):
            await intercom.add_note(self._connection, body=escape(change.note).replace("\n", "<br>"), **who)
        if change.group_id is not None and now.team_assignee_id != change.group_id:
            await intercom.assign_conversation(self._connection, team_id=change.group_id, **who)
        for tag in now.tags.tags if change.priority else ():
            if tag.name in _PRIORITIES and _PRIORITIES[tag.name] != change.priority:
                await intercom.remove_tag(self._connection, tag_id=tag.id, **who)
        for name in _tags(change):
            await intercom.add_tag(self._connection, tag_id=tags[name].id, **who)


def _asked(query: str | Window) -> dict[str, Any]:
    if isinstance(query, Window):
        field = "created_at" if query.what == "new" else "updated_at"
        return {"field": field, "operator": ">", "value": int(query.since.timestamp()) - 1}
    try:
        asked = json.loads(query)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise ConfigError(
            f"Intercom cannot be asked {query!r}.",
            hint='Write it as its search takes it: {"field": "state", "operator": "=", "value": "open"}.',
        )
    return asked


def _tags(change: Change) -> list[str]:
    return [*change.add_tags, *([f"priority-{change.priority}"] if change.priority else [])]


def _noted(now: intercom.Conversation, note: str) -> bool:
    """Whether a run that was cut off has left the note already."""
    first = note.partition("\n")[0]
    parts = now.conversation_parts.conversation_parts
    return any(part.part_type == "note" and first in unescape(part.body or "") for part in parts)


def _ticket(one: intercom.Conversation) -> Ticket:
    tags = tuple(tag.name for tag in one.tags.tags)
    text = html.to_markdown(one.source.body or "")
    levels = [_PRIORITIES[name] for name in tags if name in _PRIORITIES]
    return Ticket(
        id=int(one.id),
        subject=one.title or one.source.subject or shorten(text, _LONGEST_SUBJECT, placeholder=" …"),
        text=text,
        tags=tags,
        priority=max(levels, key=LEVELS.index, default=None),
        group_id=one.team_assignee_id,
        updated_at=one.updated_at,
    )
