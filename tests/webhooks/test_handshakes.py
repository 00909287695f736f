"""Requests that are no events, and answers that a vendor must hear."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.webhooks import certificate
from tests.webhooks.examples import CLICK, DISCORD, NOW, SALESFORCE, SLASH, SNS_MESSAGE, TOPIC, signed
from tieline.errors import SignatureInvalid
from tieline.transport import clients
from tieline.webhooks import Delivery, Reply, find
from tieline.webhooks.sns import Certificates, certificate_url, certificates, pinned


def answer(system: str, delivery: Delivery, *secrets: str, signed: bool) -> Reply | None:
    """What the gateway would reply."""
    found = [shake.answer(delivery, secrets) for shake in find(system).handshakes if shake.signed is signed]
    return next((reply for reply in found if reply is not None), None)


def json_of(data: Any) -> Delivery:
    return Delivery({}, json.dumps(data).encode())


def test_slack_hears_its_challenge() -> None:
    said = json_of({"type": "url_verification", "challenge": "3eZbrw1aB"})
    reply = answer("slack", said, signed=True)
    assert reply is not None
    assert json.loads(reply.body) == {"challenge": "3eZbrw1aB"}
    assert answer("slack", said, signed=False) is None
    assert answer("slack", json_of({"type": "event_callback", "challenge": "x"}), signed=True) is None


def test_slack_commands_and_clicks_are_events() -> None:
    webhook = find("slack")
    command, click = Delivery({}, SLASH), Delivery({}, CLICK)
    assert (webhook.event(command), webhook.delivery(command)) == ("slash_command", "13345224609.738474920")
    assert (webhook.event(click), webhook.delivery(click)) == ("block_actions", "123.456")
    assert webhook.read(command)["text"] == "94070"
    assert webhook.read(click)["user"] == {"username": "ann"}
    assert webhook.reply is not None
    assert webhook.reply(command) == Reply(200)


def test_github_may_send_forms() -> None:
    form = Delivery({"x-github-event": "issues"}, b"payload=%7B%22action%22%3A+%22opened%22%7D")
    assert find("github").event(form) == "issues.opened"
    assert find("github").read(form) == {"action": "opened"}


def test_zoom_sees_that_we_know_its_secret() -> None:
    said = {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    delivery = find("zoom").sign(json_of(said), "new", NOW)  # type: ignore[misc]
    reply = answer("zoom", delivery, "old", "new", signed=True)
    assert reply is not None
    proof = hmac.new(b"new", b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
    assert json.loads(reply.body) == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof}
    assert answer("zoom", delivery, "other", signed=True) is None, "nothing is signed for a stranger"
    assert answer("zoom", signed("zoom"), signed=True) is None


def test_notion_brings_its_secret_and_nothing_else() -> None:
    reply = answer(
        "notion", json_of({"verification_token": "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"}), signed=False
    )
    assert reply is not None
    assert reply.secret == "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"
    assert reply.secret not in reply.notice
    others: tuple[Any, ...] = ({"verification_token": "x", "type": "page.created"}, {"verification_token": 7}, [], {})
    for other in others:
        assert answer("notion", json_of(other), signed=False) is None


def test_asana_gets_its_secret_back() -> None:
    reply = answer("asana", Delivery({"x-hook-secret": "b537207f20cbfa02357cf448134da559"}), signed=False)
    assert reply is not None
    assert reply.secret == reply.headers["X-Hook-Secret"] == "b537207f20cbfa02357cf448134da559"
    assert answer("asana", signed("asana"), signed=False) is None
    assert answer("asana", Delivery({"x-hook-secret": "a\r\nSet-Cookie: x"}), signed=False) is None
    assert answer("asana", json_of({"events": []}), signed=True) == Reply(200), "a sign of life is no event"


def test_trello_looks_whether_we_are_there() -> None:
    assert answer("trello", Delivery({}, method="HEAD"), signed=False) == Reply(200)
    assert answer("trello", signed("trello"), signed=False) is None
    with pytest.raises(SignatureInvalid, match="our address"):
        find("trello").check(replace(signed("trello"), url=""), "s")


def test_microsoft_gets_its_token_as_text() -> None:
    said = Delivery({}, b"", {"validationToken": "Validation: Testing <b>"})
    reply = answer("microsoft_graph", said, signed=False)
    assert reply is not None
    assert (reply.body, reply.media_type) == (b"Validation: Testing <b>", "text/plain")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert answer("microsoft_graph", Delivery({}, b"", {"validationToken": "x" * 5000}), signed=False) is None


@pytest.mark.parametrize("states", (["s", "x"], ["x", "s"], ["s", None], ["s", 7], [], ["", ""]))
def test_one_good_notification_of_microsoft_does_not_vouch_for_others(states: list[Any]) -> None:
    delivery = json_of({"value": [{"clientState": state} for state in states]})
    with pytest.raises(SignatureInvalid):
        find("microsoft_graph").check(delivery, "s")


def test_discord_gets_its_pong_and_an_answer() -> None:
    ping = find("discord").sign(json_of({"type": 1, "id": "1"}), DISCORD[0], NOW)  # type: ignore[misc]
    find("discord").check(ping, DISCORD[1], now=NOW)
    reply = answer("discord", ping, DISCORD[1], signed=True)
    assert reply is not None
    assert json.loads(reply.body) == {"type": 1}
    assert answer("discord", ping, DISCORD[1], signed=False) is None
    event = json_of({"type": 1, "event": {"type": "APPLICATION_AUTHORIZED", "timestamp": "2026-11-22T05:00:00"}})
    assert answer("discord", event, signed=True) is None
    assert find("discord").event(event) == "application_authorized"
    later = find("discord").reply
    assert later is not None
    assert json.loads(later(signed("discord")).body) == {"type": 5}
    assert later(event).status == 204


def test_discord_by_hand() -> None:
    key = Ed25519PrivateKey.generate()
    raw, stamp = b'{"type":2}', str(int(NOW))
    made = key.sign(stamp.encode() + raw).hex()
    delivery = Delivery({"x-signature-ed25519": made, "x-signature-timestamp": stamp}, raw)
    find("discord").check(delivery, key.public_key().public_bytes_raw().hex(), now=NOW)
    with pytest.raises(SignatureInvalid, match="no Ed25519 key"):
        find("discord").check(delivery, "not a key", now=NOW)


def test_google_says_hello() -> None:
    hello = Delivery({"x-goog-resource-state": "sync", "x-goog-channel-token": "s"})
    assert answer("google_drive", hello, "s", signed=True) == Reply(200)
    assert answer("google_drive", signed("google_drive"), signed=True) is None
    assert find("google_drive").read(signed("google_drive"))["changed"] == ["content", "properties"]


def test_teams_and_salesforce_hear_what_they_want() -> None:
    teams, salesforce = find("teams").reply, find("salesforce").reply
    assert teams is not None
    assert json.loads(teams(signed("teams")).body)["type"] == "message"
    assert salesforce is not None
    said = salesforce(signed("salesforce"))
    assert b"<Ack>true</Ack>" in said.body
    assert said.media_type.startswith("text/xml")


@pytest.mark.parametrize(
    "raw",
    (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + SALESFORCE.partition(b"?>")[2],
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">' + SALESFORCE.partition(b"?>")[2],
        SALESFORCE.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        SALESFORCE.replace(b"UTF-8", b"no-such"),
        SALESFORCE.replace(b"00D240000000abc", b"00D240000000xyz"),
        SALESFORCE[:-5],
    ),
)
def test_salesforce_messages_that_are_refused(raw: bytes) -> None:
    delivery = replace(signed("salesforce"), raw=raw)
    if b"UTF-16" in raw.replace(b"\x00", b""):
        find("salesforce").event(delivery)  # it may be read, and holds no entities
        return
    with pytest.raises(SignatureInvalid):
        find("salesforce").check(delivery, "00D240000000abcEAA:a-long-token")


# ---------------------------------------------------------------- SNS


@pytest.fixture
async def amazon() -> AsyncIterator[list[str]]:
    """Amazon's host, which offers the certificate; what was asked."""
    asked: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return (
            httpx.Response(200, content=certificate.PEM) if "missing" not in str(request.url) else httpx.Response(404)
        )

    clients.transport = httpx.MockTransport(serve)
    certificates.__init__()  # type: ignore[misc]
    yield asked
    certificates.__init__()  # type: ignore[misc]


async def test_the_certificate_is_fetched_once_and_only_from_amazon(amazon: list[str]) -> None:
    webhook, delivery = find("sns"), signed("sns")
    assert webhook.prepare is not None
    with pytest.raises(SignatureInvalid, match="could not be fetched"):
        webhook.check(delivery, TOPIC, now=NOW)
    await webhook.prepare(delivery, [TOPIC.replace("bounces", "others")])
    assert amazon == [], "messages of other topics cause nothing"
    await webhook.prepare(delivery, [TOPIC])
    await webhook.prepare(delivery, [TOPIC])
    webhook.check(delivery, TOPIC, now=NOW)
    assert amazon == [delivery.json["SigningCertURL"]]
    with pytest.raises(SignatureInvalid, match="expired"):
        webhook.check(delivery, TOPIC, now=NOW + 3 * 365 * 86_400)


async def test_what_cannot_be_fetched_is_not_asked_for_again_at_once(amazon: list[str]) -> None:
    kept = Certificates()
    for _ in range(3):
        await kept.fetch("https://sns.eu-west-1.amazonaws.com/missing.pem")
    assert len(amazon) == 1


@pytest.mark.parametrize(
    "url",
    (
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.test/x.pem",
        "https://evil.test/sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.test/x.pem",
        "https://sns.eu-west-1.amazonaws.com:444/x.pem",
        "https://sns.us-east-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.pem?a=b",
        "https://sns.eu-west-1.amazonaws.com/x.txt",
        "https://sns.eu-west-1.amazonaws.com\\@evil.test/x.pem",
        "https://[::1/x.pem",
        "",
        7,
        None,
    ),
)
def test_the_certificate_of_anybody_else_is_none(url: Any) -> None:
    assert certificate_url({**SNS_MESSAGE, "SigningCertURL": url}, TOPIC) == ""


def test_sns_is_told_that_we_want_its_topic() -> None:
    ask = {**SNS_MESSAGE, "Type": "SubscriptionConfirmation", "Token": "233"}
    address = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=233"
    reply = answer("sns", json_of({**ask, "SubscribeURL": address}), TOPIC, signed=True)
    assert reply is not None
    assert reply.confirm == address == pinned(address, TOPIC)
    for other in ("https://evil.test/", "http://sns.eu-west-1.amazonaws.com/", None):
        reply = answer("sns", json_of({**ask, "SubscribeURL": other}), TOPIC, signed=True)
        assert reply is not None
        assert reply.confirm == ""
    assert answer("sns", signed("sns"), TOPIC, signed=True) is None


def test_a_certificate_cannot_vouch_for_a_message_without_its_fields() -> None:
    certificates.keep(certificate_url(signed("sns").json, TOPIC), certificate.PEM)
    for name in ("Message", "MessageId", "Timestamp", "Type"):
        data = {key: value for key, value in signed("sns").json.items() if key != name}
        with pytest.raises(SignatureInvalid):
            find("sns").check(json_of(data), TOPIC, now=NOW)
