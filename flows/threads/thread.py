"""Discussions as scenarios see them, and what a place that holds them must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pydantic import Field

from flows.documents.gist import digest
from flows.windows import Window
from tieline import Model

if TYPE_CHECKING:
    from flows.threads.note import Note

#: Most comments of a thread that are read.
MOST = 10_000


class Message(Model):
    """A comment, as scenarios see it."""

    id: str
    text: str
    by: str = ""
    at: datetime | None = None
    link: str = ""
    private: bool = Field(default=False, description="Not everybody who may see the thread's place may read it.")


class Thread(Model):
    """A discussion: what people wrote, without bots and without our own summaries."""

    id: str
    name: str = ""
    link: str = ""
    messages: tuple[Message, ...] = ()
    mark: str = Field("", description="What stood there about the last summary; see `Note.mark`.")
    ours: str = Field("", description="The id of the last summary, where it can be changed.")
    closed: str = Field("", description="Why nothing can be written here; empty when it can.")
    notes: tuple[str, ...] = Field((), description="What people should know, such as that something was left out.")

    @property
    def private(self) -> bool:
        """Whether what is said here must not be shown elsewhere."""
        return any(message.private for message in self.messages)

    @property
    def content(self) -> str:
        """Changes when anybody writes, changes or takes back something."""
        return digest(*(f"{one.id}\0{one.private}\0{one.text}" for one in self.messages))


class Place(Protocol):
    """A place where people discuss, whichever it is."""

    #: Whether a summary can be changed later. Where it cannot, another one is written only when something new was said.
    rewrites: bool

    async def find(self, query: str | Window, limit: int) -> Sequence[str]:
        """Threads of the recent past, or what a query in the place's own words finds, as references."""

    async def get(self, reference: str) -> Thread:
        """One thread, with all that was said.

        Raises:
            NotFound: It is gone.
        """

    async def write(self, thread: Thread, note: Note) -> tuple[str, ...]:
        """Write back, where at most those can read it who can read the comments; what was written, in a few words."""
