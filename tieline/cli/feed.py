"""`tieline feed` and `tieline watch`: what has changed where nobody says so."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline.cli.deliveries import span
from tieline.cli.screen import as_json, err, note, out, table
from tieline.cli.signals import until_sigterm
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.feeds.look import Looked

_SOURCE = typer.Argument(metavar="SYSTEM/CONNECTION", help="Such as files/inbox.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Find out what has changed where systems do not say so.", no_args_is_help=True)
    group.callback()(_feed)
    group.command()(follow)
    group.command("list")(show_list)
    group.command()(forget)
    app.add_typer(group, name="feed", rich_help_panel="Webhooks")
    app.command(rich_help_panel="Webhooks")(watch)


def _feed() -> None:
    """Find out what has changed where systems do not say so."""


def follow(
    source: str = _SOURCE,
    place: str = typer.Option("", "--place", help="Only this drive; by default all that the connection has."),
) -> None:
    """Look now, and from now on every few minutes. The first look learns what is there, and tells nothing of it."""
    from tieline import prefect_server
    from tieline.feeds import look

    async def run() -> list[Looked]:
        places = [place] if place else await look.places(source)
        return [await look.look(source, one) for one in places]

    look.split(source)
    with prefect_server.connected(note), err.status("Looking …"):
        found = asyncio.run(run())
    for one in found:
        out.print(Text(one.line))
    if not found:
        raise ConfigError(f"{source} has no place to look at.", hint="Check what its login may see: tieline check.")


def show_list(json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Show which connections are followed, and when each was looked at last."""
    from tieline.feeds import memory

    found, counts = memory.feeds(), memory.counts()
    if json:
        rows = [(one.source, one.place, counts.get(one.id, 0), one.looked_at) for one in found]
        as_json([dict(zip(("source", "place", "files", "looked_at"), row, strict=True)) for row in rows])
        return
    if not found:
        note("Nothing is followed yet. Begin with: tieline feed follow SYSTEM/CONNECTION")
        return
    shown = table("Connection", "Place", "Files", "Looked at")
    shown.columns[2].justify = "right"
    for one in found:
        files = f"{counts.get(one.id, 0):,}" + " …" * (not one.complete)
        shown.add_row(one.source, one.place or "-", files, f"{span(time.time() - one.looked_at)} ago")
    out.print(shown)


def forget(source: str = _SOURCE) -> None:
    """Follow a connection no more, and forget what is known of its files."""
    from tieline.feeds import look, memory

    connector, name = look.split(source)
    if not memory.forget(connector.name, name):
        raise ConfigError(f"{source} is not followed.", hint="See what is: tieline feed list")
    note(f"{source} is followed no more.")


def watch(
    sources: list[str] = typer.Argument(
        None, metavar="[files/CONNECTION]…", help="Folders of this machine; by default all that are followed."
    ),
) -> None:
    """Look into folders of this machine as soon as something changes in them, until Ctrl-C."""
    from tieline import prefect_server

    with prefect_server.connected(note, services=True):
        asyncio.run(until_sigterm(_watch(sources or [])))


async def _watch(sources: list[str]) -> None:
    from tieline.feeds.watch import followed
    from tieline.feeds.watch import watch as watching

    wanted = list(dict.fromkeys(sources)) or await followed()
    if not wanted:
        raise ConfigError("No folder of this machine is followed.", hint="Name one: tieline watch files/CONNECTION")
    note(f"Watching {', '.join(wanted)} until Ctrl-C.")
    try:
        async with asyncio.TaskGroup() as group:
            for source in wanted:
                group.create_task(watching(source, lambda found: out.print(Text(found.line))))
    except* ConfigError as exc:
        raise exc.exceptions[0] from None
