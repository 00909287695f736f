"""The connector and the simulated Telegram: written apart, from the same pages. Here they meet, on a socket."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blocks.telegram import TelegramCredentials
from tasks import telegram
from tests.conftest import Clock
from tests.sandbox.conftest import client
from tieline import errors
from tieline.sandbox import Fault, Sandbox, logins, running
from tieline.sandbox.front import Front
from tieline.sandbox.telegram.memory import Chats
from tieline.sandbox.telegram.seed import ANN, CHANNEL, ELSEWHERE, GROUP

FAST = "100000/minute"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


async def do(sandbox: Sandbox, action: str, token: str = logins("telegram")["token"], **params: Any) -> Any:
    block = TelegramCredentials(url=sandbox.url_of("telegram"), rate=FAST, token=token)
    return await telegram.connector.actions[action].execute(block, params)


async def test_what_a_bot_does(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    block = TelegramCredentials(url=sandbox.url_of("telegram"), rate=FAST, token=logins("telegram")["token"])
    assert (await telegram.connector.identity(block)).name == "tieline_sandbox_bot"
    first = await do(sandbox, "send_message", chat_id=GROUP, text="Hello")
    edited = await do(sandbox, "update_message", chat_id=GROUP, message_id=first["message_id"], text="Hello again")
    assert (edited["text"], edited["message_id"]) == ("Hello again", first["message_id"])
    answer = await do(sandbox, "send_message", chat_id=GROUP, text="<b>So</b>", parse_mode="HTML", reply_to=1)
    assert (answer["text"], answer["reply_to_message"]["message_id"]) == ("So", 1)
    assert (await do(sandbox, "send_message", chat_id="@lumora_news", text="News"))["chat"]["id"] == CHANNEL
    data = bytes(range(256)) + b"\r\n--x\r\n"
    sent = await do(sandbox, "send_document", chat_id=ANN, file=data, filename='a "b".bin', caption="Here")
    assert sandbox.state[Chats].files[sent["document"]["file_id"]] == data
    assert (sent["caption"], sent["document"]["file_size"]) == ("Here", len(data))
    chat = await do(sandbox, "get_chat", chat_id=str(GROUP))
    assert (chat["title"], "sandbox_member" in chat) == ("Support", False)
    paths = {logged.path for logged in sandbox.state.log}
    assert "/bot/sendMessage" in paths
    assert not any(logins("telegram")["token"] in text for text in (*paths, caplog.text))


async def test_updates_are_done_with_when_the_next_are_asked_for(sandbox: Sandbox) -> None:
    listed = await do(sandbox, "list_updates")
    assert [update["message"]["text"] for update in listed] == ["/start", "Where is my parcel?"]
    last = listed[-1]["update_id"]
    assert len(await do(sandbox, "list_updates", limit=1)) == 1
    assert [update["update_id"] for update in await do(sandbox, "list_updates", offset=last)] == [last]
    assert [update["update_id"] for update in await do(sandbox, "list_updates")] == [last]
    sandbox.state[Chats].webhook = "https://elsewhere.test"
    with pytest.raises(errors.Conflict, match="webhook"):
        await do(sandbox, "list_updates")


@pytest.mark.parametrize(
    ("action", "params", "error", "said"),
    (
        ("send_message", {"chat_id": 5, "text": "x"}, errors.NotFound, "write to the bot first"),
        ("send_message", {"chat_id": ELSEWHERE, "text": "x"}, errors.AuthFailed, "Add the bot"),
        ("send_message", {"chat_id": GROUP, "text": "x", "reply_to": 99}, errors.NotFound, "replied not found"),
        ("send_message", {"chat_id": GROUP, "text": "<x>", "parse_mode": "HTML"}, errors.Rejected, "entities"),
        ("send_message", {"chat_id": GROUP, "text": "a.b", "parse_mode": "MarkdownV2"}, errors.Rejected, "reserved"),
        ("update_message", {"chat_id": GROUP, "message_id": 99, "text": "x"}, errors.NotFound, "to edit not found"),
        ("update_message", {"chat_id": ANN, "message_id": 1, "text": "x"}, errors.Rejected, "can't be edited"),
        ("send_document", {"chat_id": GROUP, "file": b"", "filename": "x"}, errors.Rejected, "non-empty"),
    ),
)
async def test_what_is_refused_is_said(
    sandbox: Sandbox, action: str, params: dict[str, Any], error: type[errors.ConnectorError], said: str
) -> None:
    with pytest.raises(error, match=said):
        await do(sandbox, action, **params)


async def test_the_same_text_again_is_said_so(sandbox: Sandbox) -> None:
    sent = await do(sandbox, "send_message", chat_id=GROUP, text="Hello")
    with pytest.raises(errors.Conflict, match="exactly this already"):
        await do(sandbox, "update_message", chat_id=GROUP, message_id=sent["message_id"], text="Hello")


@pytest.mark.parametrize("token", ("110201543:another-token", "no token at all"))
async def test_a_wrong_token_is_refused_and_not_shown(sandbox: Sandbox, token: str) -> None:
    with pytest.raises(errors.AuthFailed) as raised:
        await do(sandbox, "get_chat", token, chat_id=GROUP)
    assert token not in str(raised.value)
    assert "token" in raised.value.hint


async def test_a_limit_is_waited_for_and_the_message_sent_once(sandbox: Sandbox, still: Clock) -> None:
    sandbox.faults.add(Fault("429", "telegram", "^POST /bot/sendMessage$", times=1, seconds=3))
    before = len(sandbox.state[Chats].messages[GROUP])
    await do(sandbox, "send_message", chat_id=GROUP, text="Hello")
    assert still.waits[0] == pytest.approx(3.0)
    assert len(sandbox.state[Chats].messages[GROUP]) == before + 1


async def test_arguments_come_in_any_way(app: Front) -> None:
    async with client(app, f"/telegram/bot{logins('telegram')['token']}") as http:
        by_query = await http.get("/SENDMESSAGE", params={"chat_id": GROUP, "text": "a"})
        by_form = await http.post("/sendMessage", data={"chat_id": GROUP, "text": "a"})
        assert by_query.json()["ok"]
        assert by_form.json()["ok"]
        for body in (b"{", b"[]"):
            bad = await http.post("/sendMessage", content=body, headers={"content-type": "application/json"})
            assert (bad.status_code, bad.json()["ok"]) == (400, False)
        unknown = await http.get("/shout")
        assert (unknown.status_code, unknown.json()["error_code"]) == (404, 404)


@pytest.mark.parametrize(
    ("method", "args", "said"),
    (
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": GROUP}, "text is empty"),
        ("sendMessage", {"chat_id": GROUP, "text": 1}, "must be of type String"),
        ("sendMessage", {"chat_id": GROUP, "text": "x" * 4097}, "too long"),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "parse_mode": "rst"}, "unsupported parse_mode"),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_parameters": "{"}, "can't parse"),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_parameters": []}, "expected an Object"),
        ("editMessageText", {"chat_id": GROUP, "message_id": "x", "text": "x"}, "invalid message_id"),
        ("sendDocument", {"chat_id": GROUP}, "no document"),
    ),
)
async def test_bad_calls_are_refused(app: Front, method: str, args: dict[str, Any], said: str) -> None:
    async with client(app, f"/telegram/bot{logins('telegram')['token']}") as http:
        answer: httpx.Response = await http.post(f"/{method}", json=args)
    assert answer.status_code == 400
    assert said in answer.json()["description"]
