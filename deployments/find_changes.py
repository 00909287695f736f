"""When we look for changes: when a system says that there are some, and every few minutes for what it did not say.

A connection is followed from the first look on: `tieline feed follow files/inbox`.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.find_changes import find_changes
from tieline.dispatch import Debounce, on_event

#: A drive says the same once for each file that is dropped into it: one look finds them all.
BURST_SECONDS, LONGEST_SECONDS = 1.0, 10.0

triggers = [
    on_event(
        "sharepoint.drive_changed",
        find_changes,
        map={"source": "sharepoint/{connection}", "place": "{payload.driveId}"},
        wait=Debounce(BURST_SECONDS, by="{connection}/{payload.driveId}", at_most=LONGEST_SECONDS),
        name="sharepoint-changes",
        description="Looks what has changed in a drive when Microsoft Graph says that something has.",
    ),
    on_event(
        "sharepoint.notifications_missed",
        find_changes,
        map={"source": "sharepoint/{connection}"},
        wait=Debounce(BURST_SECONDS, by="{connection}", at_most=LONGEST_SECONDS),
        name="sharepoint-missed",
        description="Looks what has changed when Microsoft Graph says that it has left something unsaid.",
    ),
    on_event(
        [f"google_drive.{state}" for state in ("change", "add", "update", "untrash", "trash", "remove")],
        find_changes,
        map={"source": "google_drive/{connection}"},
        wait=Debounce(BURST_SECONDS, by="{connection}", at_most=LONGEST_SECONDS),
        name="google-drive-changes",
        description="Looks what has changed when Google Drive says that something has.",
    ),
]

deployments = [
    RunnerDeployment.from_flow(
        find_changes,
        "every-5-minutes",
        description="Looks what has changed in all connections that are followed.",
        schedules=[Cron("*/5 * * * *", timezone="UTC")],
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
]
