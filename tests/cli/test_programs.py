"""Programs that a command keeps running beside itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_processes import a_port, lives
from tieline.prefect_server import free
from tieline.processes import Program, Programs

SECONDS = 60
OPEN = "The sandbox is open"


def eventually(ask: Callable[[], object], what: str) -> None:
    until = time.monotonic() + SECONDS
    while not ask():
        assert time.monotonic() < until, f"not within {SECONDS} seconds: {what}"
        time.sleep(0.02)


def pid_of(program: Program) -> int:
    assert program.process is not None
    return program.process.pid


def test_a_program_that_dies_is_started_again_and_ends_with_us(tmp_path: Path) -> None:
    port, said = a_port(), list[str]()
    with Programs(tmp_path / "logs", said.append) as programs:
        program = programs.start("sandbox", "sandbox", "--port", str(port))
        eventually(lambda: OPEN in program.log.read_text("utf-8"), "that it is open")
        programs.look()
        assert said == []
        first = pid_of(program)
        assert program.process is not None
        program.process.send_signal(signal.SIGKILL)
        program.pause = 0.1

        def back() -> bool:
            programs.look()
            return pid_of(program) != first and program.log.read_text("utf-8").count(OPEN) == 2

        eventually(back, "that it is back")
        second = pid_of(program)
    assert said == [
        f"The sandbox has died (signal SIGKILL); it is started again in 0 s. What it said is in {program.log}."
    ]
    assert not lives(first)
    assert not lives(second)


def test_the_pause_grows_with_each_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]

    def started(program: Program, _: object) -> None:
        program.started_at, program.due = clock[0], None

    monkeypatch.setattr("tieline.processes.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(Program, "start", started)
    monkeypatch.setattr(Program, "ended", lambda self: None if self.due is not None else 1)
    programs = Programs(tmp_path, lambda _: None)
    program = programs.start("x")
    pauses = []
    for _ in range(7):
        programs.look()
        assert program.due is not None
        pauses.append(program.due - clock[0])
        clock[0] = program.due
        programs.look()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    clock[0] += 61
    programs.look()
    assert program.due == clock[0] + 1


def test_a_program_does_not_outlive_who_started_it(tmp_path: Path) -> None:
    port = a_port()
    code = (
        "import sys; from pathlib import Path; from tieline.processes import Programs\n"
        "with Programs(Path(sys.argv[1]), print) as programs:\n"
        "    print(programs.start('sandbox', 'sandbox', '--port', sys.argv[2]).process.pid, flush=True)\n"
        "    programs.watch()\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path), str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        eventually(lambda: not free(port), "that it listens")
        parent.kill()
    eventually(lambda: not lives(child), "that it ends")
