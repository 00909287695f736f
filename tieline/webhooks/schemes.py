"""How vendors sign, name and number what they send us. Verification fails closed: no secret, no entry."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from tieline.errors import SignatureInvalid
from tieline.transport.paging import dig
from tieline.webhooks.delivery import Delivery, Reader, Verifier

FRESH_SECONDS = 300


def header(name: str) -> Reader:
    """What stands in a header."""
    return lambda delivery: delivery.headers.get(name.lower(), "")


def body(path: str) -> Reader:
    """What stands at a dotted path in a JSON body."""

    def read(delivery: Delivery) -> str:
        found = dig(delivery.json, path)
        return "" if found is None else str(found)

    return read


def digest(delivery: Delivery) -> str:
    """A number for vendors that give none: the same body is the same delivery."""
    return hashlib.sha256(delivery.raw).hexdigest()


def shared_secret(name: str) -> Verifier:
    """The secret itself stands in a header."""

    def verify(delivery: Delivery, secret: str, _: float) -> None:
        if not hmac.compare_digest(_text(delivery.headers.get(name.lower(), "")), secret.encode()):
            raise SignatureInvalid(f"The header {name} does not hold the shared secret.")

    return verify


def hmac_sha256(
    name: str, *, prefix: str = "", timestamp: str = "", signed: str = "{body}", encoding: str = "hex"
) -> Verifier:
    """An HMAC-SHA256 in a header.

    Args:
        name: The header with the signature.
        prefix: What stands before it, such as "sha256=".
        timestamp: The header with the time that is signed too, in Unix seconds or ISO 8601; checked to be fresh.
        signed: What is signed, with {timestamp} and {body}.
        encoding: "hex" or "base64".
    """
    before, after = signed.split("{body}")

    def verify(delivery: Delivery, secret: str, now: float) -> None:
        moment = delivery.headers.get(timestamp.lower(), "") if timestamp else ""
        # Asked this way around, "nan" is not fresh.
        if timestamp and not abs(now - _seconds(moment)) <= FRESH_SECONDS:
            raise SignatureInvalid(f"The time in {timestamp} is more than {FRESH_SECONDS} s away from ours.")
        message = _text(before.format(timestamp=moment)) + delivery.raw + _text(after.format(timestamp=moment))
        made = hmac.new(secret.encode(), message, hashlib.sha256).digest()
        expected = prefix + (made.hex() if encoding == "hex" else base64.b64encode(made).decode())
        if not hmac.compare_digest(expected.encode(), _text(delivery.headers.get(name.lower(), ""))):
            raise SignatureInvalid(f"The signature in {name} is not that of this body and secret.")

    return verify


def _text(value: str) -> bytes:
    # Headers can hold bytes that are no text; they must fail the comparison, not the program.
    return value.encode(errors="backslashreplace")


def _seconds(moment: str) -> float:
    try:
        return float(moment)
    except ValueError:
        pass
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        raise SignatureInvalid("The signed time is missing or cannot be read.") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
