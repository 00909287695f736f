"""Who did what, when: the same four facts from every vendor's payload, as far as it says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tieline.webhooks.delivery import Facts, Webhook
from tieline.webhooks.readers import at

#: A fact is for people: more than this is cut off.
LONGEST = 200
#: Larger numbers count milliseconds, and so on by thousands. The first is the year 5138 in seconds.
_SECONDS = 1e11
_THOUSAND = 1000.0

Where = str | Callable[[Any], str]


class Told(NamedTuple):
    """What an event says; "" or None where it does not.

    Attributes:
        who: The person or the robot.
        when: The moment.
        subject: What it is about.
        link: A page to look at.
    """

    who: str = ""
    when: datetime | None = None
    subject: str = ""
    link: str = ""


def facts_of(webhook: Webhook, payload: Any) -> Told:
    """The facts of one event.

    Args:
        webhook: Says where they stand.
        payload: The event's payload, as `Webhook.read` gives it, or one of its parts.
    """
    return told_by(webhook.facts, payload)


def told_by(facts: Facts, payload: Any) -> Told:
    """The same, where there is no webhook.

    Args:
        facts: Where they stand.
        payload: The event's payload.
    """
    link = _read(facts.link, payload)
    return Told(
        _line(_read(facts.who, payload)),
        moment(_read(facts.when, payload)),
        _line(_read(facts.subject, payload)),
        link if link.startswith(("https://", "http://")) and link.isprintable() and " " not in link else "",
    )


def moment(said: str) -> datetime | None:
    """A moment as vendors write it: ISO 8601, or Unix time in seconds, milliseconds, micro- or nanoseconds."""
    try:
        seconds = float(said)
        while abs(seconds) > _SECONDS:
            seconds /= _THOUSAND
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        found = datetime.fromisoformat(said.strip().replace(" UTC", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(where: Where, payload: Any) -> str:
    """The first that is there of the paths, which stand between `|`."""
    if not isinstance(where, str):
        return where(payload)
    found = (at(payload, path) for path in where.split("|"))
    return next((str(value) for value in found if type(value) in {str, int, float} and value != ""), "")


def _line(text: str) -> str:
    flat = " ".join("".join(one if one.isprintable() else " " for one in text[: 4 * LONGEST]).split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
