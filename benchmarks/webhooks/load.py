"""A load generator in a process of its own: signed deliveries over connections that stay open. Prints JSON.

`python -m benchmarks.webhooks.load --port 8400 --path /hooks/zendesk/main --count 20000 --connections 50`
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import uvloop

SECRET = "benchmark-secret"
TICKET = {
    "account_id": 22129848,
    "type": "zen:event-type:ticket.created",
    "subject": "zen:ticket:{number}",
    "time": "2026-01-05T09:30:00Z",
    "zendesk_event_version": "2022-11-06",
    "event": {},
    "detail": {
        "id": "{number}",
        "subject": "Charged twice for order {number}",
        "description": "Hello, my card was charged twice this month. Could you look into it and refund one? Thank you.",
        "status": "NEW",
        "priority": "HIGH",
        "tags": ["billing", "vip"],
        "requester_id": "8447388090494",
        "via": {"channel": "web_service"},
    },
}


def request(path: str, number: str, secret: str, moment: str) -> bytes:
    """A delivery as Zendesk sends it, with headers and all."""
    body = json.dumps({**TICKET, "id": f"delivery-{number}"}).replace("{number}", number.rpartition("-")[2]).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), moment.encode() + body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: hooks.example.com\r\nuser-agent: Zendesk Webhook\r\n"
        "accept: */*\r\naccept-encoding: gzip\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nx-zendesk-account-id: 22129848\r\nx-zendesk-webhook-id: 01GKB6\r\n"
        f"x-zendesk-webhook-invocation-id: invocation-{number}\r\n"
        f"x-zendesk-webhook-signature: {signature}\r\nx-zendesk-webhook-signature-timestamp: {moment}\r\n\r\n"
    )
    return head.encode() + body


class Sender(asyncio.Protocol):
    """Sends the next request when the one before is answered."""

    def __init__(self, requests: Iterator[bytes], latencies: list[float], statuses: dict[str, int]) -> None:
        self.requests, self.latencies, self.statuses = requests, latencies, statuses
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Look for the end of an answer; those of both servers have no body, or one that comes with the head."""
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        self.buffer = b""
        self.latencies.append(time.perf_counter() - self.sent)
        status = head[9:12].decode()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has hung up."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server has hung up"))

    def _next(self) -> None:
        one = next(self.requests, None)
        if one is None:
            if not self.done.done():
                self.done.set_result(None)
            self.transport.close()
            return
        self.sent = time.perf_counter()
        self.transport.write(one)  # type: ignore[attr-defined]


async def load(
    port: int, path: str, count: int, connections: int, *, secret: str = SECRET, mark: str = ""
) -> dict[str, object]:
    """Send deliveries as fast as they are answered.

    Args:
        port: Of the server, on this machine.
        path: Where to.
        count: How many.
        connections: Over how many connections at a time.
        secret: What they are signed with.
        mark: Makes the numbers of the deliveries new; by default the time does.

    Returns:
        `per_second`, the percentiles of the latency in milliseconds, and how often each status was answered.
    """
    mark = mark or str(time.time_ns())
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    # Made before the clock starts, so that this process has little to do while it measures.
    made = iter([request(path, f"{mark}-{number}", secret, moment) for number in range(count)])
    latencies: list[float] = []
    statuses: dict[str, int] = {}
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    pairs = [
        await loop.create_connection(lambda: Sender(made, latencies, statuses), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for _, sender in pairs))
    took = time.perf_counter() - began
    latencies.sort()
    shares = {"p50": 0.5, "p99": 0.99, "p999": 0.999}
    return {
        "per_second": round(count / took),
        **{name: round(latencies[int(share * (len(latencies) - 1))] * 1000, 2) for name, share in shares.items()},
        "slowest": round(latencies[-1] * 1000, 2),
        "statuses": statuses,
    }


def main() -> None:
    """Send and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.webhooks.load")
    options.add_argument("--port", type=int, default=8400)
    options.add_argument("--path", default="/hooks/zendesk/main")
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--connections", type=int, default=50)
    options.add_argument("--secret", default=SECRET)
    given = options.parse_args()
    found = uvloop.run(load(given.port, given.path, given.count, given.connections, secret=given.secret))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
