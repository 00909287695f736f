"""Verified, durable acknowledgements: how many a second, how late, in how much memory; beside the bare server.

`tieline gateway` runs as people run it, with a Prefect server that holds the connection. Both servers write to the same
disk, and are measured in turn.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from benchmarks.figure import Figure
from benchmarks.webhooks.load import SECRET
from blocks.zendesk import ZendeskCredentials
from tieline import connections, prefect_server

CONNECTIONS = 50
COUNT = 20_000
ROUNDS = 5
MEGABYTE = 1_000_000
START_SECONDS = 90
NAME = "bench"


def measure() -> dict[str, Any]:
    """Measure both in turn."""
    # Not in /tmp, which may be memory: what is written must go to a disk.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder, ExitStack() as stack:
        home = Path(folder)
        stack.enter_context(prefect_server.started(home / "prefect"))
        asyncio.run(connections.save(_connection(), NAME, replace=True))
        environment = os.environ | {"TIELINE_DATA_DIR": folder}
        port, bare = free_port(), free_port()
        gateway = stack.enter_context(running(["-m", "tieline", "gateway", "--port", str(port)], port, environment))
        ceiling = ["-m", "benchmarks.webhooks.ceiling", str(home / "bare.db"), str(bare)]
        stack.enter_context(running(ceiling, bare, environment))
        began = memory(gateway)
        rounds: dict[str, list[dict[str, Any]]] = {"gateway": [], "ceiling": []}
        for _ in range(ROUNDS):
            rounds["gateway"].append(load(port))
            rounds["ceiling"].append(load(bare))
        return {
            "rounds": rounds,
            "memory_mb": {"at start": began, f"after {ROUNDS * COUNT:,} events": memory(gateway)},
            "store": store(home / "tieline.db"),
        }


def figures(found: dict[str, Any]) -> list[Figure]:
    """The figures of `measure`."""
    gateway, ceiling = (found["rounds"][name] for name in ("gateway", "ceiling"))
    ours, theirs = median(gateway, "per_second"), median(ceiling, "per_second")
    grown = found["store"]["bytes_per_event"] - found["store"]["body_bytes_per_event"]
    after = list(found["memory_mb"].values())[-1]
    return [
        Figure(
            "verified, durable acknowledgements",
            ours,
            "1/s",
            4000,
            "at least",
            theirs,
            "bare server",
            f"{CONNECTIONS} connections; the median of {ROUNDS} rounds of {COUNT:,}.",
        ),
        Figure("share of the bare server's", round(100 * ours / theirs), "%", 30, "at least"),
        Figure(
            "acknowledged after, p99",
            median(gateway, "p99"),
            "ms",
            25,
            "at most",
            median(ceiling, "p99"),
            "bare server",
        ),
        Figure("gateway's memory after 100,000 events", after, "MB", 250, "at most"),
        Figure(
            "store grows per event, beside its body",
            grown,
            "bytes",
            1500,
            "at most",
            note=f"Bodies of {found['store']['body_bytes_per_event']} bytes, and headers as Zendesk sends them.",
        ),
    ]


def load(port: int) -> dict[str, Any]:
    """One round, from a process of its own."""
    options = ("--port", str(port), "--path", f"/hooks/zendesk/{NAME}", "--count", str(COUNT))
    command = [sys.executable, "-m", "benchmarks.webhooks.load", *options, "--connections", str(CONNECTIONS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["statuses"] != {"202": COUNT}:
        raise RuntimeError(f"Not all were acknowledged: {found['statuses']}")
    return found


@contextmanager
def running(arguments: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own, when it listens."""
    process = subprocess.Popen([sys.executable, *arguments], env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while prefect_server.free(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"It does not start: {' '.join(arguments)}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    return prefect_server.free_port()


def memory(process: subprocess.Popen[bytes]) -> float:
    """The most that a process ever had, in megabytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return round(kilobytes * 1024 / MEGABYTE)


def store(file: Path) -> dict[str, int]:
    """What an event takes in the store."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        events, bodies = database.execute("SELECT count(*), sum(length(body)) FROM deliveries").fetchone()
    return {
        "events": events,
        "bytes_per_event": round(file.stat().st_size / events),
        "body_bytes_per_event": round(bodies / events),
    }


def median(rounds: list[dict[str, Any]], name: str) -> float:
    """The median of one figure."""
    return round(float(statistics.median(one[name] for one in rounds)), 1)


def _connection() -> ZendeskCredentials:
    return ZendeskCredentials(subdomain="bench", oauth_token=SecretStr("unused-here"), webhook_secret=SecretStr(SECRET))
