"""What the engine costs: an action over a bare httpx call, inside and outside Prefect; imports; the command line.

Prints JSON. Every figure is a median next to the ceiling measured in the same run. Nothing leaves loopback.

    python -m benchmarks.bench_engine [--no-task]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"

import httpx
from prefect import flow
from pydantic import SecretStr

from benchmarks.figure import Figure
from blocks.freshdesk import FreshdeskCredentials
from tasks import freshdesk
from tieline import prefect_server

ANSWER = json.dumps({"id": 7, "subject": "Printer on fire", "status": 2, "priority": 1, "tags": ["a", "b"]}).encode()
CALLS = 600
TASKS = 60
STARTS = 7
# CPU time within one process, because starts vary more than what is looked for.
LISTING = """
import sys, time
import prefect
prefect_ms = time.process_time() * 1000
began = time.process_time()
import tieline
from tieline import registry
said = [registry.summary(name) for name in registry.names()]
sys.stdout.write(f"{(time.process_time() - began) * 1000} {len(said)} {prefect_ms}")
"""


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The smallest HTTP server there is, so that the client's cost shows."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(ANSWER)}\r\n\r\n".encode()
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(head + ANSWER)
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        writer.close()


async def _times(call: Callable[[], Awaitable[Any]], number: int) -> list[float]:
    times = []
    for _ in range(number):
        began = time.perf_counter()
        await call()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"median_ms": round(statistics.median(ordered), 3), "p95_ms": round(ordered[int(len(ordered) * 0.95)], 3)}


async def action() -> dict[str, Any]:
    """An action against the same request over one pooled httpx client, in turns, so that both see the same machine."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    block = FreshdeskCredentials(api_key=SecretStr("a-key"), url=url, rate="1000000/second")
    ticket = freshdesk.get_ticket.fn
    bare: list[float] = []
    ours: list[float] = []
    async with server, httpx.AsyncClient(base_url=f"{url}/api/v2") as http:

        async def plain() -> Any:
            return (await http.get("/tickets/7")).json()

        async def acted() -> Any:
            return await ticket(block, ticket_id=7)

        await _times(plain, 50)
        await _times(acted, 50)
        for _ in range(CALLS // 50):
            bare += await _times(plain, 50)
            ours += await _times(acted, 50)
    over = statistics.median(ours) - statistics.median(bare)
    return {"bare_httpx": _spread(bare), "action": _spread(ours), "overhead_ms": round(over, 3)}


async def task() -> dict[str, Any]:
    """The same as a Prefect task within a flow, over the bare call."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    block = FreshdeskCredentials(api_key=SecretStr("a-key"), url=url, rate="1000000/second")

    @flow
    async def run() -> tuple[list[float], list[float]]:
        async with httpx.AsyncClient(base_url=f"{url}/api/v2") as http:

            async def plain() -> Any:
                return (await http.get("/tickets/7")).json()

            async def acted() -> Any:
                return await freshdesk.get_ticket(block, ticket_id=7)

            await _times(plain, 10)
            await _times(acted, 10)
            return await _times(plain, TASKS), await _times(acted, TASKS)

    async with server:
        bare, ours = await run()
    over = statistics.median(ours) - statistics.median(bare)
    return {"bare_httpx": _spread(bare), "task": _spread(ours), "overhead_ms": round(over, 3)}


def _start(*command: str) -> tuple[float, float]:
    """Wall and CPU milliseconds of a process."""
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    return wall * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def imports() -> dict[str, Any]:
    """`import tieline` and a list of all connectors with their summaries, over `import prefect`."""
    found = [
        subprocess.run([sys.executable, "-c", LISTING], check=True, capture_output=True, text=True).stdout.split()
        for _ in range(STARTS)
    ]
    return {
        "overhead_ms": round(statistics.median(float(cost) for cost, _, _ in found), 1),
        "prefect_ms": round(statistics.median(float(cost) for _, _, cost in found), 1),
        "connectors": int(found[0][1]),
    }


def command() -> dict[str, Any] | None:
    """The CPU of `tieline systems`; None where there is no command line."""
    program = Path(sys.executable).parent / "tieline"
    if not program.exists() or not (Path(__file__).parents[1] / "tieline" / "cli").exists():
        return None
    cpu = [_start(str(program), "systems")[1] for _ in range(STARTS)]
    return {"cpu_ms": round(statistics.median(cpu), 1)}


def figures(found: dict[str, Any]) -> list[Figure]:
    """What is looked at: what each takes more than the bare call, or than Prefect alone."""
    bare, plain = found["action"]["bare_httpx"]["median_ms"], "bare httpx"
    made = [Figure("more for an action", found["action"]["overhead_ms"], "ms", 1, "at most", bare, plain)]
    if "task" in found:
        bare = found["task"]["bare_httpx"]["median_ms"]
        cost = found["task"]["overhead_ms"]
        made.append(Figure("more for an action as a Prefect task", cost, "ms", 15, "at most", bare, plain))
    imported = found["imports"]
    cost, prefect = imported["overhead_ms"], imported["prefect_ms"]
    made.append(Figure("more to import us than Prefect", cost, "ms", 50, "at most", prefect, "import prefect"))
    if found["systems"]:
        made.append(Figure("CPU of `tieline systems`", found["systems"]["cpu_ms"], "ms", 1000, "at most"))
    return made


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-task", action="store_true", help="leave out the Prefect server")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIELINE_DATA_DIR"] = folder
        result: dict[str, Any] = {"action": asyncio.run(action())}
        if not asked.no_task:
            with prefect_server.temporary_home() as home, prefect_server.started(home):
                result["task"] = asyncio.run(task())
        result["imports"], result["systems"] = imports(), command()
    result["figures"] = [figure.to_json() for figure in figures(result)]
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
