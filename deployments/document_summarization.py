"""When documents are summarized: as they come in or change, and every night for what was missed.

As they come in: from every connection that is followed (`tieline feed follow sharepoint/team`), and pages of Confluence
and Notion from connections called `documents`, so that what comes in for another purpose is not written into. Each
nightly deployment waits, paused, until there is a connection `documents` to its system, such as `files/documents`:
`tieline connect files --name documents`.
"""

from collections.abc import Callable

from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.document_summarization import document_summarization
from flows.documents.files import SIDECAR
from tieline.dispatch import Debounce, Event, Trigger, on_event

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
#: Versions that come closer together than this are one, and at the latest after the second time there is a run.
QUIET_SECONDS, LONGEST_SECONDS = 10.0, 60.0
#: Pages are written where they are read, and saved with each pause.
WRITING_SECONDS, LONGEST_WRITING_SECONDS = 120.0, 900.0


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


def _has_columns(event: Event) -> bool:
    """Whether it is an entry of a database: other pages of Notion have no place for a summary."""
    parent = event.payload["data"].get("parent") or {}
    return event.connection == CONNECTION and parent.get("type") not in {"page", "block", "space"}


def _on_page(system: str, events: tuple[str, ...], number: str, when: Callable[[Event], bool]) -> Trigger:
    """A page some minutes after somebody has stopped to write in it."""
    return on_event(
        tuple(f"{system}.{event}" for event in events),
        document_summarization,
        map={"source": system + "/{connection}", "documents": [number]},
        when=when,
        batch="documents",
        at_most=50,
        lane="batch",
        wait=Debounce(WRITING_SECONDS, by="{connection}/" + number, at_most=LONGEST_WRITING_SECONDS),
        name=f"{system}-page",
        description=f"Summarizes a page when it is new in {system}, or somebody has written in it.",
        parameters={"source": f"{system}/{CONNECTION}"},
    )


triggers = [
    _on_file("sharepoint", "{payload.place}/{payload.id}"),
    _on_file("google_drive", "{payload.id}"),
    _on_file("files", "{payload.id}"),
    _on_page(
        "confluence", ("page_created", "page_updated"), "{payload.page.id}", lambda one: one.connection == CONNECTION
    ),
    _on_page("notion", ("page.created", "page.content_updated"), "{payload.entity.id}", _has_columns),
]


def _nightly(number: int, system: str, query: str) -> RunnerDeployment:
    """The sweep of a place, some minutes after the one before it."""
    return RunnerDeployment.from_flow(
        document_summarization,
        f"{system.replace('_', '-')}-nightly",
        description=f"Summarizes the documents of {system}/{CONNECTION} that are new or have changed, every night.",
        schedules=[Cron(f"{10 * number} 2 * * *", timezone="UTC")],
        parameters={"source": f"{system}/{CONNECTION}", "query": query},
        concurrency_limit=1,
        paused=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[system],
    )


deployments = [_nightly(number, *place) for number, place in enumerate(NIGHTLY.items())]
