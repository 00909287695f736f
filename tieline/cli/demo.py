"""`tieline demo`: ticket categorization on the sandbox, from nothing to a table."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from tieline import registry
from tieline.cli import sandbox
from tieline.cli.screen import err, note, out, pairs, panel, table
from tieline.errors import TielineError

if TYPE_CHECKING:
    from prefect import Flow

    from tieline.prefect_server import Server
    from tieline.sandbox import Event, Sandbox

DESKS = ("zendesk", "freshdesk")
#: Longer tables are cut; the run's artifact and the sandbox's pages show the rest.
ROWS = 15
COLORS = {"changed": "green", "unchanged": "dim", "needs-review": "yellow", "gone": "red", "failed": "red"}


@dataclass
class Result:
    """What became of the tickets of one help desk."""

    desk: str
    outcomes: list[Any]
    truth: dict[int, str]
    tags: dict[str, tuple[str, ...]]
    seconds: float
    run: str = ""
    decided: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.decided = [one for one in self.outcomes if one.status in {"changed", "unchanged"}]

    def right(self, outcome: Any) -> bool:
        """Whether the category is the one that the ticket was written for."""
        return self.truth.get(outcome.ticket_id) in self.tags.get(outcome.category or "", ())

    def count(self, *status: str) -> int:
        """How many tickets ended like this."""
        return sum(one.status in status for one in self.outcomes)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(demo)


def demo(
    tickets: int = typer.Option(150, min=1, max=5000, help="Tickets per help desk."),
    seed: int = typer.Option(1, help="The same number gives the same tickets."),
) -> None:
    """Categorize the tickets of a simulated Zendesk and Freshdesk, and leave nothing running. Needs no account."""
    # People look at the table here; the logs of the runs are in the Prefect UI.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "WARNING")
    from tieline import sandbox as simulated  # noqa: PLC0415 - a web server, which other commands do not need

    with ExitStack() as stack:
        heard = _Heard()
        served = stack.enter_context(simulated.running(seed=seed, tickets=tickets, listeners=[heard]))
        with err.status("Starting a Prefect server and the sandbox …"):
            flow = registry.flow("ticket_categorization")
            server = stack.enter_context(_server())
            name = stack.enter_context(_connections(served, server))
        err.print(
            panel(
                pairs([("Prefect", f"{server.ui}/runs"), *sandbox.links(served)]),
                "To watch, while it runs",
                color="cyan",
            )
        )
        results = _run(flow, name, served, heard)
        _show(results, server)
    note(
        "Everything that was started is stopped; those pages with it."
        if server.own
        else "The sandbox is closed; the runs stay at your Prefect server."
    )
    note("To have it all stay up: tieline up. To use your own help desk: tieline connect zendesk.")
    if any(result.count("failed") for result in results):
        raise TielineError("Some tickets could not be done.", hint="Look at the column `Outcome` above.")


class _Heard:
    """Counts the tickets that were written to, as the sandbox tells."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._bars: dict[str, TaskID] = {}
        self.progress: Progress | None = None

    def __call__(self, event: Event) -> None:
        """Something happened in the sandbox; called in its thread."""
        ticket = (event.system, event.record.get("id", 0))
        if self.progress is not None and event.name == "ticket.updated" and ticket not in self._seen:
            self._seen.add(ticket)
            self.progress.advance(self._bars[event.system])

    def show(self, progress: Progress, totals: dict[str, int]) -> None:
        """Make a bar for each help desk."""
        self._bars = {desk: progress.add_task(desk, total=total) for desk, total in totals.items()}
        self.progress = progress

    def finish(self, desk: str, total: int) -> None:
        """Fill a bar: tickets that need no change are done too."""
        if self.progress is not None:
            self.progress.update(self._bars[desk], completed=total)


@contextmanager
def _server() -> Iterator[Server]:
    """The server that is named, or one that leaves nothing behind."""
    from tieline import prefect_server  # noqa: PLC0415 - Prefect takes two seconds

    server = prefect_server.named()
    if server is not None:
        prefect_server.check(server)
        note(f"Using the Prefect server at {server.api}, from {server.source}.")
        yield server
        return
    note("No Prefect server is named (PREFECT_API_URL or a Prefect profile): starting one for this demo.")
    with prefect_server.temporary_home() as home, prefect_server.started(home, services=True) as own:
        yield own


@contextmanager
def _connections(served: Sandbox, server: Server) -> Iterator[str]:
    """The name of connections to the sandbox; on somebody's server a new one, which is taken away again."""
    name = "demo" if server.own else f"demo-{secrets.token_hex(3)}"
    made = asyncio.run(sandbox.save(served, name, replace=True))
    try:
        yield name
    finally:
        if not server.own:
            for block in made:
                type(block).delete(name)


def _run(flow: Flow[..., Any], name: str, served: Sandbox, heard: _Heard) -> list[Result]:
    truth = {desk: {n: slug for (system, n), slug in served.state.truth.items() if system == desk} for desk in DESKS}
    categories = signature(flow.fn).parameters["categories"].default
    tags = {category.name: tuple(category.tags) for category in categories}
    columns = (TextColumn("[bold]{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    results = []
    with Progress(*columns, console=err) as progress:
        heard.show(progress, {desk: len(truth[desk]) for desk in DESKS})
        for desk in DESKS:
            began = time.perf_counter()
            state = asyncio.run(flow(f"{desk}/{name}", tickets=sorted(truth[desk]), return_state=True))
            outcomes = list(asyncio.run(state.aresult()).outcomes)
            heard.finish(desk, len(truth[desk]))
            run = str(state.state_details.flow_run_id)
            results.append(Result(desk, outcomes, truth[desk], tags, time.perf_counter() - began, run))
    return results


def _show(results: list[Result], server: Server) -> None:
    for result in results:
        _show_outcomes(result)
    _show_accuracy(results)
    if not server.own:
        out.print(pairs((f"Run on {result.desk}", f"{server.ui}/runs/flow-run/{result.run}") for result in results))


def _show_outcomes(result: Result) -> None:
    shown = table("Ticket", "Subject", "Category", "Sure", "Outcome", "What changed", title=f"[bold]{result.desk}[/]")
    for one in result.outcomes[:ROWS]:
        mark = Text(
            one.category or "-",
            style=""
            if one in result.decided and result.right(one)
            else "yellow"
            if one.status == "needs-review"
            else "red",
        )
        shown.add_row(
            str(one.ticket_id),
            Text(one.subject or "(none)"),
            mark,
            f"{one.confidence:.0%}",
            Text(one.status, style=COLORS.get(one.status, "")),
            Text(", ".join(one.changes) or one.reason if one.status in {"failed", "gone"} else ", ".join(one.changes)),
        )
    left = len(result.outcomes) - ROWS
    shown.caption = f"… and {left} more" if left > 0 else None
    shown.caption_justify = "left"
    shown.columns[3].justify = "right"
    out.print(shown)


def _show_accuracy(results: list[Result]) -> None:
    shown = table(
        "Help desk",
        "Tickets",
        "Categorized",
        "of these right",
        "For a person",
        "Failed",
        "Right of all",
        "Tickets/s",
        title="[bold]How well it did, against what the tickets were written about[/]",
    )
    for column in shown.columns[1:]:
        column.justify = "right"
    for one in results:
        shown.add_row(f"[bold]{one.desk}[/]", *_figures([one]))
    shown.add_section()
    shown.add_row("[bold]both[/]", *_figures(results))
    out.print(shown)


def _figures(results: list[Result]) -> list[str]:
    total = sum(len(one.outcomes) for one in results)
    decided = sum(len(one.decided) for one in results)
    right = sum(one.right(outcome) for one in results for outcome in one.decided)
    review, failed = (
        sum(one.count("needs-review") for one in results),
        sum(one.count("failed", "gone") for one in results),
    )
    seconds = sum(one.seconds for one in results)
    return [
        str(total),
        f"{decided} ({_share(decided, total)})",
        f"[bold green]{_share(right, decided)}[/]",
        f"{review} ({_share(review, total)})",
        str(failed),
        _share(right, total),
        f"{total / seconds:.0f}",
    ]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
