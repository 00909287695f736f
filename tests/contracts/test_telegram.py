"""What Telegram's contract cannot say: its errors, its limits, and where the token must not be."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tasks import telegram
from tests.conftest import Clock
from tests.contracts import Exchange
from tests.contracts.telegram import TOKEN
from tests.test_contracts import CONTRACTS, play
from tieline import errors, observe, store
from tieline.store.tables import CallRow

CASES = CONTRACTS["telegram"].actions
SAY = {"chat_id": 1, "text": "Hello"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def refused(code: int, description: str, **parameters: Any) -> Exchange:
    said = {"ok": False, "error_code": code, "description": description}
    return Exchange("", status=code, response={**said, **({"parameters": parameters} if parameters else {})})


@pytest.mark.parametrize(
    ("code", "description", "error"),
    (
        (400, "Bad Request: chat not found", errors.NotFound),
        (400, "Bad Request: message to edit not found", errors.NotFound),
        (400, "Bad Request: message is not modified: specified new message content is the same", errors.Conflict),
        (400, "Bad Request: can't parse entities: Unsupported start tag", errors.Rejected),
        (401, "Unauthorized", errors.AuthFailed),
        (403, "Forbidden: bot was blocked by the user", errors.AuthFailed),
        (404, "Not Found", errors.AuthFailed),
        (409, "Conflict: can't use getUpdates method while webhook is active", errors.Conflict),
        (500, "Internal Server Error", errors.Unavailable),
    ),
)
@pytest.mark.usefixtures("still")
async def test_an_error_is_told_by_its_number_and_its_words(
    code: int, description: str, error: type[errors.ConnectorError]
) -> None:
    connector, block, vendor = play("telegram", refused(code, description))
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.actions["send_message"].execute(block, SAY)
    assert type(raised.value) is error
    assert description in str(raised.value)
    assert raised.value.status == code
    assert raised.value.hint or code == httpx.codes.INTERNAL_SERVER_ERROR
    assert len(vendor.seen) == 1, "a message is not sent twice"


async def test_it_waits_as_long_as_the_body_says(still: Clock) -> None:
    limited = refused(429, "Too Many Requests: retry after 9", retry_after=9)
    connector, block, _ = play("telegram", limited, *CASES["send_message"].wire)
    await connector.actions["send_message"].execute(block, CASES["send_message"].input)
    assert still.waits[0] == pytest.approx(9.0)


async def test_where_a_group_has_moved_to_is_said() -> None:
    moved = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100987)
    connector, block, _ = play("telegram", moved)
    with pytest.raises(errors.Rejected, match="-100987"):
        await connector.actions["send_message"].execute(block, SAY)


@given(said=JSON, more=JSON, status=st.sampled_from((200, 400, 404, 429, 500)))
def test_any_answer_can_be_read(said: Any, more: Any, status: int) -> None:
    for body in (said, {"ok": False, "error_code": said, "description": more}, {"ok": False, "parameters": said}):
        error = telegram.read_error(httpx.Response(status, content=json.dumps(body)))
        assert isinstance(error, errors.ConnectorError) is (isinstance(body, dict) and body.get("ok") is False)
    waits = {"ok": False, "error_code": 429, "parameters": {"retry_after": more}}
    assert isinstance(telegram.read_error(httpx.Response(status, content=json.dumps(waits))), errors.RateLimited)


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("action", "params", "said"),
    (
        ("send_message", {"chat_id": 1, "text": "x" * 4097}, "4097 characters; Telegram takes 4096"),
        ("send_message", {"chat_id": 1, "text": " "}, "is empty"),
        ("update_message", {"chat_id": 1, "message_id": 2, "text": "x" * 4097}, "takes 4096"),
        ("send_document", {"chat_id": 1, "file": b"x", "filename": "x", "caption": "x" * 1025}, "takes 1024"),
        ("send_document", {"chat_id": 1, "file": b"x"}, "has no name"),
        ("send_document", {"chat_id": 1, "file": Path("/no/such/file.csv")}, "cannot be read"),
    ),
)
async def test_what_telegram_would_refuse_is_not_sent(action: str, params: dict[str, Any], said: str) -> None:
    connector, block, vendor = play("telegram")
    with pytest.raises(errors.ConfigError, match=said):
        await connector.actions[action].execute(block, params)
    assert vendor.seen == []


async def test_the_longest_text_is_sent() -> None:
    text = "x" * 4096
    answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text}}
    connector, block, vendor = play("telegram", Exchange("", response=answer))
    sent = await connector.actions["send_message"].execute(block, {"chat_id": 1, "text": text})
    assert sent["text"] == text
    assert not vendor.left


async def test_a_file_is_sent_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"a,b\n")
    case = CASES["send_document"]
    connector, block, _ = play("telegram", *case.wire)
    given = {**case.input, "file": file}
    del given["filename"]
    assert (await connector.actions["send_document"].execute(block, given))["caption"] == "Today's"


# ---------------------------------------------------------------- the token in the path


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    "answer",
    (
        refused(400, f"Bad Request: {TOKEN} is not what it was"),
        refused(404, f"Not Found: /bot{TOKEN}/sendMessage"),
        Exchange("", status=302, headers={"location": f"https://elsewhere.test/bot{TOKEN}/sendMessage"}),
        Exchange("", status=502, response=f"<html>/bot{TOKEN}/sendMessage</html>".encode()),
        Exchange("", response=b"cut"),
    ),
)
async def test_the_token_is_in_the_request_and_nowhere_else(answer: Exchange, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connector, block, vendor = play("telegram", answer)
    with pytest.raises(errors.ConnectorError) as raised:
        await connector.actions["send_message"].execute(block, SAY)
    assert vendor.seen[0].headers.get("authorization") is None
    observe.flush()
    with store.session() as db:
        rows = [row.model_dump() for row in db.exec(select(CallRow)).all()]
    shown = [str(raised.value), repr(raised.value), repr(raised.value.__dict__), repr(rows), caplog.text, repr(block)]
    frames = raised.value.__traceback__
    while frames is not None:
        # What a tracker of errors would collect: the requests and answers that are still there.
        shown += [repr(value) for value in frames.tb_frame.f_locals.values() if isinstance(value, httpx.Request)]
        frames = frames.tb_next
    assert not any(TOKEN in text for text in shown)


async def test_the_token_cannot_change_the_path() -> None:
    connector, _, vendor = play("telegram", Exchange("", response={"ok": True, "result": {"id": 1}}))
    await connector.identity(connector.block(token="1:a/../b?c", url="https://proxy.test/telegram"))
    assert vendor.seen[0].url.raw_path == b"/telegram/bot1:a%2F..%2Fb%3Fc/getMe"
