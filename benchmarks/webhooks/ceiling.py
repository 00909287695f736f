"""The ceiling: a bare ASGI server that checks an HMAC and writes groups of rows to SQLite, durably. Nothing else.

`python -m benchmarks.webhooks.ceiling FILE PORT`
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from benchmarks.webhooks.load import SECRET

START = {"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]}
BODY = {"type": "http.response.body", "body": b""}
Waiting = tuple[bytes, asyncio.Future[None]]


class Server:
    """The application."""

    def __init__(self, file: str) -> None:
        self.waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()
        threading.Thread(target=self.write, args=(file,), daemon=True).start()

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        """Check, write, answer."""
        body = (await receive())["body"]
        headers = dict(scope["headers"])
        message = headers[b"x-zendesk-webhook-signature-timestamp"] + body
        made = base64.b64encode(hmac.digest(SECRET.encode(), message, hashlib.sha256))
        if not hmac.compare_digest(made, headers[b"x-zendesk-webhook-signature"]):
            raise PermissionError
        done = asyncio.get_running_loop().create_future()
        self.waiting.put((body, done))
        await done
        await send(START)
        await send(BODY)

    def write(self, file: str) -> None:
        """Write whatever waits in one transaction."""
        database = sqlite3.connect(file, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body BLOB)")
        while True:
            group = [self.waiting.get()]
            while not self.waiting.empty():
                group.append(self.waiting.get())
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO bodies (body) VALUES (?)", [(body,) for body, _ in group])
            database.execute("COMMIT")
            group[0][1].get_loop().call_soon_threadsafe(self.tell, group)

    @staticmethod
    def tell(group: list[Waiting]) -> None:
        """Let them answer."""
        for _, done in group:
            if not done.done():
                done.set_result(None)


def main() -> None:
    """Serve until somebody ends us."""
    uvicorn.run(
        Server(sys.argv[1]),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
