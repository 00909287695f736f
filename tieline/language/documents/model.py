"""What a document is once it was read, and how much of one is read."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["pdf", "docx", "pptx", "xlsx", "csv", "html", "epub", "eml", "msg", "markdown", "text", "code", "image"]
Metadata = dict[str, str | list[str]]


class Passage(BaseModel):
    """A paragraph, a list, a table or a part of one: what a sentence of a summary points at.

    `text` is exactly `document.text[start:end]`.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    page: int | None = Field(None, description="The page or slide that it stands on, from 1, where the kind has such.")
    heading: str = Field("", description="The nearest heading above it.")
    start: int = Field(ge=0, description="Its first character in the text of the document, from 0.")
    end: int = Field(ge=0, description="The character after its last.")


class Document(BaseModel):
    """A document that was read.

    Args:
        text: All of it; Markdown where the kind has structure (not for plain text and source code).
        kind: What it is, by its content.
        title: Its title, by its own account; empty when it has none.
        pages: How many pages or slides it has; None for kinds without.
        metadata: What else it says of itself, such as `authors`, `created`, `from`, `attachments`.
        passages: The parts of the text, in order.
        warnings: What a reader should know, in sentences.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    kind: Kind
    name: str = ""
    title: str = ""
    pages: int | None = None
    metadata: Metadata = {}
    passages: tuple[Passage, ...] = ()
    warnings: tuple[str, ...] = ()


class Limits(BaseModel):
    """How much of a document is read; one that is over is refused, with the limit named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    megabytes: float = Field(100, gt=0, description="Size of the file, in MiB.")
    unpacked_megabytes: float = Field(
        500, gt=0, description="Size of all that is packed into it (Office, EPUB), in MiB."
    )
    members: int = Field(10_000, gt=0, description="Files that are packed into it.")
    pages: int = Field(3_000, gt=0, description="Pages of a PDF, or slides.")
    characters: int = Field(20_000_000, gt=0, description="Characters of its text.")
    seconds: float = Field(120.0, gt=0, description="Time that its reading may take, in seconds.")
    memory_megabytes: int = Field(
        1_000, ge=150, description="Memory of the program that reads it, in MiB; 150 is what reading anything needs."
    )


class Page(NamedTuple):
    """Text of one page, or of all when the kind has no pages."""

    text: str
    number: int | None = None


class Contents(NamedTuple):
    """What a file holds, before it is cut into passages."""

    pages: list[Page]
    title: str = ""
    metadata: Metadata = {}  # noqa: RUF012 - never changed; a field of a tuple, not of a class
    warnings: tuple[str, ...] = ()
