"""A place where workers work: a work pool of its own, flows that misbehave, and real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
from sqlmodel import col, update

from tieline import store
from tieline.inbox.tables import BatchRow
from tieline.worker.configuration import template
from tieline.worker.pool import TYPE

T = TypeVar("T")
Json = dict[str, Any]

#: As Prefect's server on SQLite may stand still for a minute where many write at once.
SECONDS = 120
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}

FLOWS = """
import asyncio, os, time
from pathlib import Path
from prefect import flow
from prefect.states import Completed

def wait_for(path):
    while not Path(path).exists():
        time.sleep(0.02)

@flow
async def notes(path: str, text: str = "ran"):
    with open(path, "a") as file:
        file.write(f"{text} {os.getpid()}\\n")

@flow
def notes_in_thread(path: str):
    with open(path, "a") as file:
        file.write(f"ran {os.getpid()}\\n")

@flow
async def meets(folder: str, me: str, others: int):
    (Path(folder) / me).touch()
    while len(list(Path(folder).iterdir())) < others:
        await asyncio.sleep(0.02)

@flow
async def waits(began: str, until: str):
    Path(began).write_text(str(os.getpid()))
    while not Path(until).exists():
        await asyncio.sleep(0.02)

@flow
async def says_it_in_its_own_words():
    return Completed(name="All good", message="as it should be")

@flow
def waits_in_thread(began: str, until: str):
    Path(began).write_text(str(os.getpid()))
    wait_for(until)

@flow
async def spins(began: str = ""):
    if began:
        Path(began).write_text(str(os.getpid()))
    while True:
        pass

@flow
def hangs_in_thread():
    time.sleep(1000)

@flow
async def fails():
    raise ValueError("There is no ticket 7.")

@flow
async def exits(code: int):
    os._exit(code)
"""

BROKEN = "from prefect import flow\n\nnothing = 1 / 0\n"


def eventually(ask: Callable[[], T | Literal[False] | None], what: str) -> T:
    """The first answer that is one."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"Not within {SECONDS} seconds: {what}")


def written(path: Path) -> str:
    """What a flow wrote into a file, as soon as it did."""
    return eventually(lambda: path.exists() and path.read_text("utf-8"), str(path))


@dataclass
class Worker:
    """A worker's process."""

    process: subprocess.Popen[bytes]
    said: Path

    def log(self) -> str:
        return self.said.read_text("utf-8", errors="replace")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(SECONDS)


@dataclass
class Place:
    """A pool, its deployments, and the store.

    Args:
        api: Prefect's.
        folder: Where flows and files are.
        pool: The pool's name.
    """

    api: str
    folder: Path
    pool: str = field(default_factory=lambda: f"pool-{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.api, timeout=SECONDS, trust_env=False)
        self._deployed: dict[tuple[str, str, str], str] = {}
        self.package = self.folder / "code" / f"flows_of_{self.pool[5:]}"
        self.package.mkdir(parents=True)
        (self.package / "__init__.py").touch()
        (self.package / "good.py").write_text(FLOWS, "utf-8")
        (self.package / "broken.py").write_text(BROKEN, "utf-8")

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """What Prefect's server answers; asked again when its SQLite is busy."""

        def answer() -> httpx.Response | None:
            got = self.http.request(method, path, **options)
            return None if got.status_code == 503 else got

        got = eventually(answer, path).raise_for_status()
        return got.json() if got.content else None

    def close_pool(self) -> None:
        """Take away what was deployed to the pool: other tests share the server."""
        where = {"work_pools": {"name": {"any_": [self.pool]}}}
        for one in self.ask("POST", "/deployments/filter", json=where):
            self.ask("DELETE", f"/deployments/{one['id']}")
        self._deployed.clear()

    def _make_pool(self) -> None:
        """Make the pool, unless a worker has made it when it began."""
        pool: Json = {"name": self.pool, "type": TYPE, "base_job_template": template()}
        known = self.ask("POST", "/work_pools/filter", json={"work_pools": {"name": {"any_": [self.pool]}}})
        if not known:
            self.ask("POST", "/work_pools/", json=pool)

    def deploy(self, flow: str, module: str = "good", **more: Any) -> str:
        """A deployment's id; it is made once, unless something about it is new."""
        key = (self.pool, module, flow)
        if key in self._deployed and not more:
            return self._deployed[key]
        self._make_pool()
        made = self.ask("POST", "/flows/", json={"name": flow.replace("_", "-")})
        known: Json = {
            "name": f"{self.pool}-{module}",
            "flow_id": made["id"],
            "entrypoint": f"{self.package.name}.{module}.{flow}",
            "work_pool_name": self.pool,
            "enforce_parameter_schema": False,
        }
        self._deployed[key] = str(self.ask("POST", "/deployments/", json=known | more)["id"])
        return self._deployed[key]

    def start(
        self,
        flow: str,
        *,
        module: str = "good",
        batch: str = "",
        ended: bool = False,
        limit: float | None = None,
        **parameters: Any,
    ) -> str:
        """A run's id; its batch may have ended before the run begins."""
        more: Json = {"job_variables": {"timeout_seconds": limit}} if limit else {}
        deployment = self.deploy(flow, module)
        asked: Json = {"state": {"type": "SCHEDULED"}, "parameters": parameters} | more
        if batch:
            asked["idempotency_key"] = f"tieline:{batch}"
            with store.session() as db:  # as the dispatcher does: the row is there before the run is
                row: Json = {
                    "trigger": "t",
                    "lane": "normal",
                    "deployment": flow,
                    "name": flow,
                    "size": 1,
                    "parameters": {},
                }
                over: Json = {"state": "ended", "outcome": "Crashed: it was silent"} if ended else {"state": "made"}
                db.add(BatchRow(id=batch, created_at=time.time(), **row, **over))
        run = str(self.ask("POST", f"/deployments/{deployment}/create_flow_run", json=asked)["id"])
        if batch:
            with store.session() as db:
                made = col(BatchRow.id) == batch, col(BatchRow.state) == "made"
                db.execute(update(BatchRow).where(*made).values(state="running", flow_run_id=run))
        return run

    def run(self, identity: str) -> Json:
        found: Json = self.ask("GET", f"/flow_runs/{identity}")
        return found

    def ended(self, identity: str) -> Json:
        """A run, when it has ended; its state."""

        def state() -> Json | None:
            run = self.run(identity)
            return run["state"] if run["state_type"] in FINAL else None

        return eventually(state, f"the end of {identity}")

    def state_is(self, identity: str, name: str) -> None:
        eventually(lambda: self.run(identity)["state"]["name"] == name, f"{identity} is {name}")

    def batch(self, identity: str) -> BatchRow:
        with store.session() as db:
            found = db.get(BatchRow, identity)
        assert found is not None
        return found

    @contextmanager
    def worker(self, **settings: Any) -> Iterator[Worker]:
        """A worker that has begun."""
        said = self.folder / f"{uuid.uuid4().hex}.log"
        variables = {name.upper(): str(value) for name, value in settings.items()}
        path = f"{self.folder / 'code'}"
        with said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "worker", "start", "--type", "tieline", "--pool", self.pool],
                env=os.environ | {"PYTHONPATH": path, "TIELINE_RUN_SECONDS": "60"} | variables,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        made = Worker(process, said)
        try:
            eventually(lambda: "started!" in made.log() or process.poll() is not None, "a worker")
            assert process.poll() is None, made.log()
            yield made
        finally:
            process.kill()
            process.wait()
