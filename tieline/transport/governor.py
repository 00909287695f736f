"""One governor per connection: rate budget, vendor's pauses and circuit breaker are decided here."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

from limits import parse_many
from limits.errors import ConfigurationError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from tieline.errors import ConfigError, ConnectorError, RateLimited, Unavailable
from tieline.settings import settings
from tieline.transport import clock
from tieline.transport.breaker import Breaker

if TYPE_CHECKING:
    from limits import RateLimitItem


#: A vendor's pause, however long, does not silence a connection for longer than this, in seconds: it is asked again.
LONGEST_PAUSE = 3600.0
REDIS_SECONDS = 5.0

_making = threading.Lock()


@cache
def _make_limiter() -> MovingWindowRateLimiter:
    url = settings().redis_url
    if not url:
        return MovingWindowRateLimiter(MemoryStorage())
    limits = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        return MovingWindowRateLimiter(storage_from_string(url, **limits))
    except (ConfigurationError, ValueError) as exc:
        raise _no_redis(exc) from None


def _limiter() -> MovingWindowRateLimiter:
    with _making:  # or two threads that start at once would have a budget each
        return _make_limiter()


def _no_redis(exc: Exception) -> ConfigError:
    return ConfigError(
        f"The Redis that holds the shared rate budget cannot be used ({type(exc).__name__}).",
        hint="Check TIELINE_REDIS_URL, such as redis://host:6379/0, and that the server runs.",
    )


def parse_rate(rate: str) -> list[RateLimitItem]:
    """Read a rate such as "100/minute" or "10/second; 5000/hour".

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return parse_many(rate) if rate else []
    except ValueError:
        raise ConfigError(f"The rate {rate!r} cannot be read.", hint='Write it like "100/minute".') from None


class Governor:
    """Decides when a call of one connection may leave.

    Args:
        key: Names the connection in the shared budget.
        rate: How much the vendor allows, such as "100/minute"; empty for no limit of ours.
        writes: How many writes it allows, where it counts them apart; `rate` is for the rest then.
    """

    def __init__(self, key: str, rate: str, writes: str = "") -> None:
        self.breaker = Breaker()
        self._usual = (f"tieline/{key}", parse_rate(rate))
        self._writes = (f"tieline/{key}/writes", parse_rate(writes)) if writes else self._usual
        self._paused_until = 0.0

    def learn(self, error: ConnectorError | None) -> None:
        """Draw the consequences of an answer.

        5xx counts against the system, anything else for it. When it asks for a pause, nobody on this connection sends
        anything until that is over.
        """
        if isinstance(error, Unavailable):
            self.breaker.failure()
        else:
            self.breaker.success()
        if isinstance(error, RateLimited) and error.retry_after:
            pause = min(error.retry_after, LONGEST_PAUSE)
            self._paused_until = max(self._paused_until, clock.now() + pause)

    async def admit(self, seconds: float, *, writing: bool = False) -> None:
        """Wait until a call may leave.

        Args:
            seconds: How long the caller is willing to wait.
            writing: Whether it is a write, for vendors that count these apart.

        Raises:
            CircuitOpen: The system is down; nothing is sent.
            RateLimited: The wait would be longer than that.
            ConfigError: The Redis with the shared budget cannot be used.
        """
        self.breaker.check()
        budget = self._writes if writing else self._usual
        while wait := await self._wait(*budget):
            if wait > seconds:
                raise self._late(wait)
            seconds -= wait
            await clock.sleep(wait)
        # Only now: the circuit may have opened meanwhile, and whoever is let through as a probe must be sent.
        self.breaker.before()

    def _late(self, wait: float) -> RateLimited:
        if self._paused_until > clock.now():
            return RateLimited(f"It asked us to wait; {wait:.0f} s are left.", retry_after=wait)
        return RateLimited(
            f"The budget of this connection is used up for {wait:.0f} s.",
            hint="The rate is set on the block; a bigger plan allows more.",
            retry_after=wait,
        )

    async def _wait(self, key: str, rates: list[RateLimitItem]) -> float:
        pause = self._paused_until - clock.now()
        if pause > 0:
            return pause
        if not rates:
            return 0.0
        if not settings().redis_url:
            return _take(key, rates)
        from redis.exceptions import RedisError  # noqa: PLC0415 - only who shares a budget pays

        try:
            # Redis is a round trip, memory is not.
            return await asyncio.to_thread(_take, key, rates)
        except RedisError as exc:
            raise _no_redis(exc) from None


def _take(key: str, rates: list[RateLimitItem]) -> float:
    """Take one call out of every window; the seconds to wait if one is empty."""
    limiter = _limiter()
    # A single window says by itself that it is empty; of several, none may be taken from where one is.
    several = len(rates) > 1
    empty = [rate for rate in rates if several and not limiter.test(rate, key)]
    if not empty and all(limiter.hit(rate, key) for rate in rates):
        return 0.0
    resets = [limiter.get_window_stats(rate, key).reset_time for rate in empty or rates]
    return max(0.01, max(resets) - time.time())


_governors: dict[str, Governor] = {}


def governor(key: str, rate: str, writes: str = "") -> Governor:
    """The one governor of a connection in this process."""
    name = f"{key} {rate} {writes}"
    found = _governors.get(name)
    if found is None:
        found = _governors.setdefault(name, Governor(key, rate, writes))
    return found


def forget() -> None:
    """Start afresh: budgets, pauses and circuits. For tests."""
    _governors.clear()
    _make_limiter.cache_clear()
