"""`tieline inbox`: what came in, what became of it, and doing it again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from tieline import registry
from tieline.cli import deliveries
from tieline.cli.screen import as_json, err, note, out, table
from tieline.errors import ConfigError

if TYPE_CHECKING:
    from tieline.dispatch.batches import Batch
    from tieline.inbox.overview import Line

COLORS = {"done": "green", "failed": "yellow", "dead": "red", "skipped": "dim", "dispatched": "cyan"}
FAILURES = 20


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="What came in, and what became of it.", no_args_is_help=True)
    group.callback()(_inbox)
    group.command("list")(show_lines)
    group.command("show")(show_one)
    group.command()(replay)
    group.command("dead-letters")(dead_letters)
    group.command()(process)
    app.add_typer(group, name="inbox", rich_help_panel="Webhooks")


def _inbox() -> None:
    """What came in, and what became of it."""


def show_lines(
    state: list[str] = typer.Option(
        [],
        "--state",
        help="Only received, waiting, dispatched, done, failed, dead or skipped; may be given several times.",
    ),
    system: str = typer.Option("", "--system", help="Only what this system sent."),
    limit: int = typer.Option(50, "--limit", min=1, help="Most lines."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what came in last: a line for each event and trigger, the newest first."""
    from tieline.inbox import overview

    found, counts = overview.lines(states=state, system=system, limit=limit), overview.counts(system)
    stuck = overview.stuck()
    if json:
        as_json({"counts": counts, "stuck": stuck, "lines": [asdict(line) for line in found]})
        return
    said = [Text(f"{number} {name}", COLORS.get(name, "")) for name, number in counts.items()]
    out.print(Text(", ").join(said) if said else Text("Nothing has come in yet.", style="yellow"))
    for trigger, why in stuck.items():
        out.print(Text(f"{trigger} waits: {why}", style="yellow"))
    if found:
        out.print(_table(found))


def show_one(
    number: int = typer.Argument(metavar="ID", help="The delivery's number, as `tieline inbox list` shows it."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show one delivery: what the vendor sent, every try, and the flow runs."""
    from tieline.inbox import overview

    found = deliveries.read(*overview.delivery(number))
    if json:
        as_json(found)
    else:
        out.print(deliveries.shown(found, _run_link()))


def replay(
    numbers: list[int] = typer.Argument(None, metavar="[ID]…", help="Numbers of deliveries."),
    dead: bool = typer.Option(False, "--dead", help="All that are dead, or whose work is."),
    write_again: bool = typer.Option(
        False, "--write-again", help="Write once more what an earlier try has surely written."
    ),
) -> None:
    """Do it again: work waits for its turn once more, and what could not be read or matched is matched anew.

    Writes that an earlier try has surely made are not made again. Those of which nobody knows are made now: look first.
    """
    from tieline.dispatch import replay as again

    if bool(numbers) == dead:
        raise typer.BadParameter("Give either numbers of deliveries, or --dead.")
    count = again.replay(again.dead() if dead else numbers, time.time(), only_dead=dead, write_again=write_again)
    note(f"{count} {'delivery' if count == 1 else 'deliveries'} will be looked at again, by `tieline dispatch`.")
    if not dead and count < len(set(numbers)):
        note("The others are not there, or are waiting or in a run as it is.")


def dead_letters(
    system: str = typer.Option("", "--system", help="Only what this system sent."),
    limit: int = typer.Option(50, "--limit", min=1, help="Most lines."),
    json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what was given up, and why. `tieline inbox replay` tries it again."""
    show_lines(["dead"], system, limit, json)


def process(
    batch_size: int = typer.Option(100, "--batch-size", min=1, help="How many events may share a run."),
) -> None:
    """Work the inbox off here and now, in this process. Needs no dispatcher and no worker."""
    from tieline import prefect_server
    from tieline.dispatch.runs import NotNow

    triggers = registry.triggers()
    with prefect_server.connected(note):
        try:
            ended = asyncio.run(_process(triggers, batch_size))
        except NotNow as exc:
            raise ConfigError(str(exc), hint="Nothing was lost: it waits in the inbox.") from None
    if ended:
        _show_ended(ended)
    else:
        note("Nothing is waiting.")
    if any(not outcome.startswith("Completed") for _, outcome in ended):
        raise typer.Exit(1)


async def _process(triggers: Any, at_most: int) -> list[tuple[Batch, str]]:
    from prefect.client.orchestration import get_client

    from tieline.dispatch.process import process as work_off
    from tieline.dispatch.replay import waiting

    ended: list[tuple[Batch, str]] = []
    columns = (TextColumn("Events"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("", total=None)

        def done(batch: Batch, outcome: str) -> None:
            ended.append((batch, outcome))
            finished = sum(one.size for one, _ in ended)
            progress.update(bar, completed=finished, total=finished + waiting(time.time()))

        async with get_client() as client:
            await work_off(client, triggers, at_most, done)
    return ended


def _show_ended(ended: list[tuple[Batch, str]]) -> None:
    made = table("Deployment", "Runs", "Events", "Outcome")
    groups: dict[tuple[str, str], Counter[str]] = {}
    for batch, outcome in ended:
        group = groups.setdefault((batch.deployment, outcome.partition(":")[0]), Counter())
        group.update(runs=1, events=batch.size)
    for (deployment, state), number in groups.items():
        color = "green" if state == "Completed" else "red"
        made.add_row(deployment, str(number["runs"]), str(number["events"]), Text(state, color))
    out.print(made)
    for batch, outcome in [(b, o) for b, o in ended if not o.startswith("Completed")][:FAILURES]:
        note(f"{batch.name}: {outcome}")


def _table(found: list[Line]) -> Any:
    made = table("ID", "From", "Event", "About", "Trigger", "State", "Age", "Why", "Run")
    names, link, now = {one.name for one in registry.triggers()}, _run_link(), time.time()
    for line in found:
        why = line.reason
        if line.state in {"waiting", "failed"} and line.trigger not in names:
            why = f"There is no trigger {line.trigger!r} any more."
        elif line.state in {"waiting", "failed"} and line.due_at > now:
            why = f"in {deliveries.span(line.due_at - now)}" + f": {why}" * bool(why)
        made.add_row(
            str(line.delivery),
            Text(f"{line.system}/{line.connection}"),
            Text(line.event),
            Text(line.subject or "-"),
            Text(line.trigger or "-"),
            Text(line.state + f" ({line.attempts}×)" * bool(line.attempts), COLORS.get(line.state, "")),  # noqa: RUF001 - it is one
            deliveries.span(now - line.received_at),
            Text(why or "-"),
            Text(line.flow_run_id[:8] or "-", f"link {link}/{line.flow_run_id}" if line.flow_run_id else ""),
        )
    return made


def _run_link() -> str:
    """Where flow runs are shown."""
    from tieline import prefect_server

    server = prefect_server.named() or prefect_server.running()
    return f"{server.ui if server else f'http://{prefect_server.HOST}:{prefect_server.PORT}'}/runs/flow-run"
