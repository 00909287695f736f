"""`tieline doctor`: whether everything is as it should be, and how good each connector is."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Literal

import typer
from rich.table import Table
from rich.text import Text

from tieline import quality, registry
from tieline.cli.sandbox import PORT as SANDBOX_PORT
from tieline.cli.screen import as_json, out, table
from tieline.errors import TielineError

PACKAGES = ("tieline", "blocks", "tasks", "flows", "deployments")
LOW_BYTES, FULL_BYTES = 2**30, 100 * 2**20
MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}
STATES = {"done": "green", "todo": "yellow", "exempt": "dim"}
MEDALS = {"bronze": "orange3", "silver": "grey70", "gold": "gold1", "": "red"}


@dataclass(frozen=True)
class Finding:
    """What one examination found."""

    name: str
    state: Literal["ok", "warn", "fail"]
    said: str
    hint: str = ""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Prefect")(doctor)


def doctor(json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Examine this installation and every connector. Exits with 1 when something is broken."""
    examined = list(_findings())
    systems = {name: quality.verdicts(name) for name in registry.names()}
    if json:
        levels = {
            name: {"level": quality.level(one), "rules": [asdict(v) for v in one]} for name, one in systems.items()
        }
        as_json({"findings": [asdict(one) for one in examined], "systems": levels})
    else:
        out.print(_shown(examined))
        out.print(_scale(systems))
        if any(one.state == "todo" for found in systems.values() for one in found):
            out.print(_missing(systems))
    if any(one.state == "fail" for one in examined):
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    for name, examine in EXAMINATIONS.items():
        try:
            yield from examine(name)
        except TielineError as exc:
            yield Finding(name, "fail", str(exc.args[0]), exc.hint)


def _packages(name: str) -> Iterator[Finding]:
    folders = {registry.folder(package).parent for package in PACKAGES}
    yield Finding(name, "ok", f"{', '.join(PACKAGES)} are Tieline's, in {', '.join(map(str, folders))}")


def _versions(name: str) -> Iterator[Finding]:
    from packaging.requirements import Requirement

    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(name, "ok", f"Tieline {metadata.version('tieline')}, Python {python}")
    wanted = next(r for r in map(Requirement, metadata.requires("tieline") or ()) if r.name == "prefect")
    installed = metadata.version("prefect")
    if wanted.specifier.contains(installed):
        yield Finding("Prefect", "ok", installed)
    else:
        yield Finding("Prefect", "fail", f"{installed} is not {wanted.specifier}", f"pip install '{wanted}'")


def _server(name: str) -> Iterator[Finding]:
    from prefect.context import get_settings_context

    from tieline import prefect_server

    yield Finding("Prefect profile", "ok", get_settings_context().profile.name)
    server = prefect_server.named() or prefect_server.running()
    if server is None:
        yield Finding(name, "ok", "none is named; commands start their own, `tieline up` one that stays")
        return
    prefect_server.check(server)
    theirs, ours = asyncio.run(_server_version()), metadata.version("prefect")
    state: Literal["ok", "warn"] = "ok" if theirs == ours else "warn"
    hint = "" if theirs == ours else f"The Prefect installed here is {ours}: make them the same."
    yield Finding(name, state, f"{theirs} at {server.api}, named by {server.source}", hint)


async def _server_version() -> str:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return await client.api_version()


def _data(name: str) -> Iterator[Finding]:
    from tieline.settings import settings

    folder = settings().data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"?" * 4096)
    except OSError as exc:
        yield Finding(name, "fail", f"{folder} cannot be written to: {exc.strerror}", "Set TIELINE_DATA_DIR.")
        return
    yield Finding(name, "ok", f"{folder} can be written to")
    left = shutil.disk_usage(folder).free
    state: Literal["ok", "warn", "fail"] = "fail" if left < FULL_BYTES else "warn" if left < LOW_BYTES else "ok"
    yield Finding(
        "Disk", state, f"{left / 2**30:.1f} GiB free", "" if state == "ok" else "Make room, or set TIELINE_DATA_DIR."
    )


def _store(name: str) -> Iterator[Finding]:
    from tieline import store

    # Opening it brings it to the newest form.
    url = store.engine().url.render_as_string(hide_password=True)
    yield Finding(name, "ok", f"{url} is open, and up to date")


def _redis(name: str) -> Iterator[Finding]:
    from tieline.settings import settings

    url = settings().redis_url
    if not url:
        yield Finding(name, "ok", "none is set: rate budgets are kept in memory, for each process")
        return
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as exc:
        yield Finding(
            name,
            "fail",
            f"TIELINE_REDIS_URL leads nowhere ({type(exc).__name__})",
            "Start Redis, or correct the address.",
        )
    else:
        yield Finding(name, "ok", "it answers")


def _sandbox(name: str) -> Iterator[Finding]:
    import httpx

    from tieline import prefect_server

    if prefect_server.free(SANDBOX_PORT):
        yield Finding(name, "ok", f"port {SANDBOX_PORT} is free for it")
        return
    try:
        ours = (
            "counts"
            in httpx.get(
                f"http://{prefect_server.HOST}:{SANDBOX_PORT}/_sandbox/state", timeout=5, trust_env=False
            ).json()
        )
    except (httpx.HTTPError, ValueError):
        ours = False
    if ours:
        yield Finding(name, "ok", f"it is open on port {SANDBOX_PORT}")
    else:
        yield Finding(
            name, "warn", f"port {SANDBOX_PORT} is taken by another program", "Give --port or --sandbox-port."
        )


def _webhooks(name: str) -> Iterator[Finding]:
    from tieline import prefect_server
    from tieline.server.directory import read_blocks

    if prefect_server.named() is None and prefect_server.running() is None:
        yield Finding(name, "ok", "no Prefect server runs that could hold connections")
        return
    with prefect_server.found():
        receivers, problems = read_blocks({})
    found = sorted(receivers.items())
    open_to_all = [f"{system}/{connection}" for (system, connection), one in found if one.verification == "none"]
    waiting = [f"{system}/{connection}" for (system, connection), one in found if one.verification == "handshake"]
    closed = [
        f"{system}/{connection}"
        for (system, connection), one in found
        if one.verification == "signature" and not one.secrets
    ]
    ready = len(found) - len(open_to_all) - len(waiting) - len(closed)
    yield Finding(name, "ok", f"{ready} connections verify what they receive")
    for block, why in problems.items():
        yield Finding(name, "warn", f"the block {block} cannot be used to receive: {why}", "Save it again.")
    if open_to_all:
        said = f"{', '.join(open_to_all)} VERIFY NOTHING: everybody who knows the address can send"
        yield Finding(name, "warn", said, 'Set a webhook secret, and verification to "signature".')
    if waiting:
        said = f"{', '.join(waiting)} let the next handshake set the secret"
        yield Finding(name, "warn", said, "Make the webhook at the vendor now; that ends it.")
    if closed:
        yield Finding(name, "ok", f"{', '.join(closed)} have no webhook secret, and refuse everything")


EXAMINATIONS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "Packages": _packages,
    "Versions": _versions,
    "Prefect server": _server,
    "Data folder": _data,
    "Store": _store,
    "Redis": _redis,
    "Webhooks": _webhooks,
    "Sandbox": _sandbox,
}


def _shown(found: list[Finding]) -> Table:
    shown = table("", "Examined", "Found")
    for one in found:
        said = Text(one.said)
        if one.hint:
            said.append(f"\n{one.hint}", style="green")
        shown.add_row(MARKS[one.state], f"[bold]{one.name}[/]", said)
    return shown


def _scale(systems: dict[str, list[quality.Verdict]]) -> Table:
    """The quality scale: a row for each system, a column for each level."""
    shown = table("System", "Level", *quality.LEVELS, title="[bold]Connectors[/]")
    for name, found in systems.items():
        reached = quality.level(found)
        cells = [
            Text(", ").join(Text(one.rule, STATES[one.state]) for one in found if one.level == level)
            for level in quality.LEVELS
        ]
        shown.add_row(f"[bold]{name}[/]", f"[{MEDALS[reached]}]{reached or 'none'}[/]", *cells)
    shown.caption = "[green]done[/]  [yellow]to do[/]  [dim]exempt[/]"
    shown.caption_justify = "left"
    return shown


def _missing(systems: dict[str, list[quality.Verdict]]) -> Table:
    """What is to do for the next level."""
    shown = table("To do", "Rule", "What is missing")
    for name, found in systems.items():
        for one in found:
            if one.state == "todo":
                shown.add_row(f"[bold]{name}[/]", one.rule, Text(one.said))
    return shown
