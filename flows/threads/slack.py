"""Threads in Slack, summed up in the thread itself, in one message that is kept up to date.

Whatever is said in a private channel or a direct message is private, and shown nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from textwrap import shorten
from urllib.parse import parse_qs, urlsplit

from flows.helpdesks import concurrently
from flows.threads.note import Note, mark_in
from flows.threads.thread import MOST, Message, Thread
from flows.windows import Window
from tasks import slack
from tieline import ConfigError

#: Characters of a message that can be changed later, https://docs.slack.dev/reference/methods/chat.update
ROOM = 3_900
_BY_PEOPLE = {None, "thread_broadcast", "file_share", "me_message"}
_REFERENCE = re.compile(r"([CDG][A-Z0-9]{2,})/(\d{6,}\.\d{6})")
_LINKED = re.compile(r"/archives/([CDG][A-Z0-9]{2,})/p(\d{6,})(\d{6})$")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,}")
_SPECIAL = re.compile(r"<([@#!])?([^>|]+)(?:\|([^>]*))?>")


class Forum:
    """A Slack workspace.

    Args:
        connection: The saved block's name.
    """

    rewrites = True

    def __init__(self, connection: str) -> None:
        self._connection = connection
        self._login: slack.Login | None = None
        self._names: dict[str, str] = {}

    async def find(self, query: str | Window, limit: int) -> Sequence[str]:
        """Threads of a channel, the newest first; Slack has no search for apps, so a span of time needs a channel."""
        if not isinstance(query, str) or not _CHANNEL.fullmatch(query):
            hint = "Give a channel's id, such as C012AB3CD, or threads by their links."
            raise ConfigError("Slack cannot be asked for that.", hint=hint)
        found = await slack.list_messages(self._connection, channel=query, limit=limit)
        return [f"{query}/{one.ts}" for one in found if one.reply_count]

    async def get(self, reference: str) -> Thread:
        """A thread with all its messages."""
        channel_id, ts = _parsed(reference)
        channel = await slack.get_channel(self._connection, channel=channel_id)
        private = channel.is_private or channel.is_im or channel.is_mpim
        said = await slack.list_messages(self._connection, channel=channel_id, thread_ts=ts, limit=MOST)
        login = self._login = self._login or await slack.get_login(self._connection)
        ours = [one for one in said if one.user == login.user_id and mark_in(_unescaped(one.text))]
        theirs = [one for one in said if one not in ours and not one.bot_id and one.subtype in _BY_PEOPLE]
        await self._learn({one.user for one in theirs if one.user} | _mentioned(theirs))
        base = f"{login.url.rstrip('/')}/archives/{channel_id}/p"
        messages = tuple(self._message(one, base, ts, private=private) for one in theirs)
        return Thread(
            id=reference,
            name="A private thread" if private else shorten(messages[0].text if messages else ts, 80, placeholder=" …"),
            link=f"{base}{ts.replace('.', '')}",
            messages=messages,
            mark=mark_in(_unescaped(ours[-1].text)) if ours else "",
            ours=ours[-1].ts if ours else "",
            closed="The channel is archived." if channel.is_archived else "",
            notes=(f"Only the first {MOST:,} messages were read.",) * (len(said) >= MOST),
        )

    async def write(self, thread: Thread, note: Note) -> tuple[str, ...]:
        """Answer in the thread, or bring our answer up to date."""
        channel, ts = _parsed(thread.id)
        text = _text(note.within(ROOM, lambda one: len(_text(one))))
        if thread.ours:
            await slack.update_message(self._connection, channel=channel, ts=thread.ours, text=text)
            return ("message in the thread, updated",)
        await slack.send_message(self._connection, channel=channel, text=text, thread_ts=ts)
        return ("message in the thread",)

    async def _learn(self, people: set[str]) -> None:
        """What people are called; whoever cannot be looked up goes by the id."""
        asked = await concurrently(
            people - self._names.keys(), lambda number: slack.get_user(self._connection, user_id=number)
        )
        for number, user in asked.items():
            known = user if isinstance(user, slack.User) else None
            self._names[number] = (known.profile.real_name or known.name or number) if known else number

    def _message(self, one: slack.Message, base: str, thread: str, *, private: bool) -> Message:
        return Message(
            id=one.ts,
            text=_SPECIAL.sub(self._spelled, one.text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
            by=self._names.get(one.user or "", one.user or ""),
            at=datetime.fromtimestamp(float(one.ts), UTC),
            link=f"{base}{one.ts.replace('.', '')}" + f"?thread_ts={thread}" * (one.ts != thread),
            private=private,
        )

    def _spelled(self, found: re.Match[str]) -> str:
        """A mention, a channel or a link, as people see it."""
        kind, target, label = found.groups()
        if kind == "@":
            return f"@{self._names.get(target, label or target)}"
        return {"#": "#", "!": "@"}.get(kind or "", "") + (label or target)


def _parsed(reference: str) -> tuple[str, str]:
    """Channel and timestamp of a thread."""
    if found := _REFERENCE.fullmatch(reference):
        return found[1], found[2]
    address = urlsplit(reference)
    if found := _LINKED.search(address.path):
        (above, *_) = parse_qs(address.query).get("thread_ts", [f"{found[2]}.{found[3]}"])
        if _REFERENCE.fullmatch(f"{found[1]}/{above}"):
            return found[1], above
    raise ConfigError(
        f"{reference!r} is no thread.",
        hint='Copy the link of its first message, or write "C012AB3CD/1503435956.000247".',
    )


def _mentioned(messages: Sequence[slack.Message]) -> set[str]:
    return {found[2] for one in messages for found in _SPECIAL.finditer(one.text) if found[1] == "@"}


def _escaped(text: str) -> str:
    """Text that calls nobody and is no link, https://docs.slack.dev/messaging/formatting-message-text/#escaping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unescaped(text: str) -> str:
    return text.strip().strip("_")


def _text(note: Note) -> str:
    def linked(text: str, link: str) -> str:
        # A bar would end the address, and so would a bracket.
        safe = link and not any(letter in link for letter in "|<> ")
        return f"<{link}|{_escaped(text).replace('|', '/')}>" if safe else _escaped(text)

    return note.written(plain=_escaped, title=lambda text: f"*{text}*", linked=linked)
