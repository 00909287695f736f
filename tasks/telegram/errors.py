"""What Telegram refuses, and why: `ok: false`, and why in words."""

from collections.abc import Mapping
from typing import Any

from tieline import ConnectorError
from tieline.errors import AuthFailed, Conflict, NotFound, RateLimited, Unavailable, from_status
from tieline.transport.answers import peek
from tieline.transport.paging import dig
from tieline.transport.retry import retry_after
from tieline.transport.rules import Answer

#: What a 400 is about. Telegram has a few numbers for errors only, and says the rest in words.
#: https://core.telegram.org/bots/api#making-requests
_BY_WORDS: Mapping[str, type[ConnectorError]] = {
    "not found": NotFound,
    "message is not modified": Conflict,
}
_HINTS = {
    "chat not found": "Somebody has to write to the bot first, or add it to the group or channel.",
    "message is not modified": "The message says exactly this already.",
    "can't parse entities": "Leave parse_mode out, or escape what it reserves.",
    "blocked by the user": "The person has to unblock the bot.",
    "not a member": "Add the bot to the group or channel.",
    "was kicked": "Add the bot to the group or channel again.",
    "message to ": "Check the number: the message may have been deleted.",
    "webhook is active": "Updates come through the webhook; remove that first if you want to list them.",
}
_BAD_REQUEST, _UNKNOWN, _TOO_MANY = 400, 404, 429
_ERRORS = range(400, 600)
#: A year in seconds: what is more is no number of theirs.
_LONGEST_WAIT = 366 * 86400


def read_error(answer: Answer) -> ConnectorError | None:
    """The error in an answer that says `ok: false`."""
    said = peek(answer)
    if not isinstance(said, Mapping) or said.get("ok") is not False:
        return None
    code = said.get("error_code")
    status = code if type(code) is int and code in _ERRORS else max(answer.status_code, _BAD_REQUEST)
    described = str(said.get("description") or "no reason given")[:300]
    error = _kind_of(status, described.lower())(
        f"It answered {status}: {described.rstrip('.')}.",
        hint=next((hint for sign, hint in _HINTS.items() if sign in described.lower()), _moved(said)),
        status=status,
        retry_after=_wait(said) if status == _TOO_MANY else None,
    )
    if isinstance(error, RateLimited):
        error.retry_after = retry_after(answer) if error.retry_after is None else error.retry_after
        error.hint = f"It asks to come back in {error.retry_after:.0f} s." if error.retry_after is not None else ""
    if isinstance(error, Unavailable):
        error.may_have_happened = True
    return error


def _kind_of(status: int, described: str) -> type[ConnectorError]:
    if status == _UNKNOWN:
        # The path holds nothing but the token and the method, and the methods are known.
        return AuthFailed
    usual = from_status(status)
    found = (kind for sign, kind in _BY_WORDS.items() if sign in described)
    return next(found, usual) if status == _BAD_REQUEST else usual


def _wait(said: Mapping[str, Any]) -> float | None:
    seconds = dig(said, "parameters.retry_after")
    return float(seconds) if type(seconds) is int and 0 <= seconds <= _LONGEST_WAIT else None


def _moved(said: Mapping[str, Any]) -> str:
    new = dig(said, "parameters.migrate_to_chat_id")
    return f"The group has become a supergroup: its chat_id is {new} now." if type(new) is int else ""
