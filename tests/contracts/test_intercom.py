"""What Intercom's contract cannot say: where it is, and how it says that we are too fast."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from blocks.intercom import IntercomCredentials
from tasks.intercom import TicketEvent
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.intercom import ARTICLE, contract
from tests.test_contracts import play

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "host"), (("us", "api.intercom.io"), ("eu", "api.eu.intercom.io"), ("au", "api.au.intercom.io"))
)
def test_each_region_has_its_host(region: str, host: str) -> None:
    block = IntercomCredentials(access_token="a", region=region)
    assert block.address == f"https://{host}"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    (
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 6), "date": format_datetime(NOW, usegmt=True)}, 6.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) - 6), "date": format_datetime(NOW, usegmt=True)}, 1.0),
        ({"x-ratelimit-reset": "soon"}, 10.0),
        ({"retry-after": "3", "x-ratelimit-reset": "1"}, 3.0),
    ),
)
async def test_it_waits_for_the_next_window(headers: dict[str, str], seconds: float, still: Clock) -> None:
    said = {"type": "error.list", "errors": [{"code": "rate_limit_exceeded", "message": "Exceeded rate limit"}]}
    wire = Exchange("", status=429, headers=headers, response=said), Exchange("GET /articles/42", response=ARTICLE)
    connector, block, vendor = play("intercom", *wire)
    assert await connector.actions["get_article"].execute(block, {"article_id": 42})
    assert not vendor.left
    assert still.waits == [pytest.approx(seconds)]


@pytest.mark.parametrize("topic", ("ticket.created", "ticket.closed"))
def test_a_ticket_is_found_wherever_it_stands(topic: str) -> None:
    event = TicketEvent.model_validate(contract.events[topic].payload)
    assert event.ticket.ticket_attributes["_default_title_"] == "Help"
