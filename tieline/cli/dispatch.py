"""`tieline dispatch`: from the inbox to flow runs."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, note, panel, table
from tieline.cli.signals import until_sigterm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from tieline.dispatch import Trigger


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Webhooks")(dispatch)


def dispatch() -> None:
    """Turn what the gateway took in into flow runs, until Ctrl-C. Any number of these may share a store."""
    from tieline import prefect_server

    triggers = registry.triggers()
    with ExitStack() as stack:
        server = prefect_server.named()
        if server is None:
            server = stack.enter_context(prefect_server.connected(note, services=True))
        # One that is named and does not answer yet is waited for.
        err.print(panel(shown(triggers), f"Dispatching to {server.api} until Ctrl-C"))
        asyncio.run(until_sigterm(run(triggers)))


async def run(triggers: Sequence[Trigger]) -> None:
    """Dispatch until this is cancelled."""
    from tieline.dispatch import publish, runs
    from tieline.dispatch.dispatcher import Dispatcher
    from tieline.settings import settings

    async with runs.connected() as started, publish.publisher(wanted=settings().publish_events) as tell:
        await Dispatcher(started, triggers, publish=tell).run()


def shown(triggers: Sequence[Trigger]) -> Table:
    """Which events start which flows."""
    made = table("Event", "Runs", "Lane", "Together")
    for one in triggers:
        together = f"up to {one.at_most}" if one.batch else "each alone"
        made.add_row(f"[bold]{', '.join(one.events)}[/]", Text(one.target), one.lane, together)
    return made
