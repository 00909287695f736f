"""Tickets as scenarios see them, and what a help desk must be able to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from pydantic import Field

from flows.windows import Window
from tieline import ConnectorError, Input, Model

K = TypeVar("K")
R = TypeVar("R")
Level = Literal["low", "normal", "high", "urgent"]
LEVELS: tuple[Level, ...] = ("low", "normal", "high", "urgent")


class Ticket(Model):
    """A ticket, as scenarios see it."""

    id: int
    subject: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    priority: Level | None = None
    group_id: int | None = None
    #: When the vendor last saw it change, for vendors that can refuse to overwrite what changed since.
    updated_at: datetime | None = None
    link: str = ""


class Solution(Model):
    """How a ticket was answered."""

    text: str = Field(description="The last public answer of an agent, as plain text or Markdown.")
    names: tuple[str, ...] = Field((), description="Of the people who wrote, as far as the help desk tells.")


class Change(Input):
    """What shall change on a ticket. What is empty stays as it is."""

    add_tags: tuple[str, ...] = ()
    priority: Level | None = None
    group_id: int | None = None
    note: str = Field("", description="An internal note, in plain text.")


#: What became of a write: an error for each ticket that was not changed, and what it was.
Failures = dict[int, ConnectorError]


class HelpDesk(Protocol):
    """A help desk, whichever it is."""

    async def read(self, ids: Sequence[int]) -> dict[int, Ticket | ConnectorError]:
        """These tickets, by id, or why one cannot be read; those that are gone are left out."""

    async def find(self, query: str | Window, limit: int) -> list[Ticket]:
        """Tickets of the recent past, or what a query in the vendor's own language finds."""

    async def solution(self, number: int) -> Solution | None:
        """What an agent answered last, for the customer to see; None where nobody did.

        Raises:
            NotFound: The ticket is gone.
        """

    async def groups(self) -> dict[str, int]:
        """Every group's id by its name."""

    async def write(self, tickets: Sequence[Ticket], changes: Mapping[int, Change]) -> Failures:
        """Make the changes; each ticket stands alone."""


def higher(one: Level | None, other: Level | None) -> Level | None:
    """The more urgent of two."""
    known = [level for level in (one, other) if level]
    return max(known, key=LEVELS.index) if known else None


async def concurrently(
    items: Iterable[K], do: Callable[[K], Awaitable[R]], *, at_once: int = 8
) -> dict[K, R | ConnectorError]:
    """Do something for each item, a few at a time; an item that fails does not stop the others."""
    room = asyncio.Semaphore(at_once)

    async def one(item: K) -> tuple[K, R | ConnectorError]:
        async with room:
            try:
                return item, await do(item)
            except ConnectorError as exc:
                return item, exc

    return dict(await asyncio.gather(*map(one, items)))
