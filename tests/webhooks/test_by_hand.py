"""What vendors sign, made here by hand as their documentation says, and what they have published."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

import pytest

from tests.webhooks.examples import EXAMPLES, MAC_SECRET, NOW, TEAMS, URL, WHSEC
from tieline.errors import SignatureInvalid
from tieline.webhooks import Delivery, find

STAMP = str(int(NOW))
MILLISECONDS = STAMP + "000"
#: What is signed below; the pages are named there.
SLASH_COMMAND = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
    b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SENDGRID_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpi"
    "glSI8eNEc6wEA3F+g=="
)
SENDGRID_BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1'
    b'MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-km'
    b'zbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":160011'
    b"2492}]\r\n"
)
ISO = "2027-01-15T08:00:00Z"


@dataclass(frozen=True)
class Hand:
    """How a vendor signs.

    Args:
        header: Where the signature stands; `*` in `form` is its place there.
        message: What is signed, with the body's bytes as %b.
        form: What the header holds.
        hash: The hash.
        b64: Whether it is in base64.
        more: The other headers.
        key: The key's bytes, if not those of the secret.
    """

    header: str
    message: bytes = b"%b"
    form: str = "*"
    hash: str = "sha256"
    b64: bool = False
    more: tuple[tuple[str, str], ...] = ()
    key: bytes = b""


STANDARD_KEY = base64.b64decode(WHSEC.removeprefix("whsec_"))
BY_HAND = {
    "airtable": Hand("x-airtable-content-mac", form="hmac-sha256=*", key=base64.b64decode(MAC_SECRET)),
    "asana": Hand("x-hook-signature"),
    "bitbucket": Hand("x-hub-signature", form="sha256=*"),
    "circleci": Hand("circleci-signature", form="v1=*,v2=0000"),
    "confluence": Hand("x-hub-signature", form="sha256=*"),
    "custom": Hand("x-signature"),
    "github": Hand("x-hub-signature-256", form="sha256=*"),
    "gitbook": Hand("x-gitbook-signature", STAMP.encode() + b".%b", f"t={STAMP},v1=*"),
    "gitlab": Hand(
        "webhook-signature", f"5c1c5b82.{STAMP}.".encode() + b"%b", "v1,*", b64=True, key=STANDARD_KEY,
        more=(("webhook-timestamp", STAMP),),
    ),
    "grafana": Hand(
        "x-grafana-alerting-signature", STAMP.encode() + b":%b", more=(("x-grafana-alerting-timestamp", STAMP),)
    ),
    "intercom": Hand("x-hub-signature", form="sha1=*", hash="sha1"),
    "jira": Hand("x-hub-signature", form="sha256=*"),
    "notion": Hand("x-notion-signature", form="sha256=*"),
    "pagerduty": Hand("x-pagerduty-signature", form="v1=0000,v1=*"),
    "sentry": Hand("sentry-hook-signature"),
    "shopify": Hand("x-shopify-hmac-sha256", b64=True),
    "slack": Hand(
        "x-slack-signature", b"v0:" + STAMP.encode() + b":%b", "v0=*", more=(("x-slack-request-timestamp", STAMP),)
    ),
    "snyk": Hand("x-hub-signature", form="sha256=*"),
    "sonarqube": Hand("x-sonar-webhook-hmac-sha256"),
    "standard": Hand(
        "webhook-signature", f"msg_p5jXN8AQM9LWM0D4loKWxJek.{STAMP}.".encode() + b"%b", "v1a,x v1,*", b64=True,
        key=STANDARD_KEY, more=(("webhook-timestamp", STAMP),),
    ),
    "stripe": Hand("stripe-signature", STAMP.encode() + b".%b", f"t={STAMP},v1=0000,v1=*,v0=0000"),
    "teams": Hand("authorization", form="HMAC *", b64=True, key=base64.b64decode(TEAMS)),
    "trello": Hand("x-trello-webhook", b"%b" + URL.encode(), hash="sha1", b64=True),
    "webex": Hand("x-spark-signature", hash="sha1"),
    "webflow": Hand(
        "x-webflow-signature", MILLISECONDS.encode() + b":%b", more=(("x-webflow-timestamp", MILLISECONDS),)
    ),
    "zendesk": Hand(
        "x-zendesk-webhook-signature", ISO.encode() + b"%b", b64=True,
        more=(("x-zendesk-webhook-signature-timestamp", ISO),),
    ),
    "zendesk_help_center": Hand(
        "x-zendesk-webhook-signature", ISO.encode() + b"%b", b64=True,
        more=(("x-zendesk-webhook-signature-timestamp", ISO),),
    ),
    "zoom": Hand(
        "x-zm-signature", b"v0:" + STAMP.encode() + b":%b", "v0=*", more=(("x-zm-request-timestamp", STAMP),)
    ),
}  # fmt: skip


def mac(key: bytes, message: bytes, kind: str = "sha256", *, b64: bool = False) -> str:
    made = hmac.new(key, message, kind).digest()
    return base64.b64encode(made).decode() if b64 else made.hex()


@pytest.mark.parametrize("system", sorted(BY_HAND))
def test_what_is_signed_as_the_vendor_says_passes(system: str) -> None:
    hand, example = BY_HAND[system], EXAMPLES[system]
    unsigned = example.unsigned
    made = mac(hand.key or example.secret.encode(), hand.message.replace(b"%b", unsigned.raw), hand.hash, b64=hand.b64)
    delivery = unsigned.with_headers({**dict(hand.more), hand.header: hand.form.replace("*", made)})
    find(system).check(delivery, example.secret, now=NOW)
    find(system).check(delivery, ["another one", example.secret], now=NOW)
    with pytest.raises(SignatureInvalid):
        find(system).check(
            delivery.with_headers({hand.header: hand.form.replace("*", made[:-3])}), example.secret, now=NOW
        )


def test_linear_and_mailgun_have_the_time_in_the_body() -> None:
    raw = json.dumps({"type": "Issue", "webhookTimestamp": int(NOW * 1000)}).encode()
    find("linear").check(Delivery({"linear-signature": mac(b"s", raw)}, raw), "s", now=NOW)
    with pytest.raises(SignatureInvalid, match="61 s old"):
        find("linear").check(Delivery({"linear-signature": mac(b"s", raw)}, raw), "s", now=NOW + 61)
    untimed = b'{"type": "Issue"}'
    with pytest.raises(SignatureInvalid, match="missing"):
        find("linear").check(Delivery({"linear-signature": mac(b"s", untimed)}, untimed), "s", now=NOW)
    signature = {"timestamp": STAMP, "token": "abc", "signature": mac(b"s", f"{STAMP}abc".encode())}
    find("mailgun").check(Delivery({}, json.dumps({"signature": signature}).encode()), "s", now=NOW)
    parent = {**signature, "signature": mac(b"another", b"x"), "parent-signature": signature["signature"]}
    find("mailgun").check(Delivery({}, json.dumps({"signature": parent}).encode()), "s", now=NOW)
    with pytest.raises(SignatureInvalid):
        find("mailgun").check(Delivery({}, json.dumps({"signature": parent}).encode()), "other", now=NOW)


def test_a_sha1_signature_of_github_is_not_enough() -> None:
    raw = b"{}"
    old = Delivery({"x-hub-signature": "sha1=" + mac(b"s", raw, "sha1"), "x-github-event": "push"}, raw)
    with pytest.raises(SignatureInvalid, match="X-Hub-Signature-256 is missing"):
        find("github").check(old, "s")
    with pytest.raises(SignatureInvalid):
        find("github").check(old.with_headers({"x-hub-signature-256": "sha1=" + mac(b"s", raw, "sha1")}), "s")


@pytest.mark.parametrize(
    ("system", "secret", "raw", "headers", "now"),
    (
        # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
        (
            "github",
            "It's a Secret to Everybody",
            b"Hello, World!",
            {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
            0,
        ),
        # https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/
        (
            "bitbucket",
            "It's a Secret to Everybody",
            b"Hello World!",
            {"x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"},
            0,
        ),
        # https://developer.atlassian.com/cloud/jira/platform/webhooks/
        (
            "jira",
            "It's a Secret to Everybody",
            b"Hello World!",
            {"x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"},
            0,
        ),
        # https://circleci.com/docs/guides/integration/outbound-webhooks/#validate-webhooks
        (
            "circleci",
            "secret",
            b"hello world",
            {"circleci-signature": "v1=734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a"},
            0,
        ),
        (
            "circleci",
            "hunter123",
            b"an-important-request-payload",
            {"circleci-signature": "v1=9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa"},
            0,
        ),
        # https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/go/webhook_test.go
        (
            "standard",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            b'{"test": 2432232314}',
            {
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp": "1614265330",
                "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            },
            1_614_265_330,
        ),
        # https://docs.slack.dev/authentication/verifying-requests-from-slack/ and the tests of Slack's SDK for Python.
        (
            "slack",
            "8f742231b10e8888abcd99yyyzzz85a5",
            SLASH_COMMAND,
            {
                "x-slack-request-timestamp": "1531420618",
                "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            },
            1_531_420_618,
        ),
        # https://github.com/sendgrid/sendgrid-python/blob/main/test/unit/test_eventwebhook.py
        (
            "sendgrid",
            SENDGRID_KEY,
            SENDGRID_BODY,
            {
                "x-twilio-email-event-webhook-signature": "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM"
                "+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
                "x-twilio-email-event-webhook-timestamp": "1600112502",
            },
            1_600_112_502,
        ),
    ),
)
def test_what_the_vendor_has_published_passes(
    system: str, secret: str, raw: bytes, headers: dict[str, str], now: float
) -> None:
    find(system).check(Delivery(headers, raw), secret, now=now)
    with pytest.raises(SignatureInvalid):
        find(system).check(Delivery(headers, raw.replace(b"o", b"0", 1).replace(b"e", b"3", 1)), secret, now=now)


def test_names_of_older_senders_are_good_too() -> None:
    raw = b"{}"
    made = mac(STANDARD_KEY, f"m1.{STAMP}.".encode() + raw, b64=True)
    svix = Delivery({"svix-id": "m1", "svix-timestamp": STAMP, "svix-signature": f"v1,{made}"}, raw)
    find("standard").check(svix, WHSEC, now=NOW)
    assert find("standard").delivery(svix) == "m1"


def test_either_way_of_gitlab_grafana_datadog_and_jenkins() -> None:
    find("gitlab").check(Delivery({"x-gitlab-token": "plain"}, b"{}"), "plain")
    find("grafana").check(Delivery({"x-grafana-alerting-signature": mac(b"s", b"{}")}, b"{}"), "s")
    login = "Basic " + base64.b64encode(b"tieline:s").decode()
    find("datadog").check(Delivery({"authorization": login}, b"{}"), "tieline:s")
    find("jenkins").check(Delivery({}, b"{}", {"token": "s"}), "s")
    with pytest.raises(SignatureInvalid):
        find("jenkins").check(Delivery({"x-tieline-secret": "x"}, b"{}", {"token": "s"}), "s")
    assert hashlib.sha256(b"{}").hexdigest() in find("grafana").delivery(Delivery({}, b"{}"))
