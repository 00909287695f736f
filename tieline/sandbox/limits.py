"""Rate limits: so many calls in a window of so many seconds, as the vendors count them."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in `seconds`."""

    calls: int
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a caller stands: `limit` and `remaining` in calls, `reset` in whole seconds, at least one."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool = False


GENEROUS = Limit(100_000)
"""The default: high enough never to be in the way of a demonstration. Real plans allow 700 and less."""


class Window:
    """Counts calls in fixed windows."""

    def __init__(self, limit: Limit = GENEROUS, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` gives seconds from any start."""
        self.limit = limit
        self.monotonic = monotonic
        self.started = monotonic()
        self.used = 0

    def take(self) -> Budget:
        """Count one call and say what is left."""
        budget = self._look()
        if budget.remaining == 0:
            return Budget(budget.limit, 0, budget.reset, exceeded=True)
        self.used += 1
        return Budget(budget.limit, budget.remaining - 1, budget.reset)

    def spend(self, calls: int) -> Budget:
        """Count calls beyond the first, for requests that cost several."""
        self.used += calls
        return self._look()

    def _look(self) -> Budget:
        now = self.monotonic()
        if now - self.started >= self.limit.seconds:
            self.started, self.used = now, 0
        left = max(0, self.limit.calls - self.used)
        return Budget(self.limit.calls, left, max(1, math.ceil(self.limit.seconds - (now - self.started))))
