"""Keeps the libraries below us from writing what we send into a log.

httpx logs every URL, and some keys stand in one; hpack logs every header. Our own records say what was called.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LOUD = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "hpack.hpack",
    "hpack.table",
)

_ours: ContextVar[bool] = ContextVar("tieline_quiet", default=False)


def _passes(_: logging.LogRecord) -> bool:
    return not _ours.get()


for _name in _LOUD:
    logging.getLogger(_name).addFilter(_passes)


@contextmanager
def quiet() -> Iterator[None]:
    """What happens within is ours and is not logged; other users of these libraries are not touched."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)
