"""`tieline systems`: what there is to connect."""

from __future__ import annotations

from dataclasses import asdict

import typer

from tieline import registry
from tieline.cli.screen import as_json, note, out, table


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Systems")(systems)


def systems(json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """List the systems that can be connected."""
    found = {name: registry.outline(name) for name in registry.names()}
    if json:
        as_json([{"name": name} | asdict(outline) for name, outline in found.items()])
        return
    shown = table("System", "Actions", "Events", "What it is for")
    for number in (1, 2):
        shown.columns[number].justify = "right"
    for name, outline in found.items():
        shown.add_row(f"[bold]{name}[/]", str(outline.actions), str(outline.events or "-"), _purpose(outline.summary))
    out.print(shown)
    note("What one can do: tieline actions SYSTEM. To use it: tieline connect SYSTEM.")


def _purpose(summary: str) -> str:
    """A summary without the system's own name, which stands beside it."""
    purpose = summary.partition(": ")[2] or summary
    return purpose[:1].upper() + purpose[1:]
