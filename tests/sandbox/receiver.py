"""Somebody who gets webhooks: notes each request, and answers what it was told to."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

SECONDS = 10

T = TypeVar("T")


def eventually(ask: Callable[[], T | None], what: str = "") -> T:
    """The first answer that is one."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.005)
    raise AssertionError(f"Not within {SECONDS} seconds: {what}")


@dataclass
class Got:
    """One request."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Answers with `answers`, one after the other, then with 202; `echo` gives challenges back."""

    def __init__(self, *answers: int | tuple[int, dict[str, str]], echo: bool = True) -> None:
        self.got: list[Got] = []
        self.answers = list(answers)
        self.echo = echo
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                got = Got(
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(int(self.headers["content-length"])),
                )
                token = "".join(parse_qs(urlsplit(self.path).query).get("validationToken", []))
                asked = token or (got.json.get("challenge", "") if got.body.startswith(b"{") else "")
                challenge = asked if receiver.echo else ""
                receiver.got.append(got)
                answer = receiver.answers.pop(0) if receiver.answers else 200 if token else 202
                status, more = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in {**more, "content-length": str(len(challenge))}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):  # nobody listens any more: some tests hang up
                    self.wfile.write(challenge.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/x"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self, count: int) -> list[Got]:
        """The requests, when there are so many."""
        eventually(lambda: len(self.got) >= count, f"{count} requests, not {len(self.got)}")
        return self.got
