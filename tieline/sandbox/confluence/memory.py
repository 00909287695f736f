"""What the simulated Confluence remembers."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC

from tieline.sandbox.atlassian import Apps
from tieline.sandbox.happening import Record


@dataclass
class Wiki(Apps):
    """The simulated Confluence."""

    me: Record = field(default_factory=dict)
    spaces: dict[str, Record] = field(default_factory=dict)
    pages: dict[str, Record] = field(default_factory=dict)
    labels: dict[str, list[Record]] = field(default_factory=dict)
    properties: dict[str, dict[str, Record]] = field(default_factory=dict)
    comments: dict[str, Record] = field(default_factory=dict)
    attachments: dict[str, Record] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(65_537))

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {"pages": len(self.pages), "comments": len(self.comments), "files": len(self.attachments)}

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

    def add_comment(self, content: Record, text: str) -> Record:
        """Put a comment below a page, or on a file."""
        number = self.next_id()
        comment = {
            "id": number,
            "status": "current",
            "title": f"Re: {content['title']}",
            "attachmentId" if content["id"].startswith("att") else "pageId": content["id"],
            "version": self.version(1),
            "body": {"storage": {"representation": "storage", "value": text}},
            "_links": {"webui": f"{content['_links']['webui']}?focusedCommentId={number}"},
        }
        self.comments[number] = comment
        return comment

    def files(self) -> list[Record]:
        """The files that are not in the trash."""
        return [file for file in self.attachments.values() if file["status"] == "current"]

    def comments_on(self, content: Record) -> list[Record]:
        """What was said below a page, or on a file."""
        return [one for one in self.comments.values() if content["id"] in (one.get("pageId"), one.get("attachmentId"))]

    def add_file(self, page: Record, name: str, media_type: str, data: bytes) -> Record:
        """Put a file on a page, or the next version of the one of that name."""
        old = next((f for f in self.files() if f["pageId"] == page["id"] and f["title"] == name), None)
        number = old["id"] if old else f"att{self.next_id()}"
        key, shown = uuid.uuid4().hex, "/pages/viewpageattachments.action"
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
            "_links": {"webui": f"{shown}?pageId={page['id']}&preview=/{page['id']}/{number[3:]}/{name}"},
            "sandbox_saved": self.now(),
            "sandbox_data": data,
            "sandbox_token": uuid.uuid4().hex,
        }
        self.attachments[number] = file
        return file
