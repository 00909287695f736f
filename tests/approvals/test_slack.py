"""Slack: what is asked, who may click, what a click does; through the simulated Slack and the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.slack import SlackCredentials
from deployments.approvals import triggers
from flows.approval_click import handle
from flows.approvals import slack as shown
from flows.tell_approvals import tell
from tests.sandbox.receiver import Receiver
from tests.server.conftest import House, receiver
from tieline import connections
from tieline.approvals import Approval, ask, decide, get, history
from tieline.approvals.notices import notices
from tieline.approvals.notices import shown as shown_at
from tieline.dispatch.match import match
from tieline.inbox import scope
from tieline.inbox.recall import recall
from tieline.sandbox import Sandbox, running
from tieline.sandbox.slack.memory import Workspace

SECRET = "slack-signing-secret"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def block(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackCredentials]:
    """The connection `team`; actions are plain calls."""
    made = SlackCredentials(**sandbox.connection("slack"), webhook_secret=SecretStr(SECRET), rate="100000/minute")
    made._block_document_name = "team"  # as one that was saved

    async def load(kind: Any, name: str) -> SlackCredentials:
        assert (kind, name) == (SlackCredentials, "team")
        return made

    monkeypatch.setattr(connections, "load", load)
    with scope.working(scope.Scope("", lean=True)):
        yield made


@pytest.fixture
def slack(sandbox: Sandbox) -> Workspace:
    return sandbox.state[Workspace]


def people(slack: Workspace) -> tuple[dict[str, Any], dict[str, Any]]:
    """Somebody who is asked, and somebody who is not."""
    human = slack.users[slack.human_id]
    other = next(one for one in slack.users.values() if not one["is_bot"] and one["id"] != human["id"])
    return human, other


async def asked(slack: Workspace, key: str, *approvers: str, **more: Any) -> tuple[Approval, dict[str, Any]]:
    """An approval, and the message in the simulated channel."""
    channel = next(one for one in slack.channels.values() if one["name"] == "general")
    made = ask(
        "docs_on_push",
        key,
        "Update <!channel> reference",
        link="https://github.com/acme/x/pull/1",
        places=(f"slack/team/{channel['id']}",),
        approvers=approvers,
        **more,
    )
    await tell(made.id, "approval_asked")
    return made, slack.messages[channel["id"]][-1]


def click(sandbox: Sandbox, made: Approval, does: str, user: str, reason: str = "") -> None:
    (notice,) = notices(made.id)
    channel, _, ts = notice.reference.partition("/")
    said = {"channel": channel, "ts": ts, "action_id": f"tieline_approval_{does}", "user": user}
    answer = httpx.post(f"{sandbox.url}/_sandbox/slack/click", json={**said, "typed": {"reason": reason}})
    assert answer.status_code == 202


async def delivered(got: Any, block: SlackCredentials) -> str:
    """A click goes through the gateway; its number in the inbox."""
    house = House()
    house.add(receiver("slack", "team", block))
    async with house.open() as client:
        forged = await client.post("/hooks/slack/team", headers=dict(got.headers), content=got.body + b"x")
        assert forged.status_code == 401
        answer = await client.post("/hooks/slack/team", headers=dict(got.headers), content=got.body)
        assert (answer.status_code, answer.content) == (200, b""), "people see an error upon anything else"
    events = [one for one in match(triggers, 1.0).events if one.system == "slack"]
    assert [one.full_name for one in events] == ["slack.block_actions"]
    assert triggers[1].wants(events[0])
    return events[0].delivery


@pytest.mark.parametrize("by_email", (False, True))
async def test_a_click_decides_and_the_message_says_so(
    sandbox: Sandbox, block: SlackCredentials, slack: Workspace, *, by_email: bool
) -> None:
    human, _ = people(slack)
    approver = human["profile"]["email"] if by_email else human["id"]
    made, message = await asked(slack, f"click {by_email}", approver)
    assert "&lt;!channel&gt;" in message["text"], "nobody is called by what an outsider wrote"
    kinds = [one["type"] for one in message["blocks"]]
    assert kinds[-2:] == ["input", "actions"]
    with Receiver() as told:
        sandbox.app.hooks.subscribe("slack", told.url, secret=SECRET, events=["block_actions"])
        click(sandbox, made, "reject", human["id"], "wrong page")
        got = told.wait(2)[-1]
        sandbox.app.hooks.subscriptions.clear()
    event = await recall("slack", "team", await delivered(got, block))
    found = shown.read(event.payload)
    assert found is not None
    await handle(block, found)
    after = get(made.id)
    assert (after.state, after.reason, after.decided_via) == ("rejected", "wrong page", "slack")
    assert after.decided_by == f"{human['name']} ({human['id']})"
    await tell(made.id, "approval_decided")
    assert f"rejected by {human['name']}" in message["text"]
    assert "actions" not in [one["type"] for one in message["blocks"]]
    assert [one.what for one in history(made.id)] == ["asked", "told", "rejected"]


def clicked(made: Approval, user: str, does: str = "approve", reason: str = "") -> shown.Click:
    return shown.Click(made.id, does, reason, user, "somebody", "")


@pytest.mark.parametrize("approvers", ((), ("U0NOBODY",), ("nobody@example.com",)))
async def test_a_stranger_decides_nothing_and_is_told(
    sandbox: Sandbox, block: SlackCredentials, slack: Workspace, approvers: tuple[str, ...]
) -> None:
    _, other = people(slack)
    made, _ = await asked(slack, f"stranger {approvers}", *approvers)
    with Receiver() as told:
        sandbox.app.hooks.subscribe("slack", told.url, secret=SECRET, events=["block_actions"])
        click(sandbox, made, "approve", other["id"])
        got = told.wait(2)[-1]
        sandbox.app.hooks.subscriptions.clear()
    event = await recall("slack", "team", await delivered(got, block))
    found = shown.read(event.payload)
    assert found is not None
    await handle(block, found)
    assert get(made.id).state == "waiting"
    whisper = slack.whispers[-1]
    assert whisper["to"] == other["id"]
    assert "not among those who decide" in whisper["text"]


async def test_another_workspace_decides_nothing(
    block: SlackCredentials, slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its people may have the same ids, and its secret signs clicks on whatever it likes."""
    human, _ = people(slack)
    made, _ = await asked(slack, "elsewhere", human["id"])
    said: list[str] = []

    async def send_response(_: object, *, response_url: str, text: str) -> None:
        said.append(response_url + text)

    monkeypatch.setattr("tasks.slack.send_response", send_response)
    other = block.model_copy()
    other._block_document_name = "other"
    await handle(other, clicked(made, human["id"]))
    assert get(made.id).state == "waiting"
    assert "not among those who decide" in said[0]


async def test_nobody_without_a_name_decides(block: SlackCredentials, slack: Workspace) -> None:
    made, _ = await asked(slack, "nobody", "")
    assert not await shown.may_decide(block, made, "")


async def test_an_address_is_that_of_one_person(block: SlackCredentials, slack: Workspace) -> None:
    human, other = people(slack)
    made, _ = await asked(slack, "address", human["profile"]["email"])
    assert await shown.may_decide(block, made, human["id"])
    assert not await shown.may_decide(block, made, other["id"])


async def test_a_notice_for_what_was_decided_meanwhile_is_not_posted(block: SlackCredentials, slack: Workspace) -> None:
    assert block
    made, message = await asked(slack, "twice", "U1")
    decide(made.id, "approve", by="Bob", via="cli")
    before = sum(map(len, slack.messages.values()))
    await tell(made.id, "approval_reminded")
    assert sum(map(len, slack.messages.values())) == before
    assert "approved by Bob via cli" in message["text"]


async def test_what_is_decided_while_it_is_posted_shows_it(
    block: SlackCredentials, slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert block

    def decided_meanwhile(number: str, place: str, reference: str) -> None:
        decide(number, "approve", by="Bob", via="cli")
        assert notices(number) == [], "whoever tells of the decision finds no message"
        shown_at(number, place, reference)

    monkeypatch.setattr("flows.approvals.shown", decided_meanwhile)
    _, message = await asked(slack, "meanwhile", "U1")
    assert "approved by Bob via cli" in message["text"]
    assert "actions" not in [one["type"] for one in message["blocks"]]


@pytest.mark.parametrize(
    "payload",
    (
        None,
        {},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": "tieline_approval_open", "value": "x"}]},
        {"type": "block_actions", "actions": [{"action_id": "tieline_approval_edit", "value": "x"}]},
        {"type": "block_actions", "actions": [{"action_id": "other", "value": "x"}]},
        {"type": "view_submission", "actions": [{"action_id": "tieline_approval_approve", "value": "x"}]},
    ),
)
def test_other_clicks_are_not_ours(payload: Any) -> None:
    assert shown.read(payload) is None
