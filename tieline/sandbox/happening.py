"""What happens in simulated systems, and how a moment and a record are written there."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]

REQUEST_ID: ContextVar[str] = ContextVar("sandbox_request_id", default="seed")
"""The request being served. Background jobs inherit the id of the request that started them."""


def stamp(moment: datetime) -> str:
    """A moment as Zendesk and Freshdesk write it: ISO 8601, UTC, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record, before and after."""

    field: str
    old: Any
    new: Any
    at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a simulated system, in that system's own words.

    `name` is the vendor-neutral kind (`ticket.created`, `ticket.updated`, `comment.created`, `user.created`,
    `message.created`, ...), `record` the record as it is now, in wire form, and `parent` the ticket that a comment
    belongs to.
    """

    system: str
    name: str
    record: Record
    changes: tuple[Change, ...]
    at: datetime
    request_id: str
    parent: Record | None = None


Listener = Callable[[Event], None]
