"""What the simulated Notion remembers."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC

from tieline.sandbox.happening import Record
from tieline.sandbox.memory import Memory


@dataclass
class Notebook(Memory):
    """The simulated Notion workspace.

    `children` are the ids below each page and block, in order; `busy` are the pages and blocks where somebody else is
    writing, so that the next write is refused with 409.
    """

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

    def counts(self) -> dict[str, int]:
        """How much of everything there is."""
        return {
            "pages": len(self.pages),
            "blocks": len(self.blocks),
            "comments": len(self.comments),
            "files": len(self.uploads),
        }

    def new_id(self) -> str:
        """A new id in Notion's form; the same in each sandbox, in the same order."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"notion {next(self.ids)}"))

    def now(self) -> str:
        """The current time as Notion writes it."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def below(self, number: str) -> list[Record]:
        """The blocks below a page or a block; a page among them is a block of its own kind."""
        found = [self.blocks[one] if one in self.blocks else self._child(one) for one in self.children.get(number, [])]
        return [block for block in found if not block["in_trash"]]

    def _child(self, number: str) -> Record:
        page = self.pages[number]
        (name,) = (value for value in page["properties"].values() if value["type"] == "title")
        shared = ("id", "parent", "created_time", "last_edited_time", "created_by", "last_edited_by")
        return {
            "object": "block",
            **{key: page[key] for key in shared},
            "has_children": bool(self.children.get(number)),
            "archived": page["archived"],
            "in_trash": page["in_trash"],
            "type": "child_page",
            "child_page": {"title": "".join(piece["plain_text"] for piece in name["title"])},
        }

    def edited(self, number: str, blocks: list[str]) -> None:
        """Blocks were put below a page, or below a block somewhere on it."""
        while number in self.blocks:
            parent = self.blocks[number]["parent"]
            number = parent[parent["type"]]
        page = self.pages[number]
        page["last_edited_time"] = self.now()
        self.tell("page.edited", {**page, "sandbox_updated": blocks})
