"""A command that comes while Prefect is down is answered at once, and carried out once when it is back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from blocks.slack import SlackCredentials
from deployments.chat_command import triggers
from tests.chat.payloads import SLACK_SECRET, mention, shortcut, slack_form, slash
from tests.dispatch.house import House, batches, deliver, work
from tests.server.conftest import House as Gateway
from tests.server.conftest import receiver


async def test_prefect_is_down_and_comes_back() -> None:
    gateway = Gateway(prefect=False)
    block = SlackCredentials(token=SecretStr("token"), webhook_secret=SecretStr(SLACK_SECRET))
    gateway.add(receiver("slack", "team", block))
    headers, raw = slack_form(slash("summarize the secret plan"))
    async with gateway.open() as client:
        gateway.directory.receivers = dict(gateway.receivers)
        for _ in range(2):  # Slack sends it again where the answer got lost
            answer = await client.post("/hooks/slack/team", headers=headers, content=raw)
            assert answer.json()["text"] == "On it …"
    house = House(triggers)
    house.runs.up = False
    await house.look()
    assert house.runs.started == {}
    house.runs.up = True
    house.clock.passes(3600)
    await house.care()
    (batch,) = house.runs.started.values()
    assert (batch.deployment, batch.lane) == ("chat-command/slack-command", "critical")
    assert set(batch.parameters) == {"chat", "deliveries"}
    assert "secret plan" not in str(batch.parameters)
    house.runs.end()
    await house.care()
    assert [row.state for row in work()] == ["done"]
    assert len(batches()) == 1


@pytest.mark.parametrize(
    ("event", "payload", "runs"),
    (
        ("slash_command", slash("help"), 0),  # the gateway has answered
        ("slash_command", slash("x", command="/weather"), 0),
        ("app_mention", mention("help"), 1),  # here only the flow can answer
        ("app_mention", mention("summarize thread"), 1),
        ("message_action", shortcut("tieline_summarize"), 1),
        ("message_action", shortcut("approve"), 0),
    ),
)
async def test_only_commands_that_want_an_answer_start_a_run(event: str, payload: dict[str, Any], runs: int) -> None:
    house = House(triggers)
    form = slack_form(payload)[1] if event == "slash_command" else payload
    deliver(form, system="slack", event=event)
    await house.look()
    assert len(house.runs.started) == runs
