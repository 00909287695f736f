"""The connector and the simulated Discord meet on a socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from blocks.discord import DiscordCredentials
from tasks import discord
from tests.conftest import Clock
from tieline import errors
from tieline.sandbox import Fault, Sandbox, logins, running
from tieline.sandbox.discord.memory import Server
from tieline.subscriptions import Wanted
from tieline.webhooks import Delivery


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


async def do(sandbox: Sandbox, action: str, token: str = logins("discord")["token"], **params: Any) -> Any:
    block = DiscordCredentials(url=sandbox.url_of("discord"), rate="100000/minute", token=token)
    return await discord.connector.actions[action].execute(block, params)


def channel(sandbox: Sandbox, name: str) -> str:
    return str(next(one["id"] for one in sandbox.state[Server].channels.values() if one["name"] == name))


async def test_what_a_bot_does(sandbox: Sandbox) -> None:
    block = DiscordCredentials(url=sandbox.url_of("discord"), token=logins("discord")["token"])
    assert (await discord.connector.identity(block)).name == "tieline"
    listed = await do(sandbox, "list_channels", guild_id=sandbox.state[Server].id)
    assert [one["name"] for one in listed] == ["general", "support", "rules", "staff"]
    here = {"channel_id": listed[0]["id"]}
    assert (await do(sandbox, "get_channel", **here))["name"] == "general"
    sent = await do(sandbox, "send_message", **here, content="Hello @everyone")
    assert sandbox.state[Server].messages[here["channel_id"]][-1]["sandbox_body"]["allowed_mentions"] == {"parse": []}
    edited = await do(sandbox, "update_message", **here, message_id=sent["id"], content="Hello again")
    assert (edited["id"], edited["content"]) == (sent["id"], "Hello again")
    await do(sandbox, "reply_to_message", **here, message_id=sent["id"], content="Yes")
    data = bytes(range(256)) + b"\r\n--x\r\n"
    file = (await do(sandbox, "send_file", **here, file=data, filename="a.bin", content="Here"))["attachments"][0]
    assert sandbox.state[Server].files[file["id"]] == data
    said = [message["content"] for message in await do(sandbox, "list_messages", **here)]
    assert said == ["Here", "Yes", "Hello again", "Welcome to general."]


async def test_a_long_list_has_every_message_once(sandbox: Sandbox) -> None:
    number, server = channel(sandbox, "support"), sandbox.state[Server]
    for i in range(249):
        server.add(number, server.me, str(i))
    listed = await do(sandbox, "list_messages", channel_id=number, limit=1000)
    assert [message["content"] for message in listed] == [*map(str, reversed(range(249))), "Welcome to support."]


@pytest.mark.parametrize(
    ("where", "params", "error", "said"),
    (
        ("rules", {}, errors.AuthFailed, "permission"),
        ("staff", {}, errors.AuthFailed, "View Channel"),
        ("", {}, errors.NotFound, "Unknown Channel"),
        ("general", {"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, errors.Rejected, "exclude each other"),
    ),
)
async def test_what_is_refused_is_said(
    sandbox: Sandbox, where: str, params: dict[str, Any], error: type[errors.ConnectorError], said: str
) -> None:
    number = channel(sandbox, where) if where else "5"
    with pytest.raises(error, match=said):
        await do(sandbox, "send_message", channel_id=number, content="x", **params)


async def test_only_own_messages_are_changed(sandbox: Sandbox) -> None:
    number = channel(sandbox, "general")
    foreign = sandbox.state[Server].messages[number][0]["id"]
    with pytest.raises(errors.AuthFailed, match="own messages only"):
        await do(sandbox, "update_message", channel_id=number, message_id=foreign, content="x")
    with pytest.raises(errors.NotFound, match="Unknown Message"):
        await do(sandbox, "update_message", channel_id=number, message_id="5", content="x")
    with pytest.raises(errors.Rejected, match="Unknown message"):
        await do(sandbox, "reply_to_message", channel_id=number, message_id="5", content="x")


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(errors.AuthFailed, match="token"):
        await do(sandbox, "get_channel", "another", channel_id=channel(sandbox, "general"))


async def test_a_limit_is_waited_for_and_the_message_sent_once(sandbox: Sandbox, still: Clock) -> None:
    number = channel(sandbox, "general")
    sandbox.faults.add(Fault("429", "discord", "^POST ", times=1, seconds=3))
    await do(sandbox, "send_message", channel_id=number, content="Hello")
    assert still.waits[0] == pytest.approx(3.0)
    assert len(sandbox.state[Server].messages[number]) == 2


@contextmanager
def endpoint(key: str) -> Iterator[str]:
    """An address that answers as the gateway does, with what a block has for the public key."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            delivery = Delivery({name.lower(): value for name, value in self.headers.items()}, raw)
            try:
                discord.webhook.check(delivery, key)
            except errors.SignatureInvalid:
                self.send_error(401)
                return
            answer = json.dumps({"type": delivery.json["type"]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            """Nothing: the output belongs to the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/discord/main"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_an_address_is_tried_before_it_is_set(sandbox: Sandbox) -> None:
    kept = discord.connector.subscriptions
    assert kept is not None
    block = DiscordCredentials(url=sandbox.url_of("discord"), token=logins("discord")["token"])
    key = (await kept.get_secret(block, "")).get_secret_value()
    with endpoint("ab" * 32) as url, pytest.raises(errors.Rejected, match="could not be verified"):
        await kept.subscribe(block, Wanted("main", url, "", (), "n"))
    assert await kept.find_all(block) == []
    with endpoint(key) as url:
        made = await kept.subscribe(block, Wanted("main", url, "", (), "n"))
        assert await kept.find_all(block) == [made]
        await kept.unsubscribe(block, "https://elsewhere.test/hooks/discord/main", "")
        assert await kept.find_all(block) == [made]
        await kept.unsubscribe(block, made.id, "")
    assert await kept.find_all(block) == []
