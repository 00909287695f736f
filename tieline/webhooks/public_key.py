"""Signatures that the vendor makes with a private key; the block holds the public one, which is no secret.

`Webhook.sign` takes the private key in its place: that is for tests and sandboxes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Scheme
from tieline.webhooks.times import FRESH_SECONDS, in_header
from tieline.webhooks.verifiers import as_bytes, missing

_HINT = "Copy the public key again, whole, from the vendor's page."


@dataclass(frozen=True)
class PublicKey(Scheme):
    """A signature of the time and the body.

    Args:
        header: The header with the signature.
        timestamp: The header with the time (Unix seconds), which is signed before the body.
        tolerance: How many seconds old, or early, it may be.
    """

    header: str = ""
    timestamp: str = ""
    tolerance: float = FRESH_SECONDS

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", (self.header.lower(), self.timestamp.lower()))

    def signed_at(self, delivery: Delivery) -> float | None:
        """The signed time, if there is one."""
        return in_header(self.timestamp).seconds(delivery)

    def _message(self, delivery: Delivery, now: float) -> bytes:
        stamp = in_header(self.timestamp)
        written = stamp.read(delivery)
        stamp.check(written, now, self.tolerance)
        return as_bytes(written) + delivery.raw

    def _given(self, delivery: Delivery) -> str:
        given = delivery.headers.get(self.headers[0], "")
        if not given:
            raise missing(self.header, delivery)
        return given

    def _refused(self) -> SignatureInvalid:
        return SignatureInvalid(
            f"The signature in {self.header} is not that of this body and key.",
            hint="Either the key is another one, or something between the vendor and us has changed the body.",
        )


class Ed25519(PublicKey):
    """Ed25519, the signature and the key in hex (Discord)."""

    @property
    def says(self) -> str:
        """What is signed, how, and where that stands."""
        return f"Ed25519 of `{{timestamp}}{{body}}` in `{self.header}`, hex; the key is public"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        given, message = self._given(delivery), self._message(delivery, now)
        try:
            _ed25519(secret).verify(bytes.fromhex(given), message)
        except (InvalidSignature, ValueError):
            raise self._refused() from None

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it; `secret` is the private key, in hex."""
        stamped = delivery.with_headers({self.timestamp: str(int(now))})
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
        return stamped.with_headers({self.header: key.sign(self._message(stamped, now)).hex()})


class EcdsaP256(PublicKey):
    """ECDSA on P-256 with SHA-256, signature and key in base64 DER (SendGrid)."""

    @property
    def says(self) -> str:
        """What is signed, how, and where that stands."""
        return f"ECDSA P-256 of `{{timestamp}}{{body}}` in `{self.header}`, base64; the key is public"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        given, message = self._given(delivery), self._message(delivery, now)
        try:
            _p256(secret).verify(base64.b64decode(given, validate=True), message, ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            raise self._refused() from None

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as the vendor would send it; `secret` is the private key, in base64 DER (PKCS 8)."""
        stamped = delivery.with_headers({self.timestamp: str(int(now))})
        key = load_der_private_key(base64.b64decode(secret), None)
        if not isinstance(key, EllipticCurvePrivateKey):
            raise SignatureInvalid("The private key is none of P-256.")
        made = key.sign(self._message(stamped, now), ECDSA(hashes.SHA256()))
        return stamped.with_headers({self.header: base64.b64encode(made).decode()})


@lru_cache(64)
def _ed25519(key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except ValueError:
        raise SignatureInvalid("The key on the block is no Ed25519 key in hex.", hint=_HINT) from None


@lru_cache(64)
def _p256(key: str) -> EllipticCurvePublicKey:
    try:
        found = load_der_public_key(base64.b64decode(key, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, EllipticCurvePublicKey) or not isinstance(found.curve, SECP256R1):
        raise SignatureInvalid("The key on the block is no P-256 key in base64.", hint=_HINT)
    return found
