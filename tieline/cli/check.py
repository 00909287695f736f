"""`tieline check`: whether saved connections work."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from tieline import registry
from tieline.cli import kinds
from tieline.cli.actions import system_names
from tieline.cli.screen import as_json, note, out, table
from tieline.errors import ConnectorError

if TYPE_CHECKING:
    from tieline.connector import Connector


@dataclass(frozen=True)
class Health:
    """What a health check found."""

    connection: str
    ok: bool
    identity: str
    milliseconds: int
    problem: str = ""
    hint: str = ""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Connections")(check)


def check(
    name: str = typer.Argument(
        "", metavar="[NAME]", help="A system, or SYSTEM/CONNECTION.", autocompletion=system_names
    ),
    every: bool = typer.Option(False, "--all", help="Check every saved connection; so does leaving out NAME."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Check that saved connections work, and show whom they are logged in as. Exits with 1 when one does not."""
    from tieline import prefect_server

    system, _, connection = name.partition("/")
    if name and every:
        raise typer.BadParameter("Give a NAME or --all, not both.")
    ways = [kind for one in ([system] if name else registry.names()) for kind in kinds.of(one) if kind.connector.check]
    with prefect_server.connected(note):
        found = asyncio.run(_check(ways, connection))
    if json:
        as_json([asdict(health) for health in found])
    else:
        _show(found, system)
    if not all(health.ok for health in found):
        raise typer.Exit(1)


async def _check(ways: list[kinds.Kind], connection: str) -> list[Health]:
    from tieline import connections

    if connection:
        wanted = [(ways[0].connector, connection)] if ways else []
    else:
        wanted = [
            (kind.connector, kind.reference(name)) for kind in ways for name in await connections.saved(kind.block)
        ]
    return list(await asyncio.gather(*(_one(connector, name) for connector, name in wanted)))


async def _one(connector: Connector[Any, Any], name: str) -> Health:
    """One check. What is not a matter of the connection's health, such as its name, is raised."""
    credentials = await connector.credentials(name)
    title, began = f"{connector.name}/{name}", time.perf_counter()
    try:
        who = await connector.identity(credentials)
    except ConnectorError as exc:
        return Health(title, ok=False, identity="", milliseconds=_since(began), problem=exc.args[0], hint=exc.hint)
    identity = " ".join(filter(None, [who.name, who.detail and f"<{who.detail}>"]))
    return Health(title, ok=True, identity=identity, milliseconds=_since(began))


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _show(found: list[Health], system: str) -> None:
    if not found:
        out.print(Text(f"There is no saved connection{f' of {system}' if system else ''} yet.", style="yellow"))
        note(f"Make one: tieline connect {system or 'SYSTEM'}")
        return
    shown = table("Connection", "", "ms", "Logged in as, or what is wrong")
    shown.columns[2].justify = "right"
    for health in found:
        mark = "[green]works[/]" if health.ok else "[red]fails[/]"
        said = (
            Text(health.identity)
            if health.ok
            else Text(health.problem, style="red").append(f"\n{health.hint}", style="green")
        )
        shown.add_row(f"[bold]{health.connection}[/]", mark, str(health.milliseconds), said)
    out.print(shown)
