"""What has not changed is not sent again; what has, is."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.engine.probe import Vendor, answer, probe
from tieline.errors import Unavailable
from tieline.transport import conditional
from tieline.transport.conditional import Validators


class Versioned:
    """A vendor with validators."""

    def __init__(self, name: str = "etag", **headers: str) -> None:
        self.version, self.name, self.headers = 1, name, headers
        self.vendor = Vendor(self.reply)
        self.statuses: list[int] = []

    @property
    def validator(self) -> str:
        return f'"v{self.version}"' if self.name == "etag" else f"Wed, 0{self.version} Jan 2025 00:00:00 GMT"

    def reply(self, request: httpx.Request) -> httpx.Response:
        asked = request.headers.get("if-none-match") or request.headers.get("if-modified-since")
        status = 304 if asked == self.validator else 200
        self.statuses.append(status)
        content = b"" if status == 304 else b'{"version": %d}' % self.version
        return httpx.Response(status, headers={self.name: self.validator, **self.headers}, content=content)


@pytest.mark.parametrize("name", ("etag", "last-modified"))
@pytest.mark.parametrize("way", ("bearer", "query"))
async def test_what_is_unchanged_comes_from_memory(name: str, way: str) -> None:
    vendor = Versioned(name)
    for _ in range(3):
        assert await probe(way=way).get("/x") == {"version": 1}
    assert vendor.statuses == [200, 304, 304]
    vendor.version = 2
    for _ in range(2):
        assert await probe(way=way).get("/x") == {"version": 2}
    assert vendor.statuses[3:] == [200, 304]


async def test_each_address_and_each_login_has_a_memory_of_its_own() -> None:
    vendor = Versioned()
    await probe().get("/x")
    await probe().get("/y")
    await probe().get("/x", params={"page": 2})
    await probe(key="another-key").get("/x")
    assert vendor.statuses == [200] * 4


async def test_a_write_is_never_conditional() -> None:
    vendor = Versioned()
    await probe().get("/x")
    await probe().put("/x", {})
    await probe().put("/x", {})
    assert vendor.statuses == [200] * 3


@pytest.mark.parametrize(
    "headers",
    (
        {"cache-control": "no-store"},
        {"cache-control": "private, No-Store"},
        {"vary": "accept-language"},
        {"vary": "*"},
    ),
)
async def test_what_may_not_be_kept_is_not(headers: dict[str, str]) -> None:
    vendor = Versioned(**headers)
    await probe().get("/x")
    await probe().get("/x")
    assert vendor.statuses == [200, 200]


async def test_what_varies_only_by_what_is_ours_is_kept() -> None:
    vendor = Versioned(vary="Accept-Encoding, Authorization", **{"cache-control": "private, max-age=0"})
    await probe().get("/x")
    await probe().get("/x")
    assert vendor.statuses == [200, 304]


@pytest.mark.usefixtures("still")
async def test_an_outage_does_not_make_us_forget() -> None:
    vendor = Versioned()
    await probe().get("/x")
    vendor.vendor.steps[:] = [answer(500)]
    with pytest.raises(Unavailable):
        await probe().get("/x")
    vendor.vendor.steps[:] = [vendor.reply]
    await probe().get("/x")
    assert vendor.statuses == [200, 304]


async def test_an_answer_that_is_let_go_meanwhile_is_still_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our question and the 304, other calls may need the room."""
    vendor = Versioned()
    await probe().get("/x")
    monkeypatch.setattr(conditional, "MAX_BYTES", 1)
    inner = vendor.reply

    def reply(request: httpx.Request) -> httpx.Response:
        return inner(request)

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/x":
                await other
            return reply(request)

    vendor.vendor.handle_async_request = Slow().handle_async_request  # type: ignore[method-assign]
    other = asyncio.create_task(probe().get("/y"))
    assert await probe().get("/x") == {"version": 1}
    assert vendor.statuses == [200, 200, 304]


def _fill(kept: Validators, number: int, body: bytes, **headers: Any) -> None:
    for n in range(number):
        request = httpx.Request("GET", f"https://probe.test/{n}")
        named = {"etag": f'"{n}"', **headers}
        kept.answer(httpx.Response(200, headers=named, content=body, request=request), None)


@pytest.mark.parametrize(("body", "headers"), ((b"x" * 1000, {}), (b"", {"x-padding": "y" * 1000}), (b"", {})))
def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, body: bytes, headers: dict[str, str]) -> None:
    monkeypatch.setattr(conditional, "MAX_BYTES", 20_000)
    kept = Validators()
    _fill(kept, 3000, body, **headers)
    assert sum(len(key) + one.bytes for key, one in kept._kept.items()) == kept._bytes <= 20_000
    assert 10 < len(kept._kept) < 1000
    newest = kept.ask(httpx.Request("GET", "https://probe.test/2999"))
    assert newest is not None
    assert kept.ask(httpx.Request("GET", "https://probe.test/0")) is None


def test_one_large_answer_does_not_push_out_the_rest() -> None:
    kept = Validators()
    _fill(kept, 3, b"x" * (conditional.MAX_ENTRY_BYTES + 1))
    assert not kept._kept
