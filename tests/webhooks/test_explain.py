"""Why is my webhook refused?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.webhooks.examples import EXAMPLES, NOW, signed
from tieline.errors import SignatureInvalid
from tieline.webhooks import Delivery, find
from tieline.webhooks.explain import reasons
from tieline.webhooks.verifiers import Hmac

DATA = {"type": "invoice.paid", "name": "Zoë"}


def said(system: str, delivery: Delivery, secret: str = "", now: float = NOW) -> str:
    webhook = find(system)
    secret = secret or EXAMPLES[system].secret
    with pytest.raises(SignatureInvalid):
        webhook.check(delivery, secret, now=now)
    text = " ".join(reasons(webhook, delivery, secret, now))
    assert secret.strip() not in text
    for value in delivery.headers.values():
        assert value not in text
    return text


@pytest.mark.parametrize(
    ("raw", "why"),
    (
        (json.dumps(DATA, ensure_ascii=False).encode(), "without blanks, with"),
        (json.dumps(DATA, indent=2).encode(), "without blanks, with"),
        (json.dumps(DATA, separators=(",", ":")).encode() + b"\n", "no line break"),
        (b"\xef\xbb\xbf" + json.dumps(DATA, separators=(",", ":")).encode(), "no byte order mark"),
    ),
)
def test_the_body_was_written_anew(raw: bytes, why: str) -> None:
    sign = find("stripe").sign
    assert sign is not None
    genuine = sign(Delivery({}, json.dumps(DATA, separators=(",", ":")).encode()), EXAMPLES["stripe"].secret, NOW)
    assert why in said("stripe", replace(genuine, raw=raw))


def test_it_is_old_but_right() -> None:
    for system in ("stripe", "slack", "zendesk", "discord", "standard", "linear", "webflow"):
        assert "only the time is not" in said(system, signed(system), now=NOW + 99_999)


@pytest.mark.parametrize(
    ("given", "why"),
    (("{}\n", "blanks"), (" {}", "blanks"), ('"{}"', "quotes"), ("whsec_{}", "whsec_ does not belong")),
)
def test_the_secret_was_not_copied_well(given: str, why: str) -> None:
    assert why in said("github", signed("github"), given.format(EXAMPLES["github"].secret))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    (("/main", "/main/", "without the slash"), ("/main", "/mai", "another one"), ("https", "http", "with https")),
)
def test_the_address_is_another_one(old: str, new: str, why: str) -> None:
    delivery = signed("trello")
    assert why in said("trello", replace(delivery, url=delivery.url.replace(old, new)))


def test_what_is_missing_is_named() -> None:
    assert "x-hub-signature-256 is missing" in said("github", Delivery({}, b"{}"))
    assert "x-slack-request-timestamp is missing" in said("slack", Delivery({"x-slack-signature": "v0=00"}, b"{}"))


def test_where_nothing_helps_the_secret_is_another_one() -> None:
    assert "another one" in said("github", signed("github"), "something else")
    assert "no JSON" in said("github", replace(signed("github"), raw=b"\x1f\x8bzip"))


def test_a_signature_is_never_told() -> None:
    delivery, verify = signed("github"), find("github").verify
    assert isinstance(verify, Hmac)
    made = verify.of(delivery.raw, "something else")
    assert made not in said("github", delivery, "something else")
