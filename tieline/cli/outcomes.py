"""What a demo shows at the end: the tickets, and how well their categories were found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from tieline.cli.screen import table

#: Longer tables are cut; the run's artifact and the sandbox's pages show the rest.
ROWS = 15
#: As many as Prefect gives at once.
PAGE = 200
COLORS = {"changed": "green", "needs-review": "yellow", "gone": "red", "failed": "red"}


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket, as the table says that its run has left.

    Args:
        ticket_id: The ticket's number.
        subject: Its subject.
        category: What it is about, if anybody knows.
        confidence: How sure that is, from 0 to 1.
        status: Such as "changed".
        changes: What was changed, in words.
        reason: Why.
    """

    ticket_id: int
    subject: str
    category: str
    confidence: float
    status: str
    changes: str
    reason: str


@dataclass(frozen=True)
class Judged:
    """What became of one ticket, and whether that was right.

    Args:
        outcome: What became of it.
        right: Whether the category is the one that the ticket was written for.
    """

    outcome: Outcome
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
class Desk:
    """What became of the tickets of one help desk.

    Args:
        name: The system.
        tickets: All of them.
    """

    name: str
    tickets: Sequence[Judged]

    def count(self, *status: str) -> int:
        """How many tickets ended like this."""
        return sum(one.outcome.status in status for one in self.tickets)


async def read(runs: Sequence[str]) -> dict[int, Outcome]:
    """What became of tickets, by number, from the tables that runs have left; of several the last one counts.

    Args:
        runs: The ids of flow runs of one help desk, in order.
    """
    from prefect.client.orchestration import get_client

    found: dict[int, Outcome] = {}
    async with get_client() as client:
        for start in range(0, len(runs), PAGE):
            those = {"flow_run_id": {"any_": list(runs[start : start + PAGE])}, "type": {"any_": ["table"]}}
            # Not `read_artifacts`: it sends nulls, which Prefect's server refuses with the FastAPI that it has here.
            answer = await client.request("POST", "/artifacts/filter", json={"artifacts": those})
            for artifact in sorted(answer.json(), key=lambda one: runs.index(one["flow_run_id"])):
                found |= {one.ticket_id: one for one in map(_outcome, json.loads(artifact["data"]))}
    return found


def _outcome(row: Mapping[str, str]) -> Outcome:
    number = row["ticket"].removeprefix("[").partition("]")[0]
    return Outcome(
        ticket_id=int(number),
        subject=plain(row["subject"]),
        category=plain(row["category"]),
        confidence=float(row["confidence"].rstrip("%")) / 100,
        status=row["outcome"],
        changes=plain(row["what changed"]),
        reason=plain(row["why"]),
    )


def plain(markdown: str) -> str:
    """Text of a table in the Prefect UI, which is Markdown, as it is for a terminal; see `flows.markup.escaped`."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def tickets(desk: Desk) -> Table:
    """The first tickets of a help desk."""
    shown = table("Ticket", "Subject", "Category", "Sure", "", "What changed", title=f"[bold]{desk.name}[/]")
    shown.columns[3].justify = "right"
    shown.columns[3].no_wrap = True
    for judged in desk.tickets[:ROWS]:
        one = judged.outcome
        shown.add_row(
            str(one.ticket_id),
            Text(one.subject or "(no subject)"),
            Text(one.category or "-", "" if judged.decided else "dim"),
            f"{one.confidence:.0%}",
            judged.mark,
            Text(_became(one), COLORS.get(one.status, "dim")),
        )
    left = len(desk.tickets) - ROWS
    shown.caption = f"… and {left} more" if left > 0 else None
    shown.caption_justify = "left"
    return shown


def accuracy(desks: Sequence[Desk]) -> Table:
    """How often the category was right, and how often it was left to a person: a column for each help desk."""
    title = "[bold]Against what the tickets were written about[/]"
    shown = table("", *(desk.name for desk in desks), "all", title=title)
    for column in shown.columns[1:]:
        column.justify = "right"
    figures = [_figures([desk]) for desk in desks] + [_figures(desks)]
    for name in figures[0]:
        shown.add_row(name, *(one[name] for one in figures))
    return shown


def _became(outcome: Outcome) -> str:
    if outcome.status in {"gone", "failed"}:
        return f"{outcome.status}: {outcome.reason}"
    return outcome.changes or outcome.status


def _figures(desks: Sequence[Desk]) -> dict[str, str]:
    judged = [one for desk in desks for one in desk.tickets]
    decided = [one for one in judged if one.decided]
    right = sum(one.right for one in decided)
    return {
        "Tickets": str(len(judged)),
        "Categorized": f"{len(decided)} ({_share(len(decided), len(judged))})",
        "  right, of these": f"[bold green]{_share(right, len(decided))}[/]",
        "  right, of all": _share(right, len(judged)),
        "Left to a person": str(sum(desk.count("needs-review") for desk in desks)),
        "Failed": str(sum(desk.count("failed", "gone") for desk in desks)),
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
