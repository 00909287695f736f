"""How commands end that run until they are told to."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable

#: What a process answers that SIGTERM has ended.
TERMINATED = 128 + signal.SIGTERM


async def until_sigterm(work: Awaitable[None]) -> None:
    """Do something until it is done, or SIGTERM cancels it; Ctrl-C does so by itself.

    The handler of the command line raises wherever the signal finds us. In an event loop that would be within one of
    many tasks, or between two, where what others wait for would be lost.

    Args:
        work: What to do.

    Raises:
        SystemExit: SIGTERM came.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    told = False

    def end() -> None:
        nonlocal told
        told = True
        if task is not None:
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        await work
    except asyncio.CancelledError:
        if told:
            sys.exit(TERMINATED)
        raise
