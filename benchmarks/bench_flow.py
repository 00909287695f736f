"""How fast tickets go through the flow: read, categorized and written, with a real Prefect server.

The sandbox runs in a process of its own and is fresh for each run; so does the Prefect server, whose home is temporary.
Next to it: the same HTTP requests sent by bare httpx, and the same flow with Prefect's task runs and artifacts taken
out, which shows what Prefect costs. Prints JSON. Nothing leaves loopback.

    python -m benchmarks.bench_flow
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from unittest import mock

os.environ |= {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

import httpx
from prefect import Task

from benchmarks.figure import Figure
from blocks.freshdesk import FreshdeskCredentials
from blocks.zendesk import ZendeskCredentials
from flows import ticket_categorization as scenario
from tieline import connections, prefect_server
from tieline.sandbox import registry

TICKETS = 300
RUNS = 3
AT_ONCE = 8
EVERY_TICKET = "updated in the last 365 days"
DESKS = ("zendesk", "freshdesk")
WAYS = ("flow", "without_prefect", "bare_httpx")
NAME = "bench"
RATE = "1000000/minute"
SERVE = "import sys; from tieline.sandbox import serve; serve(port=int(sys.argv[1]), tickets=int(sys.argv[2]))"


class Sent(NamedTuple):
    """A request as it went to the sandbox."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@contextmanager
def sandbox() -> Iterator[str]:
    """The address of a fresh sandbox in a process of its own, with connections that lead to it."""
    port = prefect_server.free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port), str(TICKETS)])
    try:
        _await(url)
        for system, block in (("zendesk", ZendeskCredentials), ("freshdesk", FreshdeskCredentials)):
            block(**registry.find(system).fields(f"{url}/{system}"), rate=RATE).save(NAME, overwrite=True)
        connections.forget()
        yield url
    finally:
        process.terminate()
        process.wait()


def _await(url: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/_sandbox/faults", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"The sandbox at {url} does not answer.")


def calls(url: str, desk: str) -> int:
    """How many requests a simulated vendor has served."""
    served: dict[str, int] = httpx.get(f"{url}/_sandbox/state", trust_env=False).json()["served"]
    return served[desk]


async def run(desk: str) -> scenario.Categorization:
    """One run of the flow over every ticket of a help desk."""
    result: scenario.Categorization = await scenario.ticket_categorization(
        f"{desk}/{NAME}", query=EVERY_TICKET, limit=TICKETS
    )
    if len(result.outcomes) != TICKETS or result.count("failed", "gone"):
        raise RuntimeError(f"{desk}: {result.count('failed', 'gone')} of {len(result.outcomes)} tickets failed.")
    return result


def timed(work: Awaitable[Any]) -> float:
    """Seconds, with a loop of its own."""

    async def inside() -> float:
        began = time.perf_counter()
        await work
        return time.perf_counter() - began

    return asyncio.run(inside())


@contextmanager
def without_prefect() -> Iterator[None]:
    """The flow's body with nothing of Prefect around it: no runs, no artifacts; connections are loaded before."""

    def plain(self: Task[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.fn(*args, **kwargs)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(Task, "__call__", plain))
        for name in ("acreate_progress_artifact", "aupdate_progress_artifact", "acreate_table_artifact"):
            stack.enter_context(mock.patch.object(scenario, name, mock.AsyncMock()))
        flow = mock.patch.object(scenario, "ticket_categorization", scenario.ticket_categorization.fn)
        stack.enter_context(flow)
        for block in (ZendeskCredentials, FreshdeskCredentials):
            asyncio.run(connections.load(block, NAME))
        yield


@contextmanager
def recorded(url: str) -> Iterator[list[Sent]]:
    """What is sent to the sandbox while this lasts."""
    sent: list[Sent] = []
    real = httpx.AsyncHTTPTransport.handle_async_request

    async def keep(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        if str(request.url).startswith(url):
            target = str(request.url).removeprefix(url)
            sent.append(Sent(request.method, target, tuple(request.headers.raw), request.content))
        return await real(self, request)

    with mock.patch.object(httpx.AsyncHTTPTransport, "handle_async_request", keep):
        yield sent


async def replay(url: str, sent: Sequence[Sent]) -> None:
    """Send it again by bare httpx: single changes as many at once as the flow does, everything else in turn."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=60) as http:

        async def again(one: Sent) -> None:
            headers = [(name, value) for name, value in one.headers if name.lower() != b"host"]
            answer = await http.request(one.method, one.target, headers=headers, content=one.body)
            if answer.is_success:  # the numbers of jobs are other ones now, so looking at one is not found
                answer.json()

        for writes, some in groupby(sent, key=lambda one: one.method == "PUT"):
            if writes:
                await asyncio.gather(*map(again, some))
            else:
                for one in some:
                    await again(one)


def measure() -> dict[str, dict[str, Any]]:
    """Seconds of each run for each help desk, and how many calls it made."""
    found: dict[str, dict[str, Any]] = {desk: {way: [] for way in WAYS} for desk in DESKS}
    warm: dict[str, list[Sent]] = {}
    with sandbox() as url:
        for desk in DESKS:
            with recorded(url) as warm[desk]:
                found[desk]["first"] = [timed(run(desk))]
            found[desk]["calls"] = calls(url, desk)
    for _ in range(RUNS):
        with sandbox():
            for desk in DESKS:
                found[desk]["flow"].append(timed(run(desk)))
        with sandbox(), without_prefect():
            for desk in DESKS:
                found[desk]["without_prefect"].append(timed(run(desk)))
        with sandbox() as url:
            for desk in DESKS:
                found[desk]["bare_httpx"].append(timed(replay(url, warm[desk])))
    return found


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, prefect_server.temporary_home() as home:
        os.environ["TIELINE_DATA_DIR"] = folder
        with prefect_server.started(home):
            found = measure()
    print(json.dumps({"load": os.getloadavg(), "figures": [f.to_json() for f in figures(found)], "runs": found}))


def figures(found: dict[str, dict[str, Any]]) -> list[Figure]:
    """Tickets a second of each help desk; beside it bare httpx."""
    made = []
    for desk, runs in found.items():
        rate = {way: round(TICKETS / statistics.median(runs[way]), 1) for way in WAYS}
        runs["tickets_per_second"] = rate
        runs["share_of_prefect"] = round(1 - rate["flow"] / rate["without_prefect"], 3)
        note = f"{runs['calls']} calls; {runs['share_of_prefect']:.0%} of the time is Prefect's"
        made.append(
            Figure(f"flow on {desk}", rate["flow"], "tickets/s", 50, "at least", rate["bare_httpx"], "bare httpx", note)
        )
    return made


if __name__ == "__main__":
    main()
