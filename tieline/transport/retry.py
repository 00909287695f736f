"""When a call is tried again, and how long we wait before it. The only place that retries."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_to_datetime, parsedate_tz

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_exponential_jitter

from tieline.errors import CircuitOpen, Transient, Unavailable
from tieline.transport import clock

ATTEMPTS = 5
#: A vendor that asks for more seconds than this gets no further try now; the error says when.
LONGEST_WAIT = 60.0

_backoff = wait_exponential_jitter(initial=0.5, max=30, jitter=0.5)


async def _sleep(seconds: float) -> None:
    # Looked up when it is called, so that tests can replace it.
    await clock.sleep(seconds)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds asked for by `Retry-After`, a number or a date (RFC 9110, 10.2.3); None where it says nothing usable."""
    value = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        seconds = (until - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def until_reset(response: httpx.Response) -> float | None:
    """Seconds until `X-RateLimit-Reset`, a Unix time, by the vendor's own clock: ours may be another one."""
    reset, now = response.headers.get("x-ratelimit-reset", ""), parsedate_tz(response.headers.get("date", ""))
    return max(float(int(reset) - mktime_tz(now)), 1.0) if reset.isdigit() and now else None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Transient) else None
    return _backoff(state) if asked is None else asked


def retrying(*, repeatable: bool, seconds: float, attempts: int = ATTEMPTS) -> AsyncRetrying:
    """The policy for one call.

    Args:
        repeatable: Doing it twice is as good as once. If not, only what surely did not happen is tried again.
        seconds: Longest time for all tries together.
        attempts: Most tries.
    """

    def again(error: BaseException) -> bool:
        if not isinstance(error, Transient) or isinstance(error, CircuitOpen):
            return False
        if (error.retry_after or 0) > LONGEST_WAIT:
            return False
        return repeatable or not (isinstance(error, Unavailable) and error.may_have_happened)

    return AsyncRetrying(
        retry=retry_if_exception(again),
        stop=stop_after_attempt(attempts) | stop_before_delay(seconds),
        wait=_wait,
        sleep=_sleep,
        reraise=True,
    )
