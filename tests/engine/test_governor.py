"""One budget, one pause and one circuit for each connection."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import httpx
import pytest
from limits.storage import MemoryStorage

from tests.conftest import Clock
from tests.engine.probe import Vendor, answer, probe
from tieline.errors import BadAnswer, CircuitOpen, ConfigError, NotFound, RateLimited, Unavailable
from tieline.settings import settings
from tieline.transport import clock, governor
from tieline.transport.breaker import Breaker
from tieline.transport.governor import Governor
from tieline.transport.rules import HttpRules


@pytest.fixture
def budget(still: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, for the windows of the budget too; without the thread that would clear them away."""
    monkeypatch.setattr(MemoryStorage, "_MemoryStorage__schedule_expiry", lambda _: None)
    monkeypatch.setattr(time, "time", still.now)
    return still


async def admitted(keeper: Governor, number: int, seconds: float = 1000) -> list[float]:
    """When each of some calls could leave."""
    times = []
    for _ in range(number):
        await keeper.admit(seconds)
        times.append(clock.now())
    return times


async def test_the_budget_of_a_window_is_kept(budget: Clock) -> None:
    times = await admitted(Governor("a", "3/minute"), 7)
    start = times[0]
    assert [t - start for t in times] == pytest.approx([0, 0, 0, 60, 60, 60, 120], abs=0.5)
    assert budget.waits


async def test_several_windows_are_all_kept(budget: Clock) -> None:
    times = await admitted(Governor("a", "2/second; 3/minute"), 5)
    assert budget.time >= 1060
    for window, most in ((1.0, 2), (60.0, 3)):
        for t in times:
            assert sum(t <= other < t + window for other in times) <= most


@pytest.mark.usefixtures("budget")
async def test_connections_have_budgets_of_their_own() -> None:
    assert (await admitted(Governor("a", "1/minute"), 1)) == (await admitted(Governor("b", "1/minute"), 1))


@pytest.mark.usefixtures("budget")
async def test_a_wait_that_is_too_long_is_refused_at_once() -> None:
    keeper = Governor("a", "1/hour")
    await keeper.admit(10)
    with pytest.raises(RateLimited, match="used up") as raised:
        await keeper.admit(10)
    assert raised.value.retry_after == pytest.approx(3600, abs=1)


@pytest.mark.usefixtures("budget")
async def test_the_rate_on_the_block_goes_before_the_vendors() -> None:
    vendor = Vendor(answer())
    api = probe(rate="1/hour")
    await api.get("/x")
    with pytest.raises(RateLimited) as raised:
        await api.get("/x")
    assert len(vendor.seen) == 1
    assert (raised.value.system, raised.value.action) == ("probe", "act")


@pytest.mark.usefixtures("budget")
async def test_writes_have_a_budget_of_their_own_where_the_vendor_counts_them_apart() -> None:
    vendor = Vendor(answer(), answer())
    api = probe(HttpRules(rate="1/hour", writes="1/hour"))
    await api.get("/x")
    await api.post("/x", {})
    for call in (api.get("/x"), api.post("/x", {})):
        with pytest.raises(RateLimited):
            await call
    assert [request.method for request in vendor.seen] == ["GET", "POST"]


@pytest.mark.usefixtures("budget")
async def test_the_rate_on_the_block_is_for_reads_and_writes_together() -> None:
    Vendor(answer())
    api = probe(HttpRules(rate="9/hour", writes="9/hour"), rate="1/hour")
    await api.get("/x")
    with pytest.raises(RateLimited):
        await api.post("/x", {})


async def test_a_try_waits_no_longer_for_the_budget_than_the_call_may_take(budget: Clock) -> None:
    """The time that earlier tries took is gone: nobody sleeps towards a certain failure."""

    def slow(_: httpx.Request) -> httpx.Response:
        budget.time += 100
        return answer(500)

    Vendor(slow)
    keeper = governor.governor("probe/x", "1/minute")
    api = probe(rate="1/minute")
    api._caller._governor = keeper
    keeper._usual = ("", [])
    with pytest.raises(Unavailable):
        await api.get("/x")
    assert sum(budget.waits) < 120


@pytest.mark.parametrize("rate", ("fast", "10/fortnight", "0x3/minute"))
def test_a_rate_that_cannot_be_read_is_said_so(rate: str) -> None:
    with pytest.raises(ConfigError, match="100/minute"):
        Governor("a", rate)


def _in_threads(number: int, work: Any) -> list[Any]:
    found: list[Any] = []
    gate = threading.Barrier(number)

    def run() -> None:
        gate.wait()
        found.append(work())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_event_loops_in_threads_share_one_budget() -> None:
    async def few() -> int:
        sent = 0
        keeper = governor.governor("shared", "10/hour")
        for _ in range(5):
            try:
                await keeper.admit(1)
            except RateLimited:
                break
            sent += 1
            await asyncio.sleep(0)
        return sent

    assert sum(_in_threads(4, lambda: asyncio.run(few()))) == 10


def test_threads_that_start_at_once_make_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(MemoryStorage):
        def __init__(self) -> None:
            threading.Event().wait(0.02)
            super().__init__()

    monkeypatch.setattr(governor, "MemoryStorage", Slow)
    assert len(set(_in_threads(4, governor._limiter))) == 1


async def test_a_pause_asked_for_holds_the_whole_connection(still: Clock) -> None:
    vendor = Vendor(answer(429, retry_after="30"), answer())
    await probe().get("/x")
    assert still.waits == [30]
    keeper = probe()._caller._governor
    keeper.learn(RateLimited("slow down", retry_after=20))
    await probe().post("/y", {})
    assert still.waits == [30, 20]
    assert len(vendor.seen) == 3


@pytest.mark.usefixtures("still")
async def test_another_connection_is_not_held() -> None:
    vendor = Vendor(answer())
    probe()._caller._governor.learn(RateLimited("slow down", retry_after=500))
    await probe(account="another").get("/x")
    with pytest.raises(RateLimited, match="asked us to wait"):
        await probe().get("/x")
    assert len(vendor.seen) == 1


async def test_no_vendor_silences_a_connection_for_ever(still: Clock) -> None:
    Vendor(answer(429, retry_after="99999999999"), answer())
    with pytest.raises(RateLimited):
        await probe().get("/x")
    still.time += governor.LONGEST_PAUSE
    assert await probe().get("/x") == {}


# ---------------------------------------------------------------- the circuit


@pytest.mark.usefixtures("still")
async def test_the_circuit_opens_and_nothing_is_sent() -> None:
    vendor = Vendor(answer(500))
    with pytest.raises(Unavailable):
        await probe().get("/x")
    with pytest.raises(CircuitOpen):
        await probe().get("/x")
    sent = len(vendor.seen)
    assert sent == 8
    with pytest.raises(CircuitOpen, match="8 times in a row") as raised:
        await probe().get("/x")
    assert len(vendor.seen) == sent
    assert 0 < (raised.value.retry_after or 0) <= 30


async def _open(vendor: Vendor) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable):
            await probe().get("/x")
    vendor.seen.clear()


async def test_after_a_while_one_call_may_try_and_closes_it(still: Clock) -> None:
    vendor = Vendor(answer(500))
    await _open(vendor)
    still.time += 31
    vendor.steps[:] = [answer()]
    keeper = probe()._caller._governor.breaker
    keeper.before()
    with pytest.raises(CircuitOpen):
        keeper.before()
    still.time += 31
    assert await probe().get("/x") == {}
    assert await probe().get("/x") == {}
    assert len(vendor.seen) == 2


async def test_a_failed_probe_opens_it_again(still: Clock) -> None:
    vendor = Vendor(answer(500))
    await _open(vendor)
    still.time += 31
    with pytest.raises(CircuitOpen):
        await probe().get("/x")
    assert len(vendor.seen) == 1
    with pytest.raises(CircuitOpen):
        await probe().get("/x")
    assert len(vendor.seen) == 1


async def test_an_answer_that_is_too_large_still_shows_that_the_system_is_up(
    still: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_MAX_ANSWER_BYTES", "10")
    settings.cache_clear()
    vendor = Vendor(answer(500))
    await _open(vendor)
    still.time += 31
    vendor.steps[:] = [answer(200, {"text": "x" * 50}), answer(200, [])]
    with pytest.raises(BadAnswer, match="larger"):
        await probe().get("/x")
    assert await probe().get("/x") == []


async def test_who_waits_for_the_budget_does_not_take_the_probes_place(budget: Clock) -> None:
    vendor = Vendor(answer())
    keeper = governor.governor("a", "1/hour")
    await keeper.admit(1)
    for _ in range(8):
        keeper.breaker.failure()
    budget.time += 31
    with pytest.raises(RateLimited):
        await keeper.admit(1)
    budget.time += 3600
    await keeper.admit(1)
    assert vendor.seen == []


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("status", (400, 401, 404, 409, 422, 429))
async def test_refusals_do_not_count(status: int) -> None:
    vendor = Vendor(answer(status))
    for _ in range(12):
        with pytest.raises((RateLimited, NotFound, Exception)):
            await probe().delete("/x")
    assert not probe()._caller._governor.breaker.open
    vendor.steps[:] = [answer()]
    await probe().get("/x")


def test_only_one_of_many_threads_is_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = Breaker(failures=1, seconds=0.0)
    breaker.failure()
    breaker._seconds = 1000.0

    def slow_clock() -> float:
        threading.Event().wait(0.01)  # lets the other threads in between the look and the leap
        return time.monotonic()

    monkeypatch.setattr(clock, "now", slow_clock)

    def tries() -> bool:
        try:
            breaker.before()
        except CircuitOpen:
            return False
        return True

    assert sum(_in_threads(6, tries)) == 1
