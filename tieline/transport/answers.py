"""From a vendor's answer to our errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tieline.errors import (
    BadAnswer,
    ConnectorError,
    NotFound,
    RateLimited,
    Unavailable,
    from_status,
)
from tieline.observe import redact
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after

LONGEST_MESSAGE = 300
LONGEST_CODE = 60
TOO_BUSY = 503
_MESSAGES = (
    "message",
    "errorMessages",
    "error_description",
    "description",
    "error.message",
    "error.title",
    "error",
    "detail",
    "title",
)
_CODES = ("code", "error.code", "error.type", "error", "type")
_HINTS: Mapping[type[ConnectorError], str] = {
    NotFound: "Check the id, and that these credentials may see it.",
    RateLimited: "Try again later, or ask for fewer calls.",
}


def body_of(response: httpx.Response) -> Any:
    """The JSON in an answer; None for an empty one.

    Raises:
        BadAnswer: It is something else.
    """
    if not response.content.strip():
        return None
    try:
        return response.json()
    except (ValueError, RecursionError):
        kind = response.headers.get("content-type", "no content type").partition(";")[0]
        raise BadAnswer(
            f"The answer is not JSON ({kind}, {len(response.content)} bytes).",
            hint="The address may lead to a login page or a proxy: check the field `url` of the block.",
            status=response.status_code,
        ) from None


def peek(response: httpx.Response) -> Any:
    """The JSON in an answer, or None where it is something else."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def error_of(response: httpx.Response, secrets: tuple[str, ...]) -> ConnectorError:
    """What an answer that is not a success means."""
    status = response.status_code
    if response.is_redirect:
        # Without the query: what stands there is often a ticket for the next host.
        host = response.headers.get("location", "").partition("?")[0]
        return BadAnswer(
            f"It redirects ({status}) to {redact(host, secrets)[:LONGEST_MESSAGE]!r}, which was not followed.",
            hint="Check the field `url` of the block, and the account's name.",
            status=status,
        )
    body, after = peek(response), retry_after(response)
    kind = from_status(status)
    error = kind(
        f"It answered {status}{_said(body, secrets)}.",
        hint=_HINTS.get(kind, "") if after is None else f"It asks to come back in {after:.0f} s.",
        status=status,
        code=redact(_first(body, _CODES), secrets)[:LONGEST_CODE],
        retry_after=after,
        fields={redact(name, secrets): redact(text, secrets)[:LONGEST_MESSAGE] for name, text in _fields(body)},
    )
    if isinstance(error, Unavailable):
        # Only a vendor that is too busy and says when to come back says, too, that it has not begun.
        error.may_have_happened = status != TOO_BUSY or after is None
    return error


def _said(body: Any, secrets: tuple[str, ...]) -> str:
    said = _first(body, _MESSAGES) or (body if isinstance(body, str) else "")
    wrong = ", ".join(f"{name}: {text}" for name, text in _fields(body))
    text = " (".join(filter(None, [said.rstrip("."), wrong])) + (")" if said and wrong else "")
    return f": {redact(text, secrets)[:LONGEST_MESSAGE]}" if text else ""


def _first(body: Any, paths: tuple[str, ...]) -> str:
    if isinstance(body, list) and body:
        body = body[0]
    found = (dig(body, path) for path in paths)
    found = (" ".join(map(str, value)) if isinstance(value, list) else value for value in found)
    return next((str(value) for value in found if isinstance(value, str | int) and value), "")


def _fields(body: Any) -> list[tuple[str, str]]:
    """What was wrong with each field: the shapes that most vendors use."""
    if not isinstance(body, Mapping):
        return []
    listed, named = body.get("errors"), body.get("details") or body.get("errors") or body.get("message")
    if isinstance(listed, list):
        return [
            (str(e.get("field") or e.get("code") or "error"), str(e.get("message") or e.get("title") or e))
            for e in listed
            if isinstance(e, Mapping)
        ]
    if isinstance(named, Mapping):
        return [(str(name), _text(value)) for name, value in named.items()]
    return []


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, Mapping):
        return str(value.get("description") or value.get("message") or value.get("error") or dict(value))
    return str(value)
