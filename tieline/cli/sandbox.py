"""`tieline sandbox`: simulated vendors on this machine, and connections that lead to them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from tieline import registry
from tieline.cli.screen import err, pairs, panel

if TYPE_CHECKING:
    from tieline.sandbox import Sandbox

PORT = 8421
#: The sandbox allows as much as one machine can ask for.
RATE = "60000/minute"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(sandbox)


def sandbox(
    port: int = typer.Option(PORT, help="Where to listen on this machine."),
    seed: int = typer.Option(1, help="The same number gives the same customers and tickets."),
    tickets: int = typer.Option(300, min=1, help="Tickets per help desk."),
) -> None:
    """Simulate the vendors, until Ctrl-C. Needs no account; `tieline up` does it too."""
    from tieline.sandbox import running

    with running(port, seed=seed, tickets=tickets) as served:
        err.print(panel(pairs([*links(served), *logins(served)]), "The sandbox is open. Ctrl-C ends it."))
        wait()


def links(served: Sandbox) -> list[tuple[str, str]]:
    """Pages to look at."""
    return [("Tickets and messages", f"{served.url}/")]


def logins(served: Sandbox) -> list[tuple[str, str]]:
    """How to connect to each simulated system."""
    return [
        (system, " ".join(f"{name}={value}" for name, value in fields.items() if name != "webhook_secret"))
        for system, fields in connections(served).items()
    ]


def connections(served: Sandbox) -> dict[str, dict[str, str]]:
    """The fields of a block for each simulated system, with a new secret for its webhooks, where it sends any."""
    from tieline.sandbox import registry as simulated

    found = {}
    for vendor in simulated.vendors():
        secret = {"webhook_secret": vendor.hooks.new_secret()} if vendor.hooks else {}
        found[vendor.name] = {**served.connection(vendor.name), "rate": RATE, **secret}
    return found


async def save(served: Sandbox, name: str, *, replace: bool) -> list[Any]:
    """Save a connection to each simulated system.

    Args:
        served: The sandbox.
        name: What to call them.
        replace: Whether those of that name that are there already are replaced, or left alone.

    Returns:
        The blocks that were saved.
    """
    from tieline import connections as saved

    made = []
    for system, fields in connections(served).items():
        block = registry.connector(system).block
        if replace or name not in await saved.saved(block):
            made.append(block(**fields))
            await saved.save(made[-1], name, replace=replace)
    return made


async def subscribe(served: Sandbox, gateway: str, name: str, events: Mapping[str, str] | None = None) -> list[str]:
    """Let the simulated systems tell the gateway what happens in them.

    Args:
        served: The sandbox.
        gateway: The address of the gateway, which must be open already: Slack asks it first.
        name: Of the connections that their webhooks come in through. One that leads elsewhere is left alone.
        events: Of some systems one event each, in the vendor's words; without it all of all.

    Returns:
        The systems that are told of.
    """
    from pydantic import SecretStr

    from tieline import connections as saved

    told = []
    senders = [system for system, fields in connections(served).items() if "webhook_secret" in fields]
    for system in events or senders:
        kind = registry.connector(system).block
        block = await saved.load(kind, name)
        if not block.url.startswith(f"{served.url}/"):
            continue
        if not block.webhook_secret:  # saved by an older version
            block = block.model_copy(update={"webhook_secret": SecretStr(secrets.token_urlsafe(32))})
            await saved.save(block, name, replace=True)
        secret = block.webhook_secret.get_secret_value()
        # Slack waits for the answer: not in the loop.
        url, wanted = f"{gateway}/hooks/{system}/{name}", [events[system]] if events else []
        await asyncio.to_thread(served.hooks.subscribe, system, url, secret=secret, events=wanted)
        told.append(system)
    return told


def wait() -> None:
    """Do nothing until somebody ends us."""
    import threading

    threading.Event().wait()
