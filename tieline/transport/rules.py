"""How one vendor speaks HTTP, and what a request may carry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

import httpx

from tieline.errors import ConnectorError
from tieline.transport.multipart import File
from tieline.transport.paging import Paginator
from tieline.transport.wire import Content

Params = Mapping[str, Any]
Json = Mapping[str, Any] | list[Any]
#: What came back, as `HttpRules.error` sees it.
Answer = httpx.Response
#: Finds out whether a write that got no answer was done after all: its result, or None.
Check = Callable[[], Awaitable[Any]]


def _no_error(_: Answer) -> None:
    return None


@dataclass(frozen=True)
class HttpRules:
    """How one vendor speaks HTTP.

    Args:
        paginate: How its lists continue.
        rate: What it allows each connection, such as "100/minute".
        writes: How many calls other than GET it allows, where it counts them apart; a block's own rate is for all.
        error: Reads errors that the status does not tell; returns None where all is well.
        idempotency: The header with an idempotency key, if the vendor supports one.
        trace: The header that our request id travels in.
        accepts: Statuses beside 2xx that are no errors, such as the 308 of Google's uploads.
        hosts: Other hosts of the vendor's that the login is for, over https, such as the one with Slack's files.
    """

    paginate: Paginator | None = None
    rate: str = ""
    writes: str = ""
    error: Callable[[Answer], ConnectorError | None] = _no_error
    idempotency: str = ""
    trace: str = "X-Request-Id"
    accepts: frozenset[int] = frozenset()
    hosts: frozenset[str] = frozenset()


class Options(TypedDict, total=False):
    """What a request may carry. What is None is left out.

    params: The query.
    form: A body of form fields.
    files: Files in that form, by the name of their field (multipart).
    content: A body of raw bytes, or the path of a file with them.
    headers: More headers.
    at: Where the result stands in the answer, such as "ticket".
    repeatable: Doing it twice is as good as once, though the method does not say so.
    keyed: Send an idempotency key, so that the vendor does it once however often we ask.
    login: False for a whole address that carries its own permission; no credentials go there, whatever host it is.
    cap: Most bytes of the answer; by default `TIELINE_MAX_ANSWER_BYTES`.
    check: Finds out whether a write that got no answer was done after all: its result, or None.
    """

    params: Params | None
    form: Params | None
    files: Mapping[str, File] | None
    content: Content | None
    headers: Mapping[str, str] | None
    at: str
    repeatable: bool
    keyed: bool
    login: bool
    cap: int
    check: Check | None
