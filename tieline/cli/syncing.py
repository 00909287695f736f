"""The fourth part of the demo: a spreadsheet and a help desk agree, and a table of a database follows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from tieline import registry
from tieline.cli import sync as command
from tieline.cli.flow_run import run_flow
from tieline.cli.screen import pairs
from tieline.cli.sync_shown import plan_table
from tieline.errors import TielineError

if TYPE_CHECKING:
    from tieline.sandbox import Sandbox

SHEET, TABLE = "Tickets", "tickets"
COLUMNS = (
    {"left": "id", "right": "Ticket", "type": "integer"},
    {"left": "subject", "right": "Subject"},
    {"left": "status", "right": "Status", "to_right": "upper(value)", "to_left": "lower(value)"},
    {"left": "priority", "right": "Priority"},
    {"left": "tags", "right": "Tags", "type": "list", "conflict": "merge_lists"},
)


@contextmanager
def syncs(served: Sandbox, connection: str, folder: Path, *, keep: bool) -> Iterator[None]:
    """Two syncs: the tickets of the simulated Zendesk with a sheet, both ways; and the sheet into a table of SQLite.

    Args:
        served: The sandbox.
        connection: Leads to the sandbox; also the syncs are called so.
        folder: Where the database is made.
        keep: Whether what is saved may stay.
    """
    from prefect.blocks.core import Block

    from tieline.sandbox.google_sheets.memory import Workbooks, new_sheet
    from tieline.sandbox.google_sheets.seed import DESK

    kinds: dict[str, Any] = {kind.get_block_type_slug(): kind for kind in registry.blocks(Block)}
    book = served.state[Workbooks].books[DESK]
    if book.named(SHEET) is None:
        book.sheets.append(new_sheet(len(book.sheets) + 1, SHEET, len(book.sheets)))
    file = folder / "reports.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (id INTEGER PRIMARY KEY, subject TEXT, status TEXT, tags TEXT)")
    sheet = {"connection": f"google_sheets/{connection}", "place": f"{DESK}/{SHEET}"}
    desk = {"left": {"connection": f"zendesk/{connection}"}, "right": sheet, "key": ["id"], "columns": COLUMNS}
    report = {
        "left": sheet,
        "right": {"connection": f"sql/{connection}", "place": TABLE},
        "key": ["Ticket"],
        "columns": [{**one, "left": one["right"], "right": one["left"]} for one in _reported()],
        "direction": "left_to_right",
        "deletes": "delete",
    }
    made = {
        connection: kinds["sheet-sync"](**desk),
        f"{connection}-report": kinds["sheet-sync"](**report),
    }
    database = kinds["sql-credentials"](dialect="sqlite", database=str(file))
    asyncio.run(_save(made, database, connection))
    try:
        yield
    finally:
        if not keep:
            for name in made:
                kinds["sheet-sync"].delete(name)
            kinds["sql-credentials"].delete(connection)


def _reported() -> list[dict[str, str]]:
    """What the table has of a ticket, as the sheet shows it."""
    wanted = {"id", "subject", "status", "tags"}
    return [
        {name: one[name] for name in ("left", "right", "type") if name in one}
        for one in COLUMNS
        if one["left"] in wanted
    ]


async def _save(made: dict[str, Any], database: Any, connection: str) -> None:
    from tieline import connections

    await connections.save(database, connection, replace=True)
    for name, block in made.items():
        await block.asave(name, overwrite=True)


def play(served: Sandbox, name: str) -> RenderableType:
    """Plan, apply, edit both sides, see the conflict, settle it, take it back; what people saw.

    Args:
        served: The sandbox.
        name: The sync between the desk and the sheet.

    Raises:
        TielineError: The sides do not hold what they should.
    """
    from tieline.sandbox.zendesk.memory import ZendeskDesk
    from tieline.sync import conflicts

    desk, sheet = served.state[ZendeskDesk], _Sheet(served)
    tickets = desk.living()[:3]
    first, second, third = (ticket.id for ticket in tickets)
    filled = run_flow("sheet_sync", "A sheet is filled with the tickets of Zendesk …", name=name)
    run_flow("sheet_sync", "A table of a database follows the sheet …", name=f"{name}-report")
    sheet.enter(first, "Priority", "high" if tickets[0].fields.get("priority") != "high" else "low")
    desk.change(tickets[1], {"priority": "urgent"})
    sheet.enter(third, "Subject", "As the sheet says it")
    desk.change(tickets[2], {"subject": "As the customer says it"})
    planned = run_flow("plan_sheet_sync", "People have edited the sheet, and the tickets …", name=name)
    applied = run_flow("sheet_sync", "What was planned is written …", name=name, plan=planned.run)
    conflicts.resolve(command.load(name), str(third), "subject", "left", by="the demo")
    settled = run_flow("sheet_sync", "A person has settled the conflict …", name=name)
    run_flow("sheet_sync", "The table follows …", name=f"{name}-report")
    undone = run_flow("undo_sheet_sync", "The last run is taken back …", name=name)
    if sheet.read(third, "Subject") != "As the sheet says it" or sheet.read(second, "Priority") != "urgent":
        raise TielineError("The sheet does not show what was synced.", hint="That is a bug of ours: please tell us.")
    told = [("First", filled), ("Applied", applied), ("Settled", settled), ("Taken back", undone)]
    story = pairs([(word, Text(_numbers(done))) for word, done in told])
    head = Text.from_markup("[bold]zendesk ↔ google_sheets[/] · both sides were edited; this is the plan")
    return Group(head, plan_table(planned), story)


def _numbers(done: Any) -> str:
    from tieline.sync import runs

    return f"{done.run}: {runs.in_words(done.counts)}"


class _Sheet:
    """The sheet, as somebody types into it."""

    def __init__(self, served: Sandbox) -> None:
        from tieline.sandbox.google_sheets.memory import Workbooks
        from tieline.sandbox.google_sheets.seed import DESK

        found = served.state[Workbooks].books[DESK].named(SHEET)
        assert found is not None  # noqa: S101 - made by `syncs`
        self._sheet = found

    def enter(self, ticket: int, column: str, text: str) -> None:
        from tieline.sandbox.google_sheets.values import write

        write(self._sheet, *self._place(ticket, column), [[text]], "USER_ENTERED")

    def read(self, ticket: int, column: str) -> Any:
        row, place = self._place(ticket, column)
        return self._sheet.cell(row, place).get("userEnteredValue", {}).get("stringValue")

    def _place(self, ticket: int, column: str) -> tuple[int, int]:
        header = {self._value(0, place): place for place in range(len(COLUMNS))}
        rows = (row for row in range(1, len(self._sheet.rows) + 1) if self._value(row, header["Ticket"]) == ticket)
        return next(rows), header[column]

    def _value(self, row: int, place: int) -> Any:
        values = self._sheet.cell(row, place).get("userEnteredValue", {})
        return next(iter(values.values()), None)
