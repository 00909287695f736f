"""What a demo shows while it runs: a bar for each help desk, and how long tickets took."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeElapsedColumn

from tieline.cli.screen import err

if TYPE_CHECKING:
    from tieline.sandbox import Event

#: Below this many columns the bars say less.
WIDE = 72


class Heard:
    """Hears from the sandbox when tickets were written and when they were first changed, and moves the bars.

    What is written before the bars are shown does not count.

    Args:
        totals: How many tickets there will be at each help desk.
    """

    def __init__(self, totals: Mapping[str, int]) -> None:
        self._totals = dict(totals)
        self._begun = False
        self._written: dict[tuple[str, int], float] = {}
        self._tagged: dict[tuple[str, int], float] = {}
        self._bars: dict[str, TaskID] = {}
        self._progress: Progress | None = None

    def __call__(self, event: Event) -> None:
        """Something happened in the sandbox; called in its thread."""
        ticket, now = (event.system, event.record.get("id", 0)), time.monotonic()
        if event.name == "ticket.created" and self._begun:
            self._written.setdefault(ticket, now)
        elif event.name == "ticket.updated" and ticket in self._written and ticket not in self._tagged:
            self._tagged[ticket] = now
            if self._progress is not None:
                self._progress.advance(self._bars[event.system])

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bars."""
        columns: list[ProgressColumn] = [TextColumn("[bold]{task.description:<10}"), BarColumn(), MofNCompleteColumn()]
        if err.width >= WIDE:
            columns.append(TextColumn("[dim]{task.fields[said]}"))
        columns.append(TimeElapsedColumn())
        with Progress(*columns, console=err) as progress:
            self._bars = {desk: progress.add_task(desk, total=total, said="") for desk, total in self._totals.items()}
            self._progress, self._begun = progress, True
            yield
            # Those that needed no change are done too.
            for desk, total in self._totals.items():
                progress.update(self._bars[desk], completed=total)
        self._progress = None

    def say(self, desk: str, text: str) -> None:
        """Say something beside a bar."""
        if self._progress is not None:
            self._progress.update(self._bars[desk], said=text)

    def written(self, desk: str) -> Sequence[int]:
        """The numbers of the tickets that customers have written, in order."""
        return [number for system, number in tuple(self._written) if system == desk]

    def waits(self) -> list[float]:
        """How long each ticket waited for its first change, in seconds."""
        return [self._tagged[ticket] - self._written[ticket] for ticket in tuple(self._tagged)]


def middle(waits: Sequence[float]) -> str:
    """The median of some waits, for people."""
    return f"{statistics.median(waits):.1f} s" if waits else "-"
