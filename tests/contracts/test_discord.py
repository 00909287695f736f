"""What Discord's contract cannot say: its errors, its limits, and whom a text may wake."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import discord
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.test_contracts import CONTRACTS, play
from tieline import errors

CASES = CONTRACTS["discord"].actions
SAY = {"channel_id": "1", "content": "Hello"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("_errors"), inner),
    max_leaves=8,
)


async def refusal(answer: Exchange, error: type[errors.ConnectorError]) -> errors.ConnectorError:
    connector, block, vendor = play("discord", answer)
    with pytest.raises(error) as raised:
        await connector.actions["send_message"].execute(block, SAY)
    assert len(vendor.seen) == 1
    return raised.value


async def test_what_was_wrong_with_which_field_is_said() -> None:
    wrong = {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}}
    said = {"code": 50035, "message": "Invalid Form Body", "errors": wrong}
    error = await refusal(Exchange("", status=400, response=said), errors.Rejected)
    assert error.fields == {"content": "Must be 2000 or fewer in length."}
    assert "content: Must be 2000 or fewer" in str(error)
    assert error.code == "50035"


@pytest.mark.parametrize(
    ("status", "code", "hint"), ((403, 50013, "permission"), (403, 50001, "View Channel"), (401, 0, "token"))
)
async def test_a_missing_permission_is_told_from_a_wrong_token(status: int, code: int, hint: str) -> None:
    said = {"message": "Not you", "code": code}
    assert hint in (await refusal(Exchange("", status=status, response=said), errors.AuthFailed)).hint


async def test_it_waits_to_the_millisecond(still: Clock) -> None:
    said = {"message": "You are being rate limited.", "retry_after": 1.337, "global": False}
    headers = {"retry-after": "2", "x-ratelimit-scope": "shared"}
    limited = Exchange("", status=429, response=said, headers=headers)
    connector, block, _ = play("discord", limited, *CASES["send_message"].wire)
    await connector.actions["send_message"].execute(block, CASES["send_message"].input)
    assert still.waits[0] == pytest.approx(1.337)


@given(said=JSON, status=st.sampled_from((200, 400, 403, 429, 500)))
def test_any_answer_can_be_read(said: Any, status: int) -> None:
    for body in (said, {"code": 1, "errors": said}, {"retry_after": said, "code": 0, "message": said}):
        error = discord.read_error(httpx.Response(status, content=json.dumps(body)))
        if status in {200, 500}:
            assert error is None
        elif isinstance(body, dict) and status == 429:
            assert isinstance(error, errors.RateLimited)


@pytest.mark.parametrize(
    ("action", "params", "said"),
    (
        ("send_message", {"content": "x" * 2001}, "2001 characters; Discord takes 2000"),
        ("send_message", {"content": " "}, "is empty"),
        ("update_message", {"message_id": "2", "content": "x" * 2001}, "takes 2000"),
        ("reply_to_message", {"message_id": "2", "content": "x" * 2001}, "takes 2000"),
        ("send_file", {"file": b"x", "filename": "x", "content": "x" * 2001}, "takes 2000"),
        ("send_file", {"file": b"x"}, "has no name"),
        ("send_message", {"content": "x", "allowed_mentions": {"parse": ["here"]}}, "cannot be called"),
    ),
)
async def test_what_discord_would_refuse_is_not_sent(action: str, params: dict[str, Any], said: str) -> None:
    connector, block, vendor = play("discord")
    with pytest.raises(errors.ConfigError, match=said):
        await connector.actions[action].execute(block, {"channel_id": "1", **params})
    assert vendor.seen == []


async def test_discord_hears_who_asks() -> None:
    connector, block, vendor = play("discord", CONTRACTS["discord"].health)
    await connector.identity(block)
    assert vendor.seen[0].headers["user-agent"].startswith("DiscordBot (https://")
