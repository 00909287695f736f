"""Lists: every item once, no page too many, nowhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.probe import Vendor, answer, probe
from tieline.errors import BadAnswer
from tieline.transport import clients, paging
from tieline.transport.paging import Paginator

HERE = "https://probe.test"


@dataclass
class Shelf:
    """A vendor with some items, that pages them in one of the six ways."""

    total: int
    size: int
    asked: list[httpx.URL] = field(default_factory=list)

    def cut(self, start: int) -> list[int]:
        return list(range(self.total))[start : start + self.size]

    def more(self, start: int) -> bool:
        return start + self.size < self.total

    def links(self, request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("from", 0))
        first = f'<{HERE}/x?from=0>; rel="first"'
        following = f', <{HERE}/x?from={start + self.size}>; title="a, b"; rel="next"' if self.more(start) else ""
        return httpx.Response(200, json=self.cut(start), headers={"link": first + following})

    def cursors(self, request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("cursor", 0))
        after = str(start + self.size) if self.more(start) else ""
        return httpx.Response(200, json={"items": self.cut(start), "meta": {"next": after}})

    def offsets(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": self.cut(int(request.url.params.get("offset", 0)))})

    def numbers(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": self.cut((int(request.url.params.get("page", 1)) - 1) * self.size)})

    def linked(self, request: httpx.Request) -> httpx.Response:
        """The address leaves out where the page was asked for."""
        start = int(request.url.params.get("cursor", 0))
        links = {"next": f"/elsewhere?a=b&cursor={start + self.size}"} if self.more(start) else {}
        return httpx.Response(200, json={"items": self.cut(start), "links": links})

    def urls(self, request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("from", 0))
        following = f"/x?from={start + self.size}"
        return httpx.Response(
            200, json={"items": self.cut(start), "links": {"next": following}, "more": self.more(start)}
        )


Way = tuple[str, Callable[[Shelf, httpx.Request], httpx.Response], Paginator, bool]
WAYS: list[Way] = [
    ("", Shelf.links, paging.link_header, True),
    ("items", Shelf.cursors, paging.cursor("meta.next", "cursor"), True),
    ("items", Shelf.linked, paging.linked_cursor("links.next"), True),
    ("items", Shelf.urls, paging.next_url("links.next", more="more"), True),
    ("items", Shelf.offsets, paging.offset(items="items"), False),
    ("items", Shelf.numbers, paging.page_number(items="items", size="limit"), False),
]


async def read(way: Way, shelf: Shelf, limit: int) -> list[int]:
    at, page, paginate, _ = way

    def reply(request: httpx.Request) -> httpx.Response:
        shelf.asked.append(request.url)
        return page(shelf, request)

    Vendor(reply)
    try:
        return await probe().list("/x", into=int, limit=limit, at=at, params={"limit": shelf.size}, paginate=paginate)
    finally:
        clients.transport = None


@pytest.mark.parametrize(
    "way", WAYS, ids=["link header", "cursor", "linked cursor", "next url", "offset", "page number"]
)
@settings(max_examples=40, deadline=None)
@given(total=st.integers(0, 60), size=st.integers(1, 25), limit=st.integers(0, 70))
def test_every_item_comes_once_and_no_page_too_many(way: Way, total: int, size: int, limit: int) -> None:
    shelf = Shelf(total, size)
    assert asyncio.run(read(way, shelf, limit)) == list(range(min(total, limit)))
    full = max(1, -(-min(total, limit) // size)) if limit else 0
    says_when_it_ends = way[3]
    one_more = 0 if says_when_it_ends or limit <= total or total % size or not total else 1
    assert len(shelf.asked) == full + one_more
    assert len(set(shelf.asked)) == len(shelf.asked)


@pytest.mark.parametrize(
    "link",
    (
        "<https://evil.test/x>; rel=next",
        "<http://probe.test/x>; rel=next",
        "<https://probe.test:8443/x>; rel=next",
        "<//evil.test/x>; rel=next",
        "<https://probe.test.evil.test/x>; rel=next",
        "<https://probe.test@evil.test/x>; rel=next",
    ),
)
async def test_a_next_page_elsewhere_is_not_fetched(link: str) -> None:
    page = httpx.Response(200, json=[1], headers={"link": link}, request=httpx.Request("GET", f"{HERE}/x"))
    with pytest.raises(BadAnswer, match="another host"):
        paging.link_header(page)
    vendor = Vendor(page)
    with pytest.raises(BadAnswer, match="another host"):
        await probe().list("/x", into=int, limit=9, paginate=paging.link_header)
    assert len(vendor.seen) == 1


@pytest.mark.parametrize("ring", (["/x"], ["/x?p=2", "/x"], ["/x?p=2", "/x?p=3", "/x?p=2"]))
async def test_a_list_that_goes_round_in_circles_ends(ring: list[str]) -> None:
    """Even when its pages are empty, so that the limit is never reached."""
    steps = iter([*ring, *ring, *ring, *ring])

    def page(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"items": [], "next": next(steps)})

    vendor = Vendor(page)
    with pytest.raises(BadAnswer, match="leads back"):
        await probe().list("/x", into=int, limit=9, at="items", paginate=paging.next_url("next"))
    assert len(vendor.seen) == len(ring)


@pytest.mark.parametrize(
    ("header", "following"),
    (
        ('</a>; rel="next"', "/a"),
        ("</a>;rel=next", "/a"),
        ('</a>; REL="prev NEXT"', "/a"),
        ('</p>; rel="prev", </a?x=1,2>; title="one, <two>; rel=last"; rel="next"', "/a?x=1,2"),
        ('</a>; title="; rel=next"; rel=prev', None),
        ("</a>; rel=nextish", None),
        ("</a>; crel=next", None),
        ("</a>", None),
        ("<" * 100_000, None),
        ("<a>" + ";" * 100_000, None),
    ),
)
def test_a_link_header_is_read_as_the_standard_says(header: str, following: str | None) -> None:
    page = httpx.Response(200, headers={"link": header}, request=httpx.Request("GET", f"{HERE}/x"))
    found = paging.link_header(page)
    assert (str(found) if found else None) == (following and HERE + following)


async def test_a_circle_is_seen_though_the_key_is_in_the_url() -> None:
    vendor = Vendor(httpx.Response(200, json=[], headers={"link": "</x>; rel=next"}))
    with pytest.raises(BadAnswer, match="leads back"):
        await probe(way="query").list("/x", into=int, limit=9, paginate=paging.link_header)
    assert len(vendor.seen) == 1


async def test_a_cursor_that_stands_still_ends() -> None:
    vendor = Vendor(answer(200, {"items": [], "next": "same"}))
    with pytest.raises(BadAnswer, match="leads back"):
        await probe().list("/x", into=int, limit=9, at="items", paginate=paging.cursor("next", "cursor"))
    assert len(vendor.seen) == 2


@pytest.mark.parametrize("limit", (0, -1))
async def test_nothing_is_asked_for_nothing(limit: int) -> None:
    vendor = Vendor(answer(200, [1, 2]))
    assert await probe().list("/x", into=int, limit=limit, paginate=paging.link_header) == []
    assert vendor.seen == []


async def test_the_last_page_that_a_vendor_gives_out_is_known() -> None:
    vendor = Vendor(answer(200, [1, 2]))
    following = paging.page_number(size=2, last=3)
    assert await probe().list("/x", into=int, limit=99, paginate=following) == [1, 2] * 3
    assert len(vendor.seen) == 3


@pytest.mark.parametrize(
    "body", ({"items": 3, "next": {}}, {"items": [1], "next": "http://[bad"}, {"items": [1], "next": 7})
)
async def test_a_list_that_cannot_be_continued_is_said_so(body: object) -> None:
    Vendor(answer(200, body))
    with pytest.raises(BadAnswer) as raised:
        await probe().list("/x", into=int, limit=9, at="items", paginate=paging.next_url("next"))
    assert raised.value.system == "probe"


# ---------------------------------------------------------------- lists that are asked for with POST


def posted(shelf: Shelf) -> Callable[[httpx.Request], httpx.Response]:
    def answer_to(request: httpx.Request) -> httpx.Response:
        start = int(json.loads(request.content).get("start_cursor", 0))
        after = str(start + shelf.size) if shelf.more(start) else None
        return httpx.Response(200, json={"items": shelf.cut(start), "next": after})

    return answer_to


@settings(max_examples=50, deadline=None)
@given(total=st.integers(0, 30), size=st.integers(1, 10), limit=st.integers(0, 40))
def test_a_query_holds_every_item_once(total: int, size: int, limit: int) -> None:
    clients.transport = httpx.MockTransport(posted(Shelf(total, size)))
    query = probe().query("/x", {"filter": 1}, into=int, limit=limit, at="items", cursor="next")
    assert asyncio.run(query) == list(range(total))[:limit]


async def test_a_query_that_leads_back_is_not_followed_for_ever() -> None:
    clients.transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"items": [1], "next": "again"}))
    with pytest.raises(BadAnswer, match="leads back"):
        await probe().query("/x", {}, into=int, limit=10, at="items", cursor="next")
