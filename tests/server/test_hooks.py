"""What is genuine is written down before it is acknowledged; all else is turned away without saying why."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from blocks.webhook import WebhookCredentials
from tests.server.conftest import (
    FRESHDESK_SECRET,
    HOOK,
    SECRET,
    SHAKING,
    House,
    Post,
    event,
    receiver,
    rows,
    signed,
    zendesk,
)
from tests.webhooks import certificate
from tests.webhooks.examples import SNS_MESSAGE, TOPIC
from tieline import connections
from tieline.credentials import Inbound
from tieline.inbox import writer as writing
from tieline.inbox.writer import Writer
from tieline.server import directory as directories
from tieline.settings import settings
from tieline.store import direct
from tieline.transport import clients
from tieline.webhooks import Delivery, find
from tieline.webhooks.sns import certificates


async def test_a_genuine_delivery_is_written_down_and_acknowledged(post: Post) -> None:
    answer = await post(event(), x_zendesk_webhook_id="w1", user_agent="Zendesk Webhook")
    assert (answer.status_code, answer.content) == (202, b"")
    [row] = rows()
    assert (row.system, row.connection, row.delivery, row.event) == ("zendesk", "support", "e1", "ticket.created")
    assert (row.body, row.state) == (event(), "received")
    assert row.headers["x-zendesk-webhook-id"] == "w1"


async def test_what_logs_in_is_not_written_down(client: httpx.AsyncClient) -> None:
    raw = b'{"freshdesk_webhook": {}, "event": "ticket.created", "ticket_id": 7}'
    headers = {
        "x-tieline-secret": FRESHDESK_SECRET,
        "content-type": "application/json",
        "authorization": "Basic Zm9vOmJhcg==",
        "cookie": "session=1",
        "x-odd": f"it is {FRESHDESK_SECRET}!",
    }
    query = {"token": "abc", "key": "k", "page": "2", "odd": "freshdesk-api-key"}
    answer = await client.post("/hooks/freshdesk/support", content=raw, headers=headers, params=query)
    assert answer.status_code == 202
    [row] = rows()
    kept = json.dumps([row.headers, row.query])
    for secret in (FRESHDESK_SECRET, "Zm9vOmJhcg", "session=1", "abc", "freshdesk-api-key"):
        assert secret not in kept
    assert row.query["page"] == "2"


async def test_a_redelivery_is_acknowledged_and_changes_nothing(post: Post) -> None:
    answers = await asyncio.gather(*(post(event(number % 5)) for number in range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(rows()) == 5


async def test_two_gateways_and_the_same_redelivery(house: House) -> None:
    async with house.open() as one, house.open() as other:
        raw = [event(number) for number in range(30)]
        posts = [each.post(HOOK, content=one_, headers=signed(one_)) for one_ in raw for each in (one, other)]
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {202}
    assert len(rows()) == 30


# ---------------------------------------------------------------- refused alike


def trello(url: str = "") -> WebhookCredentials:
    return WebhookCredentials(system="trello", webhook_secret=SecretStr(SECRET), webhook=Inbound(url=url))


def told(answer: httpx.Response) -> Any:
    return answer.status_code, answer.content, sorted(answer.headers.items())


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "forged": (HOOK, {"secret": "another"}),
    "stale": (HOOK, {"now": 0}),
    "unknown connection": ("/hooks/zendesk/nobody", {}),
    "unknown system": ("/hooks/nothing/support", {}),
    "neither": ("/hooks/nothing/%00", {}),
    "another case": ("/hooks/Zendesk/support", {}),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_all_that_is_not_genuine_hears_the_same(case: str, client: httpx.AsyncClient) -> None:
    path, options = REFUSED[case]
    raw = event()
    answer = await client.post(path, content=raw, headers=signed(raw, **options))
    forged = await client.post(HOOK, content=raw, headers=signed(raw) | {"x-zendesk-webhook-signature": "x"})
    assert told(answer) == told(forged)
    assert answer.status_code == 401
    assert rows() == []


async def test_no_secret_no_entry(house: House) -> None:
    house.add(receiver("zendesk", "bare", zendesk("")))
    async with house.open() as client:
        raw = event()
        for secret in ("", SECRET):
            answer = await client.post("/hooks/zendesk/bare", content=raw, headers=signed(raw, secret=secret))
            assert answer.status_code == 401
        unsigned = await client.post("/hooks/zendesk/bare", content=raw, headers={"content-type": "application/json"})
        assert unsigned.status_code == 401
    assert rows() == []


async def test_another_body_with_the_same_signature(client: httpx.AsyncClient) -> None:
    raw = event()
    for other in (raw + b" ", raw[:-1], event(2), b""):
        assert (await client.post(HOOK, content=other, headers=signed(raw))).status_code == 401
    assert rows() == []


async def test_verification_none_takes_everything(house: House) -> None:
    house.add(receiver("zendesk", "open", zendesk("", verification="none")))
    async with house.open() as client:
        answer = await client.post("/hooks/zendesk/open", content=event(), headers={"content-type": "application/json"})
    assert answer.status_code == 202
    assert len(rows()) == 1


async def test_an_old_secret_is_good_while_it_is_replaced(house: House) -> None:
    house.add(receiver("zendesk", "support", zendesk("new-secret", more_secrets=[SecretStr(SECRET)])))
    async with house.open() as client:
        for number, secret in enumerate(("new-secret", SECRET)):
            raw = event(number)
            answer = await client.post(HOOK, content=raw, headers=signed(raw, secret=secret))
            assert answer.status_code == 202


async def test_a_verifier_that_breaks_refuses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tieline.webhooks.Webhook.check", broken)
    async with house.open() as client:
        assert (await client.post(HOOK, content=event(), headers=signed(event()))).status_code == 401


# ---------------------------------------------------------------- who asks


ALLOWED = {
    "direct": ("192.0.2.7", {}, "", 202),
    "from elsewhere": ("198.51.100.1", {}, "", 401),
    "IPv6": ("2001:db8::5", {}, "", 202),
    "IPv4 within IPv6": ("::ffff:192.0.2.7", {}, "", 202),
    "made up by a stranger": ("198.51.100.1", {"x-forwarded-for": "192.0.2.7"}, "", 401),
    "through our proxy": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7"}, "10.0.0.0/8", 202),
    "through two of ours": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7, 10.0.0.2"}, "10.0.0.0/8", 202),
    "made up before our proxy": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7, 198.51.100.1"}, "10.0.0.0/8", 401),
    "with a port": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7:4711"}, "10.0.0.1", 202),
    "Forwarded": ("10.0.0.1", {"forwarded": 'proto=https;for="[2001:db8::5]:4711"'}, "10.0.0.1", 202),
    "Forwarded from elsewhere": ("10.0.0.1", {"forwarded": "for=192.0.2.7, for=198.51.100.1"}, "10.0.0.1", 401),
    # Our proxy writes one of them, and passes the other on as a stranger has sent it.
    "two that differ": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7", "forwarded": "for=198.51.100.1"}, "10.0.0.1", 401),
    "two that agree": ("10.0.0.1", {"x-forwarded-for": "192.0.2.7", "forwarded": "for=192.0.2.7"}, "10.0.0.1", 202),
    "nonsense": ("10.0.0.1", {"x-forwarded-for": "nonsense"}, "10.0.0.1", 401),
    "nobody": ("10.0.0.1", {}, "10.0.0.1", 401),
}


@pytest.mark.parametrize("case", ALLOWED)
async def test_only_from_these_networks(case: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    came_from, headers, proxies, status = ALLOWED[case]
    monkeypatch.setenv("TIELINE_TRUSTED_PROXIES", proxies)
    settings.cache_clear()
    house.add(receiver("zendesk", "support", zendesk(allow_from=["192.0.2.0/24", "2001:db8::/32"])))
    async with house.open(client=(came_from, 4711)) as client:
        answer = await client.post(HOOK, content=event(), headers=signed(event()) | headers)
    assert answer.status_code == status


async def test_too_many_deliveries_are_asked_to_wait(house: House) -> None:
    house.add(receiver("zendesk", "support", zendesk(rate="3/minute")))
    async with house.open() as client:
        raw = [event(number) for number in range(5)]
        answers = [await client.post(HOOK, content=one, headers=signed(one)) for one in raw]
        other = await client.post("/hooks/zendesk/nobody", content=raw[0], headers=signed(raw[0]))
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert other.status_code == 401
    assert len(rows()) == 3


async def test_what_cannot_be_checked_now_may_come_again(house: House) -> None:
    """SNS sends nothing again that was refused; while its certificate cannot be fetched, nothing is."""
    more = [SecretStr(f"{TOPIC}-more")]
    block = WebhookCredentials(system="sns", webhook_secret=SecretStr(TOPIC), webhook=Inbound(more_secrets=more))
    house.add(receiver("sns", "main", block))
    clients.transport = httpx.MockTransport(lambda _: httpx.Response(503))
    sign = find("sns").sign
    assert sign is not None
    raw = json.dumps({name: value for name, value in SNS_MESSAGE.items() if name != "Timestamp"}).encode()
    sent = sign(Delivery({"content-type": "text/plain; charset=UTF-8"}, raw), certificate.KEY, time.time())
    async with house.open() as client:
        answer = await client.post("/hooks/sns/main", content=sent.raw, headers=dict(sent.headers))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        certificates.keep(sent.json["SigningCertURL"], certificate.PEM)
        answer = await client.post("/hooks/sns/main", content=sent.raw, headers=dict(sent.headers))
    certificates.__init__()  # type: ignore[misc]
    assert answer.status_code == 202


# ---------------------------------------------------------------- what it is made of


BAD: dict[str, tuple[bytes, dict[str, str], int]] = {
    "truncated": (event()[:-5], {}, 400),
    "no JSON": (b"not json", {}, 400),
    "null": (b"null", {}, 400),
    "empty": (b"", {}, 400),
    "a lone surrogate": (b'{"id": "\\ud800", "type": "x"}', {}, 400),
    "not UTF-8": (b'{"id": "\xff", "type": "x"}', {}, 400),
    "UTF-16": (event().decode().encode("utf-16"), {}, 400),
    "another charset": (event(), {"content_type": "application/json; charset=utf-16"}, 415),
    "form": (b"a=b", {"content_type": "application/x-www-form-urlencoded"}, 415),
    "no content type": (event(), {"content_type": ""}, 415),
    "compressed": (gzip.compress(event()), {"content_encoding": "gzip"}, 415),
    "a bomb": (gzip.compress(bytes(4_000_000)), {"content_encoding": "gzip"}, 415),
    "says it is compressed": (event(), {"content_encoding": "br"}, 415),
    "deep": (b'{"id":"1","type":"a.b","x":' + b"[" * 150 + b"]" * 150 + b"}", {}, 400),
    "too deep for any parser": (b"[" * 500_000, {}, 400),
    "no event": (b'{"id": "1"}', {}, 400),
    "an event that is no name": (b'{"id": "1", "type": "a\\u0000b"}', {}, 400),
    "an endless event": (b'{"id": "1", "type": "' + b"x" * 5000 + b'"}', {}, 400),
    "a list": (b"[1, 2, 3]", {}, 400),
    "a number": (b"17", {}, 400),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_cannot_be_read_is_turned_away(case: str, post: Post) -> None:
    raw, headers, status = BAD[case]
    answer = await post(raw, **headers)
    assert answer.status_code == status
    assert rows() == []


async def test_flat_but_long_lists_are_no_depth(post: Post) -> None:
    raw = event(x=[[{"a": [1]}] for _ in range(5000)])
    assert (await post(raw)).status_code == 202


async def test_utf_8_may_be_said(post: Post) -> None:
    assert (await post(event(), content_type='application/json; charset="UTF-8"')).status_code == 202


@pytest.mark.parametrize("number", ("x" * 5000, "a\nb", "a\x00b"))
async def test_a_number_that_cannot_be_kept_still_tells_deliveries_apart(number: str, post: Post) -> None:
    for raw in (event(id=number), event(id=number + "2"), event(id=number)):
        assert (await post(raw)).status_code == 202
    assert len(rows()) == 2


async def test_one_byte_too_many(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_MAX_HOOK_BYTES", "1000")
    settings.cache_clear()
    async with house.open() as client:
        for size, status in ((1000, 202), (1001, 413)):
            raw = event(size, pad="")
            raw = event(size, pad="x" * (size - len(raw)))
            assert len(raw) == size
            assert (await client.post(HOOK, content=raw, headers=signed(raw))).status_code == status
        nobody = await client.post("/hooks/no/body", content=bytes(1001))
        assert nobody.status_code == 413


async def test_the_cap_holds_where_no_length_is_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_MAX_HOOK_BYTES", "100000")
    settings.cache_clear()
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield bytes(10_000)

    async with house.open() as client:
        # The transport hands on what is read, chunk by chunk.
        assert (await client.post(HOOK, content=chunks(), headers=signed(b""))).status_code == 413
    assert sent <= 200_000


@pytest.mark.parametrize("path", ("/hooks", "/hooks/", "/hooks/zendesk", "/hooks/zendesk/", "/hooks/a/b/c", "/", "/x"))
async def test_elsewhere_is_nothing(path: str, client: httpx.AsyncClient) -> None:
    assert (await client.post(path, content=event(), headers=signed(event()))).status_code in {404, 405}


@pytest.mark.parametrize("method", ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"))
async def test_other_methods_say_nothing_about_names(method: str, client: httpx.AsyncClient) -> None:
    known, unknown = [await client.request(method, path) for path in (HOOK, "/hooks/zendesk/nobody")]
    assert told(known) == told(unknown)
    assert known.status_code in {401, 405}


# ---------------------------------------------------------------- handshakes


MAIN = "/hooks/shaking/main"


def shaking(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-sign": hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest(), "content-type": "application/json"}


async def test_a_probe_is_echoed_whether_there_is_such_a_connection_or_not(client: httpx.AsyncClient) -> None:
    for path in (MAIN, "/hooks/shaking/nobody"):
        for method in ("POST", "GET"):
            answer = await client.request(method, path, params={"validationToken": "a b&c"})
            assert (answer.status_code, answer.text) == (200, "a b&c")
    assert rows() == []


async def test_a_probe_from_elsewhere_does_not_tell_a_name_from_none(house: House) -> None:
    house.add(receiver("shaking", "guarded", zendesk(allow_from=["192.0.2.0/24"]), SHAKING))
    async with house.open(client=("198.51.100.1", 4711)) as client:
        for params in ({"validationToken": "a"}, {}):
            paths = ("/hooks/shaking/guarded", "/hooks/shaking/nobody")
            known, unknown = [await client.post(path, params=params) for path in paths]
            assert (told(known), known.text) == (told(unknown), unknown.text)


async def test_a_signed_challenge_is_answered_only_when_it_is_signed(client: httpx.AsyncClient) -> None:
    raw = b'{"challenge": "c1"}'
    answer = await client.post(MAIN, content=raw, headers=shaking(raw))
    assert (answer.status_code, answer.text) == (200, "c1")
    assert (await client.post(MAIN, content=raw, headers=shaking(raw, "wrong"))).status_code == 401
    assert rows() == []


async def test_the_vendors_own_acknowledgement(client: httpx.AsyncClient) -> None:
    raw = b'{"event": "thing.happened"}'
    answer = await client.post(MAIN, content=raw, headers=shaking(raw))
    assert (answer.status_code, answer.text) == (200, "<Ack>true</Ack>")
    assert answer.headers["content-type"] == "text/xml"
    assert [row.event for row in rows()] == ["thing.happened"]


async def test_nobody_can_plant_a_secret(client: httpx.AsyncClient) -> None:
    for path in (MAIN, "/hooks/shaking/nobody"):
        assert (await client.post(path, headers={"x-hook-secret": "planted"})).status_code == 401


async def test_a_handshake_in_the_middle_of_a_burst_sets_the_secret_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add(receiver("shaking", "new", zendesk("", verification="handshake"), SHAKING))
    saved: list[Any] = []

    async def load(*_: object) -> Any:
        return zendesk("", verification="handshake")

    async def change(block: Any, *names: str) -> None:
        assert set(names) == {"webhook_secret", "webhook"}
        saved.append((block.webhook_secret.get_secret_value(), block.webhook.verification))
        house.add(receiver("shaking", "new", block, SHAKING))

    monkeypatch.setattr(connections, "load", load)
    monkeypatch.setattr(connections, "change", change)

    async with house.open() as client:

        async def plant(secret: str) -> int:
            return (await client.post("/hooks/shaking/new", headers={"x-hook-secret": secret})).status_code

        async def deliver(number: int, path: str) -> int:
            raw = json.dumps({"event": "e", "number": number}).encode()
            return (await client.post(path, content=raw, headers=shaking(raw))).status_code

        burst = [deliver(number, MAIN) for number in range(40)]
        planting = [plant("first"), plant("second"), plant("third")]
        said = await asyncio.gather(*burst[:20], *planting, *burst[20:])
        assert sorted(said[20:23]) == [204, 401, 401]
        assert set(said[:20] + said[23:]) == {200}
        [(secret, verification)] = saved
        assert verification == "signature"
        raw = b'{"event": "e"}'
        answer = await client.post("/hooks/shaking/new", content=raw, headers=shaking(raw, secret))
        assert answer.status_code == 200
        assert await plant("late") == 401
    assert len(rows()) == 41


async def test_vendors_that_probe(house: House) -> None:
    house.add(receiver("trello", "main", trello()))
    house.add(receiver("microsoft_graph", "main", zendesk("client-state")))
    async with house.open() as client:
        assert (await client.head("/hooks/trello/main")).status_code == 200
        token = {"validationToken": "Validation: Testing client application"}
        answer = await client.post("/hooks/microsoft_graph/main", params=token)
        assert (answer.status_code, answer.text) == (200, token["validationToken"])
        assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("forwarded", (False, True))
async def test_the_address_that_is_signed(
    forwarded: bool,  # noqa: FBT001 - pytest
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Trello signs the address too: that of the block, or the one that was asked for, as our proxy says."""
    monkeypatch.setenv("TIELINE_TRUSTED_PROXIES", "127.0.0.1" if forwarded else "")
    settings.cache_clear()
    raw = json.dumps({"action": {"id": "a1", "type": "updateCard"}, "model": {"id": "b"}}).encode()
    url = "https://hooks.example.com/hooks/trello/main"
    house.add(receiver("trello", "main", trello("" if forwarded else url)))
    made = find("trello").sign
    assert made is not None
    delivery = made(Delivery({"content-type": "application/json"}, raw, url=url), SECRET, time.time())
    proxied = {"x-forwarded-proto": "https", "x-forwarded-host": "hooks.example.com"}
    async with house.open() as client:
        headers = dict(delivery.headers) | (proxied if forwarded else {})
        assert (await client.post("/hooks/trello/main", content=raw, headers=headers)).status_code in {200, 202}
    assert len(rows()) == 1


# ---------------------------------------------------------------- what may be away


async def test_a_store_that_cannot_be_written_to(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "LOCK_SECONDS", 0.05)
    async with house.open() as client:
        other = sqlite3.connect(settings().data_dir / "tieline.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = await client.post(HOOK, content=event(), headers=signed(event()))
        ill = await client.get("/health")
        other.execute("COMMIT")
        other.close()
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert ill.status_code == 503
        assert rows() == []
        assert (await client.post(HOOK, content=event(), headers=signed(event()))).status_code == 202
    assert len(rows()) == 1


async def test_a_full_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.open() as client:
        await client.post(HOOK, content=event(), headers=signed(event()))
    pages = sqlite3.connect(settings().data_dir / "tieline.db").execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr(direct, "PRAGMAS", (*direct.PRAGMAS, f"max_page_count={pages + 30}"))
    async with house.open() as client:
        raw = [event(number, pad="x" * 20_000) for number in range(2, 40)]
        answers = await asyncio.gather(*(client.post(HOOK, content=one, headers=signed(one)) for one in raw))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {202, 503}
    assert 503 in statuses
    assert len(rows()) == 1 + statuses.count(202)


async def test_a_mistake_of_ours_is_no_500(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("no secret words")

    monkeypatch.setattr(Writer, "put", broken)
    async with house.open() as client:
        answer = await client.post(HOOK, content=event(), headers=signed(event()))
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def test_prefect_may_be_away_for_connections_that_are_known(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directories, "FRESH_SECONDS", 0)
    async with house.open() as client:
        house.prefect = False
        assert (await client.post(HOOK, content=event(), headers=signed(event()))).status_code == 202
        unknown, forged = [
            await client.post(path, content=event(), headers=signed(event(), secret="x"))
            for path in ("/hooks/zendesk/nobody", HOOK)
        ]
        assert unknown.status_code == 503
        assert told(unknown) == told(forged)
        house.prefect = True
        assert (await client.post(HOOK, content=event(), headers=signed(event(), secret="x"))).status_code == 401


async def test_prefect_may_be_away_at_the_start(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "FRESH_SECONDS", 0)
    house.prefect = False
    async with house.open() as client:
        answer = await client.post(HOOK, content=event(), headers=signed(event()))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        house.prefect = True
        assert (await client.post(HOOK, content=event(), headers=signed(event()))).status_code == 202


async def test_a_new_connection_and_a_new_secret_work_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "FRESH_SECONDS", 0)
    async with house.open() as client:
        house.add(receiver("zendesk", "new", zendesk("new-secret")))
        house.add(receiver("zendesk", "support", zendesk("new-secret")))
        raw = event()
        for path in ("/hooks/zendesk/new", HOOK):
            answer = await client.post(path, content=raw, headers=signed(raw, secret="new-secret"))
            assert answer.status_code == 202


async def test_a_scanner_costs_prefect_nothing(house: House) -> None:
    async with house.open() as client:
        tries = (client.post(f"/hooks/zendesk/{number}", content=b"{}") for number in range(500))
        assert {answer.status_code for answer in await asyncio.gather(*tries)} == {401}
        metrics = (await client.get("/metrics")).text
    assert house.looks <= 2
    assert 'connection="17"' not in metrics


async def test_the_clock_an_hour_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    async with house.open() as client:
        for number, moment in enumerate((now, now - 3600, now - 3600)):
            monkeypatch.setattr(time, "time", lambda moment=moment: moment)
            raw = event(number)
            for _ in range(2):
                answer = await client.post(HOOK, content=raw, headers=signed(raw, now=moment))
                assert answer.status_code == 202
    assert len(rows()) == 3


# ---------------------------------------------------------------- what is said


async def test_a_flood_of_refusals_is_one_line(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "tieline")
    async with house.open() as client:
        raw = event()
        tries = (client.post(HOOK, content=raw, headers=signed(raw, secret="wrong")) for _ in range(200))
        await asyncio.gather(*tries)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert "support" in lines[0]
    assert "signature" in lines[0]
    assert "times=199" in lines[1]
    assert SECRET not in "".join(lines)


async def test_health(client: httpx.AsyncClient) -> None:
    found = (await client.get("/health")).json()
    assert found == {"store": True, "prefect": True, "connections": 3, "oldest_waiting_seconds": None}


async def test_health_says_how_long_the_oldest_waits(house: House) -> None:
    async with house.open() as client:
        await client.post(HOOK, content=event(), headers=signed(event()))
        found = (await client.get("/health")).json()
    assert 0 <= found["oldest_waiting_seconds"] < 60


async def test_metrics_count(client: httpx.AsyncClient, post: Post) -> None:
    def count(text: str) -> float:
        name = 'tieline_hooks_total{connection="support",outcome="accepted",system="zendesk"}'
        return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name)), 0.0)

    before = count((await client.get("/metrics")).text)
    for number in range(3):
        await post(event(number))
    assert count((await client.get("/metrics")).text) == before + 3


@pytest.mark.parametrize("path", ("/health", "/metrics"))
async def test_the_names_of_connections_are_not_for_all(path: str, house: House) -> None:
    async with house.open(client=("1.2.3.4", 1)) as client:
        assert (await client.get(path)).status_code == 404
    async with house.open(client=("10.0.0.1", 1)) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.get(path, headers={"x-forwarded-for": "10.0.0.2"})).status_code == 404


async def test_more_than_can_be_kept_is_asked_to_come_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST", 10)
    async with house.open() as client:
        raw = [event(number) for number in range(100)]
        answers = await asyncio.gather(*(client.post(HOOK, content=one, headers=signed(one)) for one in raw))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {202, 503}
    assert len(rows()) == statuses.count(202) >= 10
