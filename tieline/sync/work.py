"""Planning, applying and taking back, one at a time for each sync.

To apply is to plan again: what is then left of the plan is written, so that one that was cut off half-way goes on
where it was, and one that does not fit any more is refused. Nothing is doubled, because both sides were just read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tieline.errors import ConfigError, TielineError
from tieline.store.leases import lease
from tieline.store.writing import writing
from tieline.sync import conflicts, memory, runs
from tieline.sync.definition import definition_of
from tieline.sync.merge import SIDES, Agreed, Outcome, Step
from tieline.sync.model import Column, Sync, Which
from tieline.sync.plan import Plan, fingerprint, make_plan
from tieline.sync.runs import Run
from tieline.sync.side import Cell, Change, Side, Written
from tieline.sync.table import keys_in
from tieline.sync.values import Unfit, canonical

#: How long one waits for another run of the same sync.
PATIENCE_SECONDS = 600.0

#: Told how many of how many rows are written.
Progress = Callable[[int, int], Awaitable[None]]


async def nobody(done: int, of: int) -> None:
    """Tell nobody."""


class Moved(ConfigError):  # noqa: N818 - reads as what happened
    """A side changed after the plan was made; nothing was written."""


class NeedsApproval(TielineError):  # noqa: N818 - reads as what happened
    """More rows would be deleted than the sync allows without a person.

    Args:
        message: What would happen, in a sentence.
        plan: The plan.
        run: It, as it was put down.
    """

    def __init__(self, message: str, plan: Plan, run: Run) -> None:
        super().__init__(message, hint=f"Look at it: tieline sync plan {run.sync}")
        self.plan = plan
        self.run = run


async def plan(sync: Sync, sides: Mapping[Which, Side], *, by: str = "", everything: bool = False) -> tuple[Plan, Run]:
    """Plan, and put the plan down, so that it can be applied.

    Args:
        sync: The rules.
        sides: Left and right.
        by: Who asks.
        everything: Compare all rows, also where a side could tell what has changed.

    Raises:
        ConfigError: A column is not there, or an expression is wrong.
        ConnectorError: A side cannot be read.
    """
    async with lease(f"sync/{sync.name}", patience=PATIENCE_SECONDS):
        made = await make_plan(sync, sides, everything=everything)
        with writing() as db:
            conflicts.found(db, sync, made.conflicts, made.decided)
        return made, runs.begin(made, by=by)


async def apply(
    sync: Sync,
    sides: Mapping[Which, Side],
    *,
    planned: str = "",
    refresh: bool = False,
    may_delete: Callable[[Plan], bool] = lambda _: False,
    by: str = "",
    progress: Progress = nobody,
) -> Run:
    """Write what a plan says.

    Args:
        sync: The rules.
        sides: Left and right.
        planned: The plan that somebody has seen: exactly its steps are written, or those of them that are still to be
            written. Empty: whatever there is to do now.
        refresh: Take what there is to do now, though a side has changed since.
        may_delete: Whether a plan may delete more rows than the sync's limit.
        by: Who applies it.
        progress: Told how many of how many rows are written.

    Returns:
        What was done; without an id if there was nothing to do.

    Raises:
        Moved: A side has changed since the plan was made. Nothing was written.
        NeedsApproval: A person has to agree first. Nothing was written.
        ConnectorError: A side failed. What was written is known; apply again to go on.
    """
    async with lease(f"sync/{sync.name}", patience=PATIENCE_SECONDS):
        made = await make_plan(sync, sides)
        if planned and not refresh:
            _check(sync, made, planned)
        run = _put_down(made, planned if not refresh else "", by)
        _check_deletes(made, run, may_delete)
        runs.move(run.id, "applying") if run.id else None
        try:
            refused = await _write(sync, sides, made, run, progress)
        except BaseException as exc:
            runs.move(run.id, "stopped", str(exc) or type(exc).__name__) if run.id else None
            raise
        return _end(sync, made, run, refused)


def _put_down(made: Plan, planned: str, by: str) -> Run:
    with writing() as db:
        conflicts.found(db, made.sync, made.conflicts, made.decided)
    if planned:
        return runs.get(planned)
    if made.steps or not made.settled:
        return runs.begin(made, by=by)
    return Run("", made.sync.name, "plan", "applied", 0, counts=runs.counts_of(made))


def _check(sync: Sync, made: Plan, planned: str) -> None:
    run = runs.get(planned)
    if run.sync != sync.name:
        raise ConfigError(f"{planned} is a plan of {run.sync}, not of {sync.name}.")
    if run.state not in {"planned", "waiting", "applying", "stopped"}:
        raise Moved(f"{planned} was {run.state}.", hint=f"Plan again: tieline sync plan {sync.name}")
    seen = {fingerprint(done.step) for done in runs.steps(sync, planned)}
    new = [step for step in made.steps if fingerprint(step) not in seen]
    if new:
        keys = ", ".join(sorted({step.key for step in new})[:3])
        rows = f"{len(new)} rows, such as {keys}" if len(new) > 1 else f"the row {keys}"
        hint = f"Plan again (tieline sync plan {sync.name}), or apply what there is to do now: --refresh"
        raise Moved(f"{planned} is not what there is to do any more ({rows}). Nothing was written.", hint=hint)


def _check_deletes(made: Plan, run: Run, may_delete: Callable[[Plan], bool]) -> None:
    for side, gone, known in made.vanishing():
        if known and gone > made.sync.delete_limit * known and not may_delete(made):
            why = f"{gone} of {known} rows would be {_word(made.sync)} on the {side} side"
            runs.move(run.id, "waiting", why)
            limit = f"{made.sync.delete_limit:.0%}"
            raise NeedsApproval(
                f"{made.sync.name}: {why}; more than {limit} needs a person. Nothing was written.",
                made,
                runs.get(run.id),
            )


def _word(sync: Sync) -> str:
    return "deleted" if sync.deletes == "delete" else "marked as deleted"


def _end(sync: Sync, made: Plan, run: Run, refused: Collection[str]) -> Run:
    unsettled = {*refused, *(one.key for one in made.outcomes if one.problems)}
    with writing() as db:
        conflicts.done(db, sync, {one for one in made.decided if one[0] not in unsettled})
    old = memory.state(sync.name)
    marks = made.marks if made.settled and not refused else {side: old.mark(side) for side in SIDES}
    # What a side that we wrote to held before, people may make it hold again: a mark that is a digest would say that
    # nothing has changed. One that tells only changes goes on from where it was.
    marks = {side: "" if side in made.whole and side in made.written else mark for side, mark in marks.items()}
    definition = definition_of(sync)
    if not made.settled and old.definition != definition:
        marks = dict.fromkeys(SIDES, "")  # what the old marks were good for is not what is synced now
    memory.put_state(sync, definition, marks["left"], marks["right"])
    if not run.id:
        return run
    return runs.ended(run)


@dataclass(slots=True)
class _Pending:
    """Rows that are being written, and what is remembered of each once all its steps are done."""

    sync: Sync
    outcomes: dict[str, Outcome]
    left: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def settle(self, step: Step, written: Written) -> tuple[str, Agreed | None] | None:
        """Take note of a step that is done: the row, if that was its last."""
        outcome = self.outcomes[step.key]
        outcome.agreed = corrected(self.sync, outcome.agreed, step, written)
        self.left[step.key] -= 1
        done = not self.left[step.key] and step.key not in self.refused
        return (step.key, outcome.agreed) if done else None


async def _write(sync: Sync, sides: Mapping[Which, Side], made: Plan, run: Run, progress: Progress) -> Collection[str]:
    """Write all steps, and remember each batch as soon as it is written. The keys of rows that were refused."""
    if made.anew:
        memory.forget_rows(sync.name)
        memory.put_state(sync, definition_of(sync), "", "")
    with writing() as db:
        memory.remember(db, sync, {one.key: one.agreed for one in made.outcomes if not one.steps})
    pending = _Pending(sync, {one.key: one for one in made.outcomes if one.steps})
    every = made.steps
    for step in every:
        pending.left[step.key] = pending.left.get(step.key, 0) + 1
    numbers = {fingerprint(one.step): one.id for one in runs.steps(sync, run.id)} if every else {}
    done = 0
    for side in ("right", "left"):
        steps = sorted((step for step in every if step.side == side), key=lambda step: step.op == "delete")
        for start in range(0, len(steps), sides[side].batch):
            some = steps[start : start + sides[side].batch]
            answers = await sides[side].write([change(sync, step) for step in some])
            _note(sync, pending, some, answers, numbers)
            done += len(some)
            await progress(done, len(every))
    return pending.refused


def _note(
    sync: Sync, pending: _Pending, steps: Sequence[Step], answers: Sequence[Written], numbers: Mapping[bytes, int]
) -> None:
    known: dict[str, Agreed | None] = {}
    with writing() as db:
        for step, written in zip(steps, answers, strict=True):
            number = numbers[fingerprint(step)]
            if written.refused:
                pending.refused.add(step.key)
                runs.refuse(db, number, written.refused)
            elif (row := pending.settle(step, written)) is not None:
                known[row[0]] = row[1]
        runs.mark(
            db,
            [numbers[fingerprint(step)] for step, one in zip(steps, answers, strict=True) if not one.refused],
            "done",
        )
        memory.remember(db, sync, known)


def change(sync: Sync, step: Step) -> Change:
    """A step in the words of its side."""
    by_left = {column.left: column for column in sync.columns}

    def named(cells: Mapping[str, Cell]) -> dict[str, Cell]:
        return {by_left[name].on(step.side): value for name, value in cells.items()}

    return Change(
        named(keys_in(sync, step.key)),
        step.ref,
        named(step.after),
        step.op == "insert",
        step.op == "delete",
        named(step.before) if step.op == "update" else {},
    )


def corrected(sync: Sync, agreed: Agreed | None, step: Step, written: Written) -> Agreed | None:
    """What both sides hold, with what the side said about what it wrote."""
    if agreed is None:
        return None
    names = {column.on(step.side): column for column in sync.columns}
    told = {names[name].left: _understood(names[name], value) for name, value in written.cells.items() if name in names}
    ref = written.ref or agreed.ref(step.side)
    cells = agreed.on(step.side)
    cells = {**cells, **told} if cells is not None else None
    if step.side == "left":
        return Agreed(cells, agreed.right, ref, agreed.right_ref)
    return Agreed(agreed.left, cells, agreed.left_ref, ref)


def _understood(column: Column, value: Cell) -> Cell:
    try:
        return canonical(value, column.type, column.zone)
    except Unfit:
        return value
