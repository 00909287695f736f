"""`tieline deploy` and `tieline serve`: run flows by schedule, by event and from the Prefect UI."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, note, out, panel, table
from tieline.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import WorkPool
    from prefect.deployments.runner import RunnerDeployment
    from rich.table import Table

#: Our own work pool, and the type of the worker that works for it.
POOL = WORKER = "tieline"
#: How often we ask for runs that are due. An event's run should not wait for Prefect's ten seconds.
ASK_SECONDS = 2


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(rich_help_panel="Prefect")(deploy)
    app.command(rich_help_panel="Prefect")(serve)


def deploy(
    pool: str = typer.Option(
        POOL,
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
            asyncio.run(_deploy(found, pool))
        out.print(shown(found))
        note(
            f"{len(found)} deployments are at {server.api}, for the work pool {pool!r}. "
            f"To run them: {'tieline worker' if pool == POOL else f'prefect worker start --pool {pool}'}"
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
        await runner.aadd_deployment(deployment)
    # The runner takes SIGTERM over as its first act, and does not await its own end then: take it back.
    asyncio.get_running_loop().call_soon(signal.signal, signal.SIGTERM, signal.getsignal(signal.SIGTERM))
    await runner.start()


def shown(found: list[RunnerDeployment]) -> Table:
    """Deployments, and when they run."""
    made = table("Deployment", "When", "What it does")
    for one in found:
        made.add_row(f"[bold]{one.flow_name}/{one.name}[/]", Text(_when(one)), Text(one.description or ""))
    return made


def _when(deployment: RunnerDeployment) -> str:
    schedules = [
        getattr(s.schedule, "cron", None) or str(getattr(s.schedule, "interval", s.schedule))
        for s in deployment.schedules or []
    ]
    events = [event for trigger in deployment.triggers for event in getattr(trigger, "expect", ())]
    return "\n".join([*schedules, *events]) or "by hand"


async def _deploy(found: list[RunnerDeployment], pool: str) -> None:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        known = {one.name: one for one in await client.read_work_pools(limit=200)}
        if pool == POOL:
            await _own_pool(client, known.get(POOL))
        elif pool not in known:
            raise UnknownName("work pool", pool, known, hint=f"Make it: prefect work-pool create {pool} --type process")
        lanes = pool == POOL or known[pool].type == WORKER
        if lanes:
            await _queues(client, pool)
    for deployment in found:
        if not lanes:
            deployment.work_queue_name = None  # a lane is a queue of our own pool
        await deployment.aapply(work_pool_name=pool)


async def _own_pool(client: PrefectClient, known: WorkPool | None) -> None:
    """Make the pool that the warm worker works for."""
    from prefect.client.schemas.actions import WorkPoolCreate

    from tieline.worker.configuration import template

    if known is not None and known.type != WORKER:
        raise ConfigError(
            f"There is a work pool {POOL!r} already, of type {known.type!r}; "
            f"the warm worker needs one of type {WORKER!r}.",
            hint=f"Delete it, and deploy again: prefect work-pool delete {POOL}. Or keep it, and give its workers the "
            f"deployments: prefect work-pool create other --type {known.type}, then tieline deploy --pool other.",
        )
    if known is None:
        made = WorkPoolCreate(
            name=POOL,
            type=WORKER,
            description="Runs flows at once, in a process that has them imported: tieline worker.",
            base_job_template=template(),
        )
        await client.create_work_pool(made)


async def _queues(client: PrefectClient, pool: str) -> None:
    """Make the queue of each lane; 1 is the most urgent."""
    from prefect.exceptions import ObjectAlreadyExists

    from tieline.worker.lanes import LANES

    for priority, lane in enumerate(LANES, 1):
        with suppress(ObjectAlreadyExists):
            await client.create_work_queue(lane, work_pool_name=pool, priority=priority)
