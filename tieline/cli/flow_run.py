"""Runs a flow of a sync here, with a bar that grows as it writes."""

from __future__ import annotations

import asyncio
import os
from importlib import import_module
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tieline import registry
from tieline.cli.screen import err, note


def run_flow(flow: str, doing: str, **parameters: Any) -> Any:
    """Run a flow in this process.

    Args:
        flow: Its name, such as "sheet_sync".
        doing: What people read beside the bar.
        parameters: The flow's.

    Returns:
        What the flow returns.
    """
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    from tieline import observe, prefect_server

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with prefect_server.connected(note), Progress(*columns, console=err, transient=True) as bar:
        job = bar.add_task(doing, total=None)

        async def heard(done: int, of: int) -> None:
            bar.update(job, completed=done, total=of)

        # The engine knows nothing of flows, so what they share is looked up by name.
        progress = import_module("flows.sync.progress")
        listening = progress.heard.set(heard)
        try:
            result = asyncio.run(registry.flow(flow)(**parameters))
        finally:
            progress.heard.reset(listening)
    observe.flush()
    return result
