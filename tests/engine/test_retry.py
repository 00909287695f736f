"""What is tried again, when, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.engine.probe import Vendor, answer, probe
from tieline.errors import BadAnswer, CircuitOpen, NotFound, RateLimited, Unavailable
from tieline.settings import settings
from tieline.transport import retry
from tieline.transport.rules import HttpRules

KEYED = HttpRules(idempotency="Idempotency-Key")


async def test_a_read_is_tried_five_times_with_growing_pauses(still: Clock) -> None:
    vendor = Vendor(answer(500))
    with pytest.raises(Unavailable) as raised:
        await probe().get("/x")
    assert len(vendor.seen) == 5
    assert raised.value.status == 500
    floors = [0.5, 1, 2, 4]
    assert all(floor <= wait <= floor + 0.5 for floor, wait in zip(floors, still.waits, strict=True))


async def test_each_try_is_a_new_request_with_the_same_id(still: Clock) -> None:
    vendor = Vendor(answer(502), httpx.ReadTimeout("slow"), answer(200, {"a": 1}))
    assert await probe().put("/x", {"b": 2}) == {"a": 1}
    assert vendor.bodies == [b'{"b":2}'] * 3
    assert len({request.headers["x-request-id"] for request in vendor.seen}) == 1
    assert len(still.waits) == 2


async def test_the_total_time_ends_the_tries_before_their_number(still: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_CALL_SECONDS", "9")
    settings.cache_clear()
    vendor = Vendor(answer(503, retry_after="10"))
    with pytest.raises(Unavailable):
        await probe().get("/x")
    assert len(vendor.seen) == 1
    assert still.waits == []


@pytest.mark.parametrize(
    ("value", "waited"),
    (("7", 7.0), ("0", 0.0), ("-5", 0.0), ("0.25", 0.25)),
)
async def test_the_vendor_says_how_long_to_wait(value: str, waited: float, still: Clock) -> None:
    vendor = Vendor(answer(429, retry_after=value), answer())
    await probe().get("/x")
    assert still.waits == [pytest.approx(waited)]
    assert len(vendor.seen) == 2


async def test_the_vendor_gives_a_date(still: Clock) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    Vendor(answer(503, retry_after=date), answer())
    await probe().get("/x")
    assert 17 < still.waits[0] <= 20


@pytest.mark.parametrize("value", ("soon", "", "nan", "inf", "1e999", "Wed, 99 Foo 2026 00:00:00 GMT"))
async def test_garbage_in_retry_after_is_as_if_it_said_nothing(value: str, still: Clock) -> None:
    Vendor(answer(429, retry_after=value), answer())
    await probe().get("/x")
    assert 0.5 <= still.waits[0] <= 1.0


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40))
def test_no_retry_after_breaks_us(value: str) -> None:
    seconds = retry.retry_after(httpx.Response(429, headers=[(b"retry-after", value.encode("latin-1"))]))
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize("seconds", (90, 3000))
@pytest.mark.parametrize("status", (429, 503))
async def test_a_long_wait_is_not_waited_for_and_the_error_says_when(status: int, seconds: int, still: Clock) -> None:
    vendor = Vendor(answer(status, retry_after=str(seconds)))
    with pytest.raises((RateLimited, Unavailable), match=f"in {seconds} s") as raised:
        await probe().get("/x")
    assert len(vendor.seen) == 1
    assert raised.value.retry_after == seconds
    assert still.waits == []


@pytest.mark.parametrize(
    ("failure", "maybe"),
    (
        (httpx.ReadTimeout("slow"), True),
        (httpx.ReadError("cut"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (httpx.WriteError("cut"), True),
        (answer(500), True),
        (answer(502, retry_after="1"), True),
        (answer(504), True),
    ),
)
@pytest.mark.parametrize("method", ("post", "patch"))
async def test_a_write_is_not_repeated_when_it_may_have_been_done(
    method: str, failure: Any, maybe: object, still: Clock
) -> None:
    vendor = Vendor(failure, answer())
    with pytest.raises(Unavailable) as raised:
        await getattr(probe(), method)("/x", {"a": 1})
    assert len(vendor.seen) == 1
    assert raised.value.may_have_happened is maybe
    assert still.waits == []


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    "failure",
    (
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        answer(503, retry_after="1"),
        answer(429),
    ),
)
async def test_a_write_that_surely_was_not_done_is_repeated(failure: Any) -> None:
    vendor = Vendor(failure, answer(201, {"id": 1}))
    assert await probe().post("/x", {"a": 1}) == {"id": 1}
    assert len(vendor.seen) == 2


@pytest.mark.usefixtures("still")
async def test_a_write_with_a_key_is_repeated_with_the_same_key() -> None:
    vendor = Vendor(answer(500), httpx.ReadTimeout("slow"), answer(201, {"id": 1}))
    api = probe(KEYED)
    assert await api.post("/x", {"a": 1}, keyed=True) == {"id": 1}
    assert await api.post("/x", {"a": 1}, keyed=True) == {"id": 1}
    keys = [request.headers["idempotency-key"] for request in vendor.seen]
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


@pytest.mark.usefixtures("still")
async def test_a_repeatable_write_is_repeated() -> None:
    vendor = Vendor(answer(500), answer(200, {}))
    await probe().post("/search", {"q": "x"}, repeatable=True)
    assert len(vendor.seen) == 2


@pytest.mark.usefixtures("still")
async def test_a_declared_check_finds_what_was_done() -> None:
    vendor = Vendor(answer(500), answer(200, {"id": 9}))
    api = probe()
    assert await api.post("/x", {"a": 1}, check=lambda: api.get("/x/by-name")) == {"id": 9}
    assert [request.method for request in vendor.seen] == ["POST", "GET"]


@pytest.mark.usefixtures("still")
async def test_a_declared_check_that_finds_nothing_lets_the_write_be_repeated() -> None:
    vendor = Vendor(answer(500), httpx.Response(204), answer(201, {"id": 9}))
    api = probe()
    assert await api.post("/x", {"a": 1}, check=lambda: api.get("/x/by-name")) == {"id": 9}
    assert [request.method for request in vendor.seen] == ["POST", "GET", "POST"]


@pytest.mark.usefixtures("still")
async def test_a_check_that_fails_leaves_the_write_uncertain() -> None:
    """The failed question was surely not answered; the write may have been done all the same."""
    vendor = Vendor(httpx.ReadTimeout("slow"), httpx.ConnectError("refused"))
    api = probe()
    with pytest.raises(Unavailable) as raised:
        await api.post("/x", {"a": 1}, check=lambda: api.get("/x/by-name"))
    assert raised.value.may_have_happened
    assert sum(request.method == "POST" for request in vendor.seen) == 1


@pytest.mark.usefixtures("still")
async def test_one_uncertain_try_makes_the_call_uncertain() -> None:
    Vendor(httpx.ReadTimeout("slow"), httpx.ConnectError("refused"))
    with pytest.raises(Unavailable) as raised:
        await probe(KEYED).post("/x", {"a": 1}, keyed=True)
    assert raised.value.may_have_happened


@pytest.mark.usefixtures("still")
async def test_a_circuit_that_opens_between_tries_does_not_hide_the_uncertain_one() -> None:
    Vendor(answer(500))
    api = probe(KEYED)
    with pytest.raises(Unavailable):
        await api.get("/x")
    with pytest.raises(CircuitOpen) as raised:
        await api.post("/x", {"a": 1}, keyed=True)
    assert raised.value.may_have_happened


@pytest.mark.usefixtures("still")
async def test_an_open_circuit_alone_is_certain() -> None:
    Vendor(answer(500))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await probe().get("/x")
    with pytest.raises(CircuitOpen) as raised:
        await probe().post("/x", {"a": 1})
    assert not raised.value.may_have_happened


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("status", "error"), ((404, NotFound), (301, BadAnswer), (304, BadAnswer)))
async def test_what_will_not_change_is_not_repeated(status: int, error: type[Exception]) -> None:
    vendor = Vendor(answer(status, location="https://probe.test/y"))
    with pytest.raises(error):
        await probe().get("/x")
    assert len(vendor.seen) == 1


async def test_a_job_is_asked_for_until_it_is_ready_and_not_longer(still: Clock) -> None:
    def slow(_: httpx.Request) -> httpx.Response:
        still.time += 10  # the vendor takes its time for each answer
        return answer(200, {"done": False})

    vendor = Vendor(slow)
    with pytest.raises(Unavailable, match="not ready after 25 s") as raised:
        await probe().poll("/job", into=dict[str, bool], until=lambda job: job["done"], seconds=25)
    assert raised.value.may_have_happened
    assert len(vendor.seen) == 3
