"""When documents are synced: by hand, on a schedule that you give the deployment, and when somebody decides."""

from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from flows.data_sync import data_sync
from flows.data_sync_decided import data_sync_decided
from flows.document_sync.job import SCENARIO
from tieline.dispatch import on_event

triggers = [
    on_event(
        "tieline.approval_decided",
        data_sync_decided,
        when={"payload.scenario": SCENARIO},
        map={"decided": ["{payload.id}"]},
        batch="decided",
        at_most=20,
        name="data-sync-decided",
        description="Carries out what people decided about deletions of a sync of documents.",
    )
]

deployments = [
    RunnerDeployment.from_flow(
        data_sync,
        "data-sync",
        description="Brings pages, or rows of a table, up to date with documents: the parameter `job` says which.",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
]
