"""What the simulated Microsoft 365 tenant remembers: sites, libraries with files and columns, and who may log in."""

import hashlib
import itertools
import mimetypes
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tieline.sandbox.graph import Directory
from tieline.sandbox.happening import Record

PEOPLE: dict[str, Record] = {
    "Imani Okafor": {"displayName": "Imani Okafor", "email": "imani@lumora.example", "id": "u1"},
    "Tieline": {"displayName": "Tieline", "email": "", "id": "app"},
}


def nobody(_: str) -> None:
    """Hears of changes while nobody else shall."""


@dataclass
class Library:
    """One document library. Files and folders are kept in Graph's wire form, by id."""

    record: Record
    clock: Callable[[], datetime]
    heard: Callable[[str], None] = nobody
    items: dict[str, Record] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    fields: dict[str, Record] = field(default_factory=dict)
    columns: list[Record] = field(default_factory=list)
    gone: dict[str, Record] = field(default_factory=dict)
    #: The ids of what has changed, oldest first. A delta token is the number of changes that its owner knows.
    changes: list[str] = field(default_factory=list)
    #: Tokens that know fewer changes than these are too old.
    forgotten: int = 0
    #: Who has a file open for changes, by the file's id.
    locks: dict[str, str] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """A library has a top."""
        self.top = self._add({"name": "root", "root": {}, "folder": {"childCount": 0}}, "", "Tieline")["id"]

    @property
    def id(self) -> str:
        """The drive's id."""
        return str(self.record["id"])

    def children(self, parent: str) -> list[Record]:
        """What is in a folder."""
        return [one for one in self.items.values() if one["parentReference"].get("id") == parent]

    def child(self, parent: str, name: str) -> Record | None:
        """The file or folder of that name; case does not matter."""
        return next((one for one in self.children(parent) if one["name"].casefold() == name.casefold()), None)

    def find(self, path: str) -> Record | None:
        """The file or folder at a path below the top."""
        found: Record | None = self.items[self.top]
        for name in filter(None, path.split("/")):
            found = self.child(found["id"], name) if found else None
        return found

    def folder(self, path: str, by: str = "Tieline") -> Record:
        """The folder at a path, made where it is missing."""
        found = self.items[self.top]
        for name in filter(None, path.split("/")):
            found = self.child(found["id"], name) or self.add_folder(found["id"], name, by)
        return found

    def add_folder(self, parent: str, name: str, by: str = "Tieline") -> Record:
        """Make a folder."""
        return self._add({"name": name, "folder": {"childCount": 0}}, parent, by)

    def write(self, path: str, data: bytes, by: str = "Imani Okafor") -> Record:
        """Put a file at a path, as somebody who drops it there would; a file that is there gets a new version."""
        parent, _, name = path.strip("/").rpartition("/")
        home = self.folder(parent, by)["id"]
        one = self.child(home, name) or self._add({"name": name, "file": {}}, home, by)
        self.contents[one["id"]] = data
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        digest = hashlib.sha256(data).hexdigest().upper()
        one |= {"size": len(data), "file": {"mimeType": kind, "hashes": {"quickXorHash": digest[:28]}}}
        self.touch(one, by, content=True)
        return one

    def touch(self, one: Record, by: str, *, content: bool = False) -> None:
        """Note that something has changed: new tags, and a line in the changes."""
        version = next(self.ids)
        one["eTag"] = f'"{{{one["id"]}}},{version}"'
        if content:
            one["cTag"] = f'"c:{{{one["id"]}}},{version}"'
        one["lastModifiedDateTime"], one["lastModifiedBy"] = moment(self.clock()), {"user": PEOPLE.get(by, {})}
        self.changes.append(one["id"])
        self.heard(self.id)

    def remove(self, item_id: str) -> None:
        """Delete a file, or a folder with all that is in it."""
        for one in self.children(item_id):
            self.remove(one["id"])
        one = self.items.pop(item_id)
        facet: Record = {"folder": {}} if "folder" in one else {}
        self.gone[item_id] = {"id": item_id, "parentReference": one["parentReference"], "deleted": {"state": "deleted"}}
        self.gone[item_id] |= facet
        self.changes.append(item_id)
        self.heard(self.id)

    def _add(self, facets: Record, parent: str, by: str) -> Record:
        number = next(self.ids)
        one: Record = {
            "id": f"01SANDBOX{self.id[-4:].upper()}{number:019d}",
            "size": 0,
            "createdDateTime": moment(self.clock()),
            "createdBy": {"user": PEOPLE.get(by, {})},
            "parentReference": {"driveId": self.id, **({"id": parent} if parent else {})},
            **facets,
        }
        self.items[one["id"]] = one
        self.fields[one["id"]] = {"id": str(number), "FileLeafRef": one["name"]}
        self.touch(one, by)
        return one


@dataclass
class Upload:
    """A session for a large file, that has got some of it."""

    library: Library
    path: str
    taken: str
    data: bytearray = field(default_factory=bytearray)


@dataclass
class Tenant(Directory):
    """The simulated tenant."""

    sites: dict[str, Record] = field(default_factory=dict)
    libraries: dict[str, Library] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    #: Addresses that a file can be read at without logging in: library and item.
    tickets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {
            "drives": len(self.libraries),
            "files": sum(len(library.contents) for library in self.libraries.values()),
        }

    def add_library(self, site_id: str, name: str) -> Library:
        """Open a document library in a site."""
        number = hashlib.sha256(f"{site_id}/{name}".encode()).hexdigest()
        record: Record = {
            "id": f"b!sandbox{number[:32]}",
            "driveType": "documentLibrary",
            "name": name,
            "owner": {"group": {"displayName": self.sites[site_id]["displayName"]}},
            "webUrl": f"{self.sites[site_id]['webUrl']}/{name}",
            "sandbox_site": site_id,
        }
        made = self.libraries[record["id"]] = Library(record, self.clock)
        made.heard = self.changed
        return made

    def changed(self, drive: str) -> None:
        """Something has changed in a library; listeners hear no more than that."""
        self.tell("drive.updated", {"id": drive})

    def ticket(self, library: Library, item_id: str) -> str:
        """A key that reads one file, as it stands in `@microsoft.graph.downloadUrl`."""
        key = uuid.uuid4().hex
        self.tickets[key] = (library.id, item_id)
        return key


def moment(at: datetime) -> str:
    """A moment as Graph writes it: ISO 8601, UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
