"""Documents as scenarios see them, and what a place that keeps them must be able to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from pydantic import Field

from flows.windows import Window
from tieline import Input, Model

NOT_ANSWERED = "Not answered in the document."
_MORE = " …"
_END = re.compile(r"[.!?][\"'\u2019\u201d)]*(?=\s|$)|\n")


class Item(Model):
    """A document in its place, without what is in it."""

    id: str
    name: str
    size: int = 0
    version: str = Field("", description="Changes whenever the content does; empty where the place has no such thing.")
    updated_at: datetime | None = None
    link: str = ""
    file: str = Field("", description="How it is called as a file, where the name does not say of which kind it is.")
    mark: str = Field("", description="What stood there about the last summary; see `Note.mark`.")


class Citation(Input):
    """A passage of the document, as it stands there."""

    passage: str
    page: int | None = None
    heading: str = ""


class Source(Citation):
    """Where in the document a sentence of the summary comes from."""

    text: str = Field(description="The sentence.")


class Reply(Input):
    """What the document says to a question."""

    question: str
    answer: str = Field("", description="Empty where the document does not answer it.")
    quoted: bool = Field(
        default=False, description="Sentences of the document, found by likeness; nobody has thought about them."
    )
    citations: tuple[Citation, ...] = Field((), description="Where it says so.")


class Note(Input):
    """What is written back about a document."""

    summary: str = ""
    tags: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    answers: tuple[Reply, ...] = ()
    text: str = Field("", description="The whole text, where it was asked for.")
    model: str = ""
    mark: str = Field(description="Of this content and these wishes: who finds the same has nothing to do.")


class Place(Protocol):
    """A place that keeps documents, whichever it is."""

    async def find(self, query: str | Window, limit: int) -> Sequence[Item | str]:
        """Documents of the recent past, or what a query in the place's own words finds; all for an empty one.

        References in place of items, where each item takes calls of its own.
        """

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


@runtime_checkable
class Commented(Protocol):
    """A place where people comment on documents."""

    async def comment(self, item: Item, text: str) -> None:
        """Say something below a document, in plain text, unless it has been said there lately."""


def cut(text: str, most: int) -> str:
    """As much of a text as there is room for: whole sentences, then " …"."""
    if len(text) <= most:
        return text
    room = text[: most - len(_MORE)]
    ends = [found.end() for found in _END.finditer(room)]
    return (room[: ends[-1]] if ends else room).rstrip() + _MORE


def joined(names: Sequence[str], most: int, size: Callable[[str], int] = len) -> str:
    """As many names as fit on a line of that size, none of them cut."""
    line = ""
    for name in names:
        longer = f"{line}, {name}" if line else name
        if size(longer) > most:
            break
        line = longer
    return line


def replies(answers: Sequence[Reply]) -> str:
    """Questions and answers for a field that holds plain text."""
    return "\n\n".join(f"{one.question}\n{told(one)}" for one in answers)


def told(reply: Reply) -> str:
    """An answer, with what it is worth."""
    if not reply.answer:
        return NOT_ANSWERED
    where = ", ".join(dict.fromkeys(f"page {one.page}" for one in reply.citations if one.page is not None))
    said = f"Nearest in the document: \u201c{reply.answer}\u201d" if reply.quoted else reply.answer
    return f"{said} ({where})" if where else said
