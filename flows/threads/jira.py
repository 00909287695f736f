"""Issues in Jira, summed up in a property of the issue, and where it is wished in a comment that is kept up to date.

Everybody who sees the issue can read both. So a comment that is not for all of them is left out: one that is kept to a
role or a group, and an internal one of a service project.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

from flows.threads.note import Note, mark_in
from flows.threads.thread import MOST, Message, Thread
from flows.windows import Window
from tasks import jira
from tieline import NotFound

PROPERTY = "tieline.discussion"
#: Bytes that Jira keeps in a property: 32,768 characters, less what our wrapping takes.
ROOM = 32_000
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~@-])")


class Forum:
    """A Jira site.

    Args:
        connection: The saved block's name.
    """

    rewrites = True

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._me = ""

    async def find(self, query: str | Window, limit: int) -> Sequence[str]:
        """Issues of the recent past, or what JQL finds."""
        if isinstance(query, Window):
            # Jira reads dates in the account's time zone; minutes from now are the same in all.
            minutes = int((datetime.now(UTC) - query.since).total_seconds()) // 60 + 1
            query = f"{'created' if query.what == 'new' else 'updated'} >= -{minutes}m ORDER BY updated DESC"
        return [one.key for one in await jira.search_issues(self._connection, jql=query, limit=limit)]

    async def get(self, reference: str) -> Thread:
        """An issue with its comments."""
        issue = await jira.get_issue(self._connection, issue_key=reference, properties=[PROPERTY])
        comments = await jira.list_comments(self._connection, issue_key=reference, limit=MOST)
        self._me = self._me or (await jira.get_current_user(self._connection)).accountId or ""
        link = f"{(await jira.connector.credentials(self._connection)).pages}/browse/{issue.key}"
        ours = [one for one in comments if self._is_ours(one)]
        people = [one for one in comments if one not in ours and not (one.author and one.author.accountType == "app")]
        open_ = [one for one in people if not one.restricted]
        kept = issue.properties.get(PROPERTY)
        return Thread(
            id=reference,
            name=f"{issue.key} {issue.summary or ''}".strip(),
            link=link,
            messages=tuple(_message(one, link) for one in open_),
            mark=str(kept.get("mark", "")) if isinstance(kept, dict) else "",
            ours=ours[-1].id if ours else "",
            notes=_notes(len(people) - len(open_), len(comments)),
        )

    async def write(self, thread: Thread, note: Note) -> tuple[str, ...]:
        """Say it in a comment, if that is wished; then keep it in the property, whose mark says that all is done."""
        said = await self._comment(thread, note) if note.as_comment else ()
        value = note.within(ROOM, lambda one: len(to_json(_value(one))))
        await jira.set_property(self._connection, issue_key=thread.id, property_key=PROPERTY, value=_value(value))
        return (*said, f"property {PROPERTY}")

    async def _comment(self, thread: Thread, note: Note) -> tuple[str, ...]:
        body = note.written(plain=_plain, title=lambda text: f"**{text}**\n", linked=_linked)
        if thread.ours:
            try:
                await jira.update_comment(self._connection, issue_key=thread.id, comment_id=thread.ours, body=body)
            except NotFound:
                pass  # somebody has just deleted it
            else:
                return ("comment, updated",)
        await jira.add_comment(self._connection, issue_key=thread.id, body=body, internal=True)
        return ("comment",)

    def _is_ours(self, one: jira.Comment) -> bool:
        wrote = one.author.accountId if one.author else None
        return bool(self._me) and wrote == self._me and bool(mark_in(one.body or ""))


def _notes(left_out: int, read: int) -> tuple[str, ...]:
    found = []
    if left_out:
        many = "1 comment is" if left_out == 1 else f"{left_out} comments are"
        found.append(f"{many} not for all who see the issue, and left out.")
    if read >= MOST:
        found.append(f"Only the first {MOST:,} comments were read.")
    return tuple(found)


def _message(one: jira.Comment, link: str) -> Message:
    name = one.author.displayName if one.author else ""
    return Message(id=one.id, text=one.body or "", by=name, at=one.created, link=f"{link}?focusedCommentId={one.id}")


def _value(note: Note) -> dict[str, Any]:
    """What the property holds."""
    return note.model_dump(mode="json", exclude={"as_comment"})


def _plain(text: str) -> str:
    """Text that mentions nobody, links nowhere and formats nothing."""
    return _MARKUP.sub(r"\\\1", text)


def _linked(text: str, link: str) -> str:
    return f"[{_plain(text)}]({link})" if link else _plain(text)
