"""`tieline demo`: customers write, webhooks come in, Prefect runs categorize the tickets; from nothing to a table."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tieline import registry
from tieline.cli import dispatch, documenting, dropping, outcomes, sandbox, syncing, up
from tieline.cli.live import Heard, middle
from tieline.cli.screen import err, note, out, pairs, panel
from tieline.errors import TielineError
from tieline.processes import Programs

if TYPE_CHECKING:
    from tieline.dispatch import Trigger
    from tieline.prefect_server import Server
    from tieline.sandbox import Sandbox

FLOW = "ticket-categorization"
#: What the simulated vendors call a new ticket.
NEW_TICKET = {"zendesk": "zen:event-type:ticket.created", "freshdesk": "ticket_created"}
DESKS = tuple(NEW_TICKET)
#: So long customers write, or a little longer where there are few.
WRITE_SECONDS, SLOWEST_RATE = 10.0, 5.0
#: The share of webhooks that the vendors send twice, as the real ones do now and then.
TWICE = 0.05
#: When nothing has moved for so long, something is broken.
PATIENCE_SECONDS = 120.0


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Try it")(demo)


def demo(
    tickets: int = typer.Option(150, min=1, max=5000, help="Tickets per help desk."),
    seed: int = typer.Option(1, help="The same number gives the same tickets."),
) -> None:
    """Let customers write to a simulated Zendesk and Freshdesk: signed webhooks, Prefect runs, tags. No account needed.

    Then a PDF is dropped into a simulated SharePoint, and gets its summary; and code is pushed to a simulated GitHub,
    and its documentation proposed, merged and published in Confluence; and tickets and a simulated Google sheet are
    made to agree: planned, edited on both sides, settled, taken back. Nothing is left running.
    """
    # People look at the table here; the logs of the runs are in the Prefect UI.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    heard = Heard(dict.fromkeys(DESKS, tickets))
    with ExitStack() as stack:
        stage = _stage(stack, heard)
        watch = [
            ("Prefect", f"{stage.server.ui}/runs"),
            ("Tickets", f"{stage.served.url}/tickets/zendesk"),
            ("Webhooks", f"{stage.served.url}/hooks"),
            ("Code", f"{stage.served.url}/repositories"),
            ("Sheets", f"{stage.served.url}/spreadsheets"),
        ]
        reads = dropping.possible()
        err.print(panel(pairs(watch), "Watch it while it runs", color="cyan"))
        _play(stage, heard, tickets, seed)
        desks = [_judged(stage, heard, desk) for desk in DESKS]
        story = _story(stage, heard)
        for desk in desks:
            out.print(outcomes.tickets(desk))
        out.print(outcomes.accuracy(desks))
        out.print(story)
        if reads:
            out.print()
            out.print(dropping.play(stage.served, stage.connection, stage.programs.look))
        out.print()
        out.print(documenting.play(stage.served, stage.programs.look))
        out.print()
        out.print(syncing.play(stage.served, stage.connection))
        if not stage.server.own:
            out.print(pairs([("Runs", f"{stage.server.ui}/runs")]))
    note("All that was started is stopped, and its pages are closed.")
    note("To have it stay up: tieline up. To use your own help desk: tieline connect zendesk.")
    if any(desk.count("failed", "gone") or len(desk.tickets) < tickets for desk in desks):
        raise TielineError("Some tickets could not be done.", hint="The tables above say why.")


# ---------------------------------------------------------------- what it needs


@dataclass(frozen=True)
class _Stage:
    """All that is running.

    Args:
        server: The Prefect server.
        served: The sandbox.
        programs: The gateway and the worker.
        connection: The name of the connections to the sandbox.
        first_seconds: How long the very first tickets took.
    """

    server: Server
    served: Sandbox
    programs: Programs
    connection: str
    first_seconds: float


def _stage(stack: ExitStack, heard: Heard) -> _Stage:
    """Start everything; each part ends with the stack."""
    from tieline import prefect_server
    from tieline import sandbox as simulated
    from tieline.worker import pool

    status = stack.enter_context(err.status("Starting …"))
    home = stack.enter_context(prefect_server.temporary_home())
    server = stack.enter_context(_server(home))
    stack.enter_context(_own_store(home / "data"))
    served = stack.enter_context(simulated.running(tickets=0, listeners=[heard]))
    mark = "" if server.own else f"-{secrets.token_hex(3)}"
    connection, work_pool, triggers = f"demo{mark}", f"tieline-demo{mark}" if mark else pool.POOL, _triggers(mark)
    status.update("Saving connections …")
    stack.enter_context(_connections(served, connection, keep=server.own))
    status.update("Deploying …")
    stack.enter_context(_deployed(triggers, work_pool, keep=server.own))
    status.update("Starting the gateway and the worker …")
    # Nobody waits for a demo that was ended: its runs get no time to go on.
    programs = stack.enter_context(Programs(home / "logs", note, {"TIELINE_GRACE_SECONDS": "1"}))
    programs.start("worker", "worker", "--pool", work_pool)
    gateway = up.begin(programs, prefect_server.free_port())
    stack.enter_context(_dispatching(triggers))
    told = {**NEW_TICKET, dropping.SYSTEM: "updated", "github": "pull_request"}
    asyncio.run(sandbox.subscribe(served, gateway, connection, told))
    stack.enter_context(documenting.project(served, gateway, connection, keep=server.own))
    stack.enter_context(syncing.syncs(served, connection, home, keep=server.own))
    status.update("Warming up: the first ticket at each help desk …")
    first = _first(served, programs)
    status.stop()
    return _Stage(server, served, programs, connection, first)


@contextmanager
def _server(home: Path) -> Iterator[Server]:
    """The server that is named, or one that leaves nothing behind."""
    from tieline import prefect_server

    server = prefect_server.named()
    if server is not None:
        prefect_server.check(server)
        note(f"Using the Prefect server at {server.api}, from {server.source}.")
        yield server
        return
    note("No Prefect server is named (PREFECT_API_URL or a Prefect profile): starting one for this demo.")
    # Without what it does in the background: nothing here is scheduled, and a third of its work goes into that.
    with prefect_server.started(home / "prefect") as own:
        yield own


@contextmanager
def _own_store(folder: Path) -> Iterator[None]:
    """An inbox of its own, here and in the programs: what waits in somebody's real one is not touched."""
    from tieline import store
    from tieline.settings import settings

    names = ("TIELINE_DATA_DIR", "TIELINE_DATABASE_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["TIELINE_DATA_DIR"] = str(folder)
    settings.cache_clear()
    try:
        yield
    finally:
        store.forget()
        del os.environ["TIELINE_DATA_DIR"]
        os.environ.update(before)
        settings.cache_clear()


@contextmanager
def _connections(served: Sandbox, name: str, *, keep: bool) -> Iterator[None]:
    """Connections to the sandbox; on somebody's server new ones, which are taken away again."""
    made = asyncio.run(sandbox.save(served, name, replace=True))
    try:
        yield
    finally:
        if not keep:
            for block in made:
                type(block).delete(name)


def _triggers(mark: str) -> list[Trigger]:
    """The triggers that are played; on somebody's server their deployments get names of their own."""
    wanted = {FLOW, *dropping.TRIGGERS, *documenting.TRIGGERS}
    found = [one for one in registry.triggers() if wanted & {one.deployment.flow_name, one.name}]
    if not mark:
        return found
    renamed = [one.deployment.model_copy(update={"name": f"{one.deployment.name}-demo{mark}"}) for one in found]
    return [replace(one, deployment=other) for one, other in zip(found, renamed, strict=True)]


@contextmanager
def _deployed(triggers: Sequence[Trigger], pool: str, *, keep: bool) -> Iterator[None]:
    """A work pool, and the deployments that the triggers run."""
    from tieline.worker import pool as work_pool

    deployments = [trigger.deployment for trigger in triggers]
    try:
        asyncio.run(work_pool.make(pool))
        asyncio.run(work_pool.deploy(deployments, pool))
        yield
    finally:
        if not keep:
            asyncio.run(work_pool.remove(deployments, pool))


@contextmanager
def _dispatching(triggers: Sequence[Trigger]) -> Iterator[None]:
    """Dispatch in a thread of this process: the deployments may have names that nobody else knows."""
    begun = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    async def run() -> None:
        task = asyncio.create_task(dispatch.run(triggers))
        running.append((asyncio.get_running_loop(), task))
        begun.set()
        with suppress(asyncio.CancelledError):
            await task

    thread = threading.Thread(target=asyncio.run, args=(run(),), name="dispatcher", daemon=True)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        loop, task = running[0]
        if thread.is_alive():
            loop.call_soon_threadsafe(task.cancel)
        thread.join()


def _first(served: Sandbox, programs: Programs) -> float:
    """Let one customer write to each help desk, so that flows and models are loaded; returns the seconds it took."""
    began = time.monotonic()
    for desk in DESKS:
        served.write(desk, 1)
    _until(len(DESKS), programs)
    return time.monotonic() - began


def _until(total: int, programs: Programs, look: Callable[[], None] = lambda: None) -> None:
    """Wait until so many events have been dealt with.

    Raises:
        TielineError: Nothing moves any more.
    """
    from tieline.inbox import overview

    seen: dict[str, int] = {}
    moved_at = time.monotonic()
    while True:
        programs.look()
        look()
        counts = overview.counts()
        # A run leaves its table after its last ticket is done.
        if counts.get("done", 0) + counts.get("dead", 0) >= total and not _under_way():
            return
        if counts != seen:
            seen, moved_at = counts, time.monotonic()
        if time.monotonic() - moved_at > PATIENCE_SECONDS:
            states = ", ".join(f"{count} {state}" for state, count in counts.items()) or "no webhook came in"
            raise TielineError(
                f"Nothing has moved for {PATIENCE_SECONDS:.0f} seconds: {states}.",
                hint="Is the machine busy with something else? Try it again with fewer --tickets.",
            )
        time.sleep(0.1)


# ---------------------------------------------------------------- what happens


def _play(stage: _Stage, heard: Heard, tickets: int, seed: int) -> None:
    """Let customers write, and wait until every ticket has been dealt with."""
    from tieline.sandbox import Fault

    def look() -> None:
        for desk in DESKS:
            heard.say(desk, f"{stage.served.hooks.sent[desk] - 1} webhooks")

    stage.served.faults.add(Fault("duplicate", rate=TWICE))
    with heard.shown():
        for desk in DESKS:
            stage.served.write(desk, tickets, max(SLOWEST_RATE, tickets / WRITE_SECONDS), seed)
        _until((tickets + 1) * len(DESKS), stage.programs, look)


def _judged(stage: _Stage, heard: Heard, desk: str) -> outcomes.Desk:
    """What became of the tickets of one help desk, and whether that was right."""
    state = stage.served.state
    known = asyncio.run(outcomes.read(_runs(desk)))
    tickets = state.desks[desk].tickets
    judged = [
        outcomes.Judged(known[number], state.truth[desk, number] in tickets[number].fields["tags"])
        for number in heard.written(desk)
        if number in known
    ]
    return outcomes.Desk(desk, judged)


def _runs(desk: str = "") -> list[str]:
    """The ids of the flow runs for the events of a help desk, or of all of them."""
    from sqlmodel import col, select

    from tieline import store
    from tieline.inbox.tables import BatchRow

    with store.session() as session:
        found = session.exec(select(BatchRow).order_by(col(BatchRow.created_at))).all()
    return [run.flow_run_id for run in found if run.flow_run_id and desk in run.trigger]


def _under_way() -> int:
    """How many runs have not ended yet."""
    from sqlmodel import col, func, select

    from tieline import store
    from tieline.inbox.tables import BatchRow

    with store.session() as session:
        return session.exec(select(func.count()).select_from(BatchRow).where(col(BatchRow.state) != "ended")).one()


def _story(stage: _Stage, heard: Heard) -> str:
    """What happened, in a line, and what is remarkable about it in another."""
    from tieline.inbox import overview

    # The first ones, which warmed everything up, are not in the tables either.
    counts, first = overview.counts(), len(DESKS)
    twice = sum(len(delivery.tries) > 1 for delivery in stage.served.hooks.deliveries)
    written = sum(len(heard.written(desk)) for desk in DESKS)
    more = [f"{twice} of them came twice, and were done once"] if twice else []
    more.append(f"the very first tickets, which loaded everything, took {stage.first_seconds:.1f} s")
    return (
        f"[bold green]{sum(counts.values()) - first}[/] webhooks verified and written down, "
        f"[bold green]{len(_runs()) - first}[/] Prefect runs, "
        f"[bold green]{written + first - counts.get('done', 0)}[/] lost, "
        f"p50 event → tag [bold green]{middle(heard.waits())}[/]\n[dim]{'; '.join(more)}[/]"
    )
