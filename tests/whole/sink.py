"""A chat that only counts: `python -m tests.whole.sink PORT [SECONDS]`, where each message takes that long.

`GET /seen` tells for each text when it came, in Unix seconds, as often as it came.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from typing import Any

import orjson
import uvicorn


class Sink:
    """The chat, as an ASGI application."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.seen: dict[str, list[float]] = defaultdict(list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            if part["type"] == "http.disconnect":
                return  # half a message is none
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        answer = orjson.dumps(self.seen) if scope["method"] == "GET" else await self._message(body)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _message(self, body: bytes) -> bytes:
        self.seen[orjson.loads(body)["text"]].append(time.time())
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return b'{"ok": true, "channel": "C0SINK", "ts": "1.000001"}'


if __name__ == "__main__":
    port, *seconds = sys.argv[1:]
    uvicorn.run(
        Sink(float(seconds[0]) if seconds else 0.0),
        host="127.0.0.1",
        port=int(port),
        log_level="warning",
        lifespan="off",
    )
