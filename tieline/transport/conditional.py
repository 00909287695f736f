"""Conditional GETs: what has not changed is not sent again (RFC 9110, section 13).

The vendor is always asked, so nothing is ever stale. Answers stay in memory, because they are other people's data.
"""

from __future__ import annotations

from collections import OrderedDict

import httpx

MAX_BYTES = 16 * 2**20
MAX_ENTRY_BYTES = 2**20
NOT_MODIFIED = 304

_Entry = tuple[str, str, httpx.Headers, bytes]


class Validators:
    """The last answers of one connection, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0

    def ask(self, request: httpx.Request) -> None:
        """Add what we already have to a GET, so that the vendor may answer 304."""
        entry = self._entries.get(str(request.url)) if request.method == "GET" else None
        if entry is None:
            return
        etag, modified, _, _ = entry
        if etag:
            request.headers.setdefault("if-none-match", etag)
        elif modified:
            request.headers.setdefault("if-modified-since", modified)

    def answer(self, response: httpx.Response) -> httpx.Response:
        """The response, or on 304 the one that we have; a new one is kept."""
        request = response.request
        if request.method != "GET":
            return response
        key = str(request.url)
        if response.status_code == NOT_MODIFIED and (entry := self._entries.get(key)):
            self._entries.move_to_end(key)
            _, _, headers, body = entry
            return httpx.Response(200, headers=headers, content=body, request=request)
        self._keep(key, response)
        return response

    def _keep(self, key: str, response: httpx.Response) -> None:
        self._forget(key)
        etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        usable = response.is_success and (etag or modified) and len(response.content) <= MAX_ENTRY_BYTES
        # `Vary` on anything but the ways of encoding would need a key of its own.
        varies = set(response.headers.get("vary", "").lower().replace(" ", "").split(",")) - {
            "",
            "accept-encoding",
            "authorization",
        }
        if not usable or varies or "no-store" in response.headers.get("cache-control", ""):
            return
        # The content is decoded already.
        headers = httpx.Headers(
            [(k, v) for k, v in response.headers.multi_items() if k not in {"content-encoding", "content-length"}]
        )
        self._entries[key] = (etag, modified, headers, response.content)
        self._bytes += len(response.content)
        while self._bytes > MAX_BYTES:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: str) -> None:
        if entry := self._entries.pop(key, None):
            self._bytes -= len(entry[3])
