"""Every vendor's delivery passes as it is, and in no other way; what is in it is read, and nothing in it breaks us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webhooks import certificate
from tests.webhooks.examples import EXAMPLES, NOW, URL, signed
from tieline.errors import SignatureInvalid, UnknownName
from tieline.webhooks import Delivery, Scheme, Webhook, events, facts_of, find, systems
from tieline.webhooks.facts import moment
from tieline.webhooks.readers import at
from tieline.webhooks.sns import certificate_url, certificates

SYSTEMS = sorted(EXAMPLES)
#: Neither a time nor a number of theirs is signed, so that the caveat must say it; the others say what helps.
BODY_SIGNED = [system for system in SYSTEMS if EXAMPLES[system].body_signed]
TIMED = [system for system in SYSTEMS if getattr(find(system).verify, "tolerance", 0)]
SPLIT = [system for system in SYSTEMS if EXAMPLES[system].parts]


@pytest.fixture(autouse=True)
def _certificate() -> Iterator[None]:
    sns = EXAMPLES["sns"]
    certificates.keep(certificate_url(signed("sns").json, sns.secret), certificate.PEM)
    yield
    certificates.__init__()  # type: ignore[misc]


def scheme(system: str) -> Scheme:
    found = find(system).verify
    assert isinstance(found, Scheme)
    return found


def refused(system: str, delivery: Delivery, secret: str = "", now: float = NOW) -> SignatureInvalid:
    with pytest.raises(SignatureInvalid) as raised:
        find(system).check(delivery, secret or EXAMPLES[system].secret, now=now)
    return raised.value


def changed(text: str) -> str:
    # In the middle: the last letters of base64 hold bits that mean nothing.
    at_half = len(text) // 2
    return text[:at_half] + ("A" if text[at_half] != "A" else "B") + text[at_half + 1 :]


def test_every_system_has_an_example() -> None:
    assert tuple(SYSTEMS) == systems()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_genuine_delivery_passes_and_is_read(system: str) -> None:
    example, webhook, delivery = EXAMPLES[system], find(system), signed(system)
    webhook.check(delivery, example.secret, now=NOW)
    webhook.check(delivery, ["", example.other, example.secret], now=NOW)
    assert webhook.event(delivery) == example.event
    assert not events(system) or example.event in events(system)
    number = webhook.delivery(delivery)
    assert number == example.number or (not example.number and number.startswith(("sha256:", "body:")))
    assert webhook.numbered is not number.startswith("sha256:")
    assert webhook.delivery(replace(delivery)) == number


@pytest.mark.parametrize("system", SYSTEMS)
def test_its_facts_are_found(system: str) -> None:
    example, webhook = EXAMPLES[system], find(system)
    payload = webhook.read(signed(system))
    parts = payload if webhook.parts == "." else at(payload, webhook.parts) if webhook.parts else [payload]
    who, when, subject, link = example.facts
    assert facts_of(webhook, parts[0]) == (who, moment(when), subject, link)
    assert not when or moment(when) is not None


@pytest.mark.parametrize("system", SPLIT)
def test_each_of_several_events_has_its_name(system: str) -> None:
    webhook = find(system)
    payload = webhook.read(signed(system))
    parts = payload if webhook.parts == "." else at(payload, webhook.parts)
    assert webhook.part_event is not None
    assert tuple(map(webhook.part_event, parts)) == EXAMPLES[system].parts


@pytest.mark.parametrize("system", BODY_SIGNED)
def test_a_changed_body_is_refused(system: str) -> None:
    example, delivery = EXAMPLES[system], signed(system)
    forged = example.tampered or delivery.raw + b" "
    if example.tampered:
        data = {**delivery.json, **orjson.loads(forged)}
        forged = orjson.dumps(data)
    refused(system, replace(delivery, raw=forged))
    refused(system, replace(delivery, raw=b""))


@pytest.mark.parametrize("system", SYSTEMS)
def test_whatever_signing_has_added_may_neither_change_nor_lack(system: str) -> None:
    example, delivery = EXAMPLES[system], signed(system)
    new = {name: value for name, value in delivery.headers.items() if example.unsigned.headers.get(name) != value}
    for name, value in new.items():
        refused(system, delivery.with_headers({name: changed(value)}))
        refused(system, delivery.with_headers({name: ""}))
        refused(system, replace(delivery, headers={k: v for k, v in delivery.headers.items() if k != name}))
    for name, value in delivery.query.items():
        refused(system, replace(delivery, query={name: changed(value)}))
        refused(system, replace(delivery, query={}))
    assert new or delivery.query or example.signature


@pytest.mark.parametrize("system", [name for name in SYSTEMS if EXAMPLES[name].signature])
@pytest.mark.parametrize("value", ("AAAA", "", None, 7, [], {}))
def test_a_signature_in_the_body_may_neither_change_nor_lack(system: str, value: Any) -> None:
    data = orjson.loads(signed(system).raw)
    parents, _, last = EXAMPLES[system].signature.rpartition(".")
    (at(data, parents) if parents else data)[last] = value
    refused(system, replace(signed(system), raw=orjson.dumps(data)))


@pytest.mark.parametrize("system", TIMED)
def test_neither_old_nor_early(system: str) -> None:
    delivery, tolerance = signed(system), scheme(system).tolerance
    for off in (tolerance, -tolerance):
        find(system).check(delivery, EXAMPLES[system].secret, now=NOW + off)
        error = refused(system, delivery, now=NOW + off * 1.01)
        assert f"{tolerance:.0f} s are allowed" in str(error)


@pytest.mark.parametrize("system", SYSTEMS)
def test_another_key_opens_nothing(system: str) -> None:
    example, delivery = EXAMPLES[system], signed(system)
    for secret in (example.other, example.secret + "x", example.secret[:-2], " ", "\x00", "é€", "\udcff"):
        error = refused(system, delivery, secret)
        assert example.secret not in str(error)
    with pytest.raises(SignatureInvalid):
        find(system).check(delivery, "", now=NOW)
    with pytest.raises(SignatureInvalid):
        find(system).check(delivery, [], now=NOW)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_kept_holds_no_secret(system: str) -> None:
    kept = find(system).without_secrets(signed(system))
    secret = EXAMPLES[system].secret.rpartition(":")[2] if system == "salesforce" else EXAMPLES[system].secret
    assert secret not in [*kept.headers.values(), *kept.query.values()]


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_documented(system: str) -> None:
    webhook = find(system)
    assert webhook.docs.startswith("https://")
    assert "{url}" in webhook.guide
    assert scheme(system).says
    replayed = webhook.kind == "signature" and not scheme(system).tolerance
    assert bool(webhook.caveat) or not replayed or system == "custom", "say what becomes of a copy"
    names = events(system)
    assert len(set(names)) == len(names)


def test_an_unknown_system_is_none() -> None:
    for name in ("nobody", "../github", "__init__", "language", ""):
        with pytest.raises(UnknownName):
            find(name)


# ---------------------------------------------------------------- anything may come in

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just("x" * 300)
    | st.just("a\nb\x00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def broken(draw: st.DrawFn, value: Any) -> Any:
    """The example with something else in one place, at any depth."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(broken(value[key]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        return [draw(broken(value[0])), *value[1:]]
    return draw(JSON)


def use(webhook: Webhook, delivery: Delivery, secret: str) -> None:
    """All that the gateway does; nothing but a refusal may come of it."""
    name, number = webhook.event(delivery), webhook.delivery(delivery)
    assert len(name) <= 255
    assert name == "" or name.isprintable()
    assert 0 < len(number) <= 255
    payload = webhook.read(delivery)
    facts_of(webhook, payload)
    if webhook.part_event:
        assert isinstance(webhook.part_event(payload), str)
    for handshake in webhook.handshakes:
        handshake.answer(delivery, [secret])
    if webhook.reply:
        assert webhook.reply(delivery).status < 300
    webhook.without_secrets(delivery)
    with suppress(SignatureInvalid):
        webhook.check(delivery, secret, now=NOW)


@pytest.mark.parametrize("system", SYSTEMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_comes_in_breaks_us(system: str, data: st.DataObject) -> None:
    webhook, delivery, secret = find(system), signed(system), EXAMPLES[system].secret
    raw = data.draw(
        st.binary(max_size=40)
        | broken(delivery.json).map(lambda value: json.dumps(value).encode())
        | st.binary(max_size=20).map(lambda cut: delivery.raw[: len(cut) * 9] + cut)
    )
    junk = st.text(st.characters(codec="latin-1"), max_size=20) | st.just("x" * 300)
    headers = {name: data.draw(junk | st.just(value)) for name, value in delivery.headers.items()}
    query = data.draw(st.sampled_from([{}, delivery.query, {"token": "x"}, {"validationToken": "t<b>"}]))
    method = data.draw(st.sampled_from(["POST", "GET", "HEAD"]))
    use(webhook, Delivery(headers, raw, query, data.draw(st.sampled_from(["", URL])), method), secret)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "raw",
    (
        b"",
        b"[" * 50_000,
        b'{"value":' * 5000 + b"1" + b"}" * 5000,
        b"<a>" * 20_000,
        b"payload=%7B%22type%22",
        b"payload=" + b"%5B" * 20_000,
        b"&" * 5000,
        b"\xff\xfe\x00",
        b'{"type": "\\ud800"}',
        b"9" * 5000,
    ),
    ids=range(10),
)
def test_nor_what_is_made_to_break_us(system: str, raw: bytes) -> None:
    use(find(system), replace(signed(system), raw=raw), EXAMPLES[system].secret)
