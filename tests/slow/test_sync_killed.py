"""A sync that is killed again and again doubles no row, and loses no edit."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.sync.killed import TABLE

pytestmark = pytest.mark.slow
ROWS, KILLS = 300, 20


def test_it_is_killed_twenty_times(tmp_path: Path) -> None:
    left, right = tmp_path / "left.db", tmp_path / "right.db"
    with (
        closing(sqlite3.connect(left, isolation_level=None)) as one,
        closing(sqlite3.connect(right, isolation_level=None)) as two,
    ):
        for db in (one, two):
            db.execute(TABLE)
        one.executemany("INSERT INTO t VALUES (?, ?, 'new', NULL)", [(n, f"left {n}") for n in range(ROWS)])
        two.executemany("INSERT INTO t VALUES (?, ?, 'new', NULL)", [(n + ROWS, f"right {n}") for n in range(ROWS)])
        chance = random.Random(6)
        killed = 0
        for number in range(KILLS):
            killed += _run(left, right, chance.randint(1, 25))
            one.execute("UPDATE t SET status = ? WHERE id = ?", (f"left {number}", number))
            two.execute("UPDATE t SET name = ? WHERE id = ?", (f"edit {number}", ROWS + number))
            one.execute("DELETE FROM t WHERE id = ?", (100 + number,))
        assert not _run(left, right, 0)
        rows = [db.execute("SELECT id, name, status FROM t ORDER BY id").fetchall() for db in (one, two)]
    assert killed > KILLS / 2
    assert rows[0] == rows[1]
    assert [row[0] for row in rows[0]] == sorted({row[0] for row in rows[0]})
    known = {row[0]: row for row in rows[0]}
    for number in range(KILLS):
        assert known[number][2] == f"left {number}"
        assert known[ROWS + number][1] == f"edit {number}"


def _run(left: Path, right: Path, rows: int) -> bool:
    """Sync in a process, killed when it has written so many rows; with 0 it may end. Whether it was killed."""
    command = [sys.executable, "-m", "tests.sync.killed", str(left), str(right)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(rows):
            if process.stdout.readline() != "row\n":
                break
        if rows:
            process.send_signal(signal.SIGKILL)
        out, said = process.communicate(timeout=60)
    assert "done" in out or rows, said
    return process.returncode == -signal.SIGKILL
