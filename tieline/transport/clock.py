"""The transport's time. Tests replace both functions by a clock that does not wait."""

import asyncio
import time


def now() -> float:
    """Seconds on a clock that never goes back."""
    return time.monotonic()


async def sleep(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)
