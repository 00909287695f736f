"""A link that somebody pastes leads to the document of the place whose link it is, and to no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.documents import place
from tests.flows.keepers import KEEPERS, connect
from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki

pytestmark = [
    pytest.mark.prefect,
    # A task outside of a flow has no run that its logs could go to.
    pytest.mark.filterwarnings("ignore:Logger 'prefect:UserWarning"),
]
NUMBER = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def sandbox(prefect_server: str) -> Iterator[Sandbox]:
    assert prefect_server
    with running(tickets=1) as made:
        connect(made)
        yield made


@pytest.mark.parametrize("system", list(KEEPERS))
async def test_the_link_of_a_document_leads_to_it(system: str, sandbox: Sandbox) -> None:
    keeper = KEEPERS[system](sandbox)
    where = place(keeper.source)
    item = await where.get(keeper.write("Report", "The lift has broken."))
    assert await where.reference(item.link) == item.id
    assert await where.reference(f"{item.link}#heading") == item.id


async def test_the_address_that_a_file_is_fetched_from_leads_to_it(sandbox: Sandbox) -> None:
    wiki = sandbox.state[Wiki]
    page = wiki.add_page(next(iter(wiki.spaces)), "May", "<p>a</p>", None)
    file = wiki.add_file(page, "the plan.pdf", "application/pdf", b"a")
    where, site = place("confluence/documents"), sandbox.url_of("confluence")
    link = f"{site}/wiki/download/attachments/{page['id']}/"
    assert await where.reference(f"{link}the%20plan.pdf?version=1&api=v2") == file["id"]
    assert await where.reference(f"{link}another.pdf") == ""


@pytest.mark.parametrize(
    ("source", "link", "reference"),
    (
        ("google_drive/documents", "https://docs.google.com/document/d/1aB_-c/edit?tab=t.0", "1aB_-c"),
        ("google_drive/documents", "https://drive.google.com/open?id=1aB_-c", "1aB_-c"),
        ("google_drive/documents", "https://drive.google.com/drive/folders/1aB_-c", ""),
        ("google_drive/documents", "https://docs.google.com.evil.test/document/d/1aB/edit", ""),
        ("notion/documents", f"https://www.notion.so/acme/Two-words-{NUMBER}", "01234567-89ab-cdef-0123-456789abcdef"),
        ("notion/documents", f"https://acme.notion.site/{NUMBER}", "01234567-89ab-cdef-0123-456789abcdef"),
        ("notion/documents", f"https://www.notion.so/acme/{NUMBER}?v={NUMBER}", ""),
        ("notion/documents", f"https://evilnotion.so/{NUMBER}", ""),
        ("confluence/documents", "https://other.atlassian.net/wiki/spaces/DOCS/pages/7/Title", ""),
        ("confluence/documents", "{site}/wiki/pages/viewpage.action?pageId=7", "7"),
        ("confluence/documents", "{site}/wiki/spaces/DOCS/overview", ""),
        ("confluence/documents", "{site}/wiki/spaces/DOCS/pages/7/Title?preview=%2F7%2F12%2Fa.pdf", "att12"),
        ("confluence/documents", "{site}/wiki/pages/viewpageattachments.action?pageId=7&preview=/7/12/a.pdf", "att12"),
    ),
)
async def test_other_links_lead_nowhere(source: str, link: str, reference: str, sandbox: Sandbox) -> None:
    assert await place(source).reference(link.format(site=sandbox.url_of("confluence"))) == reference
