"""What a connector says of its files, and what is told about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import Field

from tieline.model import Model
from tieline.webhooks import Facts

S = TypeVar("S")

#: What a feed tells of. The comparison with what was known makes these; no connector can name others.
CREATED, UPDATED, DELETED = EVENTS = ("file_created", "file_updated", "file_deleted")
#: The only place of a system that is not divided into drives.
EVERYTHING = ""
#: What an event is about, for people: the file's name.
NAMED = Facts(subject="name")


class Entry(Model):
    """A file as it is now.

    Args:
        id: What it is known by, however it is called: an id, or its path where there is nothing else.
        name: What people call it.
        version: Changes when its content does, its name, or where it is, and with nothing else. Empty: it is gone.
        file: All that the system says of it, in JSON.
    """

    id: str
    name: str = ""
    version: str = ""
    file: Any = None


class Page(Model):
    """Part of what a look finds.

    Args:
        entries: Files as they are now; the last of several with one id counts.
        cursor: Where the next look goes on.
        more: Whether it should do so at once.
        anew: Whether a list of all there is begins here. What is neither on this page nor on those that follow it,
            until there is no `more`, is gone.
        busy: Ids of files that are being written: they count as they were known.
    """

    entries: tuple[Entry, ...] = ()
    cursor: str
    more: bool = False
    anew: bool = False
    busy: tuple[str, ...] = ()


class FileEvent(Model):
    """What happened to a file. What a system says of it is in `file`; of a deleted one there is nothing any more.

    Args:
        id: What it is known by.
        place: The drive that it is in, where a system has several.
        name: What people call it, or called it.
        version: Another one with each change.
    """

    id: str
    place: str = EVERYTHING
    name: str = ""
    version: str = ""
    file: Any = Field(None, description="The system's own words.")


async def only(_: Any) -> Sequence[str]:
    """The places of a system that has but one."""
    return (EVERYTHING,)


@dataclass(frozen=True)
class Feed(Generic[S]):
    """How a system is asked what has changed.

    Args:
        look: Lists a page, given a session, a place, and the cursor of the last page; without one all there is.
        model: The payload of its events.
        places: Where to look: drives, or the one place that everything is in.
        facts: Where a payload says who, what and when; see `tieline.webhooks.Facts`.
    """

    look: Callable[[S, str, str], Awaitable[Page]]
    model: type[FileEvent]
    places: Callable[[S], Awaitable[Sequence[str]]] = only
    facts: Facts = NAMED
