"""Documents as scenarios see them, and what a place that keeps them must be able to do."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pydantic import Field

from flows.windows import Window
from tieline import Input, Model


class Item(Model):
    """A document in its place, without what is in it."""

    id: str
    name: str
    size: int = 0
    version: str = Field("", description="Changes whenever the content does.")
    updated_at: datetime | None = None
    link: str = ""
    mark: str = Field("", description="What stood there about the last summary; see `Note.mark`.")


class Source(Input):
    """Where in the document a sentence of the summary comes from."""

    text: str = Field(description="The sentence.")
    passage: str = Field(description="The passage that it is about, as it stands in the document.")
    page: int | None = None
    heading: str = ""


class Note(Input):
    """What is written back about a document."""

    summary: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    text: str = Field("", description="The whole text, where it was asked for.")
    model: str = ""
    mark: str = Field(description="Of this content and these wishes: who finds the same has nothing to do.")


class Place(Protocol):
    """A place that keeps documents, whichever it is."""

    async def find(self, query: str | Window, limit: int) -> list[Item]:
        """Documents of the recent past, or what a query in the place's own words finds; all for an empty one."""

    async def reference(self, link: str) -> str:
        """What a link of the place's own pages points at, for `get`; "" where it is none of its documents."""

    async def get(self, reference: str) -> Item:
        """One document.

        Raises:
            NotFound: It is gone.
        """

    async def fetch(self, item: Item) -> bytes:
        """Its content."""

    async def write(self, item: Item, note: Note) -> tuple[str, ...]:
        """Write back; what was written, in a few words each.

        Raises:
            Conflict: The document was changed meanwhile.
        """
