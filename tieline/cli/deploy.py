"""`tieline deploy` and `tieline serve`: run flows by schedule, by event and from the Prefect UI."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, note, out, panel, table
from tieline.worker import pool as work_pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect.deployments.runner import RunnerDeployment
    from rich.table import Table

#: How often we ask for runs that are due. An event's run should not wait for Prefect's ten seconds.
ASK_SECONDS = 2


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(rich_help_panel="Prefect")(deploy)
    app.command(rich_help_panel="Prefect")(serve)


def deploy(
    pool: str = typer.Option(
        work_pool.POOL,
        "--pool",
        metavar="NAME",
        help="The work pool whose workers run them, of any type; only the default one is made.",
    ),
) -> None:
    """Deploy every flow of `deployments/` to a work pool, schedules and triggers included."""
    from tieline import prefect_server

    found = registry.deployments()
    with prefect_server.connected(note) as server:
        with err.status("Deploying …"):
            asyncio.run(work_pool.deploy(found, pool))
        out.print(shown(found))
        note(
            f"{len(found)} deployments are at {server.api}, for the work pool {pool!r}. "
            f"To run them: {'tieline worker' if pool == work_pool.POOL else f'prefect worker start --pool {pool}'}"
        )
        if server.fleeting:
            note("They are kept for the next server of our own: tieline up shows and runs them.")


def serve() -> None:
    """Run every flow of `deployments/` on this machine, schedules and triggers included, until Ctrl-C."""
    from tieline import prefect_server

    found = registry.deployments()
    with prefect_server.connected(note, services=True) as server:
        err.print(panel(shown(found), f"Serving at {server.ui} until Ctrl-C"))
        asyncio.run(run(found))


async def run(found: list[RunnerDeployment]) -> None:
    """Start runs when they are due, each in a process of its own, until this is cancelled.

    Schedules are paused at the end, so that nothing piles up while nobody runs it.
    """
    from prefect.runner import Runner

    runner = Runner(name="tieline", query_seconds=ASK_SECONDS)
    for deployment in found:
        # The lane is a queue of the work pool, and there is none here.
        await runner.aadd_deployment(deployment.model_copy(update={"work_queue_name": None}))
    # The runner takes SIGTERM over as its first act, and does not await its own end then: take it back.
    asyncio.get_running_loop().call_soon(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
    await runner.start()


def shown(found: list[RunnerDeployment]) -> Table:
    """Deployments below their flows, and when they run."""
    made = table("Deployment", "When")
    events = _events()
    for flow, those in _by_flow(found):
        made.add_row(f"[bold]{flow}[/]", "")
        for one in those:
            made.add_row(f"  {one.name}", Text(_when(one, events.get(f"{flow}/{one.name}", ()))))
    return made


def overview(found: list[RunnerDeployment]) -> Table:
    """Flows, and what starts them."""
    made = table("Scenario", "When something happens in", "By schedule")
    events = _events()
    for flow, those in _by_flow(found):
        systems = dict.fromkeys(
            event.partition(".")[0] for one in those for event in events.get(f"{flow}/{one.name}", ())
        )
        scheduled = [one for one in those if one.schedules]
        asleep = sum(bool(one.paused) for one in scheduled)
        paused = "" if not asleep else " (paused)" if asleep == len(scheduled) else f" ({asleep} paused)"
        made.add_row(f"[bold]{flow}[/]", ", ".join(systems), f"{len(scheduled) or ''}{paused}")
    return made


def _by_flow(found: list[RunnerDeployment]) -> list[tuple[str, list[RunnerDeployment]]]:
    flows = sorted({one.flow_name or "" for one in found})
    return [(flow, [one for one in found if one.flow_name == flow]) for flow in flows]


def _events() -> dict[str, Sequence[str]]:
    return {trigger.target: trigger.events for trigger in registry.triggers()}


def _when(deployment: RunnerDeployment, events: Sequence[str]) -> str:
    schedules = [
        getattr(s.schedule, "cron", None) or str(getattr(s.schedule, "interval", s.schedule))
        for s in deployment.schedules or []
    ]
    asleep = " (paused)" if deployment.paused else ""
    return "\n".join([*(f"{one}{asleep}" for one in schedules), *events]) or "by hand"
