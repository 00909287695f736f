"""Conditional GETs: what has not changed is not sent again (RFC 9110, section 13).

The vendor is always asked, so nothing is ever stale. Answers stay in memory, because they are other people's data.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import httpx

MAX_BYTES = 16 * 2**20
MAX_ENTRY_BYTES = 2**20
NOT_MODIFIED = 304
#: Differences that do not matter here: we decode everything, and each login has a memory of its own.
_SAME_FOR_US = {"", "accept-encoding", "authorization"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that we have."""

    etag: str
    modified: str
    headers: httpx.Headers
    body: bytes

    @property
    def bytes(self) -> int:
        """About what it takes in memory."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers.raw)


class Validators:
    """The last answers of one connection, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0

    def ask(self, request: httpx.Request) -> Kept | None:
        """Add what we already have to a GET, so that the vendor may answer 304; give the result to `answer`."""
        kept = self._kept.get(str(request.url)) if request.method == "GET" else None
        if kept is None:
            return None
        if kept.etag:
            request.headers.setdefault("if-none-match", kept.etag)
        else:
            request.headers.setdefault("if-modified-since", kept.modified)
        return kept

    def answer(self, response: httpx.Response, kept: Kept | None) -> httpx.Response:
        """The response, or on 304 the one that we had when we asked; a new one is kept."""
        if response.request.method != "GET":
            return response
        key = str(response.request.url)
        if response.status_code == NOT_MODIFIED and kept is not None:
            if key in self._kept:
                self._kept.move_to_end(key)
            return httpx.Response(200, headers=kept.headers, content=kept.body, request=response.request)
        if response.is_success:
            self._keep(key, response)
        return response

    def _keep(self, key: str, response: httpx.Response) -> None:
        self._forget(key)
        if not _usable(response):
            return
        headers = response.headers
        kept = Kept(headers.get("etag", ""), headers.get("last-modified", ""), headers, response.content)
        self._kept[key] = kept
        self._bytes += len(key) + kept.bytes
        while self._bytes > MAX_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: str) -> None:
        if kept := self._kept.pop(key, None):
            self._bytes -= len(key) + kept.bytes


def _usable(response: httpx.Response) -> bool:
    """Whether an answer may be kept, and can be asked about."""
    headers = response.headers
    varies = set(headers.get("vary", "").lower().replace(" ", "").split(",")) - _SAME_FOR_US
    return bool(
        (headers.get("etag") or headers.get("last-modified"))
        and len(response.content) <= MAX_ENTRY_BYTES
        # `Vary` on anything else would need a key of its own.
        and not varies
        and "no-store" not in headers.get("cache-control", "").lower()
    )
