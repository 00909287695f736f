"""Run the syncs whose time has come, or of whose sides something has changed."""

from __future__ import annotations

import asyncio
import time

from prefect import flow, get_run_logger

from flows.sheet_sync import sheet_sync
from flows.sync import saved
from tieline import TielineError
from tieline.sync import Sync, memory

KEY = "sheet-syncs-due"


@flow(name=KEY, persist_result=False)
async def sheet_syncs_due(changed: list[str] | None = None) -> list[str]:
    """Run the syncs whose time has come. One that fails does not stop the others.

    Args:
        changed: Connections that something has changed behind, such as "zendesk/support": the syncs that want to run
            then are run. Empty: those that run every so many minutes, and have not for that long.

    Returns:
        The syncs that ran, also those that failed.

    Raises:
        TielineError: Syncs failed; says which, and why.
    """
    due = [sync.name for sync in await _all() if await asyncio.to_thread(_due, sync, changed or [])]
    troubles = []
    for name in due:
        try:
            await sheet_sync(name)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the others are due, too
            troubles.append(f"{name}: {str(exc) or type(exc).__name__}")
    if troubles:
        raise TielineError(f"{len(troubles)} of {len(due)} syncs failed. {' '.join(troubles)}")
    return due


async def _all() -> list[Sync]:
    found = []
    for name in await saved.names():
        try:
            found.append(await saved.load(name))
        except TielineError as exc:
            get_run_logger().warning("%s", exc)
    return found


def _due(sync: Sync, changed: list[str]) -> bool:
    if changed:
        return sync.on_change and not {sync.left.connection, sync.right.connection}.isdisjoint(changed)
    return bool(sync.every_minutes) and time.time() - memory.state(sync.name).at >= sync.every_minutes * 60
