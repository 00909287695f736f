"""Where documents are taken from, and what such a place must be able to do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import Field

from tieline import Model


class Entry(Model):
    """A document in its place, without its text."""

    id: str = Field(description="A path, or the place's own number: stays the same while the document is edited.")
    file: str = Field(description="How it is called as a file, which says of which kind it is.")
    version: str = Field("", description="Changes whenever the text does. Empty: nobody knows, and it is read anew.")
    title: str = Field("", description="Where the place knows one.")
    modified: datetime | None = None
    link: str = ""
    size: int = Field(0, description="In bytes, where the place tells.")


class Listing(NamedTuple):
    """All documents of a place."""

    mark: str
    entries: tuple[Entry, ...]


class Shelf(Protocol):
    """A place that documents are taken from. Errors are those of `tieline.errors`."""

    async def look(self, since: str) -> Listing | None:
        """All documents, without their texts. None: nothing has changed since that mark of an earlier look."""

    async def fetch(self, entry: Entry) -> bytes:
        """What is in one.

        Raises:
            NotFound: It is gone by now.
        """


def mark_of(entries: Iterable[Entry]) -> str:
    """A mark for places that have none of their own. Empty, so that all is listed again, if a version is not known."""
    made = hashlib.blake2b(digest_size=16)
    for one in sorted(entries, key=lambda one: one.id):
        if not one.version:
            return ""
        made.update(f"{one.id}\0{one.version}\0{one.title}\n".encode())
    return made.hexdigest()
