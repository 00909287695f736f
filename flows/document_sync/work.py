"""One run of a job: both sides opened, the plan made and applied, and all of it counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from flows import publishing
from flows.document_sync import job as jobs
from flows.document_sync.job import SCENARIO, Job, place
from flows.document_sync.pages import Pages
from flows.document_sync.report import SHOWN, DataSyncReport, State, Trouble, keep
from flows.document_sync.shelves import shelf
from flows.document_sync.source import Count, Documents, QualityStopped
from flows.document_sync.table import Table
from flows.sides import open_side
from flows.sync import questions
from tieline import ConfigError, TielineError, observe
from tieline.inbox import scope
from tieline.sync import Cell, Side, Sync, batches, memory, runs, work
from tieline.sync.definition import definition_of
from tieline.sync.model import Which
from tieline.sync.quality import ForeignKey
from tieline.sync.runs import Run

#: Plain calls in place of task runs of Prefect, which cost ten times as much: there are many.
LEAN = scope.Scope("", lean=True)


class Outcome(NamedTuple):
    """What became of a run, and what stopped it."""

    report: DataSyncReport
    trouble: TielineError | None = None


async def run(
    job: Job,
    *,
    everything: bool = False,
    dry_run: bool = False,
    by: str = SCENARIO,
    progress: batches.Progress = batches.nobody,
) -> Outcome:
    """Bring a target up to date with its source.

    What was cut off goes on where it was: documents that were written are neither read nor written again.

    Args:
        job: What is synced.
        everything: Read all documents, and look at all pages, whatever is known of them.
        dry_run: Write nothing.
        by: Who asks.
        progress: Told how many of how many pages or rows are written.

    Returns:
        What became of it; also where a check, a person or a failure stopped it.

    Raises:
        ConfigError: A connection or a place is not written as it should be.
        UnknownName: There is no such system, or connection.
    """
    began = time.monotonic()
    sync = job.sync
    await asyncio.to_thread(_begin, job, dry_run=dry_run)
    with observe.counting() as tally, scope.working(LEAN):
        one = await _Run.opened(job, sync, everything=everything)
        outcome = await (one.plan(by) if dry_run else one.apply(by, progress))
    report = outcome.report.model_copy(update={"calls": tally.calls, "seconds": round(time.monotonic() - began, 3)})
    await asyncio.to_thread(keep, report)
    return Outcome(report, outcome.trouble)


def _begin(job: Job, *, dry_run: bool) -> None:
    """Forget what is known of another source or target of the same name, unless nothing is to be written."""
    before = jobs.remembered(job.title)
    another = before is not None and (before.source, before.target) != (job.source, job.target)
    if another and dry_run:
        raise ConfigError(
            f"{job.title} is the name of another job, which would be forgotten for this one.",
            hint="Give it a name of its own.",
        )
    if another:
        memory.forget(job.title)
    if not (before and dry_run):
        jobs.remember(job)


class _Run:
    """A job with its sides open."""

    def __init__(self, job: Job, sync: Sync, left: Documents, right: Side, count: Count) -> None:
        self.job, self.sync, self.count = job, sync, count
        self.left = left
        self.sides: dict[Which, Side] = {"left": left, "right": right}

    @classmethod
    async def opened(cls, job: Job, sync: Sync, *, everything: bool) -> _Run:
        """Open both sides."""
        count = Count()
        left = Documents(
            shelf(sync.left.connection, sync.left.place, job.files),
            job.source,
            [column.left for column in sync.columns],
            partial(_known, sync, "left"),
            job.checks,
            await _others(job),
            everything,
            count,
        )
        known = partial(_known, sync, "right")
        if job.pages:
            target = publishing.target(sync.right.connection, sync.right.place)
            leaving = left.missing if job.deletes == "delete" else frozenset
            look = everything or _is_another(sync)
            right: Side = Pages(target, job.target, left.text, known, leaving, look, count)
        else:
            right = Table(await open_side(sync.right, [job.key]), job.key, known, everything, count)
        return cls(job, sync, left, right, count)

    async def plan(self, by: str) -> Outcome:
        """Say what would be done."""
        try:
            made, run = await work.plan(self.sync, self.sides, by=by)
        except TielineError as exc:
            return self._stopped(exc)
        counts = runs.counts_of(made)
        would = {
            "written": counts["right_insert"] + counts["right_update"],
            "deleted": counts["right_delete"],
        }
        return Outcome(self._report("planned", run, **would))

    async def apply(self, by: str, progress: batches.Progress) -> Outcome:
        """Do what there is to do."""
        try:
            run = await work.apply(
                self.sync,
                self.sides,
                may_delete=lambda plan: questions.may_delete(plan, SCENARIO),
                by=by,
                progress=progress,
            )
        except work.NeedsApproval as exc:
            asked = await asyncio.to_thread(questions.ask_about_deletes, exc.plan, exc.run, SCENARIO)
            exc.hint = f"To agree: tieline approvals approve {asked.id}"
            return Outcome(self._report("waiting", exc.run, approval=asked.id, why=exc.run.why), exc)
        except TielineError as exc:
            return self._stopped(exc)
        await asyncio.to_thread(questions.withdraw_deletes, self.sync.name, SCENARIO)
        return Outcome(self._report("applied", run))

    def _stopped(self, exc: TielineError) -> Outcome:
        quality = exc.report if isinstance(exc, QualityStopped) else self.left.quality
        report = self._report("stopped", None, why=str(exc))
        return Outcome(report.model_copy(update={"quality": quality}), exc)

    def _report(self, state: State, run: Run | None, **more: Any) -> DataSyncReport:
        done = asdict(self.count) | more
        if run and not done["listed"]:  # the source said that nothing has changed
            done["unchanged"] = memory.counts(self.sync.name)["left"]
        return DataSyncReport(
            job=self.sync.name,
            source=self.job.source,
            target=self.job.target,
            state=state,
            run=run.id if run else "",
            quality=self.left.quality,
            troubles=tuple(_troubles(self.sync, run))[:SHOWN] if run else (),
            **done,
        )


def _troubles(sync: Sync, run: Run) -> list[Trouble]:
    """What a run left alone, and why."""
    refused = runs.steps(sync, run.id, "refused", SHOWN) if run.id else []
    told = [Trouble(document=one.step.key, why=one.why) for one in refused]
    return told + [Trouble(document=one.key, why=one.why) for one in runs.problems_of(run)]


def _known(sync: Sync, side: Which) -> Mapping[str, Mapping[str, Cell]]:
    """What a side held when both last agreed, by key."""
    keys = memory.digests(sync.name)["\0key"].to_list()
    found = {key: row.on(side) for key, row in memory.agreed(sync, keys).items()}
    return {key: row for key, row in found.items() if row is not None}


def _is_another(sync: Sync) -> bool:
    """Whether something else was synced under this name, so that nothing is sure of the pages."""
    known = memory.state(sync.name).definition
    return bool(known) and known != definition_of(sync)


async def _others(job: Job) -> dict[str, pl.DataFrame]:
    """The tables that foreign keys lead to."""
    found = {}
    for name, where in job.references.items():
        names = sorted(
            {
                to
                for one in job.checks
                if isinstance(one, ForeignKey) and one.frame == name
                for to in one.to or one.columns
            }
        )
        reading = await (await open_side(place(where), names)).read(names)
        rows = (
            reading.rows.to_dicts() if isinstance(reading.rows, pl.DataFrame) else [dict(row) for row in reading.rows]
        )
        frame = pl.DataFrame({one: pl.Series([row.get(one) for row in rows], strict=False) for one in names})
        found[name] = frame
    return found
