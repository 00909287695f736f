"""What Discord refuses, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from tieline import ConnectorError
from tieline.errors import RateLimited, from_status
from tieline.transport.answers import peek
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

#: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_HINTS = {
    10003: "Check the channel's id, and that the bot is in its server.",
    10004: "Check the server's id, and that the bot is in it.",
    50001: "Let the bot see the channel: it needs the permission View Channel there.",
    50005: "A bot changes its own messages only.",
    50013: "Give the bot the permission in the channel, or to its role.",
}
_TOO_MANY = 429
_REFUSALS = range(400, 500)
#: A year in seconds: what is more is no number of theirs.
_LONGEST_WAIT = 366 * 86400


def read_error(answer: Answer) -> ConnectorError | None:
    """What a refusal says beyond its status: how long to wait, to the millisecond, and what was wrong with what."""
    said = peek(answer)
    if not isinstance(said, Mapping) or answer.status_code not in _REFUSALS:
        return None
    if answer.status_code == _TOO_MANY:
        return _too_many(answer, said)
    code = said.get("code")
    if type(code) is not int:
        return None
    wrong = dict(_wrong("", said.get("errors"), 0))
    details = "; ".join(f"{name}: {text}" for name, text in wrong.items())
    text = str(said.get("message") or "no reason given").rstrip(".")
    return from_status(answer.status_code)(
        f"It answered {answer.status_code}: {text}{f' ({details})' if details else ''}."[:500],
        hint=_HINTS.get(code, ""),
        status=answer.status_code,
        code=str(code)[:20],
        fields=wrong,
    )


def _too_many(answer: Answer, said: Mapping[str, Any]) -> RateLimited:
    """https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit."""
    asked = said.get("retry_after")
    fits = isinstance(asked, int | float) and 0 <= asked <= _LONGEST_WAIT
    wait = float(asked) if fits and asked is not None else retry_after(answer)
    whose = "the whole bot" if said.get("global") is True else answer.headers.get("x-ratelimit-scope", "this route")
    return RateLimited(
        f"It answered {_TOO_MANY}: too many calls (counted for: {whose[:20]}).",
        hint=f"It asks to come back in {wait:.1f} s." if wait is not None else "Try again later.",
        status=_TOO_MANY,
        retry_after=wait,
    )


def _wrong(path: str, errors: Any, depth: int) -> Iterator[tuple[str, str]]:
    """What was wrong with each field, https://discord.com/developers/docs/reference#error-messages."""
    if not isinstance(errors, Mapping) or depth > 8:  # noqa: PLR2004 - deeper than any message
        return
    found = errors.get("_errors")
    if isinstance(found, list):
        texts = [str(one.get("message") or one.get("code")) for one in found if isinstance(one, Mapping)]
        yield path or "message", "; ".join(texts)[:300]
    for name, inner in errors.items():
        yield from _wrong(f"{path}.{name}" if path else str(name), inner, depth + 1)
