"""`tieline worker`: run the flows of a work pool in a process that is warm."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import typer

from tieline.cli.screen import note
from tieline.worker.pool import POOL

if TYPE_CHECKING:
    from tieline.worker.worker import TielineWorker


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Prefect")(worker)


def worker(
    pool: str = typer.Option(POOL, "--pool", metavar="NAME", help="The work pool whose runs it runs."),
    limit: int = typer.Option(10, "--limit", min=1, help="How many runs there may be at a time."),
) -> None:
    """Run flows at once, in a process that has them imported, until Ctrl-C.

    Upon Ctrl-C it takes no new runs, and those that run have TIELINE_GRACE_SECONDS more. A second one ends them now.
    """
    from tieline import prefect_server
    from tieline.worker.worker import TielineWorker

    with prefect_server.connected(note, services=True):
        asyncio.run(run(TielineWorker(pool, limit=limit)))


async def run(made: TielineWorker) -> None:
    """Run a worker until a signal says to end; a second one ends it at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    told = 0

    def end() -> None:
        nonlocal told
        told += 1
        if told == 1 and task is not None:
            task.cancel()
        else:
            made.hurry()

    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, end)
    try:
        await made.start(printer=note)
    except asyncio.CancelledError:
        note("The worker has ended.")
