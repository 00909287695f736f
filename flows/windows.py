"""Spans of time, as people write them in queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from tieline import Input

_WINDOW = re.compile(
    r"(?P<what>new|updated) in the last (?:(?P<count>\d+) )?(?P<unit>minute|hour|day|week)s?", re.IGNORECASE
)


class Window(Input):
    """What is of the recent past."""

    what: Literal["new", "updated"]
    since: datetime


def recent(query: str, now: datetime | None = None) -> str | Window:
    """Read queries such as "new in the last hour" or "updated in the last 2 days"; any other is the vendor's own."""
    found = _WINDOW.fullmatch(query.strip())
    if not found:
        return query.strip()
    ago = timedelta(**{f"{found['unit'].lower()}s": int(found["count"] or 1)})
    return Window(what="new" if found["what"].lower() == "new" else "updated", since=(now or datetime.now(UTC)) - ago)
