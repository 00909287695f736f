"""What Linear's contract cannot say: its errors, its budgets, and the webhooks that are kept alive."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from blocks.linear import LinearCredentials
from tasks import linear
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.linear import HERE, HOOK, ISSUE, TEAM, UUID, WEBHOOK, paged
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.subscriptions import Wanted

CASES = CONTRACTS["linear"].actions
GET = {"issue_id": "ENG-123"}
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"
NOW = 1_800_000_000


def refused(message: str, more: dict[str, str], status: int = 200, headers: dict[str, str] | None = None) -> Exchange:
    error = {"message": message, "path": ["issue"], "extensions": more}
    return Exchange("", response={"errors": [error], "data": None}, status=status, headers=headers or {})


@pytest.mark.parametrize("fields", ({}, {"api_key": "a", "access_token": "b"}))
def test_a_login_is_one_of_two(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either an api_key or an access_token"):
        LinearCredentials(**fields)


@pytest.mark.parametrize("status", (200, 400))
@pytest.mark.parametrize(
    ("message", "more", "error"),
    (
        ("Entity not found: Issue", {"type": "invalid input", "code": "INPUT_ERROR"}, errors.NotFound),
        ("Argument Validation Error", {"type": "invalid input", "code": "INPUT_ERROR"}, errors.Rejected),
        (
            "Authentication required",
            {"type": "authentication error", "code": "AUTHENTICATION_ERROR"},
            errors.AuthFailed,
        ),
        ("No", {"type": "forbidden"}, errors.AuthFailed),
        ("No", {"type": "feature not accessible"}, errors.AuthFailed),
        ("No", {"type": "usage limit exceeded"}, errors.Rejected),
        ("Cannot query field", {"type": "graphql error", "code": "GRAPHQL_VALIDATION_FAILED"}, errors.Rejected),
        ("No", {}, errors.Rejected),
    ),
)
async def test_errors_stand_in_the_body(
    status: int, message: str, more: dict[str, str], error: type[errors.ConnectorError]
) -> None:
    said = refused(message, {"userPresentableMessage": "Somebody should look.", **more}, status)
    connector, block, vendor = play("linear", said)
    with pytest.raises(error, match="Somebody should look") as raised:
        await connector.actions["get_issue"].execute(block, GET)
    assert type(raised.value) is error
    assert not vendor.left


async def test_a_part_of_an_answer_is_none() -> None:
    """GraphQL may give data beside errors: what is missing there would look as if it were empty."""
    error = {"message": "No", "extensions": {"type": "forbidden"}}
    partial = Exchange("", response={"errors": [error], "data": {"issue": ISSUE}})
    connector, block, _ = play("linear", partial)
    with pytest.raises(errors.AuthFailed):
        await connector.actions["get_issue"].execute(block, GET)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    (
        ({}, 60.0),
        ({"retry-after": "9"}, 9.0),
        ({"date": DATE, "x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": f"{NOW + 30}000"}, 30.0),
        (
            {
                "date": DATE,
                "x-ratelimit-requests-remaining": "12",
                "x-ratelimit-requests-reset": f"{NOW + 50}000",
                "x-ratelimit-complexity-remaining": "0",
                "x-ratelimit-complexity-reset": f"{NOW + 20}000",
            },
            20.0,
        ),
        ({"date": DATE, "x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "soon"}, 60.0),
    ),
)
async def test_a_spent_budget_is_waited_for(still: Clock, headers: dict[str, str], seconds: float) -> None:
    """Linear says it with 400, and when by its own clock."""
    spent = refused("Rate limit exceeded", {"code": "RATELIMITED", "type": "ratelimited"}, 400, headers)
    connector, block, _ = play("linear", spent, *CASES["get_issue"].wire)
    await connector.actions["get_issue"].execute(block, GET)
    assert still.waits[0] == pytest.approx(seconds)


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("action", "asked"), (("get_issue", 5), ("update_issue", 5), ("add_comment", 1)))
async def test_what_linear_could_not_finish_is_repeated_where_that_is_harmless(action: str, asked: int) -> None:
    broken = [refused("Internal server error", {"type": "internal error"})] * 5
    connector, block, vendor = play("linear", *broken)
    with pytest.raises(errors.Unavailable) as raised:
        await connector.actions[action].execute(block, CASES[action].input)
    assert len(vendor.seen) == asked
    assert raised.value.may_have_happened


async def test_a_webhook_needs_a_secret() -> None:
    connector, block, vendor = play("linear", webhook_secret="")
    with pytest.raises(errors.ConfigError, match="no webhook_secret"):
        await connector.actions["create_webhook"].execute(block, CASES["create_webhook"].input)
    assert vendor.seen == []


async def test_webhooks_can_be_kept_alive() -> None:
    kept = linear.connector.subscriptions
    assert kept is not None
    (made_before,) = CASES["create_webhook"].wire
    there = {"webhooks": paged(WEBHOOK, {**WEBHOOK, "allPublicTeams": False, "team": TEAM, "enabled": False})}
    connector, block, vendor = play("linear", made_before, Exchange("", response={"data": there}))
    assert connector is linear.connector
    made = await kept.subscribe(block, Wanted("main", HERE, "", ("Comment", "Issue"), "n"))
    assert (made.id, made.url, made.resource, made.events) == (UUID, HERE, "", ("Comment", "Issue"))
    assert HOOK.encode() in vendor.seen[0].content
    found = await kept.find_all(block)
    assert found is not None
    assert [(one.resource, one.active) for one in found] == [("", True), ("ENG", False)]
