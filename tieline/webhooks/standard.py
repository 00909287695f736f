"""Standard Webhooks, as Svix and ever more vendors speak it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from tieline.webhooks.delivery import Reader
from tieline.webhooks.readers import first, header, numbered
from tieline.webhooks.verifiers import EitherWay, Hmac, either, from_base64


def standard_webhooks(name: str = "webhook") -> Hmac:
    """The signature of Standard Webhooks.

    Args:
        name: What the names of its three headers begin with: "webhook", or "svix" from older senders.
    """
    return Hmac(
        f"{name}-signature",
        signed="{id}.{timestamp}.{body}",
        id=f"{name}-id",
        timestamp=f"{name}-timestamp",
        encoding="base64",
        prefix="v1,",
        split=" ",
        key=from_base64,
    )


def standard_or_svix() -> EitherWay:
    """The signature under either set of names."""
    return either(standard_webhooks(), standard_webhooks("svix"))


#: The delivery's id, which is signed.
standard_id: Reader = numbered(first(header("webhook-id"), header("svix-id")))
