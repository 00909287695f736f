"""When documents are summarized: as they come in or change, and every night for what was missed in a folder.

As they come in: from every connection that is followed (`tieline feed follow sharepoint/team`). The nightly deployment
waits, paused, until there is a connection `files/documents`: `tieline connect files --name documents`.
"""

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.document_summarization import document_summarization
from flows.documents.files import SIDECAR
from tieline.dispatch import Debounce, Event, Trigger, on_event

CONNECTION = "documents"
#: Versions that come closer together than this are one, and at the latest after the second time there is a run.
QUIET_SECONDS, LONGEST_SECONDS = 10.0, 60.0


def _is_document(event: Event) -> bool:
    """Whether it is not something that we have written ourselves."""
    return not str(event.payload["id"]).endswith(SIDECAR)


def _on_file(system: str, reference: str) -> Trigger:
    """A document as soon as it is there; many at once share a run. Reading takes long: it waits behind tickets."""
    return on_event(
        (f"{system}.file_created", f"{system}.file_updated"),
        document_summarization,
        map={"source": system + "/{connection}", "documents": [reference]},
        when=_is_document,
        batch="documents",
        at_most=50,
        lane="batch",
        wait=Debounce(QUIET_SECONDS, by="{connection}/{payload.place}/{payload.id}", at_most=LONGEST_SECONDS),
        name=f"{system.replace('_', '-')}-document",
        description=f"Summarizes a document when it is new in {system}, or has changed.",
        parameters={"source": f"{system}/{CONNECTION}"},
    )


triggers = [
    _on_file("sharepoint", "{payload.place}/{payload.id}"),
    _on_file("google_drive", "{payload.id}"),
    _on_file("files", "{payload.id}"),
]

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
