"""When syncs run: when their time has come, when a side's system tells of a change, and when somebody decides.

Which those are is said by the syncs themselves (`every_minutes`, `on_change`): with none, nothing happens.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.plan_sheet_sync import plan_sheet_sync
from flows.sheet_sync import sheet_sync
from flows.sheet_sync_decided import sheet_sync_decided
from flows.sheet_syncs_due import sheet_syncs_due
from flows.sync.questions import SCENARIO
from flows.undo_sheet_sync import undo_sheet_sync
from tieline.dispatch import Debounce, Event, on_event
from tieline.sync.memory import watched

QUIET_SECONDS, AT_MOST_SECONDS = 10.0, 60.0
#: What a system tells when rows of a side have changed.
CHANGES = {
    "zendesk": ("ticket.created", "ticket.updated", "ticket.solved", "ticket.closed"),
    "freshdesk": ("ticket_created", "ticket_updated", "ticket_resolved", "ticket_closed"),
    "jira": ("issue_created", "issue_updated"),
    "github": (
        "issues.opened", "issues.edited", "issues.closed", "issues.reopened", "issues.deleted", "issues.assigned",
        "issues.unassigned", "issues.labeled", "issues.unlabeled",
    ),
    "notion": ("page.created", "page.properties_updated", "page.deleted", "page.undeleted", "page.moved"),
    "trello": ("card_created", "card_updated", "card_moved", "card_archived", "card_restored", "card_deleted"),
}  # fmt: skip


def _counts(event: Event) -> bool:
    """Whether a sync asks for it, so that no run is made for nothing."""
    return watched(f"{event.system}/{event.connection}")


triggers = [
    on_event(
        [f"{system}.{name}" for name in names],
        sheet_syncs_due,
        map={"changed": [system + "/{connection}"]},
        when=_counts,
        batch="changed",
        lane="batch",
        wait=Debounce(QUIET_SECONDS, by="{connection}", at_most=AT_MOST_SECONDS),
        name=f"{system}-sheet-sync",
        description=f"Runs the syncs that ask to run when something changes in {system}.",
    )
    for system, names in CHANGES.items()
]
triggers.append(
    on_event(
        "tieline.approval_decided",
        sheet_sync_decided,
        when={"payload.scenario": SCENARIO},
        map={"decided": ["{payload.id}"]},
        batch="decided",
        at_most=20,
        name="sheet-sync-decided",
        description="Carries out what people decided about conflicts and deletions of a sync.",
    )
)

deployments = [
    RunnerDeployment.from_flow(
        sheet_syncs_due,
        "sheet-syncs-due",
        description="Runs the syncs whose time has come.",
        schedules=[Cron("*/5 * * * *", timezone="UTC")],
        concurrency_limit=1,
        entrypoint_type=EntrypointType.MODULE_PATH,
    ),
    *(
        RunnerDeployment.from_flow(flow, name, description=description, entrypoint_type=EntrypointType.MODULE_PATH)
        for flow, name, description in (
            (sheet_sync, "sheet-sync", "Makes two places agree: the parameter `name` says which sync."),
            (plan_sheet_sync, "plan-sheet-sync", "Shows what a sync would do, cell by cell."),
            (undo_sheet_sync, "undo-sheet-sync", "Takes back what a sync wrote last."),
        )
    ),
]
