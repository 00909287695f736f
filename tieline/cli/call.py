"""`tieline call`: run one action of a connected system."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline import registry
from tieline.cli import values
from tieline.cli.screen import as_json, note, out, pairs, panel, plain, table

if TYPE_CHECKING:
    from tieline.connector import Action

#: Wider lists of things are shown with the fields that tell most.
COLUMNS = 6
CELL = 60


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Connections")(call)


def action_names(incomplete: str) -> list[str]:
    """For shell completion; only the system that was begun is loaded."""
    system, dot, _ = incomplete.partition(".")
    if not dot:
        return [f"{name}." for name in registry.names() if name.startswith(system)]
    if system not in registry.names():
        return []
    return [a.name for a in registry.connector(system).actions.values() if a.name.startswith(incomplete)]


def call(
    action: str = typer.Argument(
        metavar="SYSTEM.ACTION", help="Such as freshdesk.get_ticket.", autocompletion=action_names
    ),
    given: list[str] = typer.Argument(
        None,
        metavar="[KEY=VALUE]...",
        show_default=False,
        help=(
            "Parameters, such as [cyan]ticket_id=7[/], [cyan]tags=billing,urgent[/], [cyan]tags='[\"a, b\"]'[/] (JSON) "
            "or [cyan]body=@reply.html[/] (from a file)."
        ),
    ),
    connection: str = typer.Option(..., "--connection", "-c", metavar="NAME", help="The saved connection to use."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Run one action, and print what comes back."""
    from tieline import observe, prefect_server

    card = registry.action(action)
    params = values.read(values.split(given or []), card.input.model_fields)
    card.check(params)
    with prefect_server.connected(note):
        result = asyncio.run(card.execute(connection, params))
    observe.flush()
    if json:
        as_json(result)
    else:
        out.print(_shown(result, card))


def _shown(result: Any, action: Action) -> RenderableType:
    if result in (None, []):
        return Text("There is none." if action.kind == "read" else "Done.", style="dim")
    if isinstance(result, dict):
        return panel(pairs((name, Text(plain(value))) for name, value in result.items()), action.name)
    if isinstance(result, list) and all(isinstance(item, dict) for item in result):
        return _list(result, action.name)
    return Text(plain(result))


def _list(items: list[dict[str, Any]], title: str) -> RenderableType:
    """A table of the fields that are set somewhere and short everywhere."""
    names = [name for name in items[0] if any(plain(item.get(name)) != "-" for item in items)]
    short = [name for name in names if all(len(plain(item.get(name))) <= CELL for item in items)]
    columns = short[:COLUMNS] or names[:COLUMNS]
    shown = table(*columns, title=f"{title}: {len(items)}")
    for item in items:
        shown.add_row(*(Text(plain(item.get(name))) for name in columns))
    left = len(items[0]) - len(columns)
    shown.caption = f"{left} more fields: add --json." if left else None
    shown.caption_justify = "left"
    return shown
