"""`tieline demo`: ticket categorization on the sandbox, from nothing to a table."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tieline import registry
from tieline.cli import outcomes, sandbox
from tieline.cli.screen import err, note, out, pairs, panel
from tieline.errors import TielineError

if TYPE_CHECKING:
    from prefect import Flow

    from tieline.prefect_server import Server
    from tieline.sandbox import Event, Sandbox

DESKS = ("zendesk", "freshdesk")
EVERY_TICKET = "updated in the last 365 days"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(demo)


def demo(
    tickets: int = typer.Option(150, min=1, max=5000, help="Tickets per help desk."),
    seed: int = typer.Option(1, help="The same number gives the same tickets."),
) -> None:
    """Categorize the tickets of a simulated Zendesk and Freshdesk, and leave nothing running. Needs no account."""
    # People look at the table here; the logs of the runs are in the Prefect UI.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    from tieline import sandbox as simulated

    heard = _Heard()
    with ExitStack() as stack:
        served = stack.enter_context(simulated.running(seed=seed, tickets=tickets, listeners=[heard]))
        with err.status("Starting …"):
            flow = registry.flow("ticket_categorization")
            server = stack.enter_context(_server())
            name = stack.enter_context(_connections(served, server))
        watch = pairs([("Prefect", f"{server.ui}/runs"), *sandbox.links(served)])
        err.print(panel(watch, "Watch it while it runs", color="cyan"))
        runs = _run(flow, name, served, heard)
        _show(runs, server)
    note("The sandbox is closed." if not server.own else "All that was started is stopped, and its pages are closed.")
    note("To have it stay up: tieline up. To use your own help desk: tieline connect zendesk.")
    if any(run.count("failed", "gone") for run in runs):
        raise TielineError("Some tickets could not be done.", hint="The tables above say why.")


class _Heard:
    """Hears from the sandbox which tickets were written to, and moves a bar for each help desk."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()
        self._bars: dict[str, TaskID] = {}
        self._progress: Progress | None = None

    def __call__(self, event: Event) -> None:
        """Something happened in the sandbox; called in its thread."""
        ticket = (event.system, event.record.get("id", 0))
        if self._progress is not None and event.name == "ticket.updated" and ticket not in self._seen:
            self._seen.add(ticket)
            self._progress.advance(self._bars[event.system])

    @contextmanager
    def shown(self, totals: dict[str, int]) -> Iterator[Callable[[str], None]]:
        """Show a bar for each help desk; what is given fills one, for tickets that need no change are done too."""
        columns = (TextColumn("[bold]{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=err) as progress:
            self._bars = {desk: progress.add_task(desk, start=False, total=total) for desk, total in totals.items()}
            self._progress = progress
            yield lambda desk: progress.update(self._bars[desk], completed=totals[desk])

    def begin(self, desk: str) -> None:
        """Begin to measure the time of one."""
        if self._progress is not None:
            self._progress.start_task(self._bars[desk])


@contextmanager
def _server() -> Iterator[Server]:
    """The server that is named, or one that leaves nothing behind."""
    from tieline import prefect_server

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


def _run(flow: Flow[..., Any], name: str, served: Sandbox, heard: _Heard) -> list[outcomes.Run]:
    """Run the flow on each help desk."""
    truth = served.state.truth
    totals = {desk: sum(system == desk for system, _ in truth) for desk in DESKS}
    runs = []
    with heard.shown(totals) as fill:
        for desk in DESKS:
            heard.begin(desk)
            began = time.perf_counter()
            run, found = asyncio.run(_once(flow, f"{desk}/{name}", totals[desk]))
            seconds = time.perf_counter() - began
            judged = [outcomes.Judged(one, _right(served, desk, one.ticket_id)) for one in found]
            runs.append(outcomes.Run(desk, run, judged, seconds))
            fill(desk)
    return runs


def _right(served: Sandbox, desk: str, number: int) -> bool:
    """Whether a ticket now has the tag of what it was written about."""
    ticket = getattr(served.state, desk).tickets[number]
    return served.state.truth[desk, number] in ticket.fields["tags"]


async def _once(flow: Any, helpdesk: str, limit: int) -> tuple[str, Sequence[Any]]:
    """One run: its id, and what became of each ticket."""
    state = await flow(helpdesk, query=EVERY_TICKET, limit=limit, return_state=True)
    result = await state.aresult()
    return str(state.state_details.flow_run_id), result.outcomes


def _show(runs: list[outcomes.Run], server: Server) -> None:
    for run in runs:
        out.print(outcomes.tickets(run))
    out.print(outcomes.accuracy(runs))
    if not server.own:
        out.print(pairs((f"Run on {run.desk}", f"{server.ui}/runs/flow-run/{run.id}") for run in runs))
