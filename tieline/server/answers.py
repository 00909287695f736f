"""What vendors get to hear, made once."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from tieline.webhooks import Reply


class Answer(NamedTuple):
    """A response, as the two messages that ASGI wants."""

    start: dict[str, Any]
    body: dict[str, Any]

    @property
    def status(self) -> int:
        """The HTTP status."""
        status: int = self.start["status"]
        return status


class Refusal(Exception):  # noqa: N818 - reads as what happened
    """A delivery is not taken in.

    Args:
        answer: What the vendor hears.
        reason: Why, in a few words that are always the same: log lines and counters are kept by it.
        detail: More, for the log alone.
    """

    def __init__(self, answer: Answer, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.answer = answer
        self.reason = reason
        self.detail = detail


class Denied(Exception):  # noqa: N818 - reads as what happened
    """Somebody is not who they should be. They all hear the same, whatever the reason.

    Args:
        reason: See `Refusal`.
        detail: See `Refusal`.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def answer(status: int, said: str = "", **headers: str) -> Answer:
    """A response.

    Args:
        status: The HTTP status.
        said: What went wrong, if anything did.
        headers: More headers, with `_` for `-`.
    """
    body = orjson.dumps({"error": said}) if said else b""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return _made(status, body, "application/json" if said else "", named)


def wait(status: int, said: str, seconds: float) -> Answer:
    """A response that asks to come again later."""
    return answer(status, said, retry_after=str(max(1, round(seconds))))


def from_reply(reply: Reply) -> Answer:
    """A response in the vendor's own form."""
    return _made(reply.status, reply.body, reply.media_type if reply.body else "", dict(reply.headers))


def _made(status: int, body: bytes, media_type: str, headers: dict[str, str]) -> Answer:
    sent = {"content-length": str(len(body))} | ({"content-type": media_type} if media_type else {}) | headers
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    return Answer(
        {"type": "http.response.start", "status": status, "headers": raw}, {"type": "http.response.body", "body": body}
    )


ACCEPTED = answer(202)
UNREADABLE = answer(400, "This cannot be read.")
DENIED = answer(401, "This is not signed by anybody we know.")
NOTHING_HERE = answer(404, "There is nothing here.")
METHOD = answer(405, "Deliveries are sent with POST.", allow="POST")
# What still comes of a body that is too large is not read.
TOO_LARGE = answer(413, "This is too large.", connection="close")
MEDIA_TYPE = answer(415, "This comes in a form that we do not take.")
