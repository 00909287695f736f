"""Plans and what became of them: the history of a sync, from which an apply can be taken back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from tieline.errors import UnknownName
from tieline.store.writing import reading, writing
from tieline.sync.memory import batched_keys, cells_in, cells_out
from tieline.sync.merge import SIDES, Step
from tieline.sync.model import Sync
from tieline.sync.plan import Plan
from tieline.sync.side import Written
from tieline.sync.table import Problem
from tieline.sync.tables import SyncRunRow, SyncStepRow

RUNS: Any = SyncRunRow.__table__  # type: ignore[attr-defined]
STEPS: Any = SyncStepRow.__table__  # type: ignore[attr-defined]

#: planned: not applied (yet). waiting: a person has to agree first. applying: at it, or killed at it. stopped: a side
#: failed; what was written is known. applied, undone: done, and taken back. replaced: a newer plan was made.
State = Literal["planned", "waiting", "applying", "stopped", "applied", "undone", "replaced"]
#: How many problems a run keeps, and how many plans that nobody applied.
_PROBLEMS, _KEPT = 200, 20


@dataclass(frozen=True, slots=True)
class Run:
    """A plan, or an undo, and what became of it."""

    id: str
    sync: str
    kind: str
    state: State
    at: float
    ended_at: float | None = None
    by: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Mapping[str, str]] = ()
    undoes: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A step of a run, and what became of it."""

    id: int
    step: Step
    state: str
    why: str = ""


def begin(plan: Plan, *, by: str) -> Run:
    """Put down a plan, in place of one that was made before and not applied."""
    problems = [asdict(problem) for problem in plan.troubles[:_PROBLEMS]]
    run = Run("", plan.sync.name, "plan", "planned", time.time(), None, by, counts_of(plan), problems)
    return _begin(run, plan.steps)


def begin_steps(sync: str, steps: Sequence[Step], *, by: str, undoes: str) -> Run:
    """Put down the undoing of a run."""
    counts = dict(Counter(f"{step.side}_{step.op}" for step in steps))
    return _begin(Run("", sync, "undo", "applying", time.time(), None, by, counts, [], undoes), steps)


def _begin(run: Run, steps: Sequence[Step]) -> Run:
    """Put a run down in short transactions; until the last one it counts as replaced, and the plan before it stays."""
    mine = RUNS.c.sync == run.sync
    with writing() as db:
        numbers = [int(name.rpartition("-")[2]) for name in db.execute(select(RUNS.c.id).where(mine)).scalars()]
        made = replace(run, id=f"{run.sync}-{max(numbers, default=0) + 1}")
        db.execute(insert(RUNS).values(asdict(replace(made, state="replaced"))))
    for some in batched_keys(steps):
        rows = [_row(made.id, step) for step in some]
        with writing() as db:
            db.execute(insert(STEPS), rows)
    with writing() as db:
        db.execute(update(RUNS).where(mine, RUNS.c.state.in_(("planned", "waiting"))).values(state="replaced"))
        db.execute(update(RUNS).where(RUNS.c.id == made.id).values(state=run.state))
    _forget_unused(run.sync)
    return made


def _forget_unused(sync: str) -> None:
    unused = select(RUNS.c.id).where(RUNS.c.sync == sync, RUNS.c.state == "replaced").order_by(RUNS.c.at.desc())
    with reading() as db:
        old = db.execute(unused.offset(_KEPT)).scalars().all()
    for run in old:
        with writing() as db:
            db.execute(delete(STEPS).where(STEPS.c.run == run))
            db.execute(delete(RUNS).where(RUNS.c.id == run))


def _row(run: str, step: Step) -> dict[str, Any]:
    place = {"side": step.side, "op": step.op, "key": step.key, "ref": step.ref}
    return {
        "run": run,
        **place,
        "before": cells_out(step.before),
        "after": cells_out(step.after),
        "state": "planned",
        "why": "",
    }


def counts_of(plan: Plan) -> dict[str, int]:
    """How much a plan would do."""
    counts = {f"{side}_{op}": 0 for side in SIDES for op in ("insert", "update", "delete")}
    for step in plan.steps:
        counts[f"{step.side}_{step.op}"] += 1
    return counts | {"conflicts": len(plan.conflicts), "problems": len(plan.troubles)}


def in_words(counts: Mapping[str, int]) -> str:
    """The numbers of a run, as a part of a sentence."""
    words = {"insert": "new", "update": "changed", "delete": "deleted"}
    parts = []
    for side in SIDES:
        told = [f"{counts[f'{side}_{op}']:,} {word}" for op, word in words.items() if counts.get(f"{side}_{op}")]
        parts += [f"{' and '.join(told)} on the {side}"] if told else []
    more = [(name, counts[name]) for name in ("conflicts", "problems") if counts.get(name)]
    parts += [f"{number:,} {name if number > 1 else name[:-1]}" for name, number in more]
    return ", ".join(parts) or "nothing to do"


def move(run: str, state: State, why: str = "") -> None:
    """Say what became of a run."""
    ended = time.time() if state in {"applied", "stopped"} else None
    values = {"state": state, "why": why} | ({"ended_at": ended} if ended else {})
    with writing() as db:
        db.execute(update(RUNS).where(RUNS.c.id == run).values(values))


def ended(run: Run) -> Run:
    """Say that a run is done: what was written counts, and what a side refused is a problem."""
    refused = (STEPS.c.state == "refused").label("refused")
    asked = select(STEPS.c.side, STEPS.c.op, refused, func.count()).where(STEPS.c.run == run.id)
    with writing() as db:
        counts = dict.fromkeys(run.counts, 0) | {name: run.counts.get(name, 0) for name in ("conflicts", "problems")}
        for side, op, was_refused, number in db.execute(asked.group_by(STEPS.c.side, STEPS.c.op, refused)):
            counts["problems" if was_refused else f"{side}_{op}"] += number
        values = {"state": "applied", "ended_at": time.time(), "counts": counts, "why": ""}
        db.execute(update(RUNS).where(RUNS.c.id == run.id).values(values))
    return get(run.id)


def note(db: Connection, steps: Sequence[Done], answers: Sequence[Written]) -> None:
    """Say what a side answered to steps."""
    for one, written in zip(steps, answers, strict=True):
        if written.refused:
            db.execute(update(STEPS).where(STEPS.c.id == one.id).values(state="refused", why=written.refused))
    mark(db, [one.id for one, written in zip(steps, answers, strict=True) if not written.refused], "done")


def mark(db: Connection, steps: Iterable[int], state: str) -> None:
    """Say what became of steps."""
    for some in batched_keys(list(steps)):
        db.execute(update(STEPS).where(STEPS.c.id.in_(some)).values(state=state))


def get(run: str) -> Run:
    """A run by its name.

    Raises:
        UnknownName: There is none.
    """
    with reading() as db:
        found = db.execute(select(RUNS).where(RUNS.c.id == run)).mappings().first()
        if found is None:
            raise UnknownName("plan", run, db.execute(select(RUNS.c.id)).scalars())
    return Run(**found)


def history(sync: str = "", limit: int = 20) -> list[Run]:
    """The newest runs first."""
    asked = select(RUNS).order_by(RUNS.c.at.desc(), RUNS.c.id.desc()).limit(limit)
    with reading() as db:
        found = db.execute(asked.where(RUNS.c.sync == sync) if sync else asked).mappings().all()
    return [Run(**row) for row in found]


def last_applied(sync: str) -> Run | None:
    """The newest run that wrote something and was not taken back."""
    states = ("applied", "stopped", "applying")
    asked = select(RUNS).where(RUNS.c.sync == sync, RUNS.c.kind == "plan", RUNS.c.state.in_(states))
    wrote = select(STEPS.c.run).where(STEPS.c.state == "done").scalar_subquery()
    with reading() as db:
        found = db.execute(asked.where(RUNS.c.id.in_(wrote)).order_by(RUNS.c.at.desc())).mappings().first()
    return Run(**found) if found else None


def steps(sync: Sync, run: str, state: str = "", limit: int | None = None) -> list[Done]:
    """The steps of a run, in their order."""
    types = {column.left: column.type for column in sync.columns}
    asked = select(STEPS).where(STEPS.c.run == run).order_by(STEPS.c.id).limit(limit)
    with reading() as db:
        found = db.execute(asked.where(STEPS.c.state == state) if state else asked).all()
    return [Done(row.id, _step(row, types), row.state, row.why) for row in found]


def numbered(run: str, steps: Sequence[Step]) -> list[Done]:
    """The steps that a run was begun with, by their numbers."""
    with reading() as db:
        numbers = db.execute(select(STEPS.c.id).where(STEPS.c.run == run).order_by(STEPS.c.id)).scalars().all()
    return [Done(number, step, "planned") for number, step in zip(numbers, steps, strict=True)]


def _step(row: Any, types: Mapping[str, Any]) -> Step:
    before, after = (cells_in(orjson.loads(text), types) or {} for text in (row.before, row.after))
    return Step(row.side, row.op, row.key, row.ref, before, after)


def problems_of(run: Run) -> list[Problem]:
    """What a run left alone, and why."""
    return [Problem(**problem) for problem in run.problems]  # type: ignore[arg-type]  # put down by `begin`
