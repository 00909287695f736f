"""Webflow, GitBook and ReadMe as publishing targets, each against a small memory of what its API would keep."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from blocks.gitbook import GitBookCredentials
from blocks.readme import ReadMeCredentials
from blocks.webflow import WebflowCredentials
from flows.publishing import Draft, Page, Target, target
from flows.publishing.gitbook import BLOCKS
from flows.publishing.readme import MDX
from flows.publishing.together import slug
from tieline import connections
from tieline.errors import ConfigError, Conflict, Rejected
from tieline.inbox.scope import Scope, working
from tieline.transport import clients

CLIENT = Page(path="api/acme.client", title="acme.client", region="reference", text="## `Client`\n\nSends *things*.")
GONE = CLIENT.model_copy(update={"text": ""})
OTHER = CLIENT.model_copy(update={"region": "changes", "text": "Now with `retries`."})
COLLECTION = {"id": "col", "displayName": "Docs", "singularName": "Doc"}
FIELD = {"id": "f", "isRequired": False, "type": "RichText", "slug": "body", "displayName": "Body"}


class Site(httpx.AsyncBaseTransport, ABC):
    """Somebody's pages by their slug, and what was asked."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.asked: list[str] = []
        self.live: dict[str, str] = {}
        self.draft = self.broken = False
        self.conflicts = False
        self.pending: dict[str, str] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = unquote(request.url.raw_path.decode().partition("?")[0])
        body = json.loads(await request.aread() or b"{}")
        self.asked.append(f"{request.method} {path}")
        status, answer = self.answer(request.method, path, dict(request.url.params), body)
        return httpx.Response(status, json=answer, request=request)

    @abstractmethod
    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """What it says, and with which status."""


class Webflow(Site):
    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        items = "/v2/collections/col/items"
        if path == "/v2/collections/col":
            return 200, {**COLLECTION, "fields": [FIELD]}
        if (method, path) == ("GET", items):
            names = [name for name in self.texts if query.get("slug", name) == name]
            return 200, {"items": [self.item(name) for name in names]}
        if (method, path) == ("POST", f"{items}/publish"):
            self.live |= {name: self.texts[name] for name in body["itemIds"]}
            return 202, {"publishedItemIds": [] if self.broken else body["itemIds"], "errors": []}
        name = body["fieldData"].get("slug") if method == "POST" else path.removeprefix(f"{items}/")
        if method != "GET":
            self.texts[name] = body["fieldData"]["body"]
        if path.endswith("/live"):
            self.live[name] = self.texts[name]
        return 200, self.item(name)

    def item(self, name: str) -> dict[str, Any]:
        fields = {"name": "acme.client", "slug": name, "body": self.texts[name]}
        return {"id": name, "isDraft": self.draft, "fieldData": fields}


class GitBook(Site):
    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        path = path.removeprefix("/v1/spaces/sp")
        if path == "/search":
            return 200, {
                "items": [self.page(one, self.texts) for one in self.texts if query["query"] in self.texts[one]]
            }
        if self.broken and (method == "PATCH" or path.endswith("/merge")):
            return 400, {"error": {"code": 400, "message": "Needs a review" if method == "POST" else "Not now"}}
        if method != "GET":
            return 200, self.change(path, body)
        texts = self.pending if path.startswith("/change-requests/") else self.texts
        name = path.rpartition("/")[2]
        return (200, self.page(name, texts)) if name in texts else (404, {"error": {"code": 404, "message": "No"}})

    def change(self, path: str, body: Any) -> dict[str, Any]:
        if path == "/change-requests":
            self.pending = dict(self.texts)
        if path.endswith("/update"):
            return {"revision": "r", "result": "conflicts" if self.conflicts else "update"}
        if path.endswith("/merge"):
            self.texts = self.pending
            return {"revision": "r", "result": "merge"}
        if path.endswith("/content"):
            for change in body["changes"]:
                self.pending[change.get("page") or change["slug"]] = change["document"]["markdown"]
            return {"changeRequest": self.request(), "changes": []}
        return self.request()

    def request(self) -> dict[str, Any]:
        return {"id": "cr", "number": 1, "status": "draft"}

    def page(self, name: str, texts: dict[str, str]) -> dict[str, Any]:
        # GitBook writes Markdown in its own way.
        return {"id": name, "title": "acme.client", "path": name, "markdown": texts[name].replace("*", "_").strip()}


class ReadMe(Site):
    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        branch, uri = "/v2/branches/stable", "/branches/stable/categories/guides/API"
        if path == f"{branch}/categories/guides":
            return 200, {"data": [{"title": "API", "uri": uri}]}
        if path == f"/v2{uri}/pages":
            return 200, {"data": [{"slug": name} for name in self.texts]}
        if path == "/v2/search":
            return 200, {"data": [{"slug": name} for name in self.texts if query["query"] in self.texts[name]]}
        if method == "POST":
            assert body["category"] == {"uri": uri}
        name = body["slug"] if method == "POST" else path.removeprefix(f"{branch}/guides/")
        if method != "GET":
            self.texts[name] = body["content"]["body"]
        shown = {"status": not self.broken, "message": "MDX"}
        return 200, {"data": {"slug": name, "title": name, "content": {"body": self.texts[name]}, "renderable": shown}}


BLOCK = {
    "webflow": WebflowCredentials(token="x", rate="100000/minute"),
    "gitbook": GitBookCredentials(token="x"),
    "readme": ReadMeCredentials(key="x"),
}
SITES: dict[str, tuple[type[Site], str]] = {
    "webflow": (Webflow, "col"),
    "gitbook": (GitBook, "sp"),
    "readme": (ReadMe, "stable/API"),
}
SLUG = slug("api/acme.client")
Made = tuple[Site, Target]


@pytest.fixture(params=SITES)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Made]:
    """Make a site, and the target that leads to it."""

    async def load(_: Any, name: str) -> Any:
        return BLOCK[name]

    def make(system: str) -> Made:
        kind, where = SITES[system]
        site = kind()
        monkeypatch.setattr(connections, "load", load)
        clients.transport = site
        return site, target(f"{system}/{system}", where)

    return make


async def run(doing: Awaitable[Any]) -> Any:
    """Do it without task runs of Prefect."""
    with working(Scope("", lean=True)):
        return await doing


async def publish(made: Target, *pages: Page) -> list[str]:
    drafts = [Draft(page=page, standing=await run(made.read(page))) for page in pages]
    return [one.did for one in await run(made.write(drafts, "Reference of acme.client"))]


async def test_a_page_is_made_changed_and_emptied_and_what_people_wrote_stays(
    place: Callable[[str], Made], system: str
) -> None:
    site, made = place(system)
    assert await run(made.read(CLIENT)) is None
    assert await publish(made, CLIENT, OTHER) == ["created", "created"]
    assert list(site.texts) == [SLUG]
    standing = await run(made.read(CLIENT))
    assert [one.name for one in standing.regions] == ["reference", "changes"]
    assert not any(one.edited for one in standing.regions)
    assert standing.regions[0].written == made.digest(CLIENT.text)
    site.texts[SLUG] += "\n\n<p>By hand</p>" if system == "webflow" else "\n\nBy hand\n"
    changed = CLIENT.model_copy(update={"text": "Quite new"})
    assert await publish(made, changed) == ["updated"]
    assert await publish(made, OTHER.model_copy(update={"text": ""})) == ["removed"]
    text = site.texts[SLUG]
    assert "Quite new" in text
    assert "By hand" in text
    assert "things" not in text
    assert "retries" not in text


async def test_an_edit_inside_is_seen(place: Callable[[str], Made], system: str) -> None:
    site, made = place(system)
    await publish(made, CLIENT)
    site.texts[SLUG] = site.texts[SLUG].replace("Sends", "Loses")
    assert (await run(made.read(CLIENT))).region("reference").edited


async def test_a_page_that_moved_on_is_not_written(place: Callable[[str], Made], system: str) -> None:
    site, made = place(system)
    await publish(made, CLIENT)
    draft = Draft(page=OTHER, standing=await run(made.read(OTHER)))
    before = site.texts[SLUG] = site.texts[SLUG] + "!"
    with pytest.raises(Conflict, match="was changed"):
        await run(made.write([draft], "x"))
    assert site.texts[SLUG] == before


async def test_nothing_is_made_of_nothing(place: Callable[[str], Made], system: str) -> None:
    site, made = place(system)
    assert await publish(made) == []
    await publish(made, GONE)
    assert site.texts == {}


async def test_pages_are_found_by_a_name(place: Callable[[str], Made], system: str) -> None:
    _, made = place(system)
    await publish(made, CLIENT)
    (found,) = await run(made.search(["Client"], 10))
    assert found.path == SLUG
    assert "Client" in found.text


async def test_webflow_shows_what_was_written_but_no_drafts(place: Callable[[str], Made]) -> None:
    site, made = place("webflow")
    await publish(made, CLIENT)
    assert site.live == site.texts
    site.draft = True
    await publish(made, OTHER)
    assert site.live != site.texts
    site.draft, site.broken = False, True
    with pytest.raises(Rejected, match="does not publish it"):
        await publish(made, GONE)


async def test_gitbook_drops_what_it_cannot_merge_cleanly(place: Callable[[str], Made]) -> None:
    site, made = place("gitbook")
    site.conflicts = True
    with pytest.raises(Conflict, match="The space was changed"):
        await publish(made, CLIENT)
    assert site.texts == {}
    assert site.asked[-1] == "PATCH /v1/spaces/sp/change-requests/cr"
    assert not any(one.endswith("/merge") for one in site.asked)


async def test_gitbook_says_why_it_could_not_merge(place: Callable[[str], Made]) -> None:
    site, made = place("gitbook")
    site.broken = True
    with pytest.raises(Rejected, match="Needs a review"):
        await publish(made, CLIENT)
    assert site.asked[-1].startswith("PATCH ")
    assert site.texts == {}


async def test_a_page_that_readme_cannot_show_is_said_so(place: Callable[[str], Made]) -> None:
    site, made = place("readme")
    site.broken = True
    with pytest.raises(Rejected, match="cannot show it"):
        await publish(made, CLIENT)


@pytest.mark.parametrize(
    ("markdown", "mdx"),
    (
        ("a {b} < c", r"a \{b\} \< c"),
        ("`{a}` and {b}", r"`{a}` and \{b\}"),
        ("```py\nd = {1: 2}\n```\n{x}", "```py\nd = {1: 2}\n```\n\\{x\\}"),
        ("one ` tick {a}\n\nanother ` {b}", "one ` tick \\{a\\}\n\nanother ` \\{b\\}"),
        ("see <https://acme.com/a>", "see [https://acme.com/a](https://acme.com/a)"),
        ("import this\nimportant", "&#105;mport this\nimportant"),
        ("{/* tieline:end reference */}", "\\{/* tie\u200bline:end reference */\\}"),
    ),
)
def test_markdown_becomes_mdx(markdown: str, mdx: str) -> None:
    assert MDX.render(markdown) == mdx


def test_text_does_not_end_a_region_at_gitbook() -> None:
    assert not re.search(BLOCKS.marks, BLOCKS.render("`tieline end reference`"))


@pytest.mark.parametrize(("connection", "where"), (("webflow/x", ""), ("gitbook/x", ""), ("readme/x", "stable")))
def test_a_place_that_is_none_is_said_so(connection: str, where: str) -> None:
    with pytest.raises(ConfigError):
        target(connection, where)
