"""How many runs a second the warm worker does, and how long a run takes to begin, with a real Prefect server on SQLite.

Beside it: the same empty flow through Prefect's own `serve`, which starts a process for each run. Runs are made before
whoever runs them is started; counted is the time from the first run's start to the last one's end, as Prefect has it.
Prints JSON. Nothing leaves loopback.

    python -m benchmarks.bench_worker
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

os.environ |= {"PREFECT_LOGGING_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
# What is measured must not depend on where the user's own Prefect points.
os.environ.pop("PREFECT_API_URL", None)

import httpx

from benchmarks.figure import Figure
from tieline import prefect_server, store
from tieline.inbox.tables import BatchRow

RUNS, RUNS_SERVED, RUNS_TIMED = 60, 8, 20
SECONDS = 240
POOL = "bench"
FLOW = """
import time
from prefect import flow

@flow
async def empty(began: str = ""):
    if began:
        with open(began, "w") as file:
            file.write(str(time.time()))

if __name__ == "__main__":
    empty.serve("served", limit=2)  # one for each core
"""
Json = dict[str, Any]
T = TypeVar("T")


class Bench:
    """A server, and the flow.

    Args:
        api: The server's address.
        folder: Where the flow and its files are.
    """

    def __init__(self, api: str, folder: Path) -> None:
        self.http = httpx.Client(base_url=api, timeout=90, trust_env=False)
        self.folder = folder
        (folder / "benched.py").write_text(FLOW, "utf-8")
        self.flow = self.ask("POST", "/flows/", json={"name": "empty"})["id"]

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """What the server answers, once its SQLite is not busy."""
        until = time.monotonic() + SECONDS
        while (answer := self.http.request(method, path, **options)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            if time.monotonic() > until:
                raise TimeoutError(path)
            time.sleep(0.2)
        return answer.raise_for_status().json()

    def deploy(self) -> str:
        """The id of the deployment in the pool."""
        known = {"name": "warm", "flow_id": self.flow, "entrypoint": "benched.empty", "work_pool_name": POOL}
        return str(self.ask("POST", "/deployments/", json=known)["id"])

    def start(self, deployment: str, **asked: Any) -> str:
        """A run's id."""
        body = {"state": {"type": "SCHEDULED"}} | asked
        return str(self.ask("POST", f"/deployments/{deployment}/create_flow_run", json=body)["id"])

    @contextmanager
    def running(self, *command: str) -> Iterator[None]:
        """A program that runs flows."""
        process = subprocess.Popen(
            [sys.executable, *command],
            env=os.environ | {"PYTHONPATH": str(self.folder)},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.kill()
            process.wait()

    def rate(self, deployment: str, count: int) -> float:
        """Runs a second, when all of a deployment's have ended."""
        where = {"flow_runs": {"deployment_id": {"any_": [deployment]}, "state": {"type": {"any_": ["COMPLETED"]}}}}

        def ended() -> list[Json] | None:
            time.sleep(0.5)  # asking costs the server too
            runs: list[Json] = self.ask("POST", "/flow_runs/filter", json=where | {"limit": 200})
            return runs if len(runs) == count else None

        runs = eventually(ended)
        ends = sorted(datetime.fromisoformat(run["end_time"]) for run in runs)
        return (count - 1) / (ends[-1] - ends[0]).total_seconds()


def eventually(ask: Callable[[], T | None]) -> T:
    """The first answer that is one."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if (answer := ask()) is not None:
            return answer
        time.sleep(0.005)
    raise TimeoutError


def latency(bench: Bench, deployment: str) -> float:
    """Seconds from the request that makes a run to the flow's first line, for a batch's run."""
    batch, began = uuid.uuid4().hex, bench.folder / uuid.uuid4().hex
    with store.session() as db:
        row: Json = {"trigger": "t", "lane": "normal", "deployment": "empty/warm", "name": "n", "size": 1}
        db.add(BatchRow(id=batch, state="made", created_at=time.time(), parameters={}, **row))
    asked = time.time()
    run = bench.start(deployment, parameters={"began": str(began)}, idempotency_key=f"tieline:{batch}")
    with store.session() as db:
        made = db.get(BatchRow, batch)
        assert made is not None
        if made.state == "made":
            made.state, made.flow_run_id = "running", run
    line = eventually(lambda: (began.exists() and began.read_text("utf-8")) or None)
    time.sleep(0.3)  # what comes after a run must not meet the next one
    return float(line) - asked


def main() -> None:
    """Measure, and print JSON."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["TIELINE_DATA_DIR"] = str(folder / "data")
        with prefect_server.started(folder / "prefect", services=True) as server:
            bench = Bench(server.api, folder)
            bench.ask("POST", "/work_pools/", json={"name": POOL, "type": "tieline"})
            deployment = bench.deploy()
            for _ in range(RUNS):
                bench.start(deployment)
            with bench.running("-m", "prefect", "worker", "start", "--type", "tieline", "--pool", POOL):
                warm = bench.rate(deployment, RUNS)
                latency(bench, deployment)
                seconds = [latency(bench, deployment) for _ in range(RUNS_TIMED)]
            served = {"name": "served", "flow_id": bench.flow, "entrypoint": "benched.py:empty", "path": str(folder)}
            stock = str(bench.ask("POST", "/deployments/", json=served)["id"])
            for _ in range(RUNS_SERVED):
                bench.start(stock)
            with bench.running("benched.py"):
                cold = bench.rate(stock, RUNS_SERVED)
            bench.http.close()
    p50 = statistics.median(seconds)
    note = f"p50 of {RUNS_TIMED}; {min(seconds):.2f} to {max(seconds):.2f} s"
    figures = [
        Figure("Empty runs through the warm worker", round(warm, 2), "runs/s", 3, "at least", round(cold, 2), "serve"),
        Figure("From making a run to the flow's first line", round(p50, 3), "s", 0.25, "at most", note=note),
    ]
    print(json.dumps({"figures": [figure.to_json() for figure in figures], "seconds": seconds}))


if __name__ == "__main__":
    main()
