"""Taking back what the last apply wrote, except where people have changed it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieline.errors import ConfigError
from tieline.store.leases import lease
from tieline.store.writing import writing
from tieline.sync import memory, runs
from tieline.sync.merge import SIDES, Agreed, Step
from tieline.sync.model import Sync, Which
from tieline.sync.runs import Done, Run
from tieline.sync.side import Cell, Side, Written
from tieline.sync.table import Row, table
from tieline.sync.work import PATIENCE_SECONDS, change


@dataclass(slots=True)
class Undoing:
    """What can be taken back, and what cannot.

    Attributes:
        back: What would be written, with the step that it takes back.
        kept: Steps that stay, and why.
    """

    run: Run
    back: list[tuple[Done, Step]] = field(default_factory=list)
    kept: list[tuple[Done, str]] = field(default_factory=list)


async def undo(sync: Sync, sides: Mapping[Which, Side], *, run: str = "", by: str = "", dry: bool = False) -> Undoing:
    """Take back the last apply. What it wrote and people changed since stays.

    Both sides then count as agreed: the next sync does not do again what was taken back, before somebody edits it.

    Args:
        sync: The rules.
        sides: Left and right.
        run: Which run; by default the last that wrote something. An older one only once those after it are undone.
        by: Who takes it back.
        dry: Only look.

    Raises:
        ConfigError: There is nothing to take back, or a later run has to be taken back first.
        ConnectorError: A side failed. What was taken back is known; undo again to go on.
    """
    async with lease(f"sync/{sync.name}", patience=PATIENCE_SECONDS):
        last = _which(sync, run)
        steps = [done for done in runs.steps(sync, last.id) if done.state in {"done", "planned"}]
        now = {side: await _now(sync, side, sides[side], steps) for side in SIDES}
        found = Undoing(last)
        for done in reversed(steps):
            _sort(found, done, now[done.step.side].get(done.step.key))
        if not dry:
            await _take_back(sync, sides, found, now, by)
        return found


def _which(sync: Sync, run: str) -> Run:
    last = runs.last_applied(sync.name)
    if last is None:
        raise ConfigError(f"{sync.name} has written nothing that could be taken back.")
    if run and run != last.id:
        runs.get(run)
        raise ConfigError(f"{run} is not what was written last.", hint=f"Take {last.id} back first.")
    return last


async def _now(sync: Sync, side: Which, there: Side, steps: Sequence[Done]) -> dict[str, Row]:
    keys = [done.step.key for done in steps]
    return table(sync, side, await there.read([column.on(side) for column in sync.columns])).rows(keys)


def _sort(found: Undoing, done: Done, row: Row | None) -> None:
    """Whether a step can be taken back, seeing what is there now."""
    step = done.step
    if step.op == "delete":
        if row is None:
            found.back.append((done, Step(step.side, "insert", step.key, "", {}, _present(step.before))))
        elif done.state == "done":
            found.kept.append((done, "the row is there again"))
    elif row is None:
        if step.op == "update" or done.state == "planned":
            found.kept.append((done, "the row is gone"))
    elif any(row.cells.get(name) != value for name, value in step.after.items()):
        if done.state == "done":
            found.kept.append((done, "somebody has changed it since"))
    elif step.op == "insert":
        found.back.append((done, Step(step.side, "delete", step.key, row.ref, row.cells, {})))
    else:
        found.back.append((done, Step(step.side, "update", step.key, row.ref, step.after, step.before)))


def _present(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: value for name, value in cells.items() if value is not None}


async def _take_back(
    sync: Sync, sides: Mapping[Which, Side], found: Undoing, now: Mapping[Which, dict[str, Row]], by: str
) -> None:
    run = runs.begin_steps(sync.name, [step for _, step in found.back], by=by, undoes=found.run.id)
    numbers = [one.id for one in runs.steps(sync, run.id)]
    try:
        for side in SIDES:
            mine = [(number, *pair) for number, pair in zip(numbers, found.back, strict=True) if pair[1].side == side]
            for start in range(0, len(mine), sides[side].batch):
                some = mine[start : start + sides[side].batch]
                answers = await sides[side].write([change(sync, step) for _, _, step in some])
                _note(sync, some, answers, now)
    except BaseException as exc:
        runs.move(run.id, "stopped", str(exc) or type(exc).__name__)
        raise
    with writing() as db:
        runs.mark(db, [done.id for done, _ in found.kept], "kept")
    runs.move(run.id, "applied")
    runs.move(found.run.id, "undone")


def _note(
    sync: Sync,
    some: Sequence[tuple[int, Done, Step]],
    answers: Sequence[Written],
    now: Mapping[Which, dict[str, Row]],
) -> None:
    """Remember what both sides hold after a batch: they differ now, and that is agreed on."""
    for (_, _, step), written in zip(some, answers, strict=True):
        if not written.refused:
            _apply_to(now[step.side], step, written)
    keys = {step.key for _, _, step in some}
    known = {key: _agreed(now["left"].get(key), now["right"].get(key)) for key in keys}
    with writing() as db:
        memory.remember(db, sync, known)
        for (number, done, _), written in zip(some, answers, strict=True):
            if written.refused:
                runs.refuse(db, number, written.refused)
            else:
                runs.mark(db, [number], "done")
                runs.mark(db, [done.id], "undone")


def _apply_to(rows: dict[str, Row], step: Step, written: Written) -> None:
    if step.op == "delete":
        rows.pop(step.key, None)
    elif step.op == "insert":
        rows[step.key] = Row(step.after, written.ref)
    else:
        old = rows[step.key]
        rows[step.key] = Row({**old.cells, **step.after}, old.ref, old.at)


def _agreed(left: Row | None, right: Row | None) -> Agreed | None:
    if left is None and right is None:
        return None
    return Agreed(
        left.cells if left else None,
        right.cells if right else None,
        left.ref if left else "",
        right.ref if right else "",
    )
