"""A process that syncs two SQLite files until it is killed: `python -m tests.sync.killed LEFT RIGHT`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from functools import partial

from tests.sync.pairs import rules
from tieline.store.leases import lease
from tieline.sync import Cell, Change, Field, Reading, Written, work

NAMES = ("id", "name", "status", "tags")
TABLE = "CREATE TABLE IF NOT EXISTS t (id, name, status, tags)"  # no key: nothing but the sync keeps rows apart


class FileSide:
    """A table that writes row by row, each for good at once, as a vendor without transactions does."""

    batch = 7
    tells_gone = True

    def __init__(self, file: str) -> None:
        self.label = file
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute(TABLE)

    async def read(self, columns: Sequence[str], since: str = "") -> Reading:  # noqa: ARG002 - all, each time
        """All rows."""
        rows = self.db.execute("SELECT id, name, status, tags FROM t ORDER BY rowid")
        return Reading([Field(name) for name in NAMES], [dict(zip(NAMES, row, strict=True)) for row in rows])

    def fits(self, column: Field, value: Cell) -> str:  # noqa: ARG002 - all fits
        """Everything fits."""
        return ""

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Each change by itself."""
        for change in changes:
            (key,) = change.key.values()
            there = self.db.execute("SELECT count(*) FROM t WHERE id = ?", (key,)).fetchone()[0]
            if change.gone:
                self.db.execute("DELETE FROM t WHERE id = ?", (key,))
            elif not there:
                cells = [_kept(change.cells.get(name)) for name in NAMES]
                self.db.execute("INSERT INTO t VALUES (?, ?, ?, ?)", cells)
            else:
                for name, value in change.cells.items():
                    self.db.execute(f'UPDATE t SET "{name}" = ? WHERE id = ?', (_kept(value), key))
            say("row")
        return [Written()] * len(changes)


def say(word: str) -> None:
    """Tell whoever may kill us how far we are."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _kept(value: Cell) -> object:
    return ", ".join(value) if isinstance(value, list) else value


async def main(left: str, right: str) -> None:
    """Sync, and tell each row."""
    # The lease of a process that was killed ends after half a minute; here nobody wants to wait for it.
    work.lease = partial(lease, seconds=0.5)  # type: ignore[attr-defined]  # it is what `apply` calls
    sync = rules(conflict="left_wins", deletes="delete", delete_limit=1)
    await work.apply(sync, {"left": FileSide(left), "right": FileSide(right)})
    say("done")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
