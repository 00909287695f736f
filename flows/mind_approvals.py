"""Look after what waits for a decision: remind, tell somebody else, and close what nobody decided in time."""

from __future__ import annotations

import asyncio
import time

from prefect import flow, get_run_logger

from tieline.approvals.minding import mind

KEY = "mind-approvals"


@flow(name=KEY, persist_result=False)
async def mind_approvals() -> list[str]:
    """Remind people, tell somebody else, and close what nobody decided in time.

    It changes the record; that people hear of it is the matter of the events that this makes.

    Returns:
        The approvals for which something was done.

    Raises:
        StoreUnavailable: The store cannot be written to; the next run does what is left.
    """
    done = await asyncio.to_thread(mind, time.time())
    for one in done:
        get_run_logger().info("%s (%s): %s.", one.id, one.title, one.verdict)
    return [one.id for one in done]
