"""What keeps Prefect's server on SQLite going, and what is done where it refuses."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import httpx
import pytest
from prefect.client.orchestration import get_client

from tieline.prefect_client import PAUSES, patient


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long Prefect's client has waited between tries; it does not really."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("prefect.client.base.anyio.sleep", sleep)
    return waited


class Busy:
    """A server that refuses a few requests."""

    def __init__(self, times: int, **headers: str) -> None:
        self.times, self.headers = times, headers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if "csrf" in request.url.path:
            return httpx.Response(422, json={"detail": "CSRF protection is disabled."})
        self.times -= 1
        if self.times >= 0:
            return httpx.Response(503, headers=self.headers, json={"exception_message": "Service Unavailable"})
        return httpx.Response(200, json=7)


async def count_runs(server: Busy) -> int:
    settings = patient(transport=httpx.MockTransport(server), base_url="http://busy.test/api")
    async with get_client(httpx_settings=settings) as client:
        return await client.count_flow_runs()


async def test_a_busy_server_is_asked_again_soon(pauses: list[float]) -> None:
    assert await count_runs(Busy(3)) == 7
    assert [low <= waited <= 2 * low for low, waited in zip(PAUSES, pauses, strict=False)] == [True] * 3


async def test_a_server_that_says_when_is_believed(pauses: list[float]) -> None:
    assert await count_runs(Busy(1, **{"Retry-After": "9"})) == 7
    assert pauses[0] >= 9


def test_our_server_does_not_collect_garbage_in_its_event_loop() -> None:
    script = """
        import gc, threading, weakref
        from tieline import prefect_server

        prefect_server.COLLECT_SECONDS = 0.01
        prefect_server.collect_aside()
        freed, where = threading.Event(), []

        class Ring:
            pass

        ring = Ring()
        ring.self = ring
        weakref.finalize(ring, lambda: (where.append(threading.current_thread().name), freed.set()))
        del ring
        assert freed.wait(10)
        print(gc.isenabled(), *where)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "garbage"]
