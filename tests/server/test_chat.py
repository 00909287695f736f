"""A command is written down and answered at once, by the gateway alone: there is no Prefect in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.discord import DiscordCredentials
from blocks.slack import SlackCredentials
from blocks.telegram import TelegramCredentials
from tests.chat.payloads import (
    DISCORD_SECRET,
    SLACK_SECRET,
    TELEGRAM_SECRET,
    Signed,
    discord_json,
    interaction,
    slack_form,
    slash,
    telegram_json,
    update,
)
from tests.server.conftest import House, receiver, rows


@pytest.fixture
def house() -> House:
    token = SecretStr("token")
    made = House(prefect=False)
    slack = SlackCredentials(token=token, webhook_secret=SecretStr(SLACK_SECRET))
    discord = DiscordCredentials(token=token, webhook_secret=SecretStr(DISCORD_SECRET))
    telegram = TelegramCredentials(token=token, webhook_secret=SecretStr(TELEGRAM_SECRET))
    for system, block in (("slack", slack), ("discord", discord), ("telegram", telegram)):
        made.add(receiver(system, "main", block))
    return made


async def send(house: House, system: str, signed: Signed) -> httpx.Response:
    """To a gateway that knew the blocks before Prefect went down."""
    async with house.open() as client:
        house.directory.receivers = dict(house.receivers)
        return await client.post(f"/hooks/{system}/main", headers=signed[0], content=signed[1])


async def test_slack_sees_that_it_is_under_way(house: House) -> None:
    answer = await send(house, "slack", slack_form(slash("summarize https://a.test/r.pdf")))
    assert answer.status_code == 200
    assert answer.json() == {"response_type": "ephemeral", "text": "On it …"}
    assert [(row.system, row.event) for row in rows()] == [("slack", "slash_command")]


async def test_slack_hears_how_it_is_meant(house: House) -> None:
    answer = await send(house, "slack", slack_form(slash("sumarize <x>")))
    assert answer.json()["response_type"] == "ephemeral"
    assert "Did you mean `summarize`?" in answer.json()["text"]
    answer = await send(house, "slack", slack_form(slash("<!channel>")))
    assert "<!channel>" not in answer.json()["text"]


async def test_a_command_of_somebody_else_gets_nothing(house: House) -> None:
    answer = await send(house, "slack", slack_form(slash("x", command="/weather")))
    assert (answer.status_code, answer.content) == (200, b"")


async def test_discord(house: House) -> None:
    ping = await send(house, "discord", discord_json({**interaction("-"), "type": 1}))
    assert ping.json() == {"type": 1}
    assert (await send(house, "discord", discord_json(interaction("summarize", what="It rained.")))).json() == {
        "type": 5
    }
    told = (await send(house, "discord", discord_json(interaction("help")))).json()
    assert (told["type"], told["data"]["flags"]) == (4, 64)
    assert told["data"]["allowed_mentions"] == {"parse": []}
    assert "/tieline summarize" in told["data"]["content"]


async def test_telegram(house: House) -> None:
    typing = await send(house, "telegram", telegram_json(update("/summarize It rained.")))
    assert typing.json() == {"method": "sendChatAction", "chat_id": -100, "action": "typing"}
    told = (await send(house, "telegram", telegram_json(update("/summarize")))).json()
    assert (told["method"], told["chat_id"], told["reply_parameters"]) == ("sendMessage", -100, {"message_id": 7})
    assert "something to work on" in told["text"]
    assert (await send(house, "telegram", telegram_json(update("Good morning")))).content == b""


@pytest.mark.parametrize(
    ("system", "signed"),
    (
        ("slack", lambda: slack_form(slash("summarize x"), "another")),
        ("telegram", lambda: telegram_json(update("/summarize x"), "another")),
        ("discord", lambda: ({"content-type": "application/json"}, discord_json(interaction("help"))[1])),
    ),
)
async def test_nobody_else_is_answered(house: House, system: str, signed: Callable[[], Any]) -> None:
    house.prefect = True
    answer = await send(house, system, signed())
    assert answer.status_code == 401
    assert rows() == []
