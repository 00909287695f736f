"""`tieline up`: everything that is needed, on this machine."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Group
from rich.panel import Panel

from tieline import registry
from tieline.cli import blocks, deploy, documenting, gateway, sandbox
from tieline.cli.screen import err, note, pairs, panel
from tieline.errors import ConfigError, TielineError
from tieline.processes import Programs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect.deployments.runner import RunnerDeployment

    from tieline.prefect_server import Server
    from tieline.sandbox import Sandbox

#: `demo` always leads to the sandbox; `support`, which the deployments use, only where there is none.
DEMO, SUPPORT = "demo", "support"
START_SECONDS = 120


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(up)


def up(
    port: int = typer.Option(4200, help="Where our own Prefect server listens; not used where a server is named."),
    sandbox_port: int = typer.Option(sandbox.PORT, help="Where the sandbox listens."),
    gateway_port: int = typer.Option(gateway.PORT, help="Where webhooks come in."),
) -> None:
    """Start a Prefect server, the sandbox, the gateway, a dispatcher and a worker, and stay up until Ctrl-C."""
    from prefect.blocks.core import Block

    from tieline import sandbox as simulated
    from tieline.feeds import watch
    from tieline.worker import pool

    deployments, kinds = registry.deployments(), registry.blocks(Block)
    server = _found(port)
    _free(gateway_port, "--gateway-port")
    with ExitStack() as stack:
        served = stack.enter_context(simulated.running(sandbox_port))
        with err.status("Starting …") as status:
            server = server or _started(stack, port)
            status.update("Registering block types …")
            asyncio.run(blocks.register_all(kinds))
            asyncio.run(sandbox.save(served, DEMO, replace=True))
            asyncio.run(sandbox.save(served, SUPPORT, replace=False))
            status.update("Deploying …")
            asyncio.run(pool.deploy(deployments))
            if server.own:
                stack.callback(lambda: asyncio.run(pool.pause(deployments)))
            status.update("Starting the gateway, the dispatcher and the worker …")
            programs = stack.enter_context(Programs(logs(), note))
            address = begin(programs, gateway_port)
            programs.start("dispatcher", "dispatch")
            programs.start("worker", "worker", "--pool", pool.POOL)
            if asyncio.run(watch.followed()):
                programs.start("watcher", "watch")
            told = asyncio.run(sandbox.subscribe(served, address, SUPPORT))
            asyncio.run(sandbox.subscribe(served, address, DEMO, {"github": "pull_request"}))
            stack.enter_context(documenting.project(served, address, DEMO, keep=True))
        err.print(_panel(server, served, address, told, deployments))
        try:
            programs.watch()
        finally:
            note("Stopping …")


def logs() -> Path:
    """Where what the programs say is kept."""
    from tieline.settings import settings

    return settings().data_dir / "logs"


def begin(programs: Programs, port: int) -> str:
    """Start the gateway.

    Args:
        programs: Where it runs.
        port: Where it listens.

    Returns:
        Its address; it is open.

    Raises:
        TielineError: It did not open.
    """
    from tieline.prefect_server import HOST

    door = programs.start("gateway", "gateway", "--port", str(port))
    address = f"http://{HOST}:{port}"
    until = time.monotonic() + START_SECONDS
    while not _open(address):
        if door.ended() is not None or time.monotonic() > until:
            raise TielineError("The gateway did not start.", hint=f"What it said is in {door.log}.")
        time.sleep(0.1)
    return address


def _open(address: str) -> bool:
    import httpx

    try:
        return httpx.get(f"{address}/health", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _panel(
    server: Server, served: Sandbox, address: str, told: Sequence[str], deployments: list[RunnerDeployment]
) -> Panel:
    rows = [
        ("Prefect", server.ui),
        ("Sandbox", f"{served.url}/"),
        ("Gateway", f"{address}/hooks/SYSTEM/CONNECTION"),
        ("Connections", f"{DEMO} and {SUPPORT}, of each simulated system"),
        ("Logs", str(logs())),
    ]
    if told:
        rows[2:2] = [
            ("Write", f"as a customer: {served.url}/tickets/{next(iter(served.state.desks))}"),
            ("Code", f"that is documented when somebody pushes: {served.url}/repositories"),
            ("Webhooks", f"that the sandbox sends: {served.url}/hooks"),
        ]
    return panel(Group(pairs(rows), deploy.overview(deployments)), "Tieline is up. Ctrl-C ends it.")


def _free(port: int, option: str) -> None:
    from tieline import prefect_server

    if not prefect_server.free(port):
        raise ConfigError(f"Port {port} is taken by another program.", hint=f"Stop it, or choose another {option}.")


def _found(port: int) -> Server | None:
    """The server that is named; None where one of our own is to be started, which nothing stands in the way of."""
    from tieline import prefect_server

    server = prefect_server.named()
    if server is not None:
        prefect_server.check(server)
        note(f"Using the Prefect server at {server.api}, from {server.source}.")
        return server
    other = prefect_server.running()
    if other is not None:
        raise ConfigError(
            f"A `tieline up` is running already: see {other.ui}.", hint="Use that one, or end it with Ctrl-C."
        )
    if not prefect_server.free(port):
        address = f"http://{prefect_server.HOST}:{port}/api"
        raise ConfigError(
            f"Port {port} is taken by another program.",
            hint=f"Stop it, or choose another --port. If it is a Prefect server, use it: PREFECT_API_URL={address}",
        )
    return None


def _started(stack: ExitStack, port: int) -> Server:
    """A new server of our own, which other commands find."""
    from tieline import prefect_server

    note("No Prefect server is named (PREFECT_API_URL or a Prefect profile): starting one.")
    server = stack.enter_context(prefect_server.started(prefect_server.home(), port=port, services=True))
    stack.enter_context(prefect_server.announced(server))
    return server
