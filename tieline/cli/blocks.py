"""`tieline blocks register`: our block types in the Prefect UI."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from tieline import registry
from tieline.cli.screen import err, note, out, table

if TYPE_CHECKING:
    from prefect.blocks.core import Block


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Block types in the Prefect UI.", no_args_is_help=True)
    group.callback()(_blocks)
    group.command()(register)
    app.add_typer(group, name="blocks", rich_help_panel="Prefect")


def _blocks() -> None:
    """Block types in the Prefect UI."""


def register() -> None:
    """Register every block type, so that connections can be made in the Prefect UI too."""
    from prefect.blocks.core import Block

    from tieline import prefect_server

    kinds = registry.blocks(Block)
    with prefect_server.connected(note) as server:
        with err.status("Registering block types …"):
            asyncio.run(register_all(kinds))
        shown = table("Block type", "Slug", "What it is")
        for kind in kinds:
            shown.add_row(kind.get_block_type_name(), kind.get_block_type_slug(), Text(kind.get_description() or ""))
        out.print(shown)
        note(
            f"{len(kinds)} block types are registered at {server.api}."
            + ("" if server.fleeting else f" See {server.ui}/blocks/catalog")
        )


async def register_all(kinds: tuple[type[Block], ...]) -> None:
    """Tell Prefect about block types; about those it knows, what changed.

    Raises:
        ConfigError: The server refuses them.
    """
    import httpx

    from tieline.errors import ConfigError

    for kind in kinds:
        try:
            await kind.aregister_type_and_schema()
        except (httpx.HTTPError, RuntimeError) as exc:
            raise ConfigError(
                f"The Prefect server does not take {kind.get_block_type_name()!r} ({type(exc).__name__}).",
                hint="Look at the server's log, and whether its version is that of the Prefect installed here.",
            ) from None
