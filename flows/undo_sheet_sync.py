"""Take back what a sync wrote last, except where people have changed it since."""

from __future__ import annotations

from prefect import flow

from flows.sync import report, saved
from tieline.sync import undo

KEY = "undo-sheet-sync"


@flow(name=KEY, flow_run_name="{name}", persist_result=False)
async def undo_sheet_sync(name: str, run: str = "", dry: bool = False) -> report.Synced:  # noqa: FBT001, FBT002 - a parameter people tick
    """Take back the last run of a sync. What people have changed since stays, and is told.

    What was taken back is not done again, before somebody edits it.

    Args:
        name: Which sync: the name of its block "Sheet Sync".
        run: Which run, such as "tickets-12"; by default the last one that wrote something.
        dry: Only show what would be taken back.

    Returns:
        What was taken back, and as problems what was not.

    Raises:
        UnknownName: There is no such sync, or run.
        ConfigError: There is nothing to take back, or a later run has to be taken back first.
        ConnectorError: A side failed. What was taken back is known: run it again to go on.
    """
    sync = await saved.load(name)
    found = await undo.undo(sync, await saved.opened(sync), run=run, by=KEY, dry=dry)
    done = report.of_undo(found, dry=dry)
    await report.show(done, sync, key=KEY)
    return done
