"""What the simulated vendors tell their subscribers. Signatures are checked by the product's own verifiers."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import F, Z
from tests.sandbox.receiver import Got, Receiver, eventually
from tieline import registry
from tieline.errors import SignatureInvalid
from tieline.sandbox import Fault, Hooks, create_app
from tieline.sandbox.front import Front
from tieline.sandbox.hooks import Delivery, Message, Subscription, Try
from tieline.sandbox.hooks.outbox import manner_of
from tieline.sandbox.slack.hooks import signature
from tieline.sandbox.slack.memory import Workspace
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.webhooks import Delivery as Received

SECRET = "a secret of this test"
TICKET = {"ticket": {"subject": "Fire", "comment": {"body": "It burns."}}}
PREFIX = "zen:event-type:"


@pytest.fixture
def app() -> Iterator[Front]:
    made = create_app(seed=3, tickets=40, pace=0)
    yield made
    made.hooks.close()


@pytest.fixture
def hooks(app: Front) -> Hooks:
    return app.hooks


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def check(system: str, got: Got, secret: str = SECRET) -> None:
    """Let the product check the signature."""
    webhook = registry.connector(system).webhook
    assert webhook is not None
    webhook.check(Received(headers=got.headers, raw=got.body), secret)


def name_of(system: str, got: Got) -> str:
    """The event, as the product names it."""
    webhook = registry.connector(system).webhook
    assert webhook is not None
    return webhook.event(Received(headers=got.headers, raw=got.body))


async def test_zendesk_tells_of_a_new_ticket(hooks: Hooks, receiver: Receiver, zendesk: httpx.AsyncClient) -> None:
    hook = hooks.subscribe("zendesk", receiver.url, secret=SECRET, events=[PREFIX + "ticket.created"])
    number = (await zendesk.post("/tickets", json=TICKET)).json()["ticket"]["id"]
    (got,) = receiver.wait(1)
    check("zendesk", got)
    # https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
    said = got.json
    assert said["type"] == PREFIX + "ticket.created"
    assert said["subject"] == f"zen:ticket:{number}"
    assert said["zendesk_event_version"] == "2022-11-06"
    assert said["detail"].items() >= {"id": str(number), "status": "NEW", "subject": "Fire", "tags": []}.items()
    assert said["detail"]["description"] == "It burns."
    assert said["event"]["meta"]["sequence"]["position"] == 1
    # https://developer.zendesk.com/documentation/webhooks/anatomy-of-a-webhook-request/
    assert got.headers["x-zendesk-webhook-id"] == hook.id
    assert got.headers["x-zendesk-account-id"] == str(said["account_id"])
    assert len(got.headers["x-zendesk-webhook-invocation-id"]) == 26


async def test_a_signature_is_of_this_secret_and_this_body(
    hooks: Hooks, receiver: Receiver, zendesk: httpx.AsyncClient
) -> None:
    hooks.subscribe("zendesk", receiver.url, secret=SECRET, events=[PREFIX + "ticket.created"])
    await zendesk.post("/tickets", json=TICKET)
    (got,) = receiver.wait(1)
    with pytest.raises(SignatureInvalid):
        check("zendesk", got, "another secret")
    with pytest.raises(SignatureInvalid):
        check("zendesk", Got(got.headers, got.body + b" "))


@pytest.mark.parametrize(
    ("change", "event"),
    (
        ({"priority": "high"}, ("priority_changed", {"current": "HIGH", "previous": None})),
        ({"subject": "New"}, ("subject_changed", {"current": "New"})),
        ({"group_id": 3001}, ("group_assignment_changed", {"current": "3001"})),
        ({"additional_tags": ["x1"]}, ("tags_changed", {"tags_added": ["x1"], "tags_removed": []})),
        ({"status": "open"}, ("status_changed", {"current": "OPEN"})),
    ),
)
async def test_zendesk_tells_of_each_change(
    app: Front, receiver: Receiver, zendesk: httpx.AsyncClient, change: dict[str, Any], event: tuple[str, Any]
) -> None:
    app.state[ZendeskDesk].tickets[Z].fields.update(status="new", priority=None, group_id=None)
    app.hooks.subscribe("zendesk", receiver.url, secret=SECRET)
    await zendesk.put(f"/tickets/{Z}", json={"ticket": change})
    (got,) = receiver.wait(1)
    check("zendesk", got)
    name, said = event
    assert got.json["type"] == f"{PREFIX}ticket.{name}"
    assert got.json["event"].items() >= said.items()


async def test_zendesk_tells_of_comments_people_and_deletion(
    hooks: Hooks, receiver: Receiver, zendesk: httpx.AsyncClient
) -> None:
    hooks.subscribe("zendesk", receiver.url, secret=SECRET)
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"comment": {"body": "Hm.", "public": False}}})
    await zendesk.post("/users", json={"user": {"name": "Ann", "email": "ann@x.example"}})
    await zendesk.post("/users/create_or_update", json={"user": {"name": "Ann B.", "email": "ann@x.example"}})
    await zendesk.delete(f"/tickets/{Z}")
    got = {one.json["type"].removeprefix(PREFIX): one.json for one in receiver.wait(4)}
    assert set(got) == {"ticket.comment_added", "user.created", "user.name_changed", "ticket.soft_deleted"}
    comment = got["ticket.comment_added"]["event"]["comment"]
    assert comment.items() >= {"body": "Hm.", "is_public": False}.items()
    assert comment["author"]["is_staff"]
    assert got["user.name_changed"]["event"].items() >= {"current": "Ann B.", "previous": "Ann"}.items()


async def test_what_one_request_did_shares_a_sequence(
    hooks: Hooks, receiver: Receiver, zendesk: httpx.AsyncClient
) -> None:
    hooks.subscribe("zendesk", receiver.url)
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "New", "priority": "urgent"}})
    sequences = [got.json["event"]["meta"]["sequence"] for got in receiver.wait(2)]
    assert len({one["id"] for one in sequences}) == 1
    assert {one["position"] for one in sequences} == {1, 2}


async def test_freshdesk_sends_what_a_rule_says(hooks: Hooks, receiver: Receiver, freshdesk: httpx.AsyncClient) -> None:
    hooks.subscribe("freshdesk", receiver.url, secret=SECRET)
    await freshdesk.put(f"/tickets/{F}", json={"priority": 4, "status": 4, "subject": "Fire"})
    await freshdesk.post(f"/tickets/{F}/notes", json={"body": "<b>Hm.</b>"})
    await freshdesk.post(f"/tickets/{F}/reply", json={"body": "Hello."})
    receiver.wait(3)
    for got in receiver.got:
        check("freshdesk", got)
    said = {got.json["event"]: got.json for got in receiver.got}
    assert set(said) == {"ticket_updated", "ticket_resolved", "note_created"}
    values = {"ticket_id": F, "subject": "Fire", "status": "Resolved", "priority": "Urgent"}
    assert said["ticket_updated"].items() >= values.items()
    assert said["note_created"]["note"] == "Hm."


async def test_slack_sends_events(app: Front, receiver: Receiver, slack: httpx.AsyncClient) -> None:
    app.hooks.subscribe("slack", receiver.url, secret=SECRET)
    (greeting,) = receiver.got
    check("slack", greeting)
    assert greeting.json["type"] == "url_verification"
    bot = app.state[Workspace].bot_id
    await slack.post("/chat.postMessage", json={"channel": "general", "text": f"Hello <@{bot}>"})
    await slack.post("/conversations.create", json={"name": "new-one"})
    receiver.wait(4)
    said = {got.json["event"]["type"]: got for got in receiver.got[1:]}
    for got in said.values():
        check("slack", got)
    assert set(said) == {"message", "app_mention", "channel_created"}
    # https://docs.slack.dev/apis/events-api/
    envelope = said["message"].json
    assert envelope["type"] == "event_callback"
    assert envelope["event_id"].startswith("Ev")
    assert envelope["event"].items() >= {"channel_type": "channel", "text": f"Hello <@{bot}>", "user": bot}.items()
    assert envelope["authorizations"][0].items() >= {"user_id": bot, "is_bot": True}.items()


async def test_slack_keeps_quiet_about_channels_that_the_app_is_not_in(
    app: Front, receiver: Receiver, slack: httpx.AsyncClient
) -> None:
    app.hooks.subscribe("slack", receiver.url)
    engineering = next(c for c in app.state[Workspace].channels.values() if c["name"] == "engineering")
    person = {"authorization": "Bearer xoxp-sandbox"}
    await slack.post("/chat.postMessage", json={"channel": engineering["id"], "text": "secret"}, headers=person)
    await slack.post("/chat.postMessage", json={"channel": "general", "text": "known"})
    assert [got.json["event"]["text"] for got in receiver.wait(2)[1:]] == ["known"]


def test_slack_signs_as_in_its_documentation() -> None:
    # https://docs.slack.dev/authentication/verifying-requests-from-slack/
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = signature("8f742231b10e8888abcd99yyyzzz85a5", body, 1531420618)
    assert made["x-slack-signature"] == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.mark.parametrize(("answers", "echo"), (((500,), True), ((), False)))
def test_slack_subscribes_only_addresses_that_know_the_challenge(
    hooks: Hooks, answers: tuple[int, ...], *, echo: bool
) -> None:
    with Receiver(*answers, echo=echo) as receiver, pytest.raises(ValueError, match="challenge"):
        hooks.subscribe("slack", receiver.url)
    with pytest.raises(ValueError, match="did not answer"):
        hooks.subscribe("slack", receiver.url)
    assert not hooks.subscriptions


# ---------------------------------------------------------------- trying again


def failed(system: str, *tries: Try) -> float | None:
    """When the next try comes, after these."""
    made = Delivery(1, Subscription("s", system, "http://x", SECRET), Message("e", b"{}"), 0.0)
    made.tries = list(tries)
    return manner_of(system).again(made)


def answered(status: int, **headers: str) -> Try:
    return Try(0.0, 1.0, status, headers={name.replace("_", "-"): value for name, value in headers.items()})


SILENCE = Try(0.0, 1.0, problem="timeout")


@pytest.mark.parametrize(
    ("system", "tries", "wait"),
    (
        ("zendesk", [SILENCE], 1),
        ("zendesk", [SILENCE] * 5, 16),
        ("zendesk", [SILENCE] * 6, None),
        ("zendesk", [answered(409)] * 3, 4),
        ("zendesk", [answered(409)] * 4, None),
        ("zendesk", [answered(429, retry_after="7")], 7),
        ("zendesk", [answered(503, retry_after="60")], None),
        ("zendesk", [answered(503)], None),
        ("zendesk", [answered(500)], None),
        ("zendesk", [answered(401)], None),
        ("freshdesk", [answered(500)], 300),
        ("freshdesk", [answered(500)] * 3, 3600),
        ("freshdesk", [answered(500)] * 4, None),
        ("slack", [answered(500)], 0),
        ("slack", [SILENCE] * 3, 300),
        ("slack", [SILENCE] * 4, None),
        ("slack", [answered(500, x_slack_no_retry="1")], None),
        ("slack", [SILENCE] * 4 + [answered(200), SILENCE], 0),
    ),
)
def test_when_a_vendor_tries_again(system: str, tries: list[Try], wait: float | None) -> None:
    assert failed(system, *tries) == wait


async def test_a_second_try_is_the_same_delivery(hooks: Hooks, zendesk: httpx.AsyncClient) -> None:
    with Receiver(409, 409) as receiver:
        hooks.subscribe("zendesk", receiver.url, secret=SECRET, events=[PREFIX + "ticket.created"])
        await zendesk.post("/tickets", json=TICKET)
        got = receiver.wait(3)
        assert len({one.body for one in got}) == 1
        assert len({one.headers["x-zendesk-webhook-invocation-id"] for one in got}) == 1
        eventually(lambda: hooks.counts()["sent"] == 1, "the end")
        assert [one.status for one in hooks.deliveries[0].tries] == [409, 409, 202]


async def test_slack_says_which_try_it_is_and_why(hooks: Hooks, slack: httpx.AsyncClient) -> None:
    with Receiver(200, 500, 500, (500, {"x-slack-no-retry": "1"})) as receiver:
        hooks.subscribe("slack", receiver.url, secret=SECRET)
        await slack.post("/chat.postMessage", json={"channel": "general", "text": "Hello"})
        got = receiver.wait(4)[1:]
        assert len({one.json["event_id"] for one in got}) == 1
        assert [one.headers.get("x-slack-retry-num") for one in got] == [None, "1", "2"]
        assert {one.headers.get("x-slack-retry-reason") for one in got[1:]} == {"http_error"}
        eventually(lambda: hooks.counts()["failed"] == 1, "that it gave up")


async def test_nobody_there_is_told_again(hooks: Hooks, zendesk: httpx.AsyncClient) -> None:
    with Receiver() as receiver:
        pass
    hooks.subscribe("zendesk", receiver.url, events=[PREFIX + "ticket.created"])
    await zendesk.post("/tickets", json=TICKET)
    eventually(lambda: hooks.counts()["failed"] == 1, "that it gave up")
    assert [one.problem for one in hooks.deliveries[0].tries] == ["connection"] * 6


# ---------------------------------------------------------------- faults


def numbers(receiver: Receiver) -> list[int]:
    return [int(got.json["detail"]["id"]) for got in receiver.got]


async def write(zendesk: httpx.AsyncClient, count: int = 1) -> list[int]:
    return [(await zendesk.post("/tickets", json=TICKET)).json()["ticket"]["id"] for _ in range(count)]


@pytest.fixture
def told(app: Front, receiver: Receiver) -> Receiver:
    """A receiver that is told of new tickets."""
    app.hooks.subscribe("zendesk", receiver.url, secret=SECRET, events=[PREFIX + "ticket.created"])
    return receiver


async def test_duplicates(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("duplicate", "zendesk", "ticket.created"))
    await write(zendesk)
    one, two = told.wait(2)
    assert one.body == two.body
    assert one.headers["x-zendesk-webhook-invocation-id"] == two.headers["x-zendesk-webhook-invocation-id"]
    for got in (one, two):
        check("zendesk", got)


async def test_the_order_is_turned_around(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("reorder", seconds=10))
    first, second = await write(zendesk, 2)
    told.wait(2)
    assert numbers(told) == [second, first]


async def test_a_delivery_comes_late(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("delay", seconds=0.1, times=1))
    late, early = await write(zendesk, 2)
    told.wait(2)
    assert numbers(told) == [early, late]


async def test_the_vendor_hangs_up_and_tries_again(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("drop", times=1))
    await write(zendesk)
    one, two = told.wait(2)
    assert one.body == two.body
    eventually(lambda: app.hooks.counts()["sent"] == 1, "the second try")
    assert [tried.problem for tried in app.hooks.deliveries[0].tries] == ["connection", ""]


async def test_a_burst_waits_until_it_is_big_enough(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("burst", seconds=30, count=5))
    await write(zendesk, 4)
    assert app.hooks.counts()["waiting"] == 4
    assert told.got == []
    await write(zendesk)
    told.wait(5)


async def test_faults_of_requests_leave_webhooks_alone(app: Front, told: Receiver, zendesk: httpx.AsyncClient) -> None:
    app.faults.add(Fault("500"))
    hook_only = app.faults.add(Fault("duplicate", match="nothing like that"))
    app.faults.clear()
    app.faults.add(hook_only)
    await write(zendesk)
    told.wait(1)
    assert hook_only.hits == 0


def test_a_fault_that_could_never_work_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        Fault("burst", count=0)


# ---------------------------------------------------------------- Zendesk's own API of webhooks

HOOK = {
    "name": "Tieline",
    "status": "active",
    "endpoint": "http://127.0.0.1:9/hooks/zendesk/x",
    "http_method": "POST",
    "request_format": "json",
    "subscriptions": [PREFIX + "ticket.created"],
}


async def test_webhooks_through_zendesks_api(zendesk: httpx.AsyncClient, receiver: Receiver) -> None:
    made = await zendesk.post("/webhooks", json={"webhook": {**HOOK, "endpoint": receiver.url}})
    assert made.status_code == 201
    webhook = made.json()["webhook"]
    assert webhook.items() >= {**HOOK, "endpoint": receiver.url}.items()
    assert (await zendesk.get("/webhooks")).json()["webhooks"] == [webhook]
    assert (await zendesk.get(f"/webhooks/{webhook['id']}")).json() == {"webhook": webhook}
    secret = (await zendesk.get(f"/webhooks/{webhook['id']}/signing_secret")).json()["signing_secret"]
    assert secret["algorithm"] == "SHA256"
    await write(zendesk)
    check("zendesk", receiver.wait(1)[0], secret["secret"])

    another = await zendesk.post(f"/webhooks/{webhook['id']}/signing_secret")
    assert another.status_code == 201
    await write(zendesk)
    check("zendesk", receiver.wait(2)[1], another.json()["signing_secret"]["secret"])


async def test_webhooks_change_and_go(app: Front, zendesk: httpx.AsyncClient, receiver: Receiver) -> None:
    path = f"/webhooks/{(await zendesk.post('/webhooks', json={'webhook': HOOK})).json()['webhook']['id']}"
    assert (await zendesk.patch(path, json={"webhook": {"status": "inactive"}})).status_code == 204
    await write(zendesk)
    assert not app.hooks.deliveries
    whole = {**HOOK, "endpoint": receiver.url, "subscriptions": [PREFIX + "ticket.subject_changed"]}
    assert (await zendesk.put(path, json={"webhook": whole})).status_code == 204
    await zendesk.put(f"/tickets/{Z}", json={"ticket": {"subject": "New"}})
    assert receiver.wait(1)[0].json["type"] == PREFIX + "ticket.subject_changed"
    assert (await zendesk.delete(path)).status_code == 204
    assert [(await zendesk.request(how, path)).status_code for how in ("GET", "DELETE")] == [404, 404]
    assert (await zendesk.get("/webhooks")).json()["webhooks"] == []


@pytest.mark.parametrize("subscriptions", ([], ["conditional_ticket_events"]))
async def test_webhooks_for_triggers_are_told_nothing(
    app: Front, zendesk: httpx.AsyncClient, subscriptions: list[str]
) -> None:
    made = await zendesk.post("/webhooks", json={"webhook": {**HOOK, "subscriptions": subscriptions}})
    assert made.status_code == 201
    await write(zendesk)
    assert not app.hooks.deliveries


@pytest.mark.parametrize(
    ("wrong", "says"),
    (
        ({"endpoint": None}, "endpoint must be given"),
        ({"endpoint": "ftp://x"}, "not an address"),
        ({"status": "asleep"}, "status must be one of"),
        ({"subscriptions": ["ticket.created"]}, "subscriptions must be"),
        ({"subscriptions": "all"}, "subscriptions must be"),
        ({"subscriptions": ["conditional_ticket_events", PREFIX + "ticket.created"]}, "cannot be combined"),
    ),
)
async def test_webhooks_that_zendesk_refuses(zendesk: httpx.AsyncClient, wrong: dict[str, Any], says: str) -> None:
    answer = await zendesk.post("/webhooks", json={"webhook": {**HOOK, **wrong}})
    assert answer.status_code == 400
    assert says in answer.json()["errors"][0]["detail"]


# ---------------------------------------------------------------- the controls and the pages


async def test_hooks_through_the_controls(app: Front, pages: httpx.AsyncClient, receiver: Receiver) -> None:
    asked = {"system": "freshdesk", "url": receiver.url, "secret": SECRET, "events": ["ticket_created"]}
    made = await pages.post("/_sandbox/hooks", json=asked)
    assert made.status_code == 201
    hook = made.json()["hook"]
    assert hook.items() >= asked.items()
    await customers_write(pages, system="freshdesk", count=3)
    receiver.wait(3)
    eventually(lambda: app.hooks.counts()["sent"] == 3, "that all are sent")
    found = (await pages.get("/_sandbox/deliveries", params={"system": "freshdesk", "limit": 2})).json()["deliveries"]
    assert [one["number"] for one in found] == [3, 2]
    assert found[0].items() >= {"event": "ticket_created", "status": "sent", "tries": 1, "answer": 202}.items()
    assert (await pages.get("/_sandbox/deliveries?status=failed")).json() == {"deliveries": []}
    assert (await pages.post("/_sandbox/deliveries/1/again")).status_code == 202
    bodies = [got.body for got in receiver.wait(4)]
    assert bodies[3] in bodies[:3]
    assert (await pages.delete(f"/_sandbox/hooks/{hook['id']}")).status_code == 204
    assert (await pages.delete(f"/_sandbox/hooks/{hook['id']}")).status_code == 404
    assert (await pages.get("/_sandbox/hooks")).json()["hooks"] == []


@pytest.mark.parametrize(
    ("path", "body", "says"),
    (
        ("hooks", {"system": "unheard", "url": "http://x"}, "unknown system 'unheard'"),
        ("hooks", {"system": "slack", "url": "x"}, "not an address"),
        ("hooks", {"system": "slack", "url": "http://x", "events": "all"}, "events a list"),
        ("hooks", {"url": 7}, "must be texts"),
        ("tickets", {"system": "slack"}, "system must be one of"),
        ("tickets", {"system": "zendesk", "count": 0}, "count must be"),
        ("tickets", {"system": "zendesk", "count": "9"}, "count must be"),
        ("tickets", {"system": "zendesk", "rate": -1}, "rate must be"),
    ),
)
async def test_controls_that_make_no_sense(
    pages: httpx.AsyncClient, path: str, body: dict[str, Any], says: str
) -> None:
    answer = await pages.post(f"/_sandbox/{path}", json=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


async def customers_write(pages: httpx.AsyncClient, **asked: Any) -> None:
    """Ask for tickets, and wait until they are written: in this loop, which must turn for that."""
    count = asked.get("count", 1)
    assert (await pages.post("/_sandbox/tickets", json=asked)).json() == {"asked": count, "written": 0}
    while (await pages.get("/_sandbox/tickets")).json()["written"] < count:  # noqa: ASYNC110 - as people see it
        await asyncio.sleep(0)


async def test_customers_write_at_a_rate(app: Front, pages: httpx.AsyncClient) -> None:
    before, began = len(app.state[ZendeskDesk].tickets), time.monotonic()
    await customers_write(pages, system="zendesk", count=6, rate=50, seed=7)
    assert time.monotonic() - began >= 0.1
    written = list(app.state[ZendeskDesk].tickets.values())[before:]
    assert len(written) == 6
    for ticket in written:
        assert ticket.fields["via"]["channel"] == "email"
        assert ticket.fields["submitter_id"] == ticket.fields["requester_id"] == ticket.comments[0]["author_id"]
        assert app.state.truth["zendesk", ticket.id]


async def test_a_reset_keeps_who_is_told(pages: httpx.AsyncClient, told: Receiver) -> None:
    await customers_write(pages, system="zendesk")
    told.wait(1)
    await pages.post("/_sandbox/reset")
    answer = (await pages.get("/_sandbox/hooks")).json()
    assert len(answer["hooks"]) == 1
    assert answer["deliveries"] == {"waiting": 0, "sent": 0, "failed": 0}


async def test_pages_of_webhooks(app: Front, pages: httpx.AsyncClient, told: Receiver) -> None:
    assert "Nobody has been told anything yet." in (await pages.get("/hooks")).text
    form = {"subject": "<script>alert(1)</script>", "text": "It burns."}
    written = await pages.post("/tickets/zendesk", data=form)
    assert written.status_code == 303
    assert "It burns." in (await pages.get(written.headers["location"])).text
    told.wait(1)
    eventually(lambda: app.hooks.counts()["sent"] == 1, "that it is sent")
    page = (await pages.get("/hooks")).text
    assert all(word in page for word in (PREFIX + "ticket.created", told.url, "sent 202", "Send again"))
    detail = (await pages.get("/hooks/1")).text
    assert all(word in detail for word in ("x-zendesk-webhook-signature", "It burns.", "developer.zendesk.com"))
    assert "<script" not in page + detail
    assert (await pages.post("/hooks/1/again")).headers["location"] == "/hooks"
    one, two = told.wait(2)
    assert one.body == two.body
    assert [
        (await pages.request(*asked)).status_code for asked in (("GET", "/hooks/9"), ("POST", "/hooks/9/again"))
    ] == [
        404,
        404,
    ]


async def test_a_form_without_a_subject_writes_nothing(app: Front, pages: httpx.AsyncClient) -> None:
    before = len(app.state[ZendeskDesk].tickets)
    assert (await pages.post("/tickets/zendesk", data={"text": "x"})).status_code == 404
    assert len(app.state[ZendeskDesk].tickets) == before


async def test_what_the_documentation_asks_for_is_answered(app: Front, pages: httpx.AsyncClient) -> None:
    page = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")
    asked = re.findall(r"```http\n(\w+) http://127.0.0.1:8421(\S+)\n(.*?)\n```", page, re.DOTALL)
    assert len(asked) == page.count("```http") > 0
    for method, path, body in asked:
        answer = await pages.request(method, path, content=body)
        assert answer.is_success, answer.text
    app.customers.stop()


def test_examples_are_json_that_the_product_reads(app: Front) -> None:
    subscription = Subscription("s", "zendesk", "http://127.0.0.1:9/x", SECRET)
    app.hooks.subscriptions["s"] = subscription
    app.customers.write("zendesk", next(iter_letters()))
    made = [delivery.message for delivery in app.hooks.deliveries]
    names = [name_of("zendesk", Got({}, message.body)) for message in made]
    assert names == ["user.created", "ticket.created", "comment.created"]
    assert all(json.loads(message.body)["id"] == message.number for message in made)


def iter_letters() -> Iterator[Any]:
    from tieline.sandbox.seed.letters import letters  # noqa: PLC0415 - only here

    yield from letters("test", "zendesk", 1)
