"""A simulated system in this process, and a connection `main` to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tieline import connections, registry
from tieline.inbox import scope
from tieline.sandbox import create_app
from tieline.sandbox.front import Front
from tieline.sync.side import REF, Reading
from tieline.transport import clients

FAST = "100000/minute"


class Clock:
    """The vendor's. It stands still until told otherwise."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC) - timedelta(days=1)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


class Counting(httpx.ASGITransport):
    """Notes what was asked, such as "GET /tickets"."""

    def __init__(self, app: Front, system: str) -> None:
        super().__init__(app=app)
        self.system, self.asked = system, list[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path.removeprefix(f'/{self.system}')}")
        return await super().handle_async_request(request)


@contextmanager
def simulated(
    monkeypatch: pytest.MonkeyPatch, system: str, clock: Clock, tickets: int = 3
) -> Iterator[tuple[Front, list[str]]]:
    """The sandbox, and what was asked of it."""
    app = create_app(seed=3, tickets=tickets, clock=clock)
    block = registry.connector(system).block(**app.vendors[system].fields(f"http://sandbox/{system}"), rate=FAST)

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    clients.transport = line = Counting(app, system)
    # Plain calls, so that no Prefect server is needed.
    with scope.working(scope.Scope("", lean=True)):
        yield app, line.asked


def by(reading: Reading, *columns: str) -> Sequence[tuple[Any, ...]]:
    """What stands in some columns, row by row."""
    return [tuple(row[name] for name in columns) for row in rows(reading)]


def rows(reading: Reading) -> Sequence[dict[str, Any]]:
    """The rows, in the order of their references."""
    assert isinstance(reading.rows, Sequence)
    return sorted((dict(row) for row in reading.rows), key=lambda row: str(row[REF]))
