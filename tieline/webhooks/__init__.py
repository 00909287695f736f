"""What vendors push at us: how it is signed, named and numbered."""

from tieline.webhooks.schemes import (
    Delivery,
    Reader,
    Verifier,
    Webhook,
    body,
    digest,
    header,
    hmac_sha256,
    shared_secret,
)

__all__ = [
    "Delivery",
    "Reader",
    "Verifier",
    "Webhook",
    "body",
    "digest",
    "header",
    "hmac_sha256",
    "shared_secret",
]
