"""What places of documents and trackers remember: Google Drive, Notion, Confluence and Jira."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tieline.sandbox.happening import REQUEST_ID, Change, Event, Listener, Record

KEPT_CHANGES = 10_000
"""How many changes the simulated Google Drive can list; older ones are forgotten."""


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
