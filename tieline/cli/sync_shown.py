"""What a sync would do, or did, in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from tieline.cli.screen import as_json, note, out, table

COLORS = {"insert": "green", "update": "cyan", "delete": "red", "conflict": "yellow", "problem": "magenta"}
STATES = {
    "applied": "green", "undone": "dim", "stopped": "red", "waiting": "yellow", "planned": "cyan", "applying": "cyan",
    "replaced": "dim",
}  # fmt: skip
#: Longer tables are cut; `--json` and Prefect's pages tell all.
SHOWN = 40


def show(done: Any, *, json: bool) -> None:
    """What a sync would do, did, or took back."""
    if json:
        as_json(done.model_dump(mode="json"))
        return
    if done.quiet:
        note("Both sides agree: there is nothing to do.")
        return
    from tieline.sync import runs

    head = Text.assemble(
        (f"{done.run} " if done.run else "", "bold"), state_of(done.state), ": ", runs.in_words(done.counts)
    )
    more = len(done.lines) - SHOWN
    rest = [Text(f"and {more} more: --json, or Prefect's pages", "dim")] if more > 0 else []
    out.print(Group(head, plan_table(done), *rest))


def plan_table(done: Any) -> RenderableType:
    """What would change, cell by cell."""
    shown = table("Row", "Column", "Where", "What", "Was", "Becomes")
    for line in done.lines[:SHOWN]:
        color = COLORS[line.what]
        old, new = Text(line.old, "red" if line.what in {"update", "delete"} else ""), Text(line.new, color)
        if line.what == "conflict":
            old, new = Text(f"left: {line.old}"), Text(f"right: {line.new}")
        shown.add_row(Text(line.row, "bold"), Text(line.column), line.side, Text(line.what, color), old, new)
    return shown


def state_of(state: str) -> Text:
    """A state in its color."""
    return Text(state or "-", STATES.get(state, ""))
