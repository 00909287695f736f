"""Help centers as publishing targets: what of an article is ours, and what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from blocks.intercom import IntercomCredentials
from blocks.zendesk_help_center import ZendeskHelpCenterCredentials
from flows.publishing import Draft, Page, Target, target
from tieline import connections, errors
from tieline.inbox import scope
from tieline.transport import clients

TITLE = "Reference: acme"
CALL = Page(path="reference/acme", title=TITLE, region="acme", text="## call\n\n`call(x)` calls & returns.")


class Center(httpx.AsyncBaseTransport):
    """A help center that keeps articles, and tidies up what it is given."""

    def __init__(self, system: str) -> None:
        self.system = system
        self.articles: dict[int, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.add("Welcome", "<p>Hello.</p>")

    def add(self, title: str, body: str, **more: Any) -> int:
        """Somebody writes an article by hand."""
        number = 100 + len(self.articles)
        article = {"title": title, "body": body, "locale": "en-us", "state": "published", "parent_id": 159}
        seen = {"permission_group_id": 7, "user_segment_id": 8, "section_id": 159}
        self.articles[number] = {"id": number, **article, **seen, **more}
        return number

    def body(self, title: str = TITLE) -> str:
        """What readers see."""
        (found,) = (one for one in self.articles.values() if one["title"] == title)
        return str(found["body"])

    def edit(self, old: str, new: str, title: str = TITLE) -> None:
        """Somebody edits an article by hand."""
        (found,) = (one for one in self.articles.values() if one["title"] == title)
        assert old in found["body"]
        found["body"] = found["body"].replace(old, new)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content) if request.content else None
        path = request.url.path
        self.asked.append((request.method, path, sent))
        answer = getattr(self, self.system)(request.method, path, sent, request.url.params)
        return httpx.Response(200, json=answer, request=request)

    def zendesk_help_center(self, method: str, path: str, sent: Any, query: httpx.QueryParams) -> Any:
        path = path.removeprefix("/api/v2/help_center")
        if path == "/locales":
            return {"locales": ["en-us", "fr"], "default_locale": "en-us"}
        if path == "/articles/search":
            word = query["query"].strip('"')
            return {"results": [one for one in self.articles.values() if word in one["body"]]}
        if path == "/en-us/sections/159/articles" and method == "GET":
            here = [one for one in self.articles.values() if one["section_id"] == 159]
            return {"articles": here, "meta": {"has_more": False}}
        if path == "/en-us/sections/159/articles":
            return {"article": self.stored(self.add(**sent["article"]))}
        number = int(re.fullmatch(r"/articles/(\d+)/translations/en-us", path)[1])  # type: ignore[index]
        if method == "PUT":
            self.articles[number] |= sent["translation"]
        return {"translation": self.stored(number)}

    def intercom(self, method: str, path: str, sent: Any, query: httpx.QueryParams) -> Any:
        if path == "/me":
            return {"id": "5", "name": "Bo"}
        if path == "/articles/search":
            found = [self.stored(n) for n, one in self.articles.items() if query["phrase"] in one["body"]]
            return {"data": {"articles": found}, "pages": {"total_pages": 1}}
        if path == "/articles" and method == "GET":
            return {"data": [self.stored(number) for number in self.articles], "pages": {"total_pages": 1}}
        if path == "/articles":
            return self.stored(self.add(**sent))
        number = int(path.removeprefix("/articles/"))
        if method == "PUT":
            self.articles[number] |= sent
        return self.stored(number)

    def stored(self, number: int) -> dict[str, Any]:
        """An article, as both tidy it up: comments go, classes come."""
        article = self.articles[number]
        article["body"] = re.sub(r"<!--.*?-->", "", article["body"]).replace("<p>", '<p class="no-margin">')
        return {**article, "id": str(number)} if self.system == "intercom" else article


@pytest.fixture(params=("zendesk_help_center", "intercom"))
def center(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Center]:
    made = Center(request.param)
    clients.transport = made
    block = {
        "zendesk_help_center": ZendeskHelpCenterCredentials(subdomain="acme", oauth_token="t"),
        "intercom": IntercomCredentials(access_token="t"),
    }[made.system]

    async def load(*_: Any) -> Any:
        return block

    monkeypatch.setattr(connections, "load", load)
    # Plain calls, so that no Prefect server is needed.
    with scope.working(scope.Scope("", lean=True)):
        yield made


@pytest.fixture
def docs(center: Center) -> Target:
    return target(f"{center.system}/docs", "159")


async def put(docs: Target, page: Page) -> str:
    (written,) = await docs.write([Draft(page=page, standing=await docs.read(page))], "A change")
    return written.did


async def test_a_page_is_published_once_and_found_again(center: Center, docs: Target) -> None:
    assert await docs.read(CALL) is None
    assert await put(docs, CALL) == "created"
    assert "<code>call(x)</code> calls &amp; returns." in center.body()
    standing = await docs.read(CALL)
    assert standing is not None
    (region,) = standing.regions
    assert (region.name, region.edited, region.now) == ("acme", False, docs.digest(CALL.text))
    assert await put(docs, CALL.model_copy(update={"text": "`call(x, y)`"})) == "updated"
    assert "call(x, y)" in center.body()
    assert "calls &amp; returns" not in center.body()
    assert len(center.articles) == 2


async def test_what_people_wrote_stays(center: Center, docs: Target) -> None:
    center.add(TITLE, "<p>Read this first.</p>")
    assert await put(docs, CALL) == "created"
    center.articles[101]["body"] += "<p>And this last.</p>"
    assert await put(docs, CALL.model_copy(update={"text": "`call()`"})) == "updated"
    assert re.search(r"first\..*call\(\).*last\.", center.body(), re.DOTALL)
    assert await put(docs, CALL.model_copy(update={"text": ""})) == "removed"
    assert "call()" not in center.body()
    assert re.search(r"first\..*last\.", center.body(), re.DOTALL)
    assert "tieline" not in center.body()


async def test_an_edit_within_ours_is_seen(center: Center, docs: Target) -> None:
    await put(docs, CALL)
    center.edit("returns", "sometimes returns")
    standing = await docs.read(CALL)
    assert standing is not None
    assert standing.regions[0].edited


async def test_an_article_that_moved_on_is_not_touched(center: Center, docs: Target) -> None:
    await put(docs, CALL)
    draft = Draft(page=CALL.model_copy(update={"text": "New"}), standing=await docs.read(CALL))
    center.edit("returns", "returns late")
    with pytest.raises(errors.Conflict, match="was changed while"):
        await docs.write([draft], "A change")
    assert "returns late" in center.body()
    assert not [method for method, _, _ in center.asked if method == "PUT"]


async def test_nothing_to_say_makes_no_article(center: Center, docs: Target) -> None:
    assert await docs.write([Draft(page=CALL.model_copy(update={"text": ""}))], "A change") == []
    assert len(center.articles) == 1


async def test_who_speaks_of_a_name(center: Center, docs: Target) -> None:
    center.add("How to call", "<h2>Calling<h2><p>Say <code>call(1)</code><br>once")
    (found,) = await docs.search(["call", "nothing", "call"], 5)
    assert (found.title, found.path) == ("How to call", "How to call")
    assert "`call(1)`" in found.text
    assert len([path for _, path, _ in center.asked if path.endswith("/search")]) == 2


async def test_a_new_article_is_for_those_who_see_the_others(center: Center, docs: Target) -> None:
    await put(docs, CALL)
    made = center.articles[101]
    if center.system == "intercom":
        assert (made["state"], made["parent_id"], made["author_id"]) == ("published", 159, 5)
        return
    assert (made["permission_group_id"], made["user_segment_id"], made["draft"]) == (7, 8, False)
    center.articles.clear()
    with pytest.raises(errors.ConfigError, match="has no article yet"):
        await docs.write([Draft(page=CALL)], "A change")
    assert not center.articles


async def test_the_same_title_elsewhere_is_another_article(center: Center, docs: Target) -> None:
    center.add(TITLE, "<p>Elsewhere.</p>", parent_id=160, section_id=160)
    assert await docs.read(CALL) is None


@pytest.mark.parametrize("place", ("", "api", "12a", "/en-us"))
def test_a_place_is_a_number(center: Center, place: str) -> None:
    with pytest.raises(errors.ConfigError, match=r"Which (section|collection)"):
        target(f"{center.system}/docs", place)
