"""What a plan would do, or did, as people read it: a table of cells, and a page about the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from pydantic import Field

from flows.markup import escaped
from tieline import Input
from tieline.sync import Sync, conflicts, runs
from tieline.sync.merge import Conflict, Step
from tieline.sync.plan import Plan
from tieline.sync.runs import Run
from tieline.sync.table import Problem
from tieline.sync.undo import Undoing
from tieline.sync.values import shown

#: A table of more rows is no help, and slow to show.
AT_MOST = 1000


class Line(Input):
    """One cell that would change, or one row that comes or goes."""

    side: Literal["left", "right", "both"]
    what: Literal["insert", "update", "delete", "conflict", "problem"]
    row: str
    column: str = ""
    old: str = ""
    new: str = ""


class Synced(Input):
    """What a sync would do, or did."""

    sync: str
    run: str = Field("", description="The plan's name; empty where there was nothing to do.")
    state: str = Field(description="planned, waiting (for a person), applied, stopped or undone.")
    counts: dict[str, int] = Field({}, description="Rows by side and kind, conflicts, problems.")
    lines: tuple[Line, ...] = Field((), description=f"The first {AT_MOST} of what it is about.")
    why: str = ""

    @property
    def quiet(self) -> bool:
        """Whether there was nothing to do, and nothing to say."""
        return not any(self.counts.values())


def of_plan(plan: Plan, run: Run) -> Synced:
    """A plan, cell by cell."""
    told = lines(plan.steps, plan.conflicts, plan.troubles)
    return Synced(sync=run.sync, run=run.id, state=run.state, counts=dict(run.counts), lines=told, why=run.why)


def of_run(sync: Sync, run: Run) -> Synced:
    """What was written, cell by cell, and what was not."""
    if not run.id:
        return Synced(sync=sync.name, run="", state="applied", counts=dict(run.counts))
    steps = runs.steps(sync, run.id, limit=AT_MOST)
    refused = [Problem(one.step.side, one.why, one.step.key) for one in steps if one.state == "refused"]
    done = [one.step for one in steps if one.state == "done"]
    told = lines(done, conflicts.waiting(sync), refused + runs.problems_of(run))
    return Synced(sync=sync.name, run=run.id, state=run.state, counts=dict(run.counts), lines=told, why=run.why)


def of_undo(found: Undoing, *, dry: bool) -> Synced:
    """What was taken back, and what was not."""
    kept = [Problem(done.step.side, why, done.step.key) for done, why in found.kept]
    counts = dict(Counter(f"{step.side}_{step.op}" for _, step in found.back)) | {"conflicts": 0, "problems": len(kept)}
    told = lines([step for _, step in found.back], (), kept)
    state = "would be undone" if dry else "undone"
    return Synced(sync=found.run.sync, run=found.run.id, state=state, counts=counts, lines=told)


def lines(
    steps: Sequence[Step], differing: Sequence[Conflict | conflicts.Open] = (), problems: Sequence[Problem] = ()
) -> tuple[Line, ...]:
    """What there is to see, what people have to say something about first."""
    found = [_conflict(one) for one in differing[:AT_MOST]]
    found += [
        Line(side=one.side, what="problem", row=_row(one.key), column=one.column, new=one.why)
        for one in problems[:AT_MOST]
    ]
    for step in steps[:AT_MOST]:
        found += _step(step)
    return tuple(found[:AT_MOST])


def _conflict(one: Conflict | conflicts.Open) -> Line:
    left, right = shown(one.left), shown(one.right)
    return Line(side="both", what="conflict", row=_row(one.key), column=one.column, old=left, new=right)


def _step(step: Step) -> list[Line]:
    if step.op == "update":
        return [
            Line(
                side=step.side,
                what="update",
                row=_row(step.key),
                column=name,
                old=shown(step.before.get(name)),
                new=shown(value),
            )
            for name, value in step.after.items()
        ]
    cells = step.after if step.op == "insert" else step.before
    text = shown(", ".join(f"{name}: {shown(value, 30)}" for name, value in cells.items() if value is not None), 120)
    old, new = ("", text) if step.op == "insert" else (text, "")
    return [Line(side=step.side, what=step.op, row=_row(step.key), old=old, new=new)]


def _row(key: str) -> str:
    return shown(key.replace("\x1f", " / "))


async def show(done: Synced, sync: Sync, *, key: str) -> None:
    """Put it into Prefect's pages."""
    if done.lines:
        await acreate_table_artifact([line.model_dump() for line in done.lines], key)
    text = [f"## {escaped(sync.name)}: {done.state}", "", escaped(runs.in_words(done.counts)) + "."]
    text += ["", escaped(done.why)] if done.why else []
    text += ["", "| | |", "|---|---|", f"| Left | {_place(sync.left)} |", f"| Right | {_place(sync.right)} |"]
    await acreate_markdown_artifact("\n".join(text), f"{key}-summary")


def _place(place: Any) -> str:
    return escaped(f"{place.connection} {place.place}".strip())
