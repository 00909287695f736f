"""What vendors push at us: how it is signed, named and numbered."""

from tieline.webhooks.delivery import Delivery, Facts, Handshake, Reader, Reply, Signer, Verifier, Webhook
from tieline.webhooks.schemes import body, digest, header, hmac_sha256, shared_secret

__all__ = [
    "Delivery",
    "Facts",
    "Handshake",
    "Reader",
    "Reply",
    "Signer",
    "Verifier",
    "Webhook",
    "body",
    "digest",
    "header",
    "hmac_sha256",
    "shared_secret",
]
