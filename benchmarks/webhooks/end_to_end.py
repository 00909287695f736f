"""From the webhook to the call that a run makes: how many a second, and how long one takes on a quiet system.

All of it runs as it does in production: a Prefect server, the gateway, the dispatcher and two warm workers for two
cores, each a process of its own on this machine, with SQLite; and a sink that counts. Beside it stands Prefect's own
`serve`, one run for each event.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.figure import Figure
from tests.whole.system import PARTS, ROOT, SECRET, Whole, running, send

EVENTS, CONNECTIONS = 10_000, 50
#: Sent beside, while the flood is worked off: whether it still acknowledges in time.
BESIDE, BESIDE_CONNECTIONS = 2_000, 5
#: On a quiet system: so many, so many seconds apart.
SINGLE, APART = 40, 0.5
STOCK = 15


def measure() -> tuple[list[Figure], dict[str, Any]]:
    """Figures, and all that was seen on the way."""
    parts = (*PARTS, "worker-2")
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder, running(Path(folder), parts=parts) as whole:
        warm(whole)
        quiet = one_by_one(whole)
        before = size(whole)
        flood = flooded(whole)
        flood["bytes_per_event"] = round((size(whole) - before) / flood["events"])
        stock = one_run_each(whole)
    return figures(quiet, flood, stock), {"quiet": quiet, "flood": flood, "stock": stock}


def load(whole: Whole, count: int, connections: int) -> subprocess.Popen[bytes]:
    """Send deliveries, from a process of its own."""
    words = ["--path", "/hooks/zendesk/main", "--secret", SECRET, "--count", str(count)]
    more = ["--port", str(whole.ports["gateway"]), "--connections", str(connections)]
    command = [sys.executable, "-m", "benchmarks.webhooks.load", *words, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def answered(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What the load generator has measured."""
    said, _ = process.communicate()
    found: dict[str, Any] = orjson.loads(said)
    return found


def warm(whole: Whole) -> None:
    """A few events, so that everything is loaded."""
    answered(load(whole, 3, 1))
    whole.until(lambda: len(whole.seen()) >= 3, "the first events have arrived")  # noqa: PLR2004 - as above


def one_by_one(whole: Whole) -> dict[str, Any]:
    """Milliseconds from sending to the sink, for single events on a quiet system, each with a run of its own."""
    first, sent = 2_000_000, {}
    runs = runs_made(whole)
    for number in range(first, first + SINGLE):
        sent[number] = time.time()
        send(whole, [number])
        time.sleep(max(0.0, APART - (time.time() - sent[number])))
    whole.until(lambda: set(sent) <= set(whole.seen()), "the single events have arrived")
    seen = whole.seen()
    taken = sorted((seen[number][0] - moment) * 1000 for number, moment in sent.items())
    return {
        "p50_ms": round(statistics.median(taken)),
        "p90_ms": round(taken[int(0.9 * (len(taken) - 1))]),
        "slowest_ms": round(taken[-1]),
        "runs": runs_made(whole) - runs,
    }


def flooded(whole: Whole) -> dict[str, Any]:
    """As many events as it takes in, all at once, and more while those are worked off."""
    first, runs, already = time.time(), runs_made(whole), heard(whole)
    acknowledged = answered(load(whole, EVENTS, CONNECTIONS))
    beside = answered(load(whole, BESIDE, BESIDE_CONNECTIONS))
    events = EVENTS + BESIDE
    whole.until(lambda: heard(whole) - already >= events, "the flood has arrived", 600)
    last = max(moment for moments in whole.seen().values() for moment in moments)
    counts = whole.until(whole.over, "all outcomes are in the inbox")
    return {
        "events": events,
        "events_per_second": round(events / (last - first)),
        "acknowledgements": acknowledged,
        "acknowledgements_beside": beside,
        "runs": runs_made(whole) - runs,
        "twice": heard(whole) - already - events,
        "states": counts,
        "gateway_mb": memory(whole, "gateway"),
    }


def one_run_each(whole: Whole) -> float:
    """Events a second, where Prefect's own `serve` runs each in a process of its own."""
    whole.kill("worker", "worker-2", "dispatcher")
    environment = whole.environment | {"PREFECT_LOGGING_LEVEL": "ERROR"}
    serve = "from tests.whole.scenario import announce; announce.serve(name='stock', print_starting_message=False)"
    served = subprocess.Popen([sys.executable, "-c", serve], env=environment, cwd=whole.folder)
    try:
        with httpx.Client(base_url=whole.environment["PREFECT_API_URL"], trust_env=False, timeout=60) as http:
            found = whole.until(lambda: named(http, "announce/stock"), "it is served")
            began, first = time.time(), 3_000_000
            for number in range(first, first + STOCK):
                run = {"parameters": {"numbers": [number]}, "state": {"type": "SCHEDULED"}}
                # Prefect on SQLite refuses one of two writes at once.
                whole.until(partial(_created, http, found, run), "it is taken")
            wanted = set(range(first, first + STOCK))
            whole.until(lambda: wanted <= set(whole.seen()), "all have arrived", 300)
            seen = whole.seen()
            return round(STOCK / (max(seen[number][0] for number in wanted) - began), 2)
    finally:
        served.terminate()
        served.wait()


def _created(http: httpx.Client, deployment: str, run: dict[str, Any]) -> bool:
    return http.post(f"/deployments/{deployment}/create_flow_run", json=run).is_success


def named(http: httpx.Client, deployment: str) -> str | None:
    """A deployment's id."""
    answer = http.get(f"/deployments/name/{deployment}")
    return str(answer.json()["id"]) if answer.is_success else None


def heard(whole: Whole) -> int:
    """How many messages the sink has got."""
    return sum(map(len, whole.seen().values()))


def runs_made(whole: Whole) -> int:
    """How many flow runs there are."""
    api = whole.environment["PREFECT_API_URL"]
    answer = httpx.post(f"{api}/flow_runs/count", json={}, trust_env=False, timeout=30)
    return int(answer.raise_for_status().text)


def memory(whole: Whole, part: str) -> int:
    """The most memory that a process has had, in MB."""
    status = Path(f"/proc/{whole.processes[part].pid}/status").read_text("utf-8")
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) // 1024


def size(whole: Whole) -> int:
    """Bytes of the store."""
    return sum(file.stat().st_size for file in (whole.folder / "data").glob("tieline.db*"))


def figures(quiet: dict[str, Any], flood: dict[str, Any], stock: float) -> list[Figure]:
    """What the issue asks for."""
    rate, runs = flood["events_per_second"], flood["runs"]
    note = f"{flood['events']:,} in {runs} runs; {flood['twice']} told twice; {flood['bytes_per_event']:,} bytes each"
    inflow = f"{BESIDE:,} events at {BESIDE_CONNECTIONS} connections; the flood: {flood['acknowledgements']['p99']} ms"
    return [
        Figure("webhook to run to call", rate, "events/s", 300, "at least", stock, "Prefect's serve", note),
        Figure(
            "one event on a quiet system, p50",
            quiet["p50_ms"],
            "ms",
            400,
            "at most",
            note=f"{quiet['runs']} runs for {SINGLE} events; p90 {quiet['p90_ms']} ms",
        ),
        Figure(
            "acknowledged while runs execute, p99",
            flood["acknowledgements_beside"]["p99"],
            "ms",
            60,
            "at most",
            note=inflow,
        ),
        Figure("memory of the gateway", flood["gateway_mb"], "MB", 250, "at most"),
    ]
