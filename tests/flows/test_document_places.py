"""Documents in the places of others: what is found out stands where people of that place look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from blocks.sharepoint import SharePointCredentials
from flows.document_summarization import DocumentOutcome, document_summarization
from flows.documents import Note, place
from flows.documents.sharepoint import LINE_CHARACTERS
from tests.language.documents.files import column, pdf, wrapped
from tieline.errors import ConfigError, Conflict, Locked
from tieline.sandbox import Sandbox, running
from tieline.sandbox.sharepoint.memory import Library, Tenant

pytestmark = [
    pytest.mark.prefect,
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]

REPORT = (
    "The workshop in Turin was closed for two weeks in May, because the lift had broken. Customers waited twelve days "
    "for a repair. The shop in Lyon sold most of the new bicycles, and sales were ten percent above those of April."
)


@pytest.fixture
def sandbox(prefect_server: str) -> Iterator[Sandbox]:
    assert prefect_server
    with running(tickets=1) as made:
        SharePointCredentials(
            **made.connection("sharepoint"),
            site=next(iter(made.state[Tenant].sites)),
            rate="100000/minute",
        ).save("library", overwrite=True)
        yield made


@pytest.fixture
def library(sandbox: Sandbox) -> Library:
    """The one library of the simulated site."""
    (found,) = sandbox.state[Tenant].libraries.values()
    return found


def drop(library: Library, name: str = "Reports/may.pdf") -> str:
    """A person puts a PDF into the library; its reference."""
    made = library.write(name, pdf([column(list(wrapped(REPORT.split(), 60)))]))
    return f"{library.id}/{made['id']}"


def fields(library: Library, reference: str) -> dict[str, Any]:
    return library.fields[reference.partition("/")[2]]


async def run(**options: Any) -> list[DocumentOutcome]:
    result = await document_summarization("sharepoint/library", **options)
    return list(result.outcomes)


async def test_a_pdf_gets_a_summary_and_tags_in_columns_of_the_library(library: Library) -> None:
    reference = drop(library)
    (outcome,) = await run(documents=[reference], length="short")
    assert (outcome.status, outcome.written) == ("summarized", ("Summary", "Tags"))
    written = fields(library, reference)
    assert written["TielineSummary"] == outcome.summary != ""
    assert written["TielineTags"] == ", ".join(outcome.tags) != ""
    assert {column["displayName"] for column in library.columns} > {"Summary", "Tags"}
    assert [source.page for source in outcome.sources] == [1, 1]
    # What we have written is no new version.
    assert [one.status for one in await run(documents=[reference], length="short")] == ["unchanged"]


async def test_a_sweep_finds_what_is_in_all_folders(library: Library) -> None:
    drop(library)
    drop(library, "Deep/er/june.pdf")
    assert sorted(one.name for one in await run(query="*.pdf")) == ["june.pdf", "may.pdf"]
    assert {one.status for one in await run(query="*.pdf")} == {"unchanged"}


async def test_two_versions_within_seconds_do_not_get_mixed_up(library: Library) -> None:
    reference = drop(library)
    where = place("sharepoint/library")
    item = await where.get(reference)
    drop(library)
    with pytest.raises(Conflict, match="was changed while"):
        await where.write(item, _note("old"))
    assert "TielineSummary" not in fields(library, reference)


@pytest.mark.usefixtures("still")
async def test_a_file_that_is_open_says_who_has_it(library: Library) -> None:
    reference = drop(library)
    where = place("sharepoint/library")
    item = await where.get(reference)
    library.locks[reference.partition("/")[2]] = "Imani Okafor"
    with pytest.raises(Locked, match="Imani Okafor"):
        await where.write(item, _note("new"))


async def test_what_is_too_long_is_cut_between_tags(library: Library) -> None:
    reference = drop(library)
    where = place("sharepoint/library")
    await where.write(await where.get(reference), _note("x" * 100_000, tags=tuple(f"tag-{n:03}" for n in range(100))))
    written = fields(library, reference)
    assert len(written["TielineTags"]) <= LINE_CHARACTERS
    assert written["TielineTags"].split(", ")[-1].startswith("tag-")
    assert len(written["TielineTags"].split(", ")[-1]) == len("tag-000")
    assert written["TielineSummary"].endswith(" …")


async def test_a_reference_names_drive_and_item() -> None:
    with pytest.raises(ConfigError, match="DRIVE-ID/ITEM-ID"):
        await place("sharepoint/library").get("may.pdf")


def _note(summary: str, tags: tuple[str, ...] = ()) -> Note:
    return Note(summary=summary, tags=tags, mark="m")
