"""Requests that are no events: the vendor wants to see whether we are there, and who we are.

Each function makes one `Handshake`. Those that are not signed answer nothing that a stranger could use: they repeat
what he said, or keep a secret that the block must be waiting for (`verification="handshake"`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from tieline.webhooks.delivery import Delivery, Handshake, Reply
from tieline.webhooks.readers import at, body, word
from tieline.webhooks.verifiers import Hmac, as_bytes

#: A token that is repeated to whoever sent it is at most this long.
_LONGEST_ECHO = 4096


def said_hello(*methods: str) -> Handshake:
    """The vendor looks with HEAD or GET whether there is somebody (Trello)."""
    return Handshake(lambda delivery, _: Reply(200) if delivery.method in methods else None, signed=False)


def echoed(path: str, when: Callable[[Delivery], bool], *, key: str) -> Handshake:
    """The vendor says something in a signed body that must be repeated (Slack).

    Args:
        path: Dotted path of what is to be repeated.
        when: Tells the handshake from an event.
        key: The name under which it is repeated.
    """

    def answer(delivery: Delivery, _: Sequence[str]) -> Reply | None:
        return as_json({key: body(path)(delivery)}) if when(delivery) else None

    return Handshake(answer)


def echoed_query(name: str) -> Handshake:
    """The vendor says something in the query that must be repeated as plain text (Microsoft Graph)."""

    def answer(delivery: Delivery, _: Sequence[str]) -> Reply | None:
        token = delivery.query.get(name, "")
        if not token or len(token) > _LONGEST_ECHO:
            return None
        # Nobody's browser shall take it for a page.
        return Reply(200, as_bytes(token), "text/plain", {"x-content-type-options": "nosniff"})

    return Handshake(answer, signed=False)


def secret_in_body(path: str, notice: str) -> Handshake:
    """The vendor's first call, which is not signed, brings the secret in its body (Notion)."""

    def answer(delivery: Delivery, _: Sequence[str]) -> Reply | None:
        data = delivery.json
        found = at(data, path)
        secret = word(found) if isinstance(found, str) else ""
        # The call holds nothing else: an event that has such a field, too, is an event.
        return Reply(200, secret=secret, notice=notice) if secret and list(data) == [path] else None

    return Handshake(answer, signed=False)


def secret_in_header(name: str, notice: str) -> Handshake:
    """The vendor's first call, which is not signed, brings the secret in a header and wants it back there (Asana)."""

    def answer(delivery: Delivery, _: Sequence[str]) -> Reply | None:
        secret = word(delivery.headers.get(name.lower(), ""))
        return Reply(200, headers={name: secret}, secret=secret, notice=notice) if secret else None

    return Handshake(answer, signed=False)


def proven(verify: Hmac, path: str, when: Callable[[Delivery], bool], *, plain: str, proof: str) -> Handshake:
    """The vendor wants something signed with the secret that it has used itself (Zoom).

    Args:
        verify: How its requests are signed: of several live secrets, the one that fits is the one to prove.
        path: Dotted path of what is to be signed.
        when: Tells the handshake from an event.
        plain: The name under which that is repeated.
        proof: The name under which the HMAC-SHA256 is given, in hex.
    """

    def answer(delivery: Delivery, secrets: Sequence[str]) -> Reply | None:
        secret = next((one for one in secrets if verify.matches(delivery, one)), "")
        said = body(path)(delivery)
        if not secret or not said or not when(delivery):
            return None
        return as_json({plain: said, proof: Hmac(header=proof).of(as_bytes(said), secret)})

    return Handshake(answer)


def answered(when: Callable[[Delivery], bool], reply: Reply, *, signed: bool = True) -> Handshake:
    """A call that wants one certain answer (Discord's PING)."""
    return Handshake(lambda delivery, _: reply if when(delivery) else None, signed=signed)


def says(reader: Callable[[Delivery], str], *words: str) -> Callable[[Delivery], bool]:
    """Tells a handshake by what stands somewhere."""
    return lambda delivery: reader(delivery) in words


def as_json(value: Mapping[str, Any], status: int = 200) -> Reply:
    """A reply in JSON."""
    return Reply(status, orjson.dumps(value))
