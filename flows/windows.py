"""Spans of time, as people write them in queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from tieline import ConfigError, Input

_WINDOW = re.compile(
    r"(?P<what>new|updated) in the last (?:(?P<count>\d+) )?(?P<unit>minute|hour|day|week)s?", re.IGNORECASE
)


class Window(Input):
    """What is of the recent past."""

    what: Literal["new", "updated"]
    since: datetime


def recent(query: str, now: datetime | None = None) -> str | Window:
    """Read queries such as "new in the last hour" or "updated in the last 2 days"; any other is the vendor's own.

    Raises:
        ConfigError: It asks for what was before all times.
    """
    found = _WINDOW.fullmatch(query.strip())
    if not found:
        return query.strip()
    try:
        since = (now or datetime.now(UTC)) - timedelta(**{f"{found['unit'].lower()}s": int(found["count"] or 1)})
    except (OverflowError, ValueError):
        raise ConfigError(
            f"{query.strip()[:80]!r} reaches back before all times.", hint='Say "in the last 30 days".'
        ) from None
    return Window(what="new" if found["what"].lower() == "new" else "updated", since=since)
