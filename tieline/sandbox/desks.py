"""What help desks and chats remember. Tickets change through `Desk.change` only, which tells the listeners."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tieline.sandbox.happening import REQUEST_ID, Change, Event, Listener, Record, stamp


@dataclass(slots=True)
class Ticket:
    """A ticket in wire form, its conversation, and everything that ever changed on it."""

    fields: Record
    comments: list[Record] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    audits: list[Record] = field(default_factory=list)
    time_entries: list[Record] = field(default_factory=list)
    deleted: bool = False

    @property
    def id(self) -> int:
        """The vendor's number of this ticket."""
        number: int = self.fields["id"]
        return number


@dataclass
class Desk:
    """One simulated help desk."""

    system: str
    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: int = 0
    tickets: dict[int, Ticket] = field(default_factory=dict)
    people: dict[int, Record] = field(default_factory=dict)
    agents: dict[int, Record] = field(default_factory=dict)
    groups: dict[int, Record] = field(default_factory=dict)
    organizations: dict[int, Record] = field(default_factory=dict)
    macros: dict[int, Record] = field(default_factory=dict)
    jobs: dict[str, Record] = field(default_factory=dict)
    uploads: dict[str, list[Record]] = field(default_factory=dict)
    replies: dict[str, Any] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> str:
        """The current time as this desk writes it."""
        return stamp(self.clock())

    def living(self) -> list[Ticket]:
        """All tickets that are not deleted, in the order of their ids."""
        return [ticket for ticket in self.tickets.values() if not ticket.deleted]

    def find(self, ticket_id: int) -> Ticket | None:
        """The ticket with this id, unless it is deleted or never was."""
        ticket = self.tickets.get(ticket_id)
        return None if ticket is None or ticket.deleted else ticket

    def person_by_email(self, email: str) -> Record | None:
        """The person with this address; case does not matter."""
        wanted = email.casefold()
        return next((p for p in self.people.values() if (p.get("email") or "").casefold() == wanted), None)

    def change(self, ticket: Ticket, values: Record) -> list[Change]:
        """Set fields of a ticket and write down what really changed.

        Returns the changes; none means that the ticket, its `updated_at` included, stayed as it was.
        """
        now, request_id = self.clock(), REQUEST_ID.get()
        changes = [
            Change(name, ticket.fields.get(name), value, now, request_id)
            for name, value in values.items()
            if ticket.fields.get(name) != value
        ]
        if changes:
            ticket.fields.update({change.field: change.new for change in changes})
            ticket.fields["updated_at"] = stamp(now)
            ticket.changes.extend(changes)
        return changes

    def tell(
        self, name: str, record: Record, changes: list[Change] | None = None, *, parent: Record | None = None
    ) -> None:
        """Let every listener know what happened."""
        if self.listeners:
            event = Event(self.system, name, record, tuple(changes or ()), self.clock(), REQUEST_ID.get(), parent)
            for listener in self.listeners:
                listener(event)


@dataclass
class Workspace:
    """The simulated Slack workspace."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    team: Record = field(default_factory=dict)
    bot_id: str = ""
    human_id: str = ""
    users: dict[str, Record] = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    files: dict[str, Record] = field(default_factory=dict)
    views: dict[str, Record] = field(default_factory=dict)
    triggers: dict[str, datetime | None] = field(default_factory=dict)
    responses: dict[str, Record] = field(default_factory=dict)
    whispers: list[Record] = field(default_factory=list)
    last_ts: int = 0
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self, prefix: str) -> str:
        """A new id in Slack's form, such as `C0SBX000012`."""
        return f"{prefix}0SBX{next(self.ids):06d}"

    def new_trigger(self) -> str:
        """A trigger id, as a click of a person would bring one: good once, and for three seconds."""
        trigger = f"{next(self.ids)}.{next(self.ids)}.{self.next_id('T').lower()}"
        self.triggers[trigger] = self.clock()
        return trigger

    def next_ts(self) -> str:
        """A message timestamp: seconds and microseconds, never the same twice."""
        self.last_ts = max(self.last_ts + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def tell(self, name: str, record: Record) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("slack", name, record, (), self.clock(), REQUEST_ID.get()))


def without_notes(record: Record) -> Record:
    """A record without what only the sandbox knows of it."""
    return {name: value for name, value in record.items() if not name.startswith("sandbox_")}


@dataclass
class Chats:
    """The simulated Telegram, as one bot sees it. `webhook` is where updates go instead of the list."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: Record = field(default_factory=dict)
    chats: dict[int, Record] = field(default_factory=dict)
    messages: dict[int, list[Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    updates: list[Record] = field(default_factory=list)
    webhook: str = ""
    commands: list[Record] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def tell(self, name: str, record: Record) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("telegram", name, record, (), self.clock(), REQUEST_ID.get()))

    def now(self) -> int:
        """The current time as Telegram writes it: Unix seconds."""
        return int(self.clock().timestamp())

    def find(self, chat: Record, number: Any) -> Record | None:
        """A message of a chat."""
        return next((m for m in self.messages.get(chat["id"], []) if m["message_id"] == number), None)

    def add(self, chat: Record, author: Record, **fields: Any) -> Record:
        """Write a message into a chat."""
        there = self.messages.setdefault(chat["id"], [])
        said = {"message_id": len(there) + 1, "from": author, "chat": without_notes(chat), "date": self.now(), **fields}
        there.append(said)
        return said

    def keep(self, data: bytes, name: str, media_type: str) -> Record:
        """Keep a file, and say how it is called from now on."""
        number = f"BQACAgSBX{next(self.ids):09d}"
        self.files[number] = data
        names = {"file_id": number, "file_unique_id": f"Ag{number[-9:]}", "file_name": name}
        return {**names, "mime_type": media_type, "file_size": len(data)}

    def hear(self, chat_id: int, author: Record, text: str) -> Record:
        """Somebody writes where the bot can hear it."""
        message = self.add(self.chats[chat_id], author, text=text)
        self.updates.append({"update_id": 500_000 + next(self.ids), "message": message})
        return message


@dataclass
class Server:
    """The simulated Discord server."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    id: str = ""
    me: Record = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    interactions: dict[str, Record] = field(default_factory=dict)
    commands: list[Record] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def tell(self, name: str, record: Record) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("discord", name, record, (), self.clock(), REQUEST_ID.get()))

    def next_id(self) -> str:
        """A new id in Discord's form; newer ones are larger."""
        return str(1_300_000_000_000_000_000 + next(self.ids))

    def now(self) -> str:
        """The current time as Discord writes it: ISO 8601, UTC."""
        return self.clock().astimezone(UTC).isoformat()

    def add(self, channel: str, author: Record, content: str, **fields: Any) -> Record:
        """Write a message into a channel."""
        said = {"id": self.next_id(), "channel_id": channel, "author": author, "content": content, "type": 0}
        message = {**said, "timestamp": self.now(), "edited_timestamp": None, "attachments": [], **fields}
        self.messages[channel].append(message)
        return message

    def keep(self, data: bytes, name: str) -> Record:
        """Keep a file, and say how it is called from now on."""
        number = self.next_id()
        self.files[number] = data
        url = f"https://cdn.discord.sandbox.test/attachments/{number}"
        return {"id": number, "filename": name, "size": len(data), "url": url, "proxy_url": url}
