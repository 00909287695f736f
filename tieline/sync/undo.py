"""Taking back what the last apply wrote, except where people have changed it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieline.errors import ConfigError
from tieline.store.leases import lease
from tieline.store.writing import writing
from tieline.sync import memory, runs
from tieline.sync.batches import aside, write
from tieline.sync.definition import elsewhere
from tieline.sync.merge import SIDES, Agreed, Step
from tieline.sync.model import OTHER, Sync, Which
from tieline.sync.runs import Done, Run
from tieline.sync.side import Cell, Field, Side, Written
from tieline.sync.table import Row, Table, table
from tieline.sync.work import PATIENCE_SECONDS


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
        now = {side: await _now(sync, side, sides[side]) for side in SIDES}
        found, rows = await aside(_sorted, sync, last, now)
        if not dry:
            await _take_back(sync, sides, found, rows, by)
        return found


def _sorted(sync: Sync, run: Run, now: Mapping[Which, Table]) -> tuple[Undoing, Mapping[Which, dict[str, Row]]]:
    """What can be taken back of a run, seeing what is there now; and that."""
    steps = [done for done in runs.steps(sync, run.id) if done.state in {"done", "planned"}]
    keys = [done.step.key for done in steps]
    rows = {side: one.rows(keys) for side, one in now.items()}
    found = Undoing(run)
    for done in reversed(steps):
        _sort(found, done, rows[done.step.side].get(done.step.key), now[done.step.side].fields)
    return found, rows


def _which(sync: Sync, run: str) -> Run:
    if elsewhere(memory.state(sync.name).definition, sync):
        raise ConfigError(
            f"{sync.name} is about other places or has another key than when it wrote last.",
            hint="Give it back those of then, and take it back.",
        )
    last = runs.last_applied(sync.name)
    if last is None:
        raise ConfigError(f"{sync.name} has written nothing that could be taken back.")
    if run and run != last.id:
        runs.get(run)
        raise ConfigError(f"{run} is not what was written last.", hint=f"Take {last.id} back first.")
    return last


async def _now(sync: Sync, side: Which, there: Side) -> Table:
    return await aside(table, sync, side, await there.read([column.on(side) for column in sync.columns]))


def _sort(found: Undoing, done: Done, row: Row | None, fields: Mapping[str, Field]) -> None:
    """Whether a step can be taken back, seeing what is there now."""
    step = done.step
    if step.op == "delete":
        if row is None:
            found.back.append((done, Step(step.side, "insert", step.key, "", {}, _present(step.before, fields))))
        elif done.state == "done":
            found.kept.append((done, "the row is there again"))
    elif row is None:
        if step.op == "update" or done.state == "planned":
            found.kept.append((done, "the row is gone"))
    elif any(row.cells.get(name) != value for name, value in _left_behind(step, fields).items()):
        if done.state == "done":
            found.kept.append((done, "somebody has changed it since"))
    elif step.op == "insert":
        found.back.append((done, Step(step.side, "delete", step.key, row.ref, row.cells, {})))
    else:
        found.back.append((done, Step(step.side, "update", step.key, row.ref, step.after, step.before)))


def _left_behind(step: Step, fields: Mapping[str, Field]) -> Mapping[str, Cell]:
    """What the row holds if nobody has touched it; what a system fills in itself is nobody's edit."""
    if step.op == "update":
        return step.after
    return {name: None for name, there in fields.items() if there.writable} | dict(step.after)


def _present(cells: Mapping[str, Cell], fields: Mapping[str, Field]) -> dict[str, Cell]:
    return {name: cells[name] for name, there in fields.items() if there.writable and cells.get(name) is not None}


async def _take_back(
    sync: Sync, sides: Mapping[Which, Side], found: Undoing, now: Mapping[Which, dict[str, Row]], by: str
) -> None:
    run, steps = await aside(_put_down, sync, found, by)
    back = _Back(sync, now, {one.id: done.id for one, (done, _) in zip(steps, found.back, strict=True)})
    try:
        await write(sync, sides, steps, back)
    except BaseException as exc:
        runs.move(run.id, "stopped", str(exc) or type(exc).__name__)
        raise
    with writing() as db:
        runs.mark(db, [done.id for done, _ in found.kept], "kept")
    runs.move(run.id, "applied")
    runs.move(found.run.id, "undone")


def _put_down(sync: Sync, found: Undoing, by: str) -> tuple[Run, list[Done]]:
    steps = [step for _, step in found.back]
    run = runs.begin_steps(sync.name, steps, by=by, undoes=found.run.id)
    # What the sides are like then they may have been before: marks that are digests would say that nothing changed.
    memory.put_state(sync, memory.state(sync.name).definition, "", "")
    return run, runs.numbered(run.id, steps)


@dataclass(slots=True)
class _Back:
    """What is put down about steps that take others back.

    Attributes:
        now: What both sides hold, by key.
        of: The number of the step that each takes back, by its own.
        known: What was agreed on before, of the rows of this batch.
    """

    sync: Sync
    now: Mapping[Which, dict[str, Row]]
    of: Mapping[int, int]
    known: Mapping[str, Agreed] = field(default_factory=dict)

    def before(self, steps: Sequence[Done]) -> None:
        """Remember what both sides will hold: they will differ, and that is agreed on.

        Before it is written, so that a sync after we are killed does not take it for somebody's edit.
        """
        self.known = memory.agreed(self.sync, [one.step.key for one in steps])
        blank = dict.fromkeys((column.left for column in self.sync.columns), None)
        after: dict[str, Agreed | None] = {}
        for step in (one.step for one in steps):
            rows = {side: self.now[side].get(step.key) for side in SIDES}
            left, right = (row.cells if row else None for row in rows.values())
            old = self.known.get(step.key) or Agreed(left, right)
            after[step.key] = _agreed(step, old, rows[OTHER[step.side]], blank)
        memory.remember(self.sync, after)

    def after(self, steps: Sequence[Done], answers: Sequence[Written]) -> None:
        """Say what became of a batch; what was refused is agreed on as before."""
        answered = list(zip(steps, answers, strict=True))
        refused = [one.step.key for one, written in answered if written.refused]
        ready = memory.ready(self.sync, {key: self.known.get(key) for key in refused})
        with writing() as db:
            runs.note(db, steps, answers)
            runs.mark(db, [self.of[one.id] for one, written in answered if not written.refused], "undone")
            memory.put(db, ready)


def _agreed(step: Step, old: Agreed, other: Row | None, blank: Mapping[str, Cell]) -> Agreed | None:
    """What is agreed on once a step is written, which takes another back. Edits that were not synced yet stay edits."""
    mine, theirs = old.on(step.side), old.on(OTHER[step.side])
    if theirs is not None and other is not None and step.op == "update" and _unnoted(step, mine):
        theirs = {**theirs, **{name: other.cells[name] for name in step.after}}
    elif step.op == "delete" and mine is None and other is not None:
        theirs = other.cells
    made = None if step.op == "delete" else {**(mine or blank), **step.after}
    if made is None and theirs is None:
        return None
    if step.side == "left":
        return Agreed(made, theirs, old.left_ref if made else "", old.right_ref)
    return Agreed(theirs, made, old.left_ref, old.right_ref if made else "")


def _unnoted(step: Step, mine: Mapping[str, Cell] | None) -> bool:
    """Whether what is taken back was written by a run that was killed before it remembered that."""
    return mine is None or any(mine.get(name) != value for name, value in step.before.items())
