"""The token with an app's webhooks: who has not the app's secret, or an old token, is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest

from tasks.jira.events import webhook
from tieline.errors import SignatureInvalid
from tieline.webhooks import Delivery
from tieline.webhooks.tokens import LEEWAY, SignedToken

SECRET = "the-secret-of-the-app-that-is-long-enough"
NOW = 1_790_000_000
BODY = b'{"webhookEvent": "jira:issue_created"}'


def delivery(claims: dict[str, Any], *, key: str = SECRET, algorithm: str = "HS256") -> Delivery:
    """Signed by the library that everybody uses, and not by our own lines."""
    token = jwt.encode(claims, key if algorithm != "none" else "", algorithm=algorithm)
    return Delivery({"authorization": f"Bearer {token}"}, BODY)


def test_what_the_app_is_told_is_taken() -> None:
    webhook.verify(delivery({"iat": NOW, "exp": NOW + 180, "iss": "x", "aud": "y"}), SECRET, NOW)
    webhook.verify(delivery({"exp": NOW}), SECRET, NOW + LEEWAY - 1)
    ours = SignedToken().sign(Delivery({}, BODY), SECRET, NOW)
    token = ours.headers["authorization"].removeprefix("Bearer ")
    assert jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})


@pytest.mark.parametrize(
    ("claims", "more"),
    (
        ({"exp": NOW + 180}, {"key": "another-secret-that-is-long-enough-too"}),
        ({"exp": NOW + 180}, {"algorithm": "none"}),
        ({"exp": NOW + 180}, {"key": SECRET * 2, "algorithm": "HS512"}),
        ({"exp": NOW - LEEWAY}, {}),
        ({"exp": NOW - 3600}, {}),
        ({}, {}),
        ({"iat": NOW}, {}),
        ({"exp": NOW + 9000, "iat": NOW + 3600}, {}),
        ({"exp": NOW + 9000, "nbf": NOW + 3600}, {}),
    ),
)
def test_what_is_refused(claims: dict[str, Any], more: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        webhook.verify(delivery(claims, **more), SECRET, NOW)


def test_what_is_no_token_is_refused() -> None:
    good = delivery({"exp": NOW + 180})
    token = good.headers["authorization"]
    head, claims, made = token.removeprefix("Bearer ").split(".")
    longer = base64.urlsafe_b64encode(json.dumps({"exp": NOW + 9_999_999}).encode()).decode().rstrip("=")
    wrong = (
        "",
        "Bearer",
        "Bearer ..",
        f"Basic {token}",
        f"Bearer {head}.{claims}",
        f"Bearer {head}.{claims}.",
        "Bearer é.é.é",
    )
    for value in (*wrong, f"Bearer {head}.{longer}.{made}", f"Bearer []. {claims}.{made}", f"{token}x"):
        with pytest.raises(SignatureInvalid):
            webhook.verify(replace(good, headers={"authorization": value}), SECRET, NOW)
    with pytest.raises(SignatureInvalid):
        webhook.verify(good, "", NOW)
    with pytest.raises(SignatureInvalid):
        webhook.verify(Delivery({}, BODY), SECRET, NOW)


def test_a_signature_of_an_admin_is_not_replaced_by_a_token() -> None:
    """Who has a signature has to have the right one."""
    both = delivery({"exp": NOW + 180}).with_headers({"X-Hub-Signature": "sha256=00"})
    with pytest.raises(SignatureInvalid):
        webhook.verify(both, SECRET, NOW)


def test_a_token_that_names_another_algorithm_is_refused() -> None:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, {"exp": NOW + 180})]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    made = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).rstrip(b"=")
    told = Delivery({"authorization": f"Bearer {signed.decode()}.{made.decode()}"}, BODY)
    with pytest.raises(SignatureInvalid, match="HS256"):
        webhook.verify(told, SECRET, NOW)
