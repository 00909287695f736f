"""What vendors push at us: how it is signed, named and numbered."""

from tieline.webhooks.delivery import (
    Delivery,
    Facts,
    Handshake,
    Reader,
    Reply,
    Scheme,
    Signer,
    Verifier,
    Webhook,
    digest,
)
from tieline.webhooks.facts import Told, facts_of
from tieline.webhooks.find import events, find, systems, webhook_of
from tieline.webhooks.readers import body, first, form, header, joined, named, numbered, query
from tieline.webhooks.times import in_body, in_header, in_item
from tieline.webhooks.verifiers import Hmac, InQuery, basic, bearer, either, from_base64, hmac_sha256, shared_secret

__all__ = [
    "Delivery",
    "Facts",
    "Handshake",
    "Hmac",
    "InQuery",
    "Reader",
    "Reply",
    "Scheme",
    "Signer",
    "Told",
    "Verifier",
    "Webhook",
    "basic",
    "bearer",
    "body",
    "digest",
    "either",
    "events",
    "facts_of",
    "find",
    "first",
    "form",
    "from_base64",
    "header",
    "hmac_sha256",
    "in_body",
    "in_header",
    "in_item",
    "joined",
    "named",
    "numbered",
    "query",
    "shared_secret",
    "systems",
    "webhook_of",
]
