"""Make two places agree: apply what a plan says, or whatever there is to do now."""

from __future__ import annotations

import asyncio

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from flows.sync import conflict_table, questions, report, saved
from flows.sync.progress import told
from tieline.sync import runs, work

KEY = "sheet-sync"


def _run_name() -> str:
    asked = flow_run.parameters
    return " ".join(filter(None, (str(asked.get("name") or ""), str(asked.get("plan") or ""))))


@flow(name=KEY, flow_run_name=_run_name, persist_result=False)
async def sheet_sync(name: str, plan: str = "", refresh: bool = False) -> report.Synced:  # noqa: FBT001, FBT002 - a parameter people tick
    """Make two places agree.

    What was cut off goes on where it was; nothing is doubled. With nothing to do it takes one call for each side.

    Args:
        name: Which sync: the name of its block "Sheet Sync".
        plan: A plan that somebody has looked at, such as "tickets-12": exactly that is written, or nothing. Empty:
            whatever there is to do now.
        refresh: With a plan that does not fit any more: take what there is to do now.

    Returns:
        What was done.

    Raises:
        UnknownName: There is no such sync, or plan.
        ConfigError: A column is missing, or a side moved since the plan was made. Nothing was written.
        NeedsApproval: More rows would go than the sync allows. Nothing was written, and people were asked.
        ConnectorError: A side failed. What was written is known: run it again to go on.
    """
    sync = await saved.load(name)
    sides = await saved.opened(sync)
    table = await conflict_table.opened(sync)
    log = get_run_logger()
    for trouble in await table.take() if table else []:
        log.warning(trouble)
    try:
        run = await work.apply(
            sync,
            sides,
            planned=plan,
            refresh=refresh,
            may_delete=questions.may_delete,
            by=KEY,
            progress=told(name),
        )
    except work.NeedsApproval as exc:
        asked = await asyncio.to_thread(questions.ask_about_deletes, exc.plan, exc.run)
        exc.hint = f"To agree: tieline approvals approve {asked.id}"
        await report.show(report.of_plan(exc.plan, exc.run), sync, key=KEY)
        raise
    await asyncio.to_thread(questions.ask_about_conflicts, sync)
    await asyncio.to_thread(questions.withdraw_deletes, name)
    for trouble in await table.show() if table else []:
        log.warning(trouble)
    done = report.of_run(sync, run)
    log.info("%s: %s", name, runs.in_words(done.counts))
    if not done.quiet:
        await report.show(done, sync, key=KEY)
    return done
