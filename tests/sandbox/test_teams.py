"""The simulated Teams, asked by the connector."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlmodel import select

from blocks.teams import TeamsCredentials
from tasks import teams
from tasks.teams.cards import KIND
from tests.sandbox.receiver import Receiver
from tieline import ConfigError, observe, store
from tieline.errors import AuthFailed, ConnectorError, NotFound
from tieline.sandbox import Fault, Sandbox, logins, running
from tieline.sandbox.teams.memory import Teams
from tieline.sandbox.teams.seed import TEAM
from tieline.store.tables import CallRow
from tieline.webhooks import Delivery

FAST = "100000/minute"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=10) as made:
        yield made


def block_of(sandbox: Sandbox, **fields: Any) -> TeamsCredentials:
    return TeamsCredentials(**{**sandbox.connection("teams"), "rate": FAST, **fields})


def only_workflow(sandbox: Sandbox) -> TeamsCredentials:
    return TeamsCredentials(workflow_url=sandbox.connection("teams")["workflow_url"], rate=FAST)


def channel(sandbox: Sandbox, name: str = "General") -> dict[str, Any]:
    found = sandbox.state[Teams].channels.values()
    return {"team_id": TEAM, "channel_id": next(one["id"] for one in found if one["displayName"] == name)}


def latest(sandbox: Sandbox, name: str = "General") -> dict[str, Any]:
    found: dict[str, Any] = sandbox.state[Teams].messages[channel(sandbox, name)["channel_id"]][-1]
    return found


def shown_page(sandbox: Sandbox) -> str:
    """What people see of the channel that the workflow posts in."""
    number = channel(sandbox, "Documents")["channel_id"]
    return httpx.get(f"{sandbox.url}/conversations/teams/{number}", trust_env=False).text


async def test_a_person_finds_a_channel_writes_and_answers(sandbox: Sandbox) -> None:
    block = block_of(sandbox)
    assert (await teams.connector.identity(block)).name == "Grace Muthoni"
    (team,) = await teams.list_teams.fn(block)
    there = await teams.list_channels.fn(block, team_id=team.id)
    where: dict[str, Any] = {
        "team_id": team.id,
        "channel_id": next(one.id for one in there if one.display_name == "General"),
    }
    said = await teams.send_message.fn(block, text="Sales are up.", **where)
    assert said is not None
    answer = await teams.reply_to_message.fn(
        block, message_id=said.id, text="<b>Well</b>", content_type="html", **where
    )
    assert (answer.reply_to_id, latest(sandbox)["body"]["content"]) == (said.id, "<b>Well</b>")
    with pytest.raises(NotFound):
        await teams.reply_to_message.fn(block, message_id="1", text="Hi", **where)


async def test_a_card_in_words_is_shown_by_a_person_and_by_a_workflow(sandbox: Sandbox) -> None:
    words = teams.Card(
        title="Returns",
        text="More lamps.",
        facts=(teams.Fact(title="Lamps", value="31"),),
        actions=(teams.Link(title="Open", url="https://example.com/"),),
    )
    assert await teams.send_card.fn(block_of(sandbox), card=words, **channel(sandbox)) is not None
    assert await teams.send_card.fn(only_workflow(sandbox), card=words) is None
    shown = [latest(sandbox, name)["attachments"][0]["content"] for name in ("General", "Documents")]
    assert json.loads(shown[0]) == json.loads(shown[1])
    assert latest(sandbox, "Documents")["from"]["application"]["displayName"] == "Workflows"
    page = shown_page(sandbox)
    assert all(word in page for word in ("<b>Returns</b>", "More lamps.", "<dd>31</dd>", "Open", "Workflows"))


async def test_a_workflow_shows_a_text_to_the_letter(sandbox: Sandbox) -> None:
    await teams.send_message.fn(only_workflow(sandbox), text="*no* <markup>\nhere")
    lines = json.loads(latest(sandbox, "Documents")["attachments"][0]["content"])["body"]
    assert [line["inlines"][0]["text"] for line in lines] == ["*no* <markup>", "here"]
    page = shown_page(sandbox)
    assert "*no* &lt;markup&gt;" in page


@pytest.mark.parametrize(
    ("call", "words"),
    (
        ({"text": " "}, "empty"),
        ({"text": "é" * 15_000}, "28,672"),
        ({"text": "<b>x</b>", "content_type": "html"}, "no HTML"),
        ({"text": "x", "team_id": TEAM}, "both"),
        ({"text": "x", "team_id": TEAM, "channel_id": "19:x"}, "workflow only"),
    ),
)
async def test_what_cannot_be_sent_is_refused_before(sandbox: Sandbox, call: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        await teams.send_message.fn(only_workflow(sandbox), **call)
    assert sandbox.state.served.get("teams", 0) == 0


def whole(**fields: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}], **fields}


def nested(depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "TextBlock", "text": "x"}
    for _ in range(depth):
        found = {"type": "Container", "items": [found]}
    return found


@pytest.mark.parametrize(
    ("card", "words"),
    (
        ({}, "nothing on the card"),
        (whole(body=[]), "nothing on the card"),
        (whole(version="1.6"), "version"),
        (whole(body=[{"text": "x"}]), "no type"),
        (whole(actions=[{"type": "Action.Submit", "title": "Yes"}]), "only a bot"),
        (whole(body=[{"type": "ActionSet", "actions": [{"type": "Action.Execute"}]}]), "only a bot"),
        (whole(body=[nested(300)]), "nested"),
        ({"title": "x", "actions": [{"title": "Run", "url": "javascript:alert(1)"}]}, "url"),
        ({"titel": "x"}, "titel"),
    ),
)
async def test_a_card_that_nobody_could_use_is_refused_before(
    sandbox: Sandbox, card: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        await teams.connector.actions["send_card"].execute(only_workflow(sandbox), {"card": card})
    assert sandbox.state.served.get("teams", 0) == 0


@settings(deadline=None, max_examples=60)
@given(
    title=st.text(max_size=40), text=st.text(max_size=200), facts=st.lists(st.tuples(st.text(), st.text()), max_size=3)
)
def test_every_card_in_words_is_one_that_teams_shows(title: str, text: str, facts: list[tuple[str, str]]) -> None:
    words = teams.Card(title=title, text=text, facts=tuple(teams.Fact(title=a, value=b) for a, b in facts))
    if not (title.strip() or text.strip() or facts):
        with pytest.raises(ConfigError):
            words.adaptive()
        return
    made = words.adaptive()
    assert teams.AdaptiveCard(**made).adaptive() == made
    assert made["version"] == "1.5"


async def test_an_app_without_a_person_is_told_why_it_cannot_write(sandbox: Sandbox) -> None:
    app = block_of(sandbox, refresh_token="", workflow_url="")
    assert "Lumora" in (await teams.connector.identity(app)).detail
    assert [team.display_name for team in await teams.list_teams.fn(app)] == ["Lumora"]
    before = sandbox.state.served["teams"]
    with pytest.raises(ConfigError, match=r"no app write.*refresh_token.*workflow_url"):
        await teams.send_message.fn(app, text="x", **channel(sandbox))
    assert sandbox.state.served["teams"] == before


async def test_the_workflows_address_is_in_no_error_log_or_record(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    block = only_workflow(sandbox)
    sandbox.faults.add(Fault("500", system="teams", match="workflows", times=1))
    raised: list[str] = []
    for login in (block, TeamsCredentials(workflow_url=f"{sandbox.url_of('teams')}/workflows/x?sig=other-signature")):
        with pytest.raises(ConnectorError) as found:
            await teams.send_message.fn(login, text="x")
        raised += [str(found.value), repr(found.value), str(found.value.__dict__), repr(login), str(login)]
    observe.flush()
    with store.session() as db:
        rows = repr([row.model_dump() for row in db.exec(select(CallRow)).all()])
    seen = [*raised, rows, caplog.text, repr(list(sandbox.state.log))]
    assert not any(secret in text for secret in (logins("teams")["sig"], "other-signature") for text in seen)


async def test_a_workflow_that_does_not_know_us_says_so(sandbox: Sandbox) -> None:
    url = sandbox.connection("teams")["workflow_url"].replace(logins("teams")["sig"], "another")
    with pytest.raises(AuthFailed, match="workflow_url"):
        await teams.send_message.fn(TeamsCredentials(workflow_url=url), text="x")


@pytest.mark.parametrize(
    ("fields", "words"),
    (
        ({}, "workflow_url"),
        ({"tenant_id": "t"}, "client_id"),
        ({"workflow_url": "http://logic.azure.com/x?sig=secret-1"}, "https"),
        ({"workflow_url": "secret-1"}, "whole address"),
        ({"workflow_url": "https://logic.azure.com/secret-1"}, "sig="),
        ({"workflow_url": "https://acme.webhook.office.com/secret-1?sig=x"}, "Office 365 connector"),
    ),
)
def test_a_block_that_leads_nowhere_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        TeamsCredentials(**fields)
    assert "secret-1" not in str(refused.value)


def test_who_calls_us_in_a_channel_is_heard() -> None:
    with Receiver() as receiver, running(tickets=10) as sandbox:
        hook = sandbox.hooks.subscribe("teams", receiver.url)
        assert len(base64.b64decode(hook.secret)) == 32
        for text in ("nobody is called", "<at>Tieline</at> summarize this &amp; that"):
            told = {"channel": "Support", "text": text}
            httpx.post(f"{sandbox.url}/_sandbox/teams/messages", json=told).raise_for_status()
        (heard,) = receiver.wait(1)
    delivery = Delivery({name.lower(): value for name, value in heard.headers.items()}, heard.body)
    webhook = teams.connector.webhook
    assert webhook is not None
    webhook.check(delivery, hook.secret)
    activity = teams.Activity.model_validate(webhook.read(delivery))
    assert (webhook.event(delivery), activity.said) == ("message", "summarize this & that")
    assert activity.sender["name"] == "Sandbox Person"


def test_what_a_workflow_cannot_post_is_shown_on_its_channel(sandbox: Sandbox) -> None:
    url = sandbox.connection("teams")["workflow_url"]
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": whole(version="2.0")}
    for told in ({"text": "old"}, {"type": "message", "attachments": [attached]}):
        assert httpx.post(url, json=told).status_code == 202
    page = shown_page(sandbox)
    assert len(sandbox.state[Teams].failed_runs) == 2
    assert "is not supported" in page


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with running(tickets=10) as made:
        yield made


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(("TextBlock", "FactSet", "text")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("type", "text", "items", "facts", "inlines", "actions", "id")), inner)
    ),
    max_leaves=10,
)
CARDS = st.builds(lambda body, actions: whole(body=body, actions=actions), st.lists(ANYTHING, max_size=3), ANYTHING)
ATTACHED = st.fixed_dictionaries({"id": st.just("1"), "contentType": st.just(KIND), "content": CARDS | ANYTHING})
MESSAGES = st.fixed_dictionaries(
    {
        "type": st.just("message"),
        "body": st.just({"contentType": "html", "content": '<attachment id="1"></attachment>'}) | ANYTHING,
        "attachments": st.lists(ATTACHED, max_size=2) | ANYTHING,
    }
)


@settings(deadline=None, max_examples=80)
@given(message=MESSAGES | ANYTHING, workflow=st.booleans())
def test_no_message_breaks_it_or_its_page(world: Sandbox, message: Any, *, workflow: bool) -> None:
    state, url = world.state[Teams], world.connection("teams")["workflow_url"]
    state.tokens["known"] = state.clock() + timedelta(hours=1)
    where = channel(world, "Documents")
    if not workflow:
        url = f"{world.url_of('teams')}/v1.0/teams/{TEAM}/channels/{where['channel_id']}/messages"
    answer = httpx.post(url, json=message, headers={"authorization": "Bearer known"}, trust_env=False)
    assert answer.status_code < 500
    page = httpx.get(f"{world.url}/conversations/teams/{where['channel_id']}", trust_env=False)
    assert page.status_code == 200
    state.messages[where["channel_id"]].clear()
