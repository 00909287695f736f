"""Schemes that a block describes."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from blocks.webhook import WebhookCredentials
from tests.webhooks.examples import NOW, URL
from tieline.errors import SignatureInvalid
from tieline.webhooks import Delivery, find, webhook_of
from tieline.webhooks.custom import CustomScheme

RAW = b'{"kind": "made", "no": 7, "by": {"name": "Ann"}}'


@pytest.mark.parametrize(
    "fields",
    (
        {"sign": "hmac", "header": "X-Mac", "prefix": "sha512=", "hash": "sha512", "encoding": "base64"},
        {"signed": "{timestamp}|{url}|{body}", "timestamp": "X-Time", "unit": "ms", "tolerance": 30},
        {"signed": "{id}.{body}", "id": "X-Id", "split": ",", "prefix": "v1="},
        {"key": "base64"},
        {"key": "hex"},
        {"sign": "standard"},
        {"sign": "header", "header": "X-Secret"},
        {"sign": "bearer"},
        {"sign": "basic"},
        {"sign": "query"},
    ),
)
def test_what_is_described_is_signed_and_checked(fields: dict[str, Any]) -> None:
    secret = {"base64": base64.b64encode(b"k" * 16).decode(), "hex": "aabbccdd"}.get(fields.get("key", ""), "a:secret")
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode() if fields.get("sign") == "standard" else secret
    webhook = CustomScheme(**fields, event="body:kind", delivery="body:no", who="by.name").webhook()
    assert webhook.sign is not None
    delivery = webhook.sign(Delivery({}, RAW, url=URL), secret, NOW)
    webhook.check(delivery, secret, now=NOW)
    assert (webhook.event(delivery), webhook.delivery(delivery)) == ("made", "7")
    other = base64.b64encode(b"x" * 24).decode() if "key" in fields or "standard" in fields.values() else "b:other"
    for wrong in (other, "zz", "é"):
        with pytest.raises(SignatureInvalid):
            webhook.check(delivery, wrong, now=NOW)
    if webhook.kind == "signature":
        with pytest.raises(SignatureInvalid):
            webhook.check(Delivery(delivery.headers, RAW + b" ", url=URL), secret, now=NOW)


@pytest.mark.parametrize(
    "fields",
    (
        {"signed": "nothing"},
        {"signed": "{body}{secret}"},
        {"signed": "{timestamp}{body}"},
        {"timestamp": "X-Time"},
        {"signed": "{id}{body}"},
        {"signed": "{body"},
        {"event": "elsewhere:x"},
        {"hash": "md5"},
        {"tolerance": 0},
        {"unknown": 1},
    ),
)
def test_what_makes_no_sense_is_said_when_the_block_is_made(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CustomScheme(**fields)


def test_what_has_no_name_was_received() -> None:
    assert CustomScheme().webhook().event(Delivery({}, b"\xff")) == "received"
    assert CustomScheme(event="body:kind").webhook().event(Delivery({}, b"{}")) == "received"
    assert CustomScheme(event="query:e").webhook().event(Delivery({}, b"", {"e": "made"})) == "made"


def test_a_block_says_how_its_own_are_signed() -> None:
    own = CustomScheme(header="X-Mine")
    block = WebhookCredentials(system="custom", webhook_secret=SecretStr("s"), custom=own)
    assert "X-Mine" in str(getattr(webhook_of("custom", block).verify, "says", ""))
    github = WebhookCredentials(system="github", webhook_secret=SecretStr("s"), custom=own)
    assert webhook_of("github", github) is find("github")
