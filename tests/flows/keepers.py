"""The sandbox's places of documents as people use them: they write, change, rename and throw away, and look."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

from blocks.confluence import ConfluenceCredentials
from blocks.google_drive import GoogleDriveCredentials
from blocks.notion import NotionCredentials
from flows.documents.confluence import PROPERTY
from flows.documents.google_drive import BEGIN, END, MARK, TAGS
from tests.flows.conftest import FAST
from tests.saving import save
from tieline.markup.notion import from_markdown, rich_text
from tieline.sandbox import Sandbox
from tieline.sandbox.confluence import memory as pages
from tieline.sandbox.google_drive import memory
from tieline.sandbox.notion.blocks import add
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.pages import new_page
from tieline.sandbox.notion.values import property_value


def connect(sandbox: Sandbox) -> None:
    """Save blocks `documents` that lead to a sandbox; not within a running loop, where Prefect only promises to."""
    save(GoogleDriveCredentials(**sandbox.connection("google_drive"), rate=FAST), "documents")
    save(ConfluenceCredentials(**sandbox.connection("confluence"), rate=FAST), "documents")
    save(NotionCredentials(**sandbox.connection("notion"), rate=FAST), "documents")


class Keeper(Protocol):
    """A place, from the side of the people who use it."""

    source: str

    def write(self, name: str, text: str) -> str:
        """Somebody writes a document; its reference."""

    def change(self, reference: str, text: str) -> None:
        """Somebody writes something else into it."""

    def rename(self, reference: str, name: str) -> None:
        """Somebody gives it another name."""

    def throw_away(self, reference: str) -> None:
        """Somebody puts it into the trash, or deletes it."""

    def shown(self, reference: str) -> tuple[str, set[str]]:
        """The summary and the tags that people see."""

    def stored(self, reference: str) -> Any:
        """All that is kept of it, with times and versions."""


@dataclass
class Drive:
    """Google Drive."""

    sandbox: Sandbox
    source: str = "google_drive/documents"

    def __post_init__(self) -> None:
        self.drive = self.sandbox.state[memory.Drive]

    def write(self, name: str, text: str, kind: str = "text/markdown") -> str:
        return str(memory.add(self.drive, {"name": name, "mimeType": kind}, text.encode())["id"])

    def change(self, reference: str, text: str) -> None:
        memory.change(self.drive, self.drive.files[reference], {}, text.encode())

    def rename(self, reference: str, name: str) -> None:
        memory.change(self.drive, self.drive.files[reference], {"name": name})

    def throw_away(self, reference: str) -> None:
        memory.change(self.drive, self.drive.files[reference], {"trashed": True, "explicitlyTrashed": True})

    def shown(self, reference: str) -> tuple[str, set[str]]:
        file = self.drive.files[reference]
        assert bool(file.get("appProperties", {}).get(MARK)) == (BEGIN in file.get("description", ""))
        tags = file.get("properties", {}).get(TAGS, "")
        summary = file.get("description", "").partition(BEGIN)[2].partition(END)[0]
        return summary.strip(), set(filter(None, tags.split(", ")))

    def stored(self, reference: str) -> Any:
        return deepcopy(self.drive.files[reference])


@dataclass
class Docs(Drive):
    """Google Docs, which have no checksum and are exported."""

    def write(self, name: str, text: str, kind: str = memory.GOOGLES + "document") -> str:
        return super().write(name, text, kind)


@dataclass
class Wiki:
    """Confluence."""

    sandbox: Sandbox
    source: str = "confluence/documents"

    def __post_init__(self) -> None:
        self.wiki = self.sandbox.state[pages.Wiki]

    def write(self, name: str, text: str) -> str:
        return str(self.wiki.add_page(next(iter(self.wiki.spaces)), name, f"<p>{text}</p>", None)["id"])

    def attach(self, page: str, name: str, text: str) -> str:
        return str(self.wiki.add_file(self.wiki.pages[page], name, "application/octet-stream", text.encode())["id"])

    def change(self, reference: str, text: str) -> None:
        page = self.wiki.pages[reference]
        page["body"]["storage"]["value"] = f"<p>{text}</p>"
        self.wiki.save(page)

    def rename(self, reference: str, name: str) -> None:
        page = self.wiki.pages[reference]
        page["title"] = name
        self.wiki.save(page)

    def throw_away(self, reference: str) -> None:
        self.wiki.pages[reference]["status"] = "trashed"

    def kept(self, reference: str) -> dict[str, Any]:
        found = [one for one in self.wiki.properties.get(reference, {}).values() if one["key"] == PROPERTY]
        return dict(found[0]["value"]) if found else {}

    def shown(self, reference: str) -> tuple[str, set[str]]:
        return self.kept(reference).get("summary", ""), {one["name"] for one in self.wiki.labels.get(reference, [])}

    def stored(self, reference: str) -> Any:
        wiki = self.wiki
        return deepcopy((wiki.pages[reference], wiki.properties[reference], wiki.labels[reference], wiki.comments))


@dataclass
class Notes:
    """Notion."""

    sandbox: Sandbox
    source: str = "notion/documents"

    def __post_init__(self) -> None:
        self.book = self.sandbox.state[Notebook]
        self.data = next(iter(self.book.data_sources.values()))

    def write(self, name: str, text: str) -> str:
        where = {"type": "data_source_id", "data_source_id": self.data["id"], **self.data["parent"]}
        column = self.data["properties"]["Name"]
        title = property_value(column, {"title": rich_text(name)}, "Name")
        page = new_page(self.book, where, self.data["properties"], {"Name": title})
        add(self.book, page["id"], from_markdown(text), "text")
        return str(page["id"])

    def change(self, reference: str, text: str) -> None:
        self.book.children[reference] = []
        made = add(self.book, reference, from_markdown(text), "text")
        self.book.edited(reference, [block["id"] for block in made])

    def rename(self, reference: str, name: str) -> None:
        self.fill(reference, "Name", {"title": rich_text(name)})

    def fill(self, reference: str, column: str, value: dict[str, Any]) -> None:
        """Somebody fills in a property."""
        made = property_value(self.data["properties"][column], value, column)
        self.book.pages[reference]["properties"][column] = made

    def throw_away(self, reference: str) -> None:
        self.book.pages[reference]["in_trash"] = True

    def text(self, reference: str, column: str) -> str:
        value = self.book.pages[reference]["properties"].get(column, {})
        return "".join(piece["plain_text"] for piece in value.get("rich_text", []))

    def shown(self, reference: str) -> tuple[str, set[str]]:
        tags = self.book.pages[reference]["properties"].get("Tags", {}).get("multi_select", [])
        return self.text(reference, "Summary"), {one["name"] for one in tags}

    def stored(self, reference: str) -> Any:
        return deepcopy((self.book.pages[reference], self.data))


KEEPERS: dict[str, type[Drive | Wiki | Notes]] = {"drive": Drive, "docs": Docs, "confluence": Wiki, "notion": Notes}
