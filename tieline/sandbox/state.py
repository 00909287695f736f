"""What the simulated systems remember, and the one place where it changes.

Records are kept in the vendor's own wire form (plain dictionaries): what a vendor would store is what its
API shows. Tickets change through `Desk.change` only, so that each change is written down (field, old value,
new value, when, by which request) and told to the listeners.
"""

import itertools
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tieline.sandbox.tenant import Tenant

Record = dict[str, Any]

REQUEST_ID: ContextVar[str] = ContextVar("sandbox_request_id", default="seed")
"""The request being served. Background jobs inherit the id of the request that started them."""

LOGGED_REQUESTS = 5_000
"""How many requests the log keeps; older ones are forgotten."""

KEPT_CHANGES = 10_000
"""How many changes the simulated Google Drive can list; older ones are forgotten."""


def stamp(moment: datetime) -> str:
    """A moment as Zendesk and Freshdesk write it: ISO 8601, UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, before and after."""

    field: str
    old: Any
    new: Any
    at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a simulated system, in that system's own words.

    `name` is the vendor-neutral kind (`ticket.created`, `ticket.updated`, `comment.created`, `user.created`,
    `message.created`, ...), `record` the record as it is now, in wire form, and `parent` the ticket that a comment
    belongs to.
    """

    system: str
    name: str
    record: Record
    changes: tuple[Change, ...]
    at: datetime
    request_id: str
    parent: Record | None = None


Listener = Callable[[Event], None]


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


@dataclass
class Drive:
    """The simulated Google Drive of one person, and what it knows of who may log in.

    `changes` holds what a list of changes shows, oldest first; the token of a page is the number of its first change,
    counted from one, and the first `forgotten` are no longer there. `tokens` says until when an access token is good,
    and for which scopes; `keys` holds the public keys of service accounts, by e-mail address.
    """

    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: Record = field(default_factory=dict)
    root: str = ""
    files: dict[str, Record] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    changes: list[Record] = field(default_factory=list)
    forgotten: int = 0
    uploads: dict[str, Record] = field(default_factory=dict)
    tokens: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> str:
        """A new id in Drive's form: 33 letters and digits."""
        return f"1sandbox{next(self.ids):025d}"

    def now(self) -> str:
        """The current time as Drive writes it: RFC 3339, UTC, milliseconds."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def note(self, file_id: str, what: str, *, removed: bool = False) -> None:
        """Write a change down, and let every listener know: an `add`, `update`, `trash`, `untrash` or `remove`."""
        change = {"fileId": file_id, "removed": removed, "time": self.now(), "state": what}
        self.changes.append(change)
        if len(self.changes) > KEPT_CHANGES:
            self.forgotten += len(self.changes) - KEPT_CHANGES
            del self.changes[:-KEPT_CHANGES]
        for listener in self.listeners:
            listener(Event("google_drive", "change", change, (), self.clock(), REQUEST_ID.get()))


@dataclass
class Notebook:
    """The simulated Notion workspace.

    `children` are the ids below each page and block, in order; `busy` are the pages and blocks where somebody else is
    writing, so that the next write is refused with 409.
    """

    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: str = ""
    pages: dict[str, Record] = field(default_factory=dict)
    blocks: dict[str, Record] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    databases: dict[str, Record] = field(default_factory=dict)
    data_sources: dict[str, Record] = field(default_factory=dict)
    comments: dict[str, Record] = field(default_factory=dict)
    uploads: dict[str, Record] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_id(self) -> str:
        """A new id in Notion's form; the same in each sandbox, in the same order."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"notion {next(self.ids)}"))

    def now(self) -> str:
        """The current time as Notion writes it."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def edited(self, number: str, blocks: list[str]) -> None:
        """Blocks were put below a page, or below a block somewhere on it."""
        while number in self.blocks:
            parent = self.blocks[number]["parent"]
            number = parent[parent["type"]]
        page = self.pages[number]
        page["last_edited_time"] = self.now()
        self.tell("page.edited", {**page, "sandbox_updated": blocks})

    def tell(self, name: str, record: Record) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("notion", name, record, (), self.clock(), REQUEST_ID.get()))


@dataclass
class Wiki:
    """The simulated Confluence."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: Record = field(default_factory=dict)
    spaces: dict[str, Record] = field(default_factory=dict)
    pages: dict[str, Record] = field(default_factory=dict)
    labels: dict[str, list[Record]] = field(default_factory=dict)
    properties: dict[str, dict[str, Record]] = field(default_factory=dict)
    comments: dict[str, Record] = field(default_factory=dict)
    attachments: dict[str, Record] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(65_537))

    def next_id(self) -> str:
        """A new id: numbers, as text."""
        return str(next(self.ids))

    def now(self) -> str:
        """The current time as Confluence writes it."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def version(self, number: int, message: str = "") -> Record:
        """A version that is saved now."""
        author = self.me["accountId"]
        return {"number": number, "message": message, "minorEdit": False, "authorId": author, "createdAt": self.now()}

    def save(self, page: Record, message: str = "") -> None:
        """Count one more version of a page."""
        page["version"] = self.version(page["version"]["number"] + 1, message)
        page["sandbox_saved"] = self.now()

    def add_page(self, space: str, title: str, text: str, parent: str | None) -> Record:
        """Create a page in Confluence's form."""
        number = self.next_id()
        page = {
            "id": number,
            "status": "current",
            "title": title,
            "spaceId": space,
            "parentId": parent,
            "parentType": "page" if parent else None,
            "authorId": self.me["accountId"],
            "createdAt": self.now(),
            "version": self.version(1),
            "body": {"storage": {"representation": "storage", "value": text}},
            "_links": {"webui": f"/spaces/{self.spaces[space]['key']}/pages/{number}"},
            "sandbox_saved": self.now(),
        }
        self.pages[number] = page
        return page

    def add_comment(self, page: Record, text: str) -> Record:
        """Put a comment below a page."""
        number = self.next_id()
        comment = {
            "id": number,
            "status": "current",
            "title": f"Re: {page['title']}",
            "pageId": page["id"],
            "version": self.version(1),
            "body": {"storage": {"representation": "storage", "value": text}},
            "_links": {"webui": f"{page['_links']['webui']}?focusedCommentId={number}"},
        }
        self.comments[number] = comment
        return comment

    def add_file(self, page: Record, name: str, media_type: str, data: bytes) -> Record:
        """Put a file on a page, or the next version of the one of that name."""
        old = next((f for f in self.attachments.values() if f["pageId"] == page["id"] and f["title"] == name), None)
        number = old["id"] if old else f"att{self.next_id()}"
        key = uuid.uuid4().hex
        file = {
            "id": number,
            "status": "current",
            "title": name,
            "createdAt": old["createdAt"] if old else self.now(),
            "pageId": page["id"],
            "mediaType": media_type,
            "comment": "",
            "fileId": key,
            "fileSize": len(data),
            "downloadLink": f"/download/attachments/{page['id']}/{name}",
            "version": self.version(old["version"]["number"] + 1 if old else 1),
            "sandbox_data": data,
            "sandbox_token": uuid.uuid4().hex,
        }
        self.attachments[number] = file
        return file

    def tell(self, name: str, record: Record, parent: Record | None = None) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("confluence", name, record, (), self.clock(), REQUEST_ID.get(), parent))


@dataclass
class Site:
    """The simulated Jira site; issues, comments and properties by the issue's key."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    me: str = ""
    people: dict[str, Record] = field(default_factory=dict)
    projects: dict[str, Record] = field(default_factory=dict)
    issues: dict[str, Record] = field(default_factory=dict)
    comments: dict[str, list[Record]] = field(default_factory=dict)
    properties: dict[str, Record] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(10_001))

    def now(self) -> str:
        """The current time as Jira writes it."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def next_id(self) -> str:
        """A new id, for whatever it is."""
        return str(next(self.ids))

    def next_key(self, project: str) -> str:
        """The key of a project's next issue."""
        return f"{project}-{1 + sum(key.startswith(f'{project}-') for key in self.issues)}"

    def keep(self, issue: Record) -> None:
        """Remember a new issue."""
        self.issues[issue["key"]], self.comments[issue["key"]], self.properties[issue["key"]] = issue, [], {}

    def tell(
        self, name: str, record: Record, changes: tuple[Change, ...] = (), *, parent: Record | None = None
    ) -> None:
        """Let every listener know what happened."""
        for listener in self.listeners:
            listener(Event("jira", name, record, changes, self.clock(), REQUEST_ID.get(), parent))


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
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

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
    id: str = ""
    me: Record = field(default_factory=dict)
    channels: dict[str, Record] = field(default_factory=dict)
    messages: dict[str, list[Record]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

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


@dataclass(frozen=True, slots=True)
class Logged:
    """One answered request. Bodies and credentials are not kept."""

    id: str
    at: datetime
    system: str
    method: str
    path: str
    query: str
    status: int
    ms: float
    bytes: int
    fault: str | None


@dataclass
class State:
    """Everything behind one sandbox."""

    clock: Callable[[], datetime]
    listeners: list[Listener]
    zendesk: Desk
    freshdesk: Desk
    slack: Workspace
    google_drive: Drive
    notion: Notebook
    sharepoint: Tenant
    confluence: Wiki
    jira: Site
    telegram: Chats
    discord: Server
    truth: dict[tuple[str, int], str] = field(default_factory=dict)
    log: deque[Logged] = field(default_factory=lambda: deque(maxlen=LOGGED_REQUESTS))
    served: dict[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls, clock: Callable[[], datetime] | None = None, listeners: list[Listener] | None = None) -> "State":
        """A sandbox in which nothing has happened yet.

        `clock` gives the current time (default: the real one). `listeners` hear of every change.
        """
        tick = clock or (lambda: datetime.now(UTC))
        heard_by = [] if listeners is None else listeners
        return cls(
            tick,
            heard_by,
            Desk("zendesk", tick, heard_by),
            Desk("freshdesk", tick, heard_by),
            Workspace(tick, heard_by),
            Drive(tick, heard_by),
            Notebook(tick, heard_by),
            Tenant(tick, lambda drive: _tell_of_drive(drive, tick, heard_by)),
            Wiki(tick, heard_by),
            Site(tick, heard_by),
            Chats(tick, heard_by),
            Server(tick),
        )

    def clear(self) -> "State":
        """Forget everything; clock and listeners stay. Returns the state itself."""
        fresh = State.empty(self.clock, self.listeners)
        self.zendesk, self.freshdesk, self.slack = fresh.zendesk, fresh.freshdesk, fresh.slack
        self.google_drive = fresh.google_drive
        self.notion = fresh.notion
        self.sharepoint = fresh.sharepoint
        self.confluence = fresh.confluence
        self.jira = fresh.jira
        self.telegram = fresh.telegram
        self.discord = fresh.discord
        self.truth, self.log, self.served = fresh.truth, fresh.log, fresh.served
        return self

    def record_request(self, logged: Logged) -> None:
        """Add a request to the log."""
        self.log.append(logged)
        self.served[logged.system] = self.served.get(logged.system, 0) + 1


def _tell_of_drive(drive: str, clock: Callable[[], datetime], listeners: list[Listener]) -> None:
    for listener in listeners:
        listener(Event("sharepoint", "drive.updated", {"id": drive}, (), clock(), REQUEST_ID.get()))
