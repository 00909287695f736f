"""Programs that a command keeps running beside itself: they end with it, and are started again when they die.

Run as a module it is such a program: `python -m tieline.processes gateway` is `tieline gateway`, but ends when its
standard input does. So it cannot outlive the command that started it, however that one ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

#: Pause before a program is started again, in seconds; it doubles each time, and begins anew after a while of health.
FIRST_PAUSE, LONGEST_PAUSE, HEALTHY_SECONDS = 1.0, 30.0, 60.0
#: How long programs may take to end; the worker lets its runs go on for half a minute.
STOP_SECONDS = 45.0
LOOK_SECONDS = 0.2


@dataclass
class Program:
    """One program.

    Args:
        name: What people call it.
        words: Its command line, without `tieline`.
        log: The file that holds what it says.
    """

    name: str
    words: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    #: When it is started again, on the clock of `time.monotonic`.
    due: float | None = None

    def start(self, variables: Mapping[str, str]) -> None:
        """Start it, for the first time or once more; what it says is added to its log."""
        self._close()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "tieline.processes", *self.words],
                env={**os.environ, **variables},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in a terminal is for us; we stop it when we are done with it
            )
        self.started_at, self.due = time.monotonic(), None

    def ended(self) -> int | None:
        """Its exit code, if it has ended since it was started."""
        return None if self.process is None or self.due is not None else self.process.poll()

    def stop(self) -> None:
        """Tell it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end, not longer than to a moment; then it is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        if self.process is not None and self.process.stdin:
            self.process.stdin.close()


class Programs:
    """Programs that run until this is left.

    Args:
        folder: Where their logs are kept; it is made if need be.
        say: Told, in a sentence, when one has died.
        variables: Environment variables that they get beside ours.
    """

    def __init__(self, folder: Path, say: Callable[[str], None], variables: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._say, self._variables = folder, say, dict(variables or {})
        self.programs: list[Program] = []

    def start(self, name: str, *words: str) -> Program:
        """Start a command of ours, such as `start("the door", "gateway", "--port", "8400")`."""
        program = Program(name, words, self._folder / f"{name}.log")
        self.programs.append(program)
        program.start(self._variables)
        return program

    def look(self) -> None:
        """Start those again that have died, each after its pause. To be called often."""
        now = time.monotonic()
        for program in self.programs:
            code = program.ended()
            if code is not None:
                if now - program.started_at > HEALTHY_SECONDS:
                    program.pause = FIRST_PAUSE
                self._say(
                    f"The {program.name} has died ({_why(code)}); it is started again in {program.pause:.0f} s. "
                    f"What it said is in {program.log}."
                )
                program.due, program.pause = now + program.pause, min(LONGEST_PAUSE, 2 * program.pause)
            elif program.due is not None and now >= program.due:
                program.start(self._variables)

    def watch(self) -> None:
        """Look after them until somebody interrupts us."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        until = time.monotonic() + STOP_SECONDS
        for program in self.programs:
            program.stop()
        for program in self.programs:
            program.wait(until)


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def end_with_standard_input() -> None:
    """End this process, as if it were asked to, when whoever started it is gone."""

    def wait() -> None:
        os.read(0, 1)  # nobody writes: it returns when the other end is closed
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _main() -> None:
    end_with_standard_input()
    from tieline.cli import main  # noqa: PLC0415 - it loads all commands

    main()


if __name__ == "__main__":
    _main()
