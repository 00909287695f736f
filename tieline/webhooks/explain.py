"""Why a delivery is refused: tries what usually goes wrong, and says what would have been right.

Nothing here tells a secret or a signature: only what had to be changed for it to fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tieline.errors import SignatureInvalid
from tieline.webhooks.delivery import Delivery, Scheme, Webhook

_BOM = b"\xef\xbb\xbf"


def reasons(webhook: Webhook, delivery: Delivery, secret: str, now: float) -> list[str]:
    """What is wrong with a delivery that was refused, in sentences; empty if nothing usual is.

    Args:
        webhook: The vendor's.
        delivery: What came in.
        secret: What the block holds.
        now: The time in Unix seconds at which it was refused.
    """
    found = [*_missing(webhook, delivery)]
    moment = webhook.verify.signed_at(delivery) if isinstance(webhook.verify, Scheme) else None
    if _good(webhook, delivery, secret, moment, now):
        found.append("The signature is right; only the time is not. For a recorded delivery give the time with --now.")
        return found
    for changed, said in _bodies(delivery):
        if _good(webhook, changed, secret, moment, now):
            found.append(f"The body was changed on its way: with {said} the signature is right. Give us the raw bytes.")
            break
    for other, said in _secrets(secret):
        if _good(webhook, delivery, other, moment, now):
            found.append(f"The secret is nearly right: {said}.")
    for changed, said in _addresses(delivery):
        if _good(webhook, changed, secret, moment, now):
            found.append(f"The address is signed, too, and {said}: set webhook.url on the block so.")
    return found or [*_odd(webhook, delivery, secret)]


def _good(webhook: Webhook, delivery: Delivery, secret: str, moment: float | None, now: float) -> bool:
    """Whether it would pass, at the moment that it says itself."""
    try:
        webhook.check(delivery, secret, now=now if moment is None else moment)
    except SignatureInvalid:
        return False
    return True


def _missing(webhook: Webhook, delivery: Delivery) -> Iterator[str]:
    names = webhook.verify.way(delivery).headers if isinstance(webhook.verify, Scheme) else ()
    for name in names:
        if not delivery.headers.get(name):
            yield f"The header {name} is missing or empty."


def _bodies(delivery: Delivery) -> Iterator[tuple[Delivery, str]]:
    """The same body as other programs would have written it."""
    raw, data = delivery.raw, delivery.json
    ways = [
        (raw.rstrip(b"\r\n"), "no line break at its end"),
        (raw + b"\n", "a line break at its end"),
        (raw + b"\r\n", "a line break (CR LF) at its end"),
        (raw.replace(b"\r\n", b"\n"), "LF for CR LF"),
        (raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), "CR LF for LF"),
        (raw.removeprefix(_BOM), "no byte order mark"),
    ]
    if data is not None:
        ways += [(way, f"its JSON {said}") for way, said in _written(data)]
    for changed, said in ways:
        if changed != raw:
            yield replace(delivery, raw=changed), said


def _written(data: Any) -> Iterator[tuple[bytes, str]]:
    for ascii_only in (True, False):
        letters = "with \\u escapes" if ascii_only else "without \\u escapes"
        for separators, blanks in (((",", ":"), "without blanks"), ((", ", ": "), "with blanks")):
            yield (
                json.dumps(data, separators=separators, ensure_ascii=ascii_only).encode(errors="replace"),
                f"{blanks}, {letters}",
            )
        for indent in (2, 4):
            yield (
                json.dumps(data, indent=indent, ensure_ascii=ascii_only).encode(errors="replace"),
                f"indented by {indent}, {letters}",
            )


def _secrets(secret: str) -> Iterator[tuple[str, str]]:
    """The same secret as people meant to copy it."""
    if secret.strip() != secret:
        yield secret.strip(), "it has blanks or a line break around it"
    if secret.strip().strip("\"'") != secret.strip():
        yield secret.strip().strip("\"'"), "it has quotes around it"
    if secret.startswith("whsec_"):
        yield secret.removeprefix("whsec_"), "whsec_ does not belong to it here"
    else:
        yield f"whsec_{secret}", "whsec_ belongs before it"
    if secret.lower() != secret:
        yield secret.lower(), "it is written in small letters"


def _addresses(delivery: Delivery) -> Iterator[tuple[Delivery, str]]:
    """The same address as it may have been registered."""
    url = delivery.url
    if not url:
        return
    yield (
        replace(delivery, url=url.rstrip("/") if url.endswith("/") else f"{url}/"),
        "was registered with a slash at its end" if not url.endswith("/") else "was registered without the slash",
    )
    scheme, rest = ("http", url[5:]) if url.startswith("https") else ("https", url[4:])
    yield replace(delivery, url=scheme + rest), f"was registered with {scheme}"


def _odd(webhook: Webhook, delivery: Delivery, secret: str) -> Iterator[str]:
    """What looks wrong, where nothing that we tried was right."""
    if secret.strip() != secret:
        yield "The secret has blanks or a line break around it."
    if not delivery.raw and webhook.parts:
        yield "The body is empty."
    if delivery.raw and delivery.json is None and webhook.payload is None:
        yield "The body is no JSON: it may be cut off, compressed, or encoded once more."
    if webhook.kind != "token":
        yield "Probably the secret is another one: compare it with the vendor's page of this very webhook."
