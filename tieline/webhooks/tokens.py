"""Deliveries that carry a token which the vendor has signed for an app (RFC 7519). It says who sends, and not what."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import orjson

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Scheme
from tieline.webhooks.verifiers import as_bytes, missing, same

#: How far the vendor's clock and ours may be apart, in seconds.
LEEWAY = 60.0
_LIFE = 180
_PREFIX = "Bearer "
_HEADER = b'{"alg":"HS256","typ":"JWT"}'
_PARTS = 3


@dataclass(frozen=True)
class SignedToken(Scheme):
    """`Authorization: Bearer` with a JSON Web Token, signed with HMAC-SHA256 and the secret, which must have an end.

    The bytes are compared here, and not by PyJWT: that warns of each secret that is shorter than a digest, and people
    do not choose those of their vendors.
    """

    headers: tuple[str, ...] = ("authorization",)
    hidden: frozenset[str] = frozenset({"authorization"})

    @property
    def says(self) -> str:
        """What is signed, and where that stands."""
        return "a JSON Web Token in `Authorization: Bearer`, HMAC-SHA256 (HS256) with the app's secret, not ended"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        given = delivery.headers.get("authorization", "")
        if not given:
            raise missing("Authorization", delivery)
        parts = given.removeprefix(_PREFIX).split(".")
        if not given.startswith(_PREFIX) or len(parts) != _PARTS:
            raise SignatureInvalid("Authorization holds no JSON Web Token.")
        header, claims = _read(parts[0]), _read(parts[1])
        if header.get("alg") != "HS256":
            raise SignatureInvalid("The token in Authorization is not signed with HS256.")
        if not secret or not same(parts[2], _signature(f"{parts[0]}.{parts[1]}", secret)):
            raise SignatureInvalid("The token in Authorization is not signed with this secret.")
        if not _number(claims.get("exp")) + LEEWAY > now:  # one that has none is over
            raise SignatureInvalid("The token in Authorization has ended, or does not say when it ends.")
        if any(_number(claims[name]) - LEEWAY > now for name in ("iat", "nbf") if name in claims):
            raise SignatureInvalid("The token in Authorization has not begun.")

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it."""
        claims = orjson.dumps({"iat": int(now), "exp": int(now) + _LIFE})
        signed = f"{_written(_HEADER)}.{_written(claims)}"
        return delivery.with_headers({"Authorization": f"{_PREFIX}{signed}.{_signature(signed, secret)}"})


def _signature(signed: str, secret: str) -> str:
    return _written(hmac.new(as_bytes(secret), as_bytes(signed), hashlib.sha256).digest())


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(part: str) -> dict[str, Any]:
    """A part of a token; empty if it is none."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
