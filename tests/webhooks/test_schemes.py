"""Verification fails closed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import SignatureInvalid
from tieline.webhooks import Delivery, Webhook, body, digest, header, hmac_sha256, shared_secret

NOW = 1_800_000_000
SECRET = "shared-secret"
SIGNED = "{timestamp}.{body}"


def hook(**options: Any) -> Webhook:
    return Webhook(verify=hmac_sha256("X-Sign", **options), event=header("X-Event"), delivery=digest)


def mac(message: bytes, secret: str = SECRET) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def delivery(raw: bytes, moment: str = str(NOW), secret: str = SECRET) -> Delivery:
    return Delivery({"x-sign": mac(f"{moment}.".encode() + raw, secret).hex(), "x-time": moment}, raw)


TIMED = hook(timestamp="X-Time", signed=SIGNED)


def refused(hooked: Webhook, given_: Delivery, secret: str = SECRET, now: float = NOW) -> None:
    with pytest.raises(SignatureInvalid):
        hooked.check(given_, secret, now=now)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_what_is_signed_passes(raw: bytes, secret: str) -> None:
    TIMED.check(delivery(raw, secret=secret), secret, now=NOW)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_another_body_does_not(raw: bytes, other: bytes) -> None:
    if raw != other:
        refused(TIMED, Delivery(delivery(raw).headers, other))


@given(st.binary(max_size=30), st.text(max_size=70))
def test_another_signature_does_not(raw: bytes, signature: str) -> None:
    real = delivery(raw)
    if signature != real.headers["x-sign"]:
        refused(TIMED, Delivery({**real.headers, "x-sign": signature}, raw))


@given(st.binary(max_size=30), st.integers(0, 63), st.sampled_from("0123456789abcdefABCDEF"))
def test_not_one_digit_may_differ(raw: bytes, place: int, digit: str) -> None:
    real = delivery(raw)
    changed = real.headers["x-sign"][:place] + digit + real.headers["x-sign"][place + 1 :]
    if changed != real.headers["x-sign"]:
        refused(TIMED, Delivery({**real.headers, "x-sign": changed}, raw))


@given(st.text(min_size=1, max_size=40))
def test_another_secret_does_not(secret: str) -> None:
    if secret != SECRET:
        refused(TIMED, delivery(b"{}"), secret)


@given(st.text(max_size=30))
def test_another_time_does_not(moment: str) -> None:
    real = delivery(b"{}")
    if moment != real.headers["x-time"]:
        refused(TIMED, Delivery({**real.headers, "x-time": moment}, b"{}"))


@pytest.mark.parametrize("off", (-301, 301, 86_400, -86_400))
def test_the_time_must_be_near_though_it_is_signed(off: int) -> None:
    refused(TIMED, delivery(b"{}", str(NOW + off)))
    TIMED.check(delivery(b"{}", str(NOW + (300 if off > 0 else -300))), SECRET, now=NOW)


@pytest.mark.parametrize("moment", ("nan", "inf", "-inf", "", "soon", "1e999", f"{NOW}e0", f"{NOW:_}"))
def test_a_time_that_is_none_is_refused_though_it_is_signed(moment: str) -> None:
    refused(TIMED, delivery(b"{}", moment))


@pytest.mark.parametrize("moment", ("2027-01-15T08:00:00Z", "2027-01-15T08:00:00", "2027-01-15T09:00:00+01:00"))
def test_a_time_may_be_written_in_words(moment: str) -> None:
    TIMED.check(delivery(b"{}", moment), SECRET, now=NOW)


def test_without_a_header_or_a_secret_nothing_passes() -> None:
    unsigned = Delivery({}, b"{}")
    for hooked in (TIMED, hook(), Webhook(shared_secret("X-Key"), header("x"), digest)):
        for given_ in (unsigned, delivery(b"{}"), Delivery({"x-sign": "", "x-time": "", "x-key": ""}, b"{}")):
            refused(hooked, given_, "")
        refused(hooked, unsigned)


@given(st.text(max_size=20))
def test_a_shared_secret_is_the_secret_and_nothing_else(said: str) -> None:
    hooked = Webhook(shared_secret("X-Key"), header("x"), digest)
    if said != SECRET:
        refused(hooked, Delivery({"x-key": said}, b"{}"))
    hooked.check(Delivery({"x-key": SECRET}, b"{}"), SECRET)


@pytest.mark.parametrize("name", ("x-sign", "x-key"))
def test_bytes_that_are_no_text_are_refused_and_break_nothing(name: str) -> None:
    odd = Delivery({name: "\udcff\ud800", "x-time": str(NOW)}, b"{}")
    refused(Webhook(shared_secret("X-Key"), header("x"), digest), odd)
    refused(TIMED, odd)
    refused(hook(), odd)


def test_a_prefix_base64_and_a_time_at_the_end() -> None:
    prefixed = hook(prefix="v0=", encoding="base64")
    good = "v0=" + base64.b64encode(mac(b"{}")).decode()
    prefixed.check(Delivery({"x-sign": good}, b"{}"), SECRET)
    refused(prefixed, Delivery({"x-sign": good.removeprefix("v0=")}, b"{}"))
    last = hook(timestamp="X-Time", signed="{body}|{timestamp}")
    signed = mac(b"{}|" + str(NOW).encode()).hex()
    last.check(Delivery({"x-sign": signed, "x-time": str(NOW)}, b"{}"), SECRET, now=NOW)


@pytest.mark.parametrize("raw", (b"", b"\xff", b"[]", b'"x"', b"[" * 100_000, b'{"a": null}', b'{"a": {"b": []}}'))
def test_a_body_that_says_nothing_is_nothing(raw: bytes) -> None:
    assert body("a.b.c")(Delivery({}, raw)) == ""


def test_the_same_body_is_the_same_delivery() -> None:
    assert digest(Delivery({"a": "1"}, b"x")) == digest(Delivery({"a": "2"}, b"x")) != digest(Delivery({}, b"y"))
