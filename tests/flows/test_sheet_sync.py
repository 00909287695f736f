"""A table and a help desk that shall agree, from the command line: planned, applied, decided on, taken back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client

from blocks.sheet_sync import SheetSync
from blocks.sql import SqlCredentials
from flows.sheet_sync import sheet_sync
from flows.sheet_sync_decided import sheet_sync_decided
from flows.sheet_syncs_due import sheet_syncs_due
from tests.cli.conftest import Run, answer, tieline
from tieline import TielineError, approvals
from tieline.sandbox import Sandbox
from tieline.sandbox.zendesk.memory import ZendeskDesk
from tieline.sync import memory, runs, work

__all__ = ["tieline"]

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_server")]

COLUMNS = [
    {"left": "id", "type": "integer"},
    {"left": "subject"},
    {"left": "status"},
    {"left": "tags", "type": "list", "conflict": "merge_lists"},
]


@pytest.fixture(autouse=True)
def _no_others(prefect_server: str) -> None:
    """Only the syncs of one test are there: other tests save some on the same server."""
    assert prefect_server
    with get_client(sync_client=True) as client:
        for one in client.read_block_documents_by_type("sheet-sync") if _registered(client) else ():
            client.delete_block_document(one.id)


def _registered(client: SyncPrefectClient) -> bool:
    return any(kind.slug == "sheet-sync" for kind in client.read_block_types())


class Table:
    """The table `tickets` of a SQLite file."""

    def __init__(self, file: Path) -> None:
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute("CREATE TABLE tickets (id INTEGER PRIMARY KEY, subject TEXT, status TEXT, tags TEXT)")
        self.db.execute('CREATE TABLE conflicts ("Row" TEXT, "Column" TEXT, "Left" TEXT, "Right" TEXT, '
                        '"Last agreed" TEXT, "Why" TEXT, "Choice" TEXT, PRIMARY KEY ("Row", "Column"))')  # fmt: skip

    def cell(self, number: int, name: str) -> Any:
        return self.db.execute(f"SELECT {name} FROM tickets WHERE id = ?", (number,)).fetchone()[0]

    def set(self, number: int, **cells: Any) -> None:
        for name, value in cells.items():
            self.db.execute(f"UPDATE tickets SET {name} = ? WHERE id = ?", (value, number))

    def count(self) -> int:
        found: int = self.db.execute("SELECT count(*) FROM tickets").fetchone()[0]
        return found


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path / "desk.db")
    SqlCredentials(dialect="sqlite", database=str(tmp_path / "desk.db")).save("desk", overwrite=True)
    yield made
    made.db.close()


async def save(name: str = "desk", **more: Any) -> None:
    left, right = {"connection": "zendesk/support"}, {"connection": "sql/desk", "place": "tickets"}
    rules = {"left": left, "right": right, "key": ["id"], "columns": COLUMNS} | more
    await SheetSync(**rules).asave(name, overwrite=True)


def test_planned_applied_edited_decided_and_taken_back(tieline: Run, sandbox: Sandbox, table: Table) -> None:
    """The story of docs/sheet-sync.md, command by command."""
    asyncio.run(save())
    desk = sandbox.state[ZendeskDesk]
    shown = tieline("sync", "plan", "desk").stdout
    assert "60 new on the right" in shown
    assert table.count() == 0
    assert "60 new on the right" in tieline("sync", "apply", "desk").stdout
    assert table.count() == 60
    assert "there is nothing to do" in tieline("sync", "plan", "desk").output
    first, second = sorted(desk.tickets)[:2]
    before = table.cell(second, "subject")
    table.set(first, status="open")
    table.set(second, subject="Ours")
    desk.change(desk.tickets[second], {"subject": "Theirs"})
    (conflict,) = [
        one for one in answer(tieline("sync", "plan", "desk", "--json"))["lines"] if one["what"] == "conflict"
    ]
    assert (conflict["row"], conflict["column"], conflict["old"], conflict["new"]) == (
        str(second),
        "subject",
        "Theirs",
        "Ours",
    )
    done = tieline("sync", "apply", "desk").stdout
    assert "1 changed on the left" in done
    assert desk.tickets[first].fields["status"] == "open"
    assert "Theirs" in tieline("sync", "resolve", "desk").stdout
    tieline("sync", "resolve", "desk", str(second), "subject", "--value", "Both")
    tieline("sync", "apply", "desk", "--refresh")
    assert table.cell(second, "subject") == desk.tickets[second].fields["subject"] == "Both"
    assert "Both" in tieline("sync", "undo", "desk", "--dry").stdout
    tieline("sync", "undo", "desk")
    assert (table.cell(second, "subject"), desk.tickets[second].fields["subject"]) == ("Ours", "Theirs")
    assert before
    assert "undone" in tieline("sync", "history", "desk").stdout
    assert "60 rows on the left" in tieline("sync", "status", "desk", "--details").stdout
    (row,) = answer(tieline("sync", "list", "--json"))
    assert (row["name"], row["rows"], row["conflicts"]) == ("desk", 60, 0)


async def test_people_decide_about_deletions(sandbox: Sandbox, table: Table) -> None:
    await save(deletes="delete", approvers=["ann@example.com"])
    await sheet_sync("desk")
    table.db.execute("DELETE FROM tickets WHERE id IN (SELECT id FROM tickets LIMIT 10)")
    with pytest.raises(
        work.NeedsApproval, match=r"10 of 60 rows would be deleted on the left side.*tieline approvals approve"
    ):
        await sheet_sync("desk")
    (asked,) = approvals.waiting("sheet_sync")
    assert "10 of 60 rows would be deleted on the left side" in asked.title
    assert runs.history("desk")[0].state == "waiting"
    approvals.decide(asked.id, "approve", by="Ann", via="test")
    assert await sheet_sync_decided([asked.id]) == ["desk"]
    assert len(sandbox.state[ZendeskDesk].living()) == 50


async def test_a_conflict_is_decided_in_a_chat_or_in_its_table(sandbox: Sandbox, table: Table) -> None:
    await save(conflicts_to={"connection": "sql/desk", "place": "conflicts"}, approvers=["ann@example.com"])
    await sheet_sync("desk")
    desk = sandbox.state[ZendeskDesk]
    first, second = sorted(desk.tickets)[:2]
    for number in (first, second):
        table.set(number, subject="Ours")
        desk.change(desk.tickets[number], {"subject": "Theirs"})
    await sheet_sync("desk")
    asked = approvals.waiting("sheet_sync")
    assert len(asked) == 2
    assert table.db.execute('SELECT "Row", "Left", "Right" FROM conflicts ORDER BY 1').fetchall() == sorted(
        (str(number), "Theirs", "Ours") for number in (first, second)
    )
    table.db.execute("""UPDATE conflicts SET "Choice" = 'right' WHERE "Row" = ?""", (str(first),))
    other = next(one for one in asked if str(second) in one.title)
    approvals.decide(other.id, "edit", by="Ann", via="test", text="Agreed")
    await sheet_sync_decided([other.id])
    assert (table.cell(first, "subject"), desk.tickets[first].fields["subject"]) == ("Ours", "Ours")
    assert (table.cell(second, "subject"), desk.tickets[second].fields["subject"]) == ("Agreed", "Agreed")
    assert table.db.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)
    assert not approvals.waiting("sheet_sync")


async def test_those_run_whose_time_has_come_or_that_something_has_changed_for(sandbox: Sandbox, table: Table) -> None:
    assert sandbox
    await save(every_minutes=5, on_change=True)
    assert await sheet_syncs_due() == ["desk"]
    assert await sheet_syncs_due() == []
    assert await sheet_syncs_due(["zendesk/support"]) == ["desk"]
    assert await sheet_syncs_due(["zendesk/other"]) == []
    assert memory.watched("zendesk/support")
    assert not memory.watched("zendesk/supp")
    assert table.count() == 60


async def test_one_that_breaks_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    async def broken(name: str) -> None:
        ran.append(name)
        if name == "a-broken":
            raise TypeError("nobody thought of that")

    for name in ("a-broken", "desk"):
        await save(name, every_minutes=5)
    monkeypatch.setattr("flows.sheet_syncs_due.sheet_sync", broken)
    with pytest.raises(TielineError, match="a-broken: nobody thought"):
        await sheet_syncs_due()
    assert ran == ["a-broken", "desk"]


@pytest.mark.usefixtures("table")
def test_what_makes_no_sense_is_said_so(tieline: Run) -> None:
    assert "no sync 'nothing'" in tieline("sync", "plan", "nothing", code=1).output
    asyncio.run(save("other"))
    assert "Nothing is planned for other" in tieline("sync", "apply", "other", code=1).output
