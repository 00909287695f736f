"""What Trello's contract cannot say: where the token stands, its limits, and the webhooks that are kept alive."""

from __future__ import annotations

import pytest

from tasks import trello
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.trello import BOARD_ID, CARD_ID, HERE, HOOK, LINK, OTHER_ID, WEBHOOK
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.subscriptions import Wanted

CASES = CONTRACTS["trello"].actions
ABOUT = {"card_id": CARD_ID}


async def test_the_token_stands_in_a_path_on_the_wire_alone() -> None:
    """Errors and records tell the address: the token must not be in it."""
    connector, block, vendor = play("trello", Exchange("", status=404))
    with pytest.raises(errors.NotFound) as raised:
        await connector.actions["list_webhooks"].execute(block, {})
    assert vendor.seen[0].url.path == "/1/tokens/secret-token-123/webhooks"
    assert "secret-token" not in repr(vars(raised.value))


@pytest.mark.parametrize(
    ("said", "error"), ((b"invalid id", errors.NotFound), (b"invalid value for idList", errors.Rejected))
)
async def test_an_id_that_nobody_can_have_is_not_there(said: bytes, error: type[errors.ConnectorError]) -> None:
    connector, block, _ = play("trello", Exchange("", status=400, response=said))
    with pytest.raises(error):
        await connector.actions["get_card"].execute(block, ABOUT)


async def test_a_limit_is_waited_for_as_long_as_trello_counts(still: Clock) -> None:
    said = {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}
    connector, block, _ = play("trello", Exchange("", status=429, response=said), *CASES["get_card"].wire)
    await connector.actions["get_card"].execute(block, ABOUT)
    assert still.waits[0] == pytest.approx(10.0)


@pytest.mark.parametrize("chosen", ({}, {"list_id": "a", "board_id": "b"}))
async def test_cards_are_listed_of_one_place(chosen: dict[str, str]) -> None:
    connector, block, vendor = play("trello")
    with pytest.raises(errors.ConfigError, match="either the list_id or the board_id"):
        await connector.actions["list_cards"].execute(block, chosen)
    assert vendor.seen == []


async def test_a_link_is_not_fetched() -> None:
    """It leads anywhere."""
    connector, block, vendor = play("trello", Exchange("", response=LINK))
    with pytest.raises(errors.ConfigError, match="link"):
        await connector.actions["download_attachment"].execute(block, CASES["download_attachment"].input)
    assert len(vendor.seen) == 1


async def test_webhooks_can_be_kept_alive() -> None:
    kept = trello.connector.subscriptions
    assert kept is not None
    failing = {**WEBHOOK, "consecutiveFailures": 3, "active": False}
    _, block, vendor = play("trello", Exchange("", response=WEBHOOK), Exchange("", response=[WEBHOOK, failing]))
    made = await kept.subscribe(block, Wanted("main", HERE, BOARD_ID, (), "n"))
    assert (made.id, made.resource, made.url) == (OTHER_ID, BOARD_ID, HERE)
    assert HOOK.encode() not in vendor.seen[0].content
    assert (await kept.get_secret(block, made.id)).get_secret_value() == HOOK
    found = await kept.find_all(block)
    assert [(one.active, one.trouble) for one in found or ()] == [(True, ""), (False, "Its last 3 deliveries failed.")]


async def test_what_could_not_be_verified_is_not_asked_for() -> None:
    kept = trello.connector.subscriptions
    assert kept is not None
    _, block, vendor = play("trello", webhook_secret="")
    with pytest.raises(errors.ConfigError, match="no webhook_secret"):
        await kept.subscribe(block, Wanted("main", HERE, BOARD_ID, (), "n"))
    with pytest.raises(errors.ConfigError, match="one board at a time"):
        await kept.resources(block)
    assert vendor.seen == []
