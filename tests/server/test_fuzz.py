"""Whatever is sent, the answer is quick, and never a mistake of ours."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from blocks.webhook import WebhookCredentials
from tests.server.conftest import House, receiver
from tieline.credentials import Inbound
from tieline.server.directory import Directory
from tieline.webhooks import find, systems

SLOW_SECONDS = 2.0
#: The connections of each system: one that verifies nothing, so that readers see it all, and those that do.
KINDS = ("none", "signature", "handshake")

texts = st.text(max_size=30)
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
trees = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=20
)
#: Names that readers look for, with anything below them.
FIELDS = (
    "type", "event", "action", "id", "event_id", "payload", "data", "value", "challenge", "token", "verification_token",
    "signature", "detail", "object", "messages", "issue", "webhookEvent", "hook", "events", "eventType", "Type",
    "Message", "MessageId", "TopicArn", "SubscribeURL", "SigningCertURL", "plainToken", "text", "update_id", "message",
    "alert", "project", "repository", "resource", "clientState", "validationTokens", "timestamp",
)  # fmt: skip
documents = st.dictionaries(st.sampled_from(FIELDS), trees | st.lists(st.dictionaries(st.sampled_from(FIELDS), trees)))
bodies = st.one_of(
    st.binary(max_size=300),
    st.one_of(documents, trees, st.lists(documents, max_size=3)).map(lambda tree: json.dumps(tree).encode()),
    st.dictionaries(st.sampled_from(FIELDS), texts).map(lambda form: urlencode(form).encode()),
    documents.map(lambda tree: urlencode({"payload": json.dumps(tree)}).encode()),
)
names = st.sampled_from(
    (
        "x-hub-signature", "x-hub-signature-256", "x-github-event", "x-github-delivery", "x-gitlab-event",
        "x-event-key", "x-slack-signature", "x-slack-request-timestamp", "x-hook-secret", "x-hook-signature",
        "webhook-id",
        "webhook-timestamp", "webhook-signature", "x-goog-resource-state", "x-goog-message-number", "authorization",
        "stripe-signature", "x-signature-ed25519", "x-signature-timestamp", "content-encoding", "forwarded",
        "x-forwarded-for", "x-amz-sns-message-type", "x-zm-request-timestamp", "x-zm-signature", "sentry-hook-resource",
    )
)  # fmt: skip
values = st.one_of(st.integers().map(str), st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60))
media = st.sampled_from(
    (
        "application/json", "application/x-www-form-urlencoded", "text/xml", "text/plain", "multipart/form-data", "",
        "a/b; charset=x",
    )
)  # fmt: skip
methods = st.sampled_from(("POST", "POST", "POST", "GET", "HEAD"))
REQUESTS = st.fixed_dictionaries(
    {
        "system": st.sampled_from(systems()),
        "kind": st.sampled_from((*KINDS, "nobody")),
        "method": methods,
        "body": bodies,
        "media": media,
        "headers": st.dictionaries(names, values, max_size=4),
        "query": st.dictionaries(texts, texts, max_size=3),
    }
)


class Gateway:
    """A gateway and the loop that it lives in, for tests that are functions."""

    def __init__(self, runner: asyncio.Runner, client: httpx.AsyncClient) -> None:
        self._runner = runner
        self._client = client

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    async def keep(*_: object) -> None:
        """There is no Prefect here that could keep a secret."""

    monkeypatch.setattr(Directory, "set_secret", keep)
    house = House()
    for system in systems():
        for kind in KINDS:
            inbound = Inbound(verification=kind)
            block = WebhookCredentials(system=system, webhook_secret=SecretStr("s3cret"), webhook=inbound)
            house.add(receiver(system, kind, block, find(system)))
    with asyncio.Runner() as runner:
        opened = house.open()
        yield Gateway(runner, runner.run(opened.__aenter__()))
        runner.run(opened.__aexit__(None, None, None))


def test_never_a_500_never_a_slow_answer(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(REQUESTS)
    def attack(request: dict[str, Any]) -> None:
        kind, method, query = request["kind"], request["method"], request["query"]
        sent = {name: value.encode("latin-1") for name, value in request["headers"].items()}
        sent["content-type"] = request["media"].encode()
        caplog.clear()
        began = time.perf_counter()
        answer = gateway.send(
            method, f"/hooks/{request['system']}/{kind}", content=request["body"], headers=sent, params=query
        )
        assert time.perf_counter() - began < SLOW_SECONDS
        assert answer.status_code < 500, answer.text
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text
        if kind == "nobody" and not query:
            assert answer.status_code in {401, 405} or method != "POST"

    attack()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_path_breaks_it(gateway: Gateway, path: str) -> None:
    assert gateway.send("POST", f"/hooks/{quote(path)}", content=b"{}").status_code in {401, 404}
