"""`tieline sync`: what would change in two places that shall agree, changing it, and taking it back."""

from __future__ import annotations

import asyncio
import getpass
import time
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from tieline.cli import sync_run
from tieline.cli.deliveries import span
from tieline.cli.flow_run import run_flow
from tieline.cli.screen import as_json, note, out, pairs, panel, table
from tieline.cli.sync_shown import COLORS, show, state_of
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.sync import Sync
    from tieline.sync.runs import Run

_NAME = typer.Argument(metavar="NAME", help="The sync: see tieline sync list.")
_JSON = typer.Option(False, "--json", help="Print JSON.")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Keep two places in agreement: plan, apply, undo.", no_args_is_help=True)
    group.callback()(_sync)
    group.command("list")(show_list)
    group.command()(plan)
    group.command()(apply)
    group.command()(sync_run.run)
    group.command()(undo)
    group.command()(status)
    group.command()(history)
    group.command()(resolve)
    app.add_typer(group, name="sync", rich_help_panel="Flows")


def _sync() -> None:
    """Keep two places in agreement: plan, apply, undo."""


def plan(
    name: str = _NAME,
    everything: bool = typer.Option(False, "--everything", help="Compare all rows, not only what has changed."),
    json: bool = _JSON,
) -> None:
    """Show what a sync would do, cell by cell. Nothing is written."""
    done = run_flow("plan_sheet_sync", f"Reading both sides of {name} …", name=name, everything=everything)
    show(done, json=json)
    if not json and _writes(done):
        note(f"To do exactly this: tieline sync apply {name}")


def apply(
    name: str = _NAME,
    planned: str = typer.Option("", "--plan", metavar="PLAN", help="Such as tickets-12; by default the newest plan."),
    refresh: bool = typer.Option(False, "--refresh", help="Do what there is to do now, whatever was planned."),
    json: bool = _JSON,
) -> None:
    """Do what was planned: exactly that, or nothing if a side has changed since.

    Killed half-way, it goes on where it was; nothing is doubled.
    """
    which = "" if refresh and not planned else planned or _newest_plan(name)
    done = run_flow("sheet_sync", f"Syncing {name} …", name=name, plan=which, refresh=refresh)
    show(done, json=json)
    if not json and _writes(done):
        note(f"To take it back: tieline sync undo {name}")


def undo(
    name: str = _NAME,
    run: str = typer.Option("", "--run", metavar="RUN", help="Such as tickets-12; by default the last that wrote."),
    dry: bool = typer.Option(False, "--dry", help="Only show what would be taken back."),
    json: bool = _JSON,
) -> None:
    """Take back what the last run wrote, except where people have changed it since."""
    show(run_flow("undo_sheet_sync", "Taking back …", name=name, run=run, dry=dry), json=json)


def _writes(done: Any) -> bool:
    return any(done.counts.get(f"{side}_{op}") for side in ("left", "right") for op in COLORS)


def _newest_plan(name: str) -> str:
    from tieline.sync import runs

    newest = next((run for run in runs.history(name) if run.kind == "plan" and run.state != "replaced"), None)
    if newest is None or newest.state not in {"planned", "waiting", "applying", "stopped"}:
        raise ConfigError(f"Nothing is planned for {name}.", hint=f"tieline sync plan {name}, or apply --refresh.")
    return newest.id


def show_list(json: bool = _JSON) -> None:
    """Show all syncs, and how they are."""
    from tieline.sync import conflicts, memory, runs

    rows: list[dict[str, Any]] = []
    for sync in _saved():
        state, last = memory.state(sync.name), next(iter(runs.history(sync.name, 1)), None)
        rows.append(
            {
                "name": sync.name,
                "left": f"{sync.left.connection} {sync.left.place}".strip(),
                "right": f"{sync.right.connection} {sync.right.place}".strip(),
                "direction": sync.direction,
                "at": state.at or None,
                "state": last.state if last else "",
                "rows": max(memory.counts(sync.name).values()),
                "conflicts": len(conflicts.waiting(sync)),
            }
        )
    if json:
        as_json(rows)
        return
    if not rows:
        note("There is no sync yet. How to make one: docs/sheet-sync.md")
        return
    arrows = {"left_to_right": "→", "right_to_left": "←", "both": "↔"}
    shown = table("Sync", "Left", "", "Right", "Rows", "Ran", "State", "Conflicts")
    for row in rows:
        ran = f"{span(time.time() - row['at'])} ago" if row["at"] else "-"
        differ = Text(str(row["conflicts"]), "yellow" if row["conflicts"] else "dim")
        cells = (row["left"], arrows[row["direction"]], row["right"], f"{row['rows']:,}", ran)
        shown.add_row(f"[bold]{row['name']}[/]", *map(Text, cells), state_of(row["state"]), differ)
    out.print(shown)


def status(
    name: str = _NAME,
    details: bool = typer.Option(False, "--details", help="Also the problems and conflicts, one by one."),
    json: bool = _JSON,
) -> None:
    """Show how a sync is: rows, last run, what waits for a person."""
    from tieline.sync import conflicts, memory, runs

    if sync_run.is_job(name):
        sync_run.status_details(name, details=details, json=json)
        return
    sync = load(name)
    state, last, waiting = memory.state(name), next(iter(runs.history(name, 1)), None), conflicts.waiting(sync)
    rows = memory.counts(name)
    if json:
        as_json(
            {
                "name": name,
                "at": state.at or None,
                "rows": rows,
                "last": last and asdict(last),
                "conflicts": list(map(asdict, waiting)),
            }
        )
        return
    told: list[tuple[str, RenderableType]] = [
        ("Left", Text(f"{sync.left.connection} {sync.left.place}".strip())),
        ("Right", Text(f"{sync.right.connection} {sync.right.place}".strip())),
        ("Agreed", Text(f"{rows['left']:,} rows on the left, {rows['right']:,} on the right")),
        ("Ran", Text(f"{span(time.time() - state.at)} ago" if state.at else "never")),
        ("Last", _last(last)),
        ("Conflicts", Text(str(len(waiting)), "yellow" if waiting else "dim")),
    ]
    out.print(panel(pairs(told), name, color="yellow" if waiting else "green"))
    if details:
        _details(waiting, last)


def _last(run: Run | None) -> RenderableType:
    from tieline.sync import runs

    if run is None:
        return Text("-")
    return Text.assemble(
        run.id, " ", state_of(run.state), f" {runs.in_words(run.counts)}", f" ({run.why})" if run.why else ""
    )


def _details(waiting: Any, last: Run | None) -> None:
    if waiting:
        out.print(_conflicts(waiting))
    if last and last.problems:
        shown = table("Side", "Row", "Column", "Problem", title="[bold]Problems[/]")
        for one in last.problems:
            shown.add_row(one["side"], Text(_row(one["key"])), Text(one["column"]), Text(one["why"]))
        out.print(shown)


def history(
    name: str = typer.Argument("", metavar="[NAME]", help="Only this sync."),
    limit: int = typer.Option(20, "--limit", min=1, help="Most runs."),
    json: bool = _JSON,
) -> None:
    """Show plans, and what became of them, the newest first."""
    from tieline.sync import runs

    found = runs.history(name, limit)
    if json:
        as_json([asdict(run) for run in found])
        return
    if not found:
        note("Nothing was planned yet.")
        return
    shown = table("Run", "What", "When", "State", "Rows", "Why")
    for run in found:
        what = f"undo of {run.undoes}" if run.undoes else run.kind
        when = f"{span(time.time() - run.at)} ago"
        shown.add_row(f"[bold]{run.id}[/]", what, when, state_of(run.state), runs.in_words(run.counts), Text(run.why))
    out.print(shown)


def resolve(  # noqa: PLR0917 - what people type
    name: str = _NAME,
    row: str = typer.Argument("", metavar="[ROW]", help="The row's key; without it, all conflicts are shown."),
    column: str = typer.Argument("", metavar="[COLUMN]", help="Which of its cells, where there are several."),
    left: bool = typer.Option(False, "--left", help="The left is right."),
    right: bool = typer.Option(False, "--right", help="The right is right."),
    value: str | None = typer.Option(None, "--value", metavar="TEXT", help="It shall be this."),
) -> None:
    """Say what a cell shall be that both sides changed. The next run writes it."""
    from tieline.sync import conflicts

    sync = load(name)
    waiting = [one for one in conflicts.waiting(sync) if not row or row in {one.key, _row(one.key)}]
    if column:
        waiting = [one for one in waiting if one.column == column]
    given = [take for take, said in (("left", left), ("right", right), ("value", value is not None)) if said]
    if not given:
        out.print(_conflicts(waiting)) if waiting else note("There is no such conflict.")
        return
    if len(given) > 1 or not row:
        raise ConfigError("Say which row, and one of --left, --right and --value.")
    if value is not None and len(waiting) > 1:
        raise ConfigError(f"{row} differs in {', '.join(one.column for one in waiting)}.", hint="Name the column, too.")
    for key, cell in [(one.key, one.column) for one in waiting] or [(row, column)]:
        conflicts.resolve(sync, key, cell, given[0], value=value, by=getpass.getuser())  # type: ignore[arg-type]  # one of three
        note(f"{_row(key)} {cell}: {given[0]} is taken.")
    note(f"To write it: tieline sync apply {name} --refresh")


def _conflicts(waiting: Any) -> RenderableType:
    from tieline.sync.values import shown

    made = table("Row", "Column", "Left", "Right", "Last agreed", "Choice", title="[bold yellow]Conflicts[/]")
    for one in waiting:
        choice = shown(one.value) if one.take == "value" else one.take
        cells = (one.column or "(the row)", shown(one.left), shown(one.right), shown(one.base), choice or "-")
        made.add_row(Text(_row(one.key), "bold"), *map(Text, cells))
    return made


def _row(key: str) -> str:
    """A key as people read it, and type it: of several columns, their cells."""
    return key.replace("\x1f", " / ")


# ---------------------------------------------------------------- what flows do, and how it is shown


def _saved() -> list[Sync]:
    from tieline import prefect_server

    with prefect_server.connected(note):
        return asyncio.run(_all())


async def _all() -> list[Sync]:
    saved = _flows("saved")
    return [await saved.load(name) for name in await saved.names()]


def load(name: str) -> Sync:
    """A saved sync."""
    from tieline import prefect_server

    with prefect_server.connected(note):
        found: Sync = asyncio.run(_flows("saved").load(name))
    return found


def _flows(module: str) -> Any:
    """What the flows of syncs share; the engine knows nothing of flows, so it is looked up by name."""
    return import_module(f"flows.sync.{module}")
