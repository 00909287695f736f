"""From a notification that says next to nothing to the documents that are summarized, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from deployments import document_summarization as documents
from deployments import find_changes as finding
from flows.document_summarization import document_summarization
from flows.find_changes import find_changes
from tests.dispatch.house import deliver, work
from tests.feeds.conftest import blocks
from tests.feeds.drive import told
from tests.language.documents.files import column, pdf, wrapped
from tieline.dispatch.match import match
from tieline.errors import ConfigError, UnknownName
from tieline.feeds import look, memory
from tieline.sandbox import Sandbox, running
from tieline.sandbox.sharepoint.memory import Tenant
from tieline.store.writing import writing

pytestmark = [
    pytest.mark.prefect,
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]

TEXT = (
    "The workshop in Turin was closed for two weeks in May, because the lift had broken. Customers waited twelve days "
    "for a repair. The shop in Lyon sold most of the new bicycles, and sales were ten percent above those of April."
)


@pytest.fixture(scope="module")
def sandbox(prefect_server: str) -> Iterator[Sandbox]:
    assert prefect_server
    with running(tickets=1) as made:
        for block in blocks(made).values():
            block.save("team", overwrite=True)
        yield made


@pytest.fixture
def library(sandbox: Sandbox) -> Any:
    (found,) = sandbox.state[Tenant].libraries.values()
    return found


def notified(drive: str) -> list[dict[str, Any]]:
    """What a notification of Graph's asks for: the parameters of the flow."""
    before = {row.id for row in work()}
    told = {"subscriptionId": "1", "changeType": "updated", "resource": f"drives/{drive}/root"}
    deliver({"value": [told]}, system="sharepoint", connection="team", event="drive_changed")
    match(finding.triggers, 1.0)
    return [row.parameters for row in work() if row.id not in before]


async def test_what_we_write_back_is_no_news(library: Any) -> None:
    asked = notified(library.id)
    assert asked == [{"source": "sharepoint/team", "place": library.id}]
    await find_changes(**asked[0])
    made = library.write("may.pdf", pdf([column(list(wrapped(TEXT.split(), 60)))]))
    (found,) = await find_changes(**asked[0])
    assert found.events == {"file_created": 1}
    match(documents.triggers, 2.0)
    (wanted,) = work(trigger="sharepoint-document")
    result = await document_summarization(**wanted.parameters, documents=[wanted.item])
    assert [one.status for one in result.outcomes] == ["summarized"]
    assert library.fields[made["id"]]["TielineTags"]
    # The columns make Graph notify again; there is nothing to be found.
    (found,) = await find_changes(**asked[0])
    assert found.events == {}
    assert len(told()) == 1


async def test_a_file_that_sharepoint_writes_our_columns_into_is_not_summarized_for_ever(library: Any) -> None:
    """It puts the values of columns into documents of Office, which are other bytes from then on."""
    made = library.write("june.txt", TEXT.encode())
    reference = [f"{library.id}/{made['id']}"]
    first = await document_summarization("sharepoint/team", documents=reference)
    library.write("june.txt", f"{TEXT}\n\n".encode())
    again = await document_summarization("sharepoint/team", documents=reference)
    assert [one.status for result in (first, again) for one in result.outcomes] == ["summarized", "unchanged"]


async def test_all_that_is_followed_is_looked_at(library: Any, sandbox: Sandbox) -> None:
    assert await find_changes() == []
    await look.look("google_drive/team")
    await look.look("sharepoint/team", library.id)
    library.write("new.txt", b"x")
    found = await find_changes()
    assert [(one.source, one.events) for one in found] == [
        ("google_drive/team", {}),
        ("sharepoint/team", {"file_created": 1}),
    ]
    assert [one.place for one in await find_changes("sharepoint/team")] == [library.id]
    # One that cannot be asked does not keep us from the others; the run says so.
    with writing() as db:
        db.execute(memory.FEEDS.update().where(memory.FEEDS.c.system == "google_drive").values(connection="gone"))
    library.write("newer.txt", b"x")
    with pytest.raises(UnknownName, match="gone"):
        await find_changes()
    assert len(told()) == 2
    assert sandbox


async def test_each_of_several_failures_is_told(library: Any, caplog: pytest.LogCaptureFixture) -> None:
    await look.look("google_drive/team")
    await look.look("sharepoint/team", library.id)
    with writing() as db:
        db.execute(memory.FEEDS.update().values(connection="gone"))
    with pytest.raises(UnknownName, match="gone"):
        await find_changes()
    told = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert any(one.startswith("google_drive/gone: ") for one in told)
    assert any(one.startswith(f"sharepoint/gone {library.id}: ") for one in told)


async def test_a_notification_does_not_choose_where_we_look() -> None:
    with pytest.raises(ConfigError, match="is no drive of"):
        await find_changes("sharepoint/team", "b!somebody-elses")
    assert memory.feeds() == []
