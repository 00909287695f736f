"""Whether a write that is being made may have been made by an earlier try. The journal says so; requests ask."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Write:
    """A write that the journal knows.

    Args:
        key: The same in each try.
        unclear: Whether an earlier try may have been carried out.
        keys: Idempotency keys that were given out.
        made: Requests of this try that the vendor has carried out.
    """

    key: uuid.UUID
    unclear: bool
    keys: int = 0
    made: int = 0


_write: ContextVar[Write | None] = ContextVar("tieline_write", default=None)


@contextmanager
def writing(write: Write) -> Iterator[Write]:
    """Make a write, as far as this block goes."""
    token = _write.set(write)
    try:
        yield write
    finally:
        _write.reset(token)


def unclear() -> bool:
    """Whether an earlier try may have been carried out."""
    write = _write.get()
    return write is not None and write.unclear


def made() -> None:
    """Note that the vendor has carried out a request that writes."""
    write = _write.get()
    if write is not None:
        write.made += 1


def idempotency_key() -> str:
    """The key for the next request; where there is a journal, the same one in each try."""
    write = _write.get()
    if write is None:
        return str(uuid.uuid4())
    write.keys += 1
    return str(uuid.uuid5(write.key, str(write.keys)))
