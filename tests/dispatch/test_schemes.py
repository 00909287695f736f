"""Deliveries of `custom` are read as their connection's block says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from blocks.webhook import WebhookCredentials
from tests.dispatch.house import DELIVERIES, START, deliver, one, rows, ticket, trigger, work
from tieline import connections
from tieline.credentials import Receives
from tieline.dispatch import Trigger, on_event, schemes
from tieline.dispatch.match import match
from tieline.errors import ConfigError
from tieline.webhooks.custom import CustomScheme

BLOCK = WebhookCredentials(
    system="custom", webhook_secret=SecretStr("s"), custom=CustomScheme(event="body:kind", parts="many", subject="no")
)
BODY = {"many": [{"no": "7"}, {"no": "8"}]}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Exception | Receives]]:
    """What Prefect says when it is asked for a block."""
    answers: dict[str, Exception | Receives] = {}

    async def load(_: type[Receives], name: str) -> Receives:
        found = answers[name]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(connections, "load", load)
    yield answers
    schemes.forget()


def takes() -> Trigger:
    return on_event("custom.made", one, map={"ticket": "{payload.no}"}, name="made")


def states() -> list[str]:
    return [row.state for row in rows(DELIVERIES)]


def test_as_the_block_says(known: dict[str, Exception | Receives]) -> None:
    known["custom-shop"] = BLOCK
    deliver(BODY, system="custom", connection="shop", event="made")
    match([takes()], START)
    assert [(row.part, row.subject, row.parameters) for row in work()] == [
        (0, "7", {"ticket": 7}),
        (1, "8", {"ticket": 8}),
    ]


def test_while_prefect_is_away_they_wait_and_hide_no_others(known: dict[str, Exception | Receives]) -> None:
    known["custom-shop"] = ConfigError("The Prefect server cannot be reached.")
    deliver(*[BODY] * 3, system="custom", connection="shop", event="made")
    deliver(ticket(1))
    both = [takes(), trigger()]
    assert match(both, START, limit=2).states
    assert states() == ["received"] * 3 + ["matched"]
    assert not match(both, START, limit=2).states
    known["custom-shop"] = BLOCK
    schemes.forget()
    while match(both, START, limit=2).states:
        pass
    assert states() == ["matched"] * 4
    assert len(work()) == 7


@pytest.mark.prefect
async def test_a_connection_that_is_gone(prefect_server: str) -> None:
    """Also where an event loop runs already, and against a real server."""
    assert prefect_server
    here, gone = (f"s{uuid.uuid4().hex[:8]}" for _ in range(2))
    await connections.save(BLOCK, f"custom-{here}")
    for name in (here, gone):
        deliver(BODY, system="custom", connection=name, event="made")
    match([takes()], START)
    assert states() == ["matched", "dead"]
    assert gone in rows(DELIVERIES)[1].reason
    assert len(work()) == 2
