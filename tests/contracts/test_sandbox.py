"""The connectors and the sandbox were written apart, from the same pages: here they meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blocks.slack import SlackCredentials
from blocks.zendesk import ZendeskCredentials
from tasks import slack, zendesk
from tests.sandbox.receiver import Receiver
from tieline import errors
from tieline.sandbox import Sandbox, logins, running
from tieline.webhooks import Delivery

FAST = "100000/minute"
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=150) as made:
        yield made


async def call(connector: Any, block: Any, action: str, /, **params: Any) -> Any:
    return await connector.actions[action].execute(block, params)


@pytest.mark.parametrize("login", ("token", "oauth"))
async def test_zendesk(sandbox: Sandbox, login: str) -> None:
    fields = {"oauth_token": logins("zendesk")["oauth_token"]}
    if login == "token":
        fields = {"email": logins("zendesk")["email"], "api_token": logins("zendesk")["api_token"]}
    block = ZendeskCredentials(url=sandbox.url_of("zendesk"), rate=FAST, **fields)

    async def do(action: str, **params: Any) -> Any:
        return await call(zendesk.connector, block, action, **params)

    assert (await zendesk.connector.identity(block)).detail == logins("zendesk")["email"]
    listed = await do("list_tickets", limit=120)
    numbers = [ticket["id"] for ticket in listed]
    assert len(set(numbers)) == 120
    assert [ticket["id"] for ticket in await do("get_tickets", ticket_ids=[*numbers, 999_999])] == numbers
    assert {ticket["status"] for ticket in await do("search_tickets", query="status:new", limit=30)} == {"new"}

    asker = {"requester_email": f"{login}@x.test", "requester_name": "X"}
    made = await do("create_ticket", subject="Help", body="It burns.", tags=["fire"], **asker)
    here = {"ticket_id": made["id"]}
    stamp = made["updated_at"]
    changed = await do("update_ticket", **here, status="open", tags=["a"], comment="A note.", updated_stamp=stamp)
    assert (changed["status"], changed["tags"]) == ("open", ["a"])
    with pytest.raises(errors.Conflict):
        await do("update_ticket", **here, tags=["b"], updated_stamp="2020-01-01T00:00:00Z")
    assert await do("add_tags", **here, tags=["b"]) == ["a", "b"]
    upload = await do("upload_attachment", file=b"a,b\n", filename="a.csv")
    await do("add_comment", **here, body="See the file.", public=True, uploads=[upload["token"]])
    said = [(comment["plain_body"], comment["public"]) for comment in await do("list_comments", **here)]
    assert said == [("It burns.", True), ("A note.", False), ("See the file.", True)]
    group = (await do("list_groups"))[0]["id"]
    assert (await do("assign_ticket", **here, group_id=group))["group_id"] == group
    assert (await do("set_priority", **here, priority="high"))["priority"] == "high"
    assert (await do("change_status", **here, status="pending"))["status"] == "pending"
    for macro in (await do("list_macros"))[1:3]:
        assert (await do("apply_macro", **here, macro_id=macro["id"]))["id"] == made["id"]

    opened = await do("create_tickets", tickets=[{"subject": str(i), "body": "x"} for i in range(101)])
    assert len({outcome["id"] for outcome in opened if outcome["success"]}) == 101
    changes = [{"id": opened[0]["id"], "additional_tags": ["t"]}, {"id": 999_999, "priority": "low"}]
    assert [outcome["success"] for outcome in await do("update_tickets", tickets=changes)] == [True, False]

    mail = f"ann-{login}@x.test"
    assert await do("find_user", email=mail) is None
    assert (await do("create_user", name="Ann", email=mail)) == (await do("find_user", email=mail))
    assert await do("list_organizations", limit=2)


async def test_zendesk_webhooks(sandbox: Sandbox) -> None:
    """A webhook that our own action makes brings deliveries that our own verifier accepts."""
    login = {"email": logins("zendesk")["email"], "api_token": logins("zendesk")["api_token"]}
    block = ZendeskCredentials(url=sandbox.url_of("zendesk"), rate=FAST, **login)
    wanted = {"name": "Tieline", "events": ["zen:event-type:ticket.created"]}
    with Receiver() as receiver:
        made = await call(zendesk.connector, block, "create_webhook", url=receiver.url, **wanted)
        listed = await call(zendesk.connector, block, "list_webhooks")
        assert [one["id"] for one in listed] == [made["id"]]
        secret = await zendesk.get_webhook_secret.fn(block, webhook_id=made["id"])
        await call(zendesk.connector, block, "create_ticket", subject="Help", body="It burns.")
        (got,) = receiver.wait(1)
        webhook = zendesk.connector.webhook
        assert webhook is not None
        delivery = Delivery(headers=got.headers, raw=got.body)
        webhook.check(delivery, secret.secret.get_secret_value())
        assert webhook.event(delivery) == "ticket.created"
    sandbox.hooks.unsubscribe(made["id"])


async def test_slack(sandbox: Sandbox) -> None:
    block = SlackCredentials(url=sandbox.url_of("slack"), rate=FAST, token=logins("slack")["bot_token"])

    async def do(action: str, **params: Any) -> Any:
        return await call(slack.connector, block, action, **params)

    assert (await slack.connector.identity(block)).name
    channel = (await do("list_channels", limit=3))[0]["id"]
    sent = await do("send_message", channel=channel, text="Hello", blocks=BLOCKS)
    await do("send_message", channel=channel, text="And more", thread_ts=sent["ts"])
    await do("update_message", channel=channel, ts=sent["ts"], text="Hello again")
    assert (await do("list_messages", channel=channel, limit=5))[0]["text"] == "Hello again"
    room = await do("create_channel", name="incident-7")
    with pytest.raises(errors.Conflict):
        await do("create_channel", name="incident-7")
    assert await do("find_user", email="nobody@x.test") is None
    person = await do("find_user", email="person@lumora.example")
    await do("invite_user", channel=room["id"], user_id=person["id"])
    file = await do("upload_file", file=b"a,b\n", filename="r.csv", channel=channel, comment="Today's")
    assert file["title"] == "r.csv"
    async with httpx.AsyncClient() as http:
        click = (await http.post(f"{sandbox.url}/_sandbox/slack/trigger")).json()
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Refund"}, "blocks": BLOCKS}
    assert (await do("open_dialog", trigger_id=click["trigger_id"], view=view))["id"]
    with pytest.raises(errors.AuthFailed, match="token"):
        await do("set_status", text="On leave")
    own = SlackCredentials(url=sandbox.url_of("slack"), rate=FAST, token=logins("slack")["user_token"])
    assert (await call(slack.connector, own, "set_status", text="On leave"))["status_text"] == "On leave"
