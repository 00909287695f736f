"""When documents are summarized: every night, what is new in each place and what was missed.

Each deployment waits, paused, until there is a connection `documents` to its system, such as `files/documents`:
`tieline connect files --name documents`.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.document_summarization import document_summarization

CONNECTION = "documents"
#: What is asked for each night. Folders and libraries are listed whole in any case; of the others it is twice the day,
#: so that a night that was missed loses nothing.
NIGHTLY = {
    "files": "",
    "sharepoint": "",
    "google_drive": "updated in the last 2 days",
    "confluence": "updated in the last 2 days",
    "notion": "updated in the last 2 days",
}


def _nightly(number: int, system: str, query: str) -> RunnerDeployment:
    """The sweep of a place, some minutes after the one before it."""
    return RunnerDeployment.from_flow(
        document_summarization,
        f"{system}-nightly",
        description=f"Summarizes the documents of {system}/{CONNECTION} that are new or have changed, every night.",
        schedules=[Cron(f"{10 * number} 2 * * *", timezone="UTC")],
        parameters={"source": f"{system}/{CONNECTION}", "query": query},
        concurrency_limit=1,
        paused=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[system],
    )


deployments = [_nightly(number, *place) for number, place in enumerate(NIGHTLY.items())]
