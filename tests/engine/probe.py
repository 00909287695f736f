"""A made-up system for tests of the engine, and vendors that misbehave on real sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from pydantic import HttpUrl, SecretStr

from tieline.credentials import HttpCredentials
from tieline.transport import clients
from tieline.transport.api import Api
from tieline.transport.auth import ApiKey, Basic, Bearer, QueryKey
from tieline.transport.rules import HttpRules

SECRET = "s3cret/key+with=signs"


class ProbeCredentials(HttpCredentials):
    """Credentials of a made-up system."""

    _block_type_name = "Probe Credentials"
    _block_type_slug = "probe-credentials"
    _documentation_url = HttpUrl("https://probe.test/docs")

    key: SecretStr = SecretStr(SECRET)
    way: str = "bearer"
    account: str = ""

    @property
    def base_url(self) -> str:
        """Where it would be."""
        return "https://probe.test"

    def auth(self) -> httpx.Auth | None:
        """Log in in one of the ways."""
        ways: dict[str, Callable[[], httpx.Auth | None]] = {
            "bearer": lambda: Bearer(self.key),
            "key": lambda: ApiKey("X-Api-Key", self.key, prefix="Token "),
            "basic": lambda: Basic("ann", self.key.get_secret_value()),
            "query": lambda: QueryKey(api_key=self.key),
            "none": lambda: None,
        }
        return ways[self.way]()

    def headers(self) -> dict[str, str]:
        """An account's number, as some systems want it."""
        return {"x-account": self.account} if self.account else {}


def probe(rules: HttpRules | None = None, **fields: Any) -> Api:
    """A client of the made-up system."""
    return Api("probe", "act", ProbeCredentials(**fields), rules or HttpRules())


Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Vendor(httpx.AsyncBaseTransport):
    """Answers from a list, the last answer again and again; keeps what it was asked."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.seen: list[httpx.Request] = []
        self.bodies: list[bytes] = []
        clients.transport = self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        self.seen.append(httpx.Request(request.method, request.url, headers=request.headers))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        if callable(step):
            return step(request)
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)


def answer(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    """An answer with JSON; underscores in the names of headers are dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, json={} if body is None else body)


class Client:
    """One connection to a raw server, for its handler."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def request(self) -> tuple[str, dict[str, str], bytes]:
        """The next request: its first line, headers and body."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return first, headers, body

    async def send(self, *parts: bytes) -> None:
        """Send as it is."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()

    async def reply(self, body: bytes = b"{}", *, status: str = "200 OK", headers: Sequence[str] = ()) -> None:
        """A whole answer with a length."""
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


Handler = Callable[[Client], Awaitable[None]]


@asynccontextmanager
async def serving(
    handler: Handler, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """A raw server on loopback; its address."""
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await handler(Client(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    named = f"[{host}]" if ":" in host else host
    try:
        yield f"{'https' if tls else 'http'}://{named}:{port}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
