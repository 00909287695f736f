"""`tieline up`: everything that is needed, on this machine."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer
from rich.console import Group

from tieline import registry
from tieline.cli import blocks, deploy, sandbox
from tieline.cli.screen import err, note, pairs, panel
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.prefect_server import Server

#: `demo` always leads to the sandbox; `support`, which the deployments use, only where there is none.
DEMO, SUPPORT = "demo", "support"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(up)


def up(
    port: int = typer.Option(4200, help="Where our own Prefect server listens; not used where a server is named."),
    sandbox_port: int = typer.Option(sandbox.PORT, help="Where the sandbox listens."),
) -> None:
    """Start a Prefect server, the sandbox and a worker, and stay up until Ctrl-C."""
    from tieline import sandbox as simulated

    deployments, kinds = registry.deployments(), registry.blocks()
    server = _found(port)
    with ExitStack() as stack:
        served = stack.enter_context(simulated.running(sandbox_port))
        with err.status("Starting …") as status:
            server = server or _started(stack, port)
            status.update("Registering block types …")
            asyncio.run(blocks.register_all(kinds))
            asyncio.run(sandbox.save(served, DEMO, replace=True))
            asyncio.run(sandbox.save(served, SUPPORT, replace=False))
        rows = [
            ("Prefect", server.ui),
            ("Sandbox", served.url),
            ("Connections", f"{DEMO} and {SUPPORT}, of each simulated system"),
        ]
        err.print(panel(Group(pairs(rows), deploy.shown(deployments)), "Tieline is up. Ctrl-C ends it."))
        try:
            asyncio.run(deploy.run(deployments))
        finally:
            note("Stopping …")


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
