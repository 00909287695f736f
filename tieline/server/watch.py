"""What the gateway counts and says: metrics, and log lines that a flood cannot multiply."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tieline.observe import log

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

QUIET_SECONDS = 10.0
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10)


@dataclass
class _Said:
    """What has been said, and how often it could have been said since."""

    detail: str
    more: int = 0


class Watch:
    """Counts, and logs one line for each connection and reason in ten seconds."""

    def __init__(self) -> None:
        self._hooks, self._seconds = _metrics()
        self._said: dict[tuple[str, str, str], _Said] = {}
        self._accepted: dict[tuple[str, str], Counter] = {}

    def accepted(self, system: str, connection: str) -> None:
        """A delivery was written down, or had been before."""
        counter = self._accepted.get((system, connection))
        if counter is None:
            counter = self._hooks.labels(system, connection, "accepted")
            self._accepted[system, connection] = counter
        counter.inc()

    def greeted(self, system: str, connection: str) -> None:
        """A handshake was answered."""
        self._hooks.labels(system, connection, "handshake").inc()

    def refused(self, system: str, connection: str, reason: str, detail: str) -> None:
        """A delivery for a connection that we know was not taken in."""
        self._hooks.labels(system, connection, reason).inc()
        self._say(system, connection, reason, detail)

    def took(self, seconds: float) -> None:
        """How long an answer took."""
        self._seconds.observe(seconds)

    def flush(self) -> None:
        """Say what has been held back."""
        for key in tuple(self._said):
            self._again(key)

    def _say(self, system: str, connection: str, reason: str, detail: str) -> None:
        key = (system, connection, reason)
        said = self._said.get(key)
        if said is not None:
            said.more += 1
            said.detail = detail
            return
        self._said[key] = _Said(detail)
        log().warning("Not taken in.", system=system, connection=connection, why=reason, detail=detail)
        asyncio.get_running_loop().call_later(QUIET_SECONDS, self._again, key)

    def _again(self, key: tuple[str, str, str]) -> None:
        said = self._said.pop(key, None)
        if said is not None and said.more:
            system, connection, reason = key
            log().warning(
                "Not taken in, again.",
                system=system, connection=connection, why=reason, times=said.more, last=said.detail,
            )  # fmt: skip


@cache
def _metrics() -> tuple[Counter, Histogram]:
    from prometheus_client import Counter, Histogram  # noqa: PLC0415 - only where something is received

    hooks = Counter("tieline_hooks", "Requests of vendors.", ["system", "connection", "outcome"])
    return hooks, Histogram("tieline_hook_seconds", "Seconds until the answer.", buckets=BUCKETS)
