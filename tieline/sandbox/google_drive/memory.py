"""What the simulated Google Drive remembers; files are made, changed and taken away, each change written down."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from tieline.sandbox.google import Accounts
from tieline.sandbox.happening import Record

KEPT_CHANGES = 10_000
"""How many changes can be listed; older ones are forgotten."""

GOOGLES = "application/vnd.google-apps."
FOLDER = GOOGLES + "folder"
SHORTCUT = GOOGLES + "shortcut"


@dataclass
class Drive(Accounts):
    """The simulated Google Drive of one person.

    `changes` holds what a list of changes shows, oldest first; the token of a page is the number of its first change,
    counted from one, and the first `forgotten` are no longer there.
    """

    root: str = ""
    files: dict[str, Record] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    changes: list[Record] = field(default_factory=list)
    forgotten: int = 0
    uploads: dict[str, Record] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"files": len(self.files), "changes": len(self.changes)}

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
        self.tell("change", change)


def add(drive: Drive, values: Record, content: bytes | None = None) -> Record:
    """Make a file, folder or shortcut; returns its record."""
    now, number = drive.now(), str(values.get("id") or drive.next_id())
    file: Record = {
        "kind": "drive#file",
        "id": number,
        "name": "Untitled",
        "mimeType": "application/octet-stream",
        "parents": [drive.root],
        "createdTime": now,
        "trashed": False,
        "explicitlyTrashed": False,
        "starred": False,
        "version": "0",
        "owners": [drive.me],
        "ownedByMe": True,
        "capabilities": {"canEdit": True, "canDelete": True, "canDownload": True, "canTrash": True},
        **values,
    }
    file["id"] = number
    file["webViewLink"] = f"https://drive.google.com/file/d/{number}/view?usp=drivesdk"
    drive.files[number] = file
    _write(drive, file, content, now, "add")
    return file


def change(drive: Drive, file: Record, values: Record, content: bytes | None = None) -> None:
    """Change a file; a change of its metadata alone leaves its checksum and its revision as they are."""
    for name in ("properties", "appProperties"):
        if name in values:
            values = {**values, name: _merged(file.get(name, {}), values[name])}
    what = "update"
    if values.get("explicitlyTrashed", file["explicitlyTrashed"]) != file["explicitlyTrashed"]:
        what = "trash" if values["explicitlyTrashed"] else "untrash"
    file.update(values)
    _write(drive, file, content, values.get("modifiedTime") or drive.now(), what)


def remove(drive: Drive, file: Record) -> None:
    """Delete a file for good, and a folder with all that is in it."""
    for child in [other for other in drive.files.values() if file["id"] in other["parents"]]:
        remove(drive, child)
    del drive.files[file["id"]]
    drive.contents.pop(file["id"], None)
    drive.note(file["id"], "remove", removed=True)


def in_trash(drive: Drive, file: Record) -> bool:
    """Whether a file, or a folder that it is in, was put into the trash."""
    above = (drive.files.get(parent) for parent in file["parents"])
    return file["explicitlyTrashed"] or any(folder is not None and in_trash(drive, folder) for folder in above)


def seen(drive: Drive, file: Record) -> Record:
    """A file as the API shows it."""
    return {**file, "trashed": in_trash(drive, file)}


def _merged(old: Record, new: dict[str, Any]) -> Record:
    return {name: value for name, value in {**old, **new}.items() if value is not None}


def _write(drive: Drive, file: Record, content: bytes | None, moment: str, what: str) -> None:
    if content is not None:
        drive.contents[file["id"]] = content
        file["size"] = str(len(content))
        if not file["mimeType"].startswith(GOOGLES):
            digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
            file |= {"md5Checksum": digest, "sha256Checksum": hashlib.sha256(content).hexdigest()}
            file |= {"headRevisionId": f"0B{drive.next_id()}", "originalFilename": file["name"]}
    file["modifiedTime"] = moment
    file["lastModifyingUser"] = drive.me
    file["version"] = str(drive.forgotten + len(drive.changes) + 1)
    drive.note(file["id"], what)
