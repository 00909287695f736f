"""When documents are summarized: every night, what is new in a folder and what was missed.

The deployment waits, paused, until there is a connection `files/documents`: `tieline connect files --name documents`.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.document_summarization import document_summarization

CONNECTION = "documents"

deployments = [
    RunnerDeployment.from_flow(
        document_summarization,
        "files-nightly",
        description=f"Summarizes the documents of files/{CONNECTION} that are new or have changed, every night.",
        schedules=[Cron("15 2 * * *", timezone="UTC")],
        parameters={"source": f"files/{CONNECTION}"},
        concurrency_limit=1,
        paused=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["files"],
    )
]
