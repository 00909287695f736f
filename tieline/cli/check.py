"""`tieline check`: whether saved connections work."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline import registry
from tieline.cli.actions import system_names
from tieline.cli.screen import as_json, note, out, table
from tieline.errors import ConnectorError, TielineError

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
    from tieline import prefect_server  # noqa: PLC0415 - Prefect takes two seconds

    system, _, connection = name.partition("/")
    if name and every:
        raise typer.BadParameter("Give a NAME or --all, not both.")
    systems = [registry.connector(system)] if name else [registry.connector(one) for one in registry.names()]
    with prefect_server.connected(note):
        found = asyncio.run(_check(systems, connection))
    if json:
        as_json([asdict(health) for health in found])
    else:
        _show(found, system)
    if not all(health.ok for health in found):
        raise typer.Exit(1)


async def _check(systems: list[Connector], connection: str) -> list[Health]:  # type: ignore[type-arg]
    from tieline import connections  # noqa: PLC0415 - Prefect takes two seconds

    checkable = [system for system in systems if system.check]
    wanted = [
        (system, name)
        for system in checkable
        for name in ([connection] if connection else await connections.saved(system.block))
    ]
    return list(await asyncio.gather(*(_one(system, name) for system, name in wanted)))


async def _one(system: Connector, name: str) -> Health:  # type: ignore[type-arg]
    title, began = f"{system.name}/{name}", time.perf_counter()
    try:
        credentials = await system.credentials(name)
        began = time.perf_counter()
        who = await system.identity(credentials)
    except ConnectorError as exc:
        return Health(title, ok=False, identity="", milliseconds=_since(began), problem=exc.args[0], hint=exc.hint)
    except TielineError:
        # Not a matter of the connection's health: there is no such one, or the Prefect server is gone.
        raise
    return Health(
        title,
        ok=True,
        identity=" ".join(filter(None, [who.name, who.detail and f"<{who.detail}>"])),
        milliseconds=_since(began),
    )


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
