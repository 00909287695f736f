"""What Slack's contract cannot say: its errors, and its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import slack
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.test_contracts import CONTRACTS, play
from tieline import errors
from tieline.webhooks import Delivery

CASES = CONTRACTS["slack"].actions
SAY = {"channel": "C1", "text": "Hello"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def refused(word: str, headers: dict[str, str] | None = None, **more: Any) -> Exchange:
    return Exchange("", response={"ok": False, "error": word, **more}, headers=headers or {})


@pytest.mark.parametrize(
    ("word", "error"),
    (
        ("invalid_auth", errors.AuthFailed),
        ("token_revoked", errors.AuthFailed),
        ("not_in_channel", errors.AuthFailed),
        ("channel_not_found", errors.NotFound),
        ("name_taken", errors.Conflict),
        ("already_in_channel", errors.Conflict),
        ("fatal_error", errors.Unavailable),
        ("invalid_blocks", errors.Rejected),
        ("a_word_that_slack_invents_tomorrow", errors.Rejected),
    ),
)
@pytest.mark.usefixtures("still")
async def test_a_200_that_is_an_error_raises_by_its_word(word: str, error: type[errors.ConnectorError]) -> None:
    connector, block, vendor = play("slack", refused(word))
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.actions["send_message"].execute(block, SAY)
    assert type(raised.value) is error
    assert raised.value.code == word
    assert word in str(raised.value)
    assert len(vendor.seen) == 1, "a message is not sent twice"


async def test_a_missing_scope_is_named() -> None:
    connector, block, _ = play("slack", refused("missing_scope", needed="users:read.email", provided="chat:write"))
    with pytest.raises(errors.AuthFailed) as raised:
        await connector.actions["find_user"].execute(block, {"email": "ann@example.com"})
    assert "users:read.email" in raised.value.hint


async def test_what_is_wrong_with_a_block_is_said() -> None:
    wrong = {"messages": ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]}
    connector, block, _ = play("slack", refused("invalid_blocks", response_metadata=wrong))
    with pytest.raises(errors.Rejected, match="no more than 50 items"):
        await connector.actions["send_message"].execute(block, SAY)


async def test_a_limit_told_in_a_200_is_waited_for(still: Clock) -> None:
    limited = refused("ratelimited", {"retry-after": "3"})
    connector, block, _ = play("slack", limited, *CASES["send_message"].wire)
    await connector.actions["send_message"].execute(block, CASES["send_message"].input)
    assert still.waits[0] == pytest.approx(3.0)


@pytest.mark.usefixtures("still")
async def test_an_outage_told_in_a_200_is_outlasted_by_a_read() -> None:
    connector, block, _ = play("slack", refused("internal_error"), *CASES["find_user"].wire)
    found = await connector.actions["find_user"].execute(block, CASES["find_user"].input)
    assert found["id"] == "W012A3CDE"


@pytest.mark.parametrize("answer", (refused("user_not_found"), Exchange("", status=404)))
async def test_nobody_is_not_the_same_as_something_else_missing(answer: Exchange) -> None:
    connector, block, _ = play("slack", answer)
    with pytest.raises(errors.NotFound):
        await connector.actions["find_user"].execute(block, {"email": "ann@example.com"})


@given(said=JSON, more=JSON)
def test_any_answer_can_be_read(said: Any, more: Any) -> None:
    bodies = (said, {"ok": False, "error": said, "response_metadata": more}, {"ok": False, "needed": more})
    for body in (*bodies, {"ok": False, "error": "x", "response_metadata": {"messages": said}}):
        error = slack.read_error(httpx.Response(200, content=json.dumps(body)))
        refusal = isinstance(body, dict) and body.get("ok") is False
        assert isinstance(error, errors.ConnectorError) is refusal


# ---------------------------------------------------------------- files


async def test_a_file_is_sent_from_its_path_without_the_token(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"a,b\n")
    case = CASES["upload_file"]
    connector, block, vendor = play("slack", *case.wire)
    given = {**case.input, "file": file}
    del given["filename"]
    await connector.actions["upload_file"].execute(block, given)
    _, sent, _ = vendor.seen
    assert sent.url.host == "files.slack.com"
    assert sent.headers["content-length"] == "4"
    assert "authorization" not in sent.headers


@pytest.mark.parametrize(("file", "said"), ((b"a,b\n", "has no name"), (Path("/no/such/file.csv"), "cannot be read")))
async def test_a_file_that_cannot_be_sent_is_said_before_anything_is(file: Any, said: str) -> None:
    connector, block, vendor = play("slack")
    with pytest.raises(errors.ConfigError, match=said):
        await connector.actions["upload_file"].execute(block, {"file": file})
    assert vendor.seen == []


# ---------------------------------------------------------------- webhooks


def test_what_is_no_event_goes_by_its_type() -> None:
    hook = slack.connector.webhook
    assert hook is not None
    assert hook.event(Delivery({}, b'{"type": "url_verification", "challenge": "x"}')) == "url_verification"
    assert not hook.event(Delivery({}, b"payload=%7B%7D"))
