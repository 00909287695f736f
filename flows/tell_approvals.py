"""Show people what waits for their decision, and what was decided."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

from prefect import flow, runtime

from flows import approvals as places
from tieline import approvals, each
from tieline.approvals.notices import notices

KEY = "tell-approvals"


def _run_name() -> str:
    """Such as "tiku-mora decided", for lists of runs."""
    asked = runtime.flow_run.parameters
    return f"{', '.join(asked['ids'][:3])} {str(asked['event']).removeprefix('approval_')}"


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def tell_approvals(ids: list[str], event: str) -> None:
    """Show people what waits for their decision, and what was decided.

    Args:
        ids: The approvals.
        event: What happened to them, such as "approval_asked".

    Raises:
        TielineError: People could not be told at one of the places; the others were.
    """
    await each(ids, lambda number: tell(number, event))


async def tell(number: str, event: str) -> None:
    """Show one approval to people, or what was decided on it. Errors: see `tell_approvals`."""
    found = await asyncio.to_thread(approvals.get, number)
    if found.state == "waiting":
        wanted = found.escalate_to if event == "approval_escalated" else found.places
        await _all(places.show(found, place) for place in wanted)
        # It may have been decided while it was posted: whoever told of that did not know of these places yet.
        found = await asyncio.to_thread(approvals.get, number)
    if found.state != "waiting":
        where = await asyncio.to_thread(notices, number)
        await _all(places.close(found, notice) for notice in where)


async def _all(told: Iterable[Awaitable[None]]) -> None:
    """All of them, whatever becomes of the others."""
    failed = [one for one in await asyncio.gather(*told, return_exceptions=True) if one is not None]
    if failed:
        raise failed[0]
