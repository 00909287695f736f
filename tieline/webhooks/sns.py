"""How Amazon SNS signs: RSA, with a certificate that the message names.

Anybody can name a certificate. Ours must be on SNS's own host, in the region of the topic that the block is for.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tieline.errors import SignatureInvalid, Unverifiable
from tieline.webhooks import fetch
from tieline.webhooks.delivery import Delivery, Scheme
from tieline.webhooks.times import in_body
from tieline.webhooks.verifiers import same

_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES = {"1": hashes.SHA1, "2": hashes.SHA256}  # SNS's default is 1; the topic's owner can choose 2
_ARN_PARTS = 6
#: SNS gives up after an hour, unless its owner has said otherwise.
_DAY = 86_400.0
_STAMP = in_body("Timestamp", "iso")
#: The certificate's name where `sign` makes one up.
_EXAMPLE = "SimpleNotificationService-0000000000000000000000000000000.pem"


class Certificates:
    """Certificates that were fetched, and those that could not be, for a while."""

    _MOST = 16
    #: SNS sends again after 20 seconds, and three times in all, unless its owner has said otherwise.
    _PAUSE = 10.0

    def __init__(self) -> None:
        self._kept: dict[str, x509.Certificate] = {}
        self._failed: dict[str, float] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def get(self, url: str) -> x509.Certificate | None:
        """The certificate of an address, if we have it."""
        return self._kept.get(url)

    def keep(self, url: str, pem: bytes) -> None:
        """Remember a certificate.

        Raises:
            ValueError: It is none.
        """
        certificate = x509.load_pem_x509_certificate(pem)
        while len(self._kept) >= self._MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[url] = certificate

    async def fetch(self, url: str) -> None:
        """Fetch a certificate unless we have it. Nothing is raised: without it, the delivery is refused."""
        if url in self._kept or self._failed.get(url, 0) > time.monotonic():
            return
        if url not in self._under_way:
            if len(self._under_way) >= self._MOST:
                return
            self._under_way[url] = asyncio.create_task(self._fetch(url))
        await asyncio.shield(self._under_way[url])

    async def _fetch(self, url: str) -> None:
        try:
            self.keep(url, await fetch.get(url))
        except ValueError:
            while len(self._failed) >= self._MOST:
                del self._failed[next(iter(self._failed))]
            self._failed[url] = time.monotonic() + self._PAUSE
        finally:
            self._under_way.pop(url, None)


certificates = Certificates()


def pinned(url: Any, topic: str) -> str:
    """An address of SNS in the topic's region, or ""."""
    parts = topic.split(":")
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or len(parts) != _ARN_PARTS:
        return ""
    host = f"sns.{parts[3]}.amazonaws.com{'.cn' if parts[1] == 'aws-cn' else ''}"
    try:
        found = urlsplit(url)
    except ValueError:
        return ""
    return url if parts[3] and found.scheme == "https" and found.netloc == host else ""


def certificate_url(message: Any, topic: str) -> str:
    """Where the message's certificate is, or "" if that is not SNS's."""
    url = pinned(message.get("SigningCertURL") if isinstance(message, dict) else None, topic)
    return url if url.endswith(".pem") and "?" not in url and "#" not in url else ""


async def prepare(delivery: Delivery, secrets: Sequence[str]) -> None:
    """Fetch the certificate, if the message is from our topic and names one of SNS's."""
    message = delivery.json
    for topic in secrets:
        if isinstance(message, dict) and same(str(message.get("TopicArn")), topic):
            url = certificate_url(message, topic)
            if url:
                await certificates.fetch(url)


class Sns(Scheme):
    """The signature of SNS. The block's secret is the ARN of the topic: messages of all others are refused."""

    tolerance = _DAY

    @property
    def says(self) -> str:
        """What is signed, how, and where that stands."""
        return "RSA of the message's fields in `Signature`, base64; the certificate's host and the topic are pinned"

    def __call__(self, delivery: Delivery, secret: str, now: float) -> None:
        """Check it; see `Scheme`."""
        message = delivery.json
        if not isinstance(message, dict):
            raise SignatureInvalid("The body is no message of SNS.", hint="Turn off raw message delivery.")
        if not same(str(message.get("TopicArn")), secret):
            raise SignatureInvalid("The message is from another topic.", hint="The block's secret is the topic's ARN.")
        url = certificate_url(message, secret)
        if not url:
            raise SignatureInvalid("SigningCertURL does not lead to SNS in the topic's region.")
        certificate = certificates.get(url)
        if certificate is None:
            # SNS does not send again what was refused, only what could not be taken in:
            # https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
            raise Unverifiable("SNS's certificate could not be fetched.", hint="Can this machine reach Amazon?")
        moment = datetime.fromtimestamp(now, UTC)
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            raise SignatureInvalid("SNS's certificate has expired, or is not valid yet.")
        self._verify(message, certificate)
        _STAMP.check(_STAMP.read(delivery), now, self.tolerance)

    def signed_at(self, delivery: Delivery) -> float | None:
        """The signed time."""
        return _STAMP.seconds(delivery)

    def _verify(self, message: dict[str, Any], certificate: x509.Certificate) -> None:
        key, signature = certificate.public_key(), message.get("Signature")
        kind = _HASHES.get(str(message.get("SignatureVersion")))
        if kind is None or not isinstance(signature, str) or not isinstance(key, RSAPublicKey):
            raise SignatureInvalid("The message is not signed in a way that SNS uses.")
        try:
            key.verify(base64.b64decode(signature, validate=True), signed(message), PKCS1v15(), kind())
        except (InvalidSignature, ValueError):
            raise SignatureInvalid("The Signature is not that of this message.") from None

    def sign(self, delivery: Delivery, secret: str, now: float) -> Delivery:
        """The same delivery as SNS would send it; `secret` is the RSA key in PEM, the topic stands in the message."""
        key = load_pem_private_key(secret.encode(), None)
        if not isinstance(key, RSAPrivateKey):
            raise SignatureInvalid("The private key is no RSA key.")
        message = delivery.json if isinstance(delivery.json, dict) else {}
        region = (str(message.get("TopicArn")).split(":") + [""] * _ARN_PARTS)[3]
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for name, value in (
            ("Timestamp", message.get("Timestamp") or stamp),
            ("SignatureVersion", "2"),
            ("SigningCertURL", message.get("SigningCertURL") or f"https://sns.{region}.amazonaws.com/{_EXAMPLE}"),
        ):
            delivery = delivery.with_json(name, value)
        made = key.sign(signed(delivery.json), PKCS1v15(), hashes.SHA256())
        return delivery.with_json("Signature", base64.b64encode(made).decode())


def signed(message: dict[str, Any]) -> bytes:
    """What SNS signs: names and values, a line each.

    Raises:
        SignatureInvalid: Something of it is missing, or is no text.
    """
    names = _NOTIFICATION if message.get("Type") == "Notification" else _SUBSCRIPTION
    lines = []
    for name in names:
        value = message.get(name)
        if name == "Subject" and value is None:
            continue
        if not isinstance(value, str):
            raise SignatureInvalid(f"The message has no {name}.")
        lines.append(f"{name}\n{value}\n")
    return "".join(lines).encode(errors="backslashreplace")
