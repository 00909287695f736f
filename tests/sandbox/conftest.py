"""A sandbox in this process, and a client for each of its systems."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tieline.sandbox import create_app, logins
from tieline.sandbox.front import Front

Z, F = 1001, 5001
"""The first tickets of Zendesk and Freshdesk."""


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Front:
    return create_app(seed=3, tickets=40, clock=clock)


def client(app: Front, path: str = "", **options: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url=f"http://sandbox{path}",
        **options,  # type: ignore[arg-type]
    )


@pytest.fixture
async def zendesk(app: Front) -> AsyncIterator[httpx.AsyncClient]:
    login = (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])
    async with client(app, "/zendesk/api/v2", auth=login) as http:
        yield http


@pytest.fixture
async def freshdesk(app: Front) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app, "/freshdesk/api/v2", auth=(logins("freshdesk")["api_key"], "X")) as http:
        yield http


@pytest.fixture
async def slack(app: Front) -> AsyncIterator[httpx.AsyncClient]:
    bearer = {"authorization": f"Bearer {logins('slack')['bot_token']}"}
    async with client(app, "/slack/api", headers=bearer) as http:
        yield http


@pytest.fixture
async def pages(app: Front) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as http:
        yield http


@pytest.fixture
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs start and end as soon as the loop turns."""
    monkeypatch.setattr("tieline.sandbox.zendesk.bulk.STARTS_AFTER", 0)
    monkeypatch.setattr("tieline.sandbox.zendesk.bulk.WORKS_FOR", 0)
    monkeypatch.setattr("tieline.sandbox.freshdesk.tickets.WORKS_FOR", 0)


async def settle() -> None:
    """Let the loop turn until due timers have run."""
    for _ in range(5):
        await asyncio.sleep(0)
