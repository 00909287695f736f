"""What people see of documents in the simulated places: beside each of them, what was written about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from tieline.sandbox import Sandbox, running
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.front import Front
from tieline.sandbox.google_drive.memory import Drive, change
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.registry import vendors
from tieline.sandbox.sharepoint.memory import Library, Tenant
from tieline.sandbox.state import State

EVIL = "<script>alert(1)</script>"
MARK = "f4c4ff62e7b27d42ce67.8e606e330781c82e37ee.8390939b8711dfe4c4bf"
PLACES = ("confluence", "google_drive", "notion", "sharepoint")


def write(state: State, said: str, tag: str) -> dict[str, str]:
    """Leave something beside one document of each place, as programs do; the addresses of these documents."""
    made = {
        "sharepoint": _sharepoint(state[Tenant], said, tag),
        "google_drive": _google_drive(state[Drive], said, tag),
        "confluence": _confluence(state[Wiki], said, tag),
        "notion": _notion(state[Notebook], said, tag),
    }
    return {system: f"/documents/{system}/{number}" for system, number in made.items()}


def _library(tenant: Tenant) -> Library:
    return next(iter(tenant.libraries.values()))


def _sharepoint(tenant: Tenant, said: str, tag: str) -> str:
    library = _library(tenant)
    for name, shown in (("S", "Summary"), ("T", "Tags"), ("M", "Mark")):
        library.columns.append({"name": name, "displayName": shown, "hidden": False, "text": {}})
    one = library.write(f"Reports/{said}.pdf", b"%PDF-1.7\n\xff\0")
    library.fields[one["id"]] |= {"S": said, "T": f"{tag}, other", "M": MARK}
    return str(one["id"])


def _google_drive(drive: Drive, said: str, tag: str) -> str:
    file = next(one for one in drive.files.values() if one["name"] == "Returns.md")
    change(drive, file, {"description": said, "properties": {"tags": tag}, "appProperties": {"mark": MARK}})
    return str(file["id"])


def _confluence(wiki: Wiki, said: str, tag: str) -> str:
    page = next(one for one in wiki.pages.values() if one["title"] == "Refund policy")
    wiki.labels[page["id"]] = [{"prefix": "global", "name": tag, "id": "1", "label": tag}]
    wiki.properties[page["id"]] = {"2": {"id": "2", "key": "ours", "value": {"mark": MARK}}}
    wiki.add_comment(page, f"<p>{said}</p>")
    return str(page["id"])


def _notion(notebook: Notebook, said: str, tag: str) -> str:
    page = next(one for one in notebook.pages.values() if one["parent"].get("data_source_id"))
    page["properties"]["Summary"]["rich_text"] = [{"plain_text": said}]
    page["properties"]["Tags"]["multi_select"] = [{"name": tag}]
    comment = {"parent": {"page_id": page["id"]}, "created_time": notebook.now(), "rich_text": [{"plain_text": said}]}
    notebook.comments["1"] = comment
    return str(page["id"])


@pytest.mark.parametrize("system", PLACES)
async def test_the_overview_leads_to_the_documents_of_a_place(pages: httpx.AsyncClient, system: str) -> None:
    (vendor,) = (one for one in vendors() if one.name == system)
    assert f'href="{vendor.page}"' in (await pages.get("/")).text
    answer = await pages.get(vendor.page)
    assert answer.status_code == 200
    assert vendor.title in answer.text
    assert f'href="{vendor.page}/' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not any(word in answer.text for word in ("https://", "<script", "@import", "url("))


@pytest.mark.parametrize("system", PLACES)
async def test_what_was_written_about_a_document_stands_beside_it(
    app: Front, pages: httpx.AsyncClient, system: str
) -> None:
    address = write(app.state, "Lamps come back.", "returned-lamps")[system]
    listed, alone = (await pages.get(f"/documents/{system}")).text, (await pages.get(address)).text
    assert f'href="{address}"' in listed
    assert "returned-lamps" in listed
    assert "Lamps come back." in alone
    assert "returned-lamps" in alone
    # A list is for people; what programs have left for themselves is on the document's own page.
    assert MARK not in listed
    assert (MARK in alone) == (system != "notion")


async def test_a_document_shows_what_stands_in_it(app: Front, pages: httpx.AsyncClient) -> None:
    paths = write(app.state, "Lamps come back.", "lamps")
    assert "opened software" in (await pages.get(paths["confluence"])).text.casefold()
    assert "We decided to refund within five days" in (await pages.get(paths["google_drive"])).text
    assert "thirty days of delivery" in (await pages.get(paths["notion"])).text
    assert "a file that a browser cannot show" in (await pages.get(paths["sharepoint"])).text


@pytest.mark.parametrize("system", PLACES)
async def test_what_documents_say_is_never_html(app: Front, pages: httpx.AsyncClient, system: str) -> None:
    address = write(app.state, EVIL, EVIL)[system]
    for path in (f"/documents/{system}", address):
        page = (await pages.get(path)).text
        assert "<script" not in page, path
        assert "alert(1)" in page or path == "/documents/confluence", path


@pytest.mark.parametrize("system", PLACES)
async def test_a_document_that_is_not_there(pages: httpx.AsyncClient, system: str) -> None:
    assert (await pages.get(f"/documents/{system}/404")).status_code == 404


async def test_what_was_thrown_away_is_not_shown(app: Front, pages: httpx.AsyncClient) -> None:
    drive, notebook = app.state[Drive], app.state[Notebook]
    paths = write(app.state, "Lamps come back.", "lamps")
    change(drive, drive.files[paths["google_drive"].rpartition("/")[2]], {"explicitlyTrashed": True})
    notebook.pages[paths["notion"].rpartition("/")[2]]["in_trash"] = True
    app.state[Wiki].pages[paths["confluence"].rpartition("/")[2]]["status"] = "trashed"
    library = _library(app.state[Tenant])
    library.remove(paths["sharepoint"].rpartition("/")[2])
    for system, path in paths.items():
        assert path not in (await pages.get(f"/documents/{system}")).text, system
        assert (await pages.get(path)).status_code == 404, system


async def test_a_page_that_is_not_well_formed_is_shown_as_it_is(app: Front, pages: httpx.AsyncClient) -> None:
    wiki = app.state[Wiki]
    page = next(iter(wiki.pages.values()))
    page["body"]["storage"]["value"] = "<p>half of a <b>page"
    assert "half of a &lt;b&gt;page" in (await pages.get(f"/documents/confluence/{page['id']}")).text


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        write(made.state, "Lamps come back more often than in September. " * 8, "returned-lamps")
        yield made


@pytest.fixture(params=("light", "dark"))
def browser_page(request: pytest.FixtureRequest) -> Iterator[Page]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": 1200, "height": 800}, color_scheme=request.param)
        browser.close()


@pytest.mark.browser
def test_people_can_read_it(served: Sandbox, browser_page: Page) -> None:
    """Nothing is wider than the window, no letter has the color of what is behind it, and links lead on."""
    for system in PLACES:
        browser_page.goto(f"{served.url}/documents/{system}")
        assert browser_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), system
        ink, paper = (
            browser_page.locator(where).first.evaluate(f"one => getComputedStyle(one).{what}")
            for where, what in (("td.value", "color"), (".card", "backgroundColor"))
        )
        assert ink != paper, system
        name = browser_page.locator("td.name a").first
        title = name.inner_text()
        name.click()
        assert browser_page.locator("h1").inner_text() == title
