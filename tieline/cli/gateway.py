"""`tieline gateway`: takes in what vendors send."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline.cli.screen import err, pairs, panel

if TYPE_CHECKING:
    from tieline.prefect_server import Server
    from tieline.server.directory import Directory
    from tieline.server.receiver import Receiver

PORT = 8400


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Webhooks")(gateway)


def gateway(
    host: str = typer.Option("127.0.0.1", help="The address to listen on; 0.0.0.0 is all of this machine."),
    port: int = typer.Option(PORT, help="Where to listen; 0 is any port that is free."),
) -> None:
    """Take in webhooks: verify them, write them down, acknowledge them. Until Ctrl-C; any number may run."""
    from tieline import prefect_server
    from tieline.server import create_app
    from tieline.server.directory import Directory
    from tieline.server.serve import listen, serve

    with prefect_server.found() as server, listen(host, port) as listening:
        directory = Directory()
        app = create_app(directory=directory)
        at = listening.getsockname()
        address = f"http://{f'[{at[0]}]' if ':' in at[0] else at[0]}:{at[1]}"
        serve(app, listening, lambda: err.print(shown(address, server, directory)))


def shown(address: str, server: Server, directory: Directory) -> object:
    """What people should know when it starts."""
    from sqlalchemy.engine import make_url

    from tieline.settings import settings

    rows: list[tuple[str, Text]] = [
        ("Deliveries to", Text(f"{address}/hooks/SYSTEM/CONNECTION")),
        ("Store", Text(make_url(settings().store_url).render_as_string(hide_password=True))),
        ("Prefect", Text(server.api if directory.reachable else f"{server.api} does not answer", style="")),
        *(_row(one) for _, one in sorted(directory.receivers.items())),
    ]
    if not directory.reachable:
        rows.append(("", Text("Until it does, everything is answered 503: come again.", style="bold red")))
    elif not directory.receivers:
        rows.append(("", Text("No connection can receive yet: tieline connect SYSTEM", style="yellow")))
    careless = any(one.verification == "none" for one in directory.receivers.values())
    return panel(pairs(rows), "The gateway is open. Ctrl-C ends it.", color="red" if careless else "green")


def _row(one: Receiver) -> tuple[str, Text]:
    name = f"{one.system}/{one.connection}"
    if one.verification == "none":
        return name, Text("VERIFIES NOTHING: takes everything from everybody who knows the address", "bold red")
    if one.verification == "handshake":
        return name, Text("waits for a handshake, which sets the secret", "yellow")
    if not one.secrets:
        return name, Text("refuses everything: its block has no webhook secret", "yellow")
    return name, Text("the secret itself is sent; use https" if one.webhook.kind == "token" else "verifies signatures")
