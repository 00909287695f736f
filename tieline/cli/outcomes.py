"""What a demo shows at the end: the tickets, and how well their categories were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from tieline.cli.screen import table

#: Longer tables are cut; the run's artifact and the sandbox's pages show the rest.
ROWS = 15
COLORS = {"changed": "green", "needs-review": "yellow", "gone": "red", "failed": "red"}


@dataclass(frozen=True)
class Judged:
    """What became of one ticket, and whether that was right.

    Args:
        outcome: As the flow tells it.
        right: Whether the category is the one that the ticket was written for.
    """

    outcome: Any
    right: bool

    @property
    def decided(self) -> bool:
        """Whether a category was given, and not left to a person."""
        return self.outcome.status in {"changed", "unchanged"}

    @property
    def mark(self) -> Text:
        """A sign for a table."""
        if not self.decided:
            return Text("")
        return Text("✓", "green") if self.right else Text("✗", "red")


@dataclass(frozen=True)
class Run:
    """What became of the tickets of one help desk.

    Args:
        desk: The system.
        id: The flow run's.
        tickets: All of them.
        seconds: How long it took.
    """

    desk: str
    id: str
    tickets: Sequence[Judged]
    seconds: float

    def count(self, *status: str) -> int:
        """How many tickets ended like this."""
        return sum(one.outcome.status in status for one in self.tickets)


def tickets(run: Run) -> Table:
    """The first tickets of a help desk."""
    shown = table("Ticket", "Subject", "Category", "Sure", "", "What changed", title=f"[bold]{run.desk}[/]")
    shown.columns[3].justify = "right"
    shown.columns[3].no_wrap = True
    for judged in run.tickets[:ROWS]:
        one = judged.outcome
        shown.add_row(
            str(one.ticket_id),
            Text(one.subject or "(no subject)"),
            Text(one.category or "-", "" if judged.decided else "dim"),
            f"{one.confidence:.0%}",
            judged.mark,
            Text(_became(one), COLORS.get(one.status, "dim")),
        )
    left = len(run.tickets) - ROWS
    shown.caption = f"… and {left} more" if left > 0 else None
    shown.caption_justify = "left"
    return shown


def accuracy(runs: Sequence[Run]) -> Table:
    """How often the category was right, and how often it was left to a person: a column for each help desk."""
    title = "[bold]Against what the tickets were written about[/]"
    shown = table("", *(run.desk for run in runs), "all", title=title)
    for column in shown.columns[1:]:
        column.justify = "right"
    figures = [_figures([run]) for run in runs] + [_figures(runs)]
    for name in figures[0]:
        shown.add_row(name, *(one[name] for one in figures))
    return shown


def _became(outcome: Any) -> str:
    if outcome.status in {"gone", "failed"}:
        return f"{outcome.status}: {outcome.reason}"
    return ", ".join(outcome.changes) or str(outcome.status)


def _figures(runs: Sequence[Run]) -> dict[str, str]:
    judged = [one for run in runs for one in run.tickets]
    decided = [one for one in judged if one.decided]
    right = sum(one.right for one in decided)
    return {
        "Tickets": str(len(judged)),
        "Categorized": f"{len(decided)} ({_share(len(decided), len(judged))})",
        "  right, of these": f"[bold green]{_share(right, len(decided))}[/]",
        "  right, of all": _share(right, len(judged)),
        "Left to a person": str(sum(run.count("needs-review") for run in runs)),
        "Failed": str(sum(run.count("failed", "gone") for run in runs)),
        "Tickets per second": f"{len(judged) / sum(run.seconds for run in runs):.0f}",
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
