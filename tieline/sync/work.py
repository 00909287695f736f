"""Planning, applying and taking back, one at a time for each sync.

To apply is to plan again: what is then left of the plan is written, so that one that was cut off half-way goes on
where it was, and one that does not fit any more is refused. Nothing is doubled, because both sides were just read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tieline.errors import ConfigError, TielineError
from tieline.store.leases import lease
from tieline.store.writing import writing
from tieline.sync import conflicts, memory, runs
from tieline.sync.batches import Progress, aside, nobody, write
from tieline.sync.definition import definition_of
from tieline.sync.merge import SIDES, Agreed, Outcome, Step
from tieline.sync.model import Column, Sync, Which
from tieline.sync.plan import Plan, fingerprint, make_plan
from tieline.sync.runs import Done, Run
from tieline.sync.side import Cell, Side, Written
from tieline.sync.values import Unfit, canonical

#: How long one waits for another run of the same sync.
PATIENCE_SECONDS = 600.0


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
        return made, await aside(_begin, made, by)


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
        run, steps = await aside(_put_down, made, planned, by, refresh=refresh)
        _check_deletes(made, run, may_delete)
        runs.move(run.id, "applying") if run.id else None
        try:
            refused = await _write(sync, sides, made, steps, progress)
        except BaseException as exc:
            runs.move(run.id, "stopped", str(exc) or type(exc).__name__) if run.id else None
            raise
        return await aside(_end, sync, made, run, refused)


def _begin(made: Plan, by: str) -> Run:
    with writing() as db:
        conflicts.found(db, made.sync, made.conflicts, made.decided)
    return runs.begin(made, by=by)


def _put_down(made: Plan, planned: str, by: str, *, refresh: bool) -> tuple[Run, list[Done]]:
    """The run that is applied, and its steps that are still to be written."""
    if planned and not refresh:
        steps = _checked(made, planned)
        with writing() as db:
            conflicts.found(db, made.sync, made.conflicts, made.decided)
        return runs.get(planned), steps
    if made.steps or not made.settled:
        run = _begin(made, by)
        return run, runs.numbered(run.id, made.steps)
    with writing() as db:
        conflicts.found(db, made.sync, made.conflicts, made.decided)
    return Run("", made.sync.name, "plan", "applied", 0, counts=runs.counts_of(made)), []


def _checked(made: Plan, planned: str) -> list[Done]:
    """What there is to do, as the plan says it."""
    sync, run = made.sync, runs.get(planned)
    if run.sync != sync.name:
        raise ConfigError(f"{planned} is a plan of {run.sync}, not of {sync.name}.")
    if run.state not in {"planned", "waiting", "applying", "stopped"}:
        raise Moved(f"{planned} was {run.state}.", hint=f"Plan again: tieline sync plan {sync.name}")
    seen = {fingerprint(done.step): done.id for done in runs.steps(sync, planned)}
    found, new = [], []
    for step in made.steps:
        number = seen.get(fingerprint(step))
        new.append(step.key) if number is None else found.append(Done(number, step, "planned"))
    if new:
        keys = ", ".join(sorted(set(new))[:3])
        rows = f"{len(new)} rows, such as {keys}" if len(new) > 1 else f"the row {keys}"
        hint = f"Plan again (tieline sync plan {sync.name}), or apply what there is to do now: --refresh"
        raise Moved(f"{planned} is not what there is to do any more ({rows}). Nothing was written.", hint=hint)
    return found


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
    left: Counter[str]
    refused: set[str] = field(default_factory=set)

    def before(self, steps: Sequence[Done]) -> None:
        """Nothing: who is killed while he writes reads both sides again."""

    def after(self, steps: Sequence[Done], answers: Sequence[Written]) -> None:
        """Put down what was written, and what both sides hold of the rows that are done."""
        known: dict[str, Agreed | None] = {}
        for one, written in zip(steps, answers, strict=True):
            if written.refused:
                self.refused.add(one.step.key)
            elif (row := self._settle(one.step, written)) is not None:
                known[row[0]] = row[1]
        ready = memory.ready(self.sync, known)
        with writing() as db:
            runs.note(db, steps, answers)
            memory.put(db, ready)

    def _settle(self, step: Step, written: Written) -> tuple[str, Agreed | None] | None:
        """Take note of a step that is done: the row, if that was its last."""
        outcome = self.outcomes[step.key]
        outcome.agreed = corrected(self.sync, outcome.agreed, step, written)
        self.left[step.key] -= 1
        done = not self.left[step.key] and step.key not in self.refused
        return (step.key, outcome.agreed) if done else None


async def _write(
    sync: Sync, sides: Mapping[Which, Side], made: Plan, steps: list[Done], progress: Progress
) -> set[str]:
    """Write all steps, and remember each batch as soon as it is written. The keys of rows that were refused."""
    await aside(_remember_quiet, sync, made)
    steps.sort(key=lambda one: one.step.op == "delete")
    left = Counter(one.step.key for one in steps)
    pending = _Pending(sync, {one.key: one for one in made.outcomes if one.steps}, left)
    await write(sync, sides, steps, pending, progress)
    return pending.refused


def _remember_quiet(sync: Sync, made: Plan) -> None:
    """Remember rows that need no writing, and forget those of other places."""
    if made.anew:
        memory.forget_rows(sync.name)
        memory.put_state(sync, definition_of(sync), "", "")
    memory.remember(sync, {one.key: one.agreed for one in made.outcomes if not one.steps})


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
