"""What a sync would do, cell by cell, and nothing is written."""

from __future__ import annotations

from prefect import flow

from flows.sync import report, saved
from tieline.sync import work

KEY = "plan-sheet-sync"


@flow(name=KEY, flow_run_name="{name}", persist_result=False)
async def plan_sheet_sync(name: str, everything: bool = False) -> report.Synced:  # noqa: FBT001, FBT002 - a parameter people tick
    """Show what a sync would do. To do exactly that, run `sheet-sync` with the plan's name.

    Args:
        name: Which sync: the name of its block "Sheet Sync".
        everything: Compare all rows, also where a side could tell what has changed.

    Returns:
        The plan: inserts, updates (old and new of each cell), deletes, conflicts, problems.

    Raises:
        UnknownName: There is no such sync.
        ConfigError: A column is missing, or an expression is wrong.
        ConnectorError: A side cannot be read.
    """
    sync = await saved.load(name)
    plan, run = await work.plan(sync, await saved.opened(sync), by=KEY, everything=everything)
    done = report.of_plan(plan, run)
    await report.show(done, sync, key=KEY)
    return done
