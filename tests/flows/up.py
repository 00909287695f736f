"""`tieline up` as a process of its own, and what people see of it: the Prefect server, the sandbox, its help desks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import httpx
from prefect.client.orchestration import SyncPrefectClient

from tieline.sandbox import logins

T = TypeVar("T")
Json = dict[str, Any]

HOST = "127.0.0.1"
FLOW = "ticket-categorization"
#: Far more than anything here takes, also on a machine that is busy with something else.
SECONDS = 120

#: Look for new schedules every second, and not every minute.
EAGER = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1"}

SUBJECT = "Charged twice this month"
TEXT = "You charged my card twice for the same invoice. Please correct the bill, and send a receipt for the payment."
CATEGORY, TAG = "Billing and payments", "billing"


def eventually(ask: Callable[[], T | None], what: str) -> T:
    """The first answer that is one."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"Not within {SECONDS} seconds: {what}")


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables of somebody who has configured nothing, and has a home of their own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOME": str(home)} | more


@dataclass(frozen=True)
class Up:
    """A `tieline up`.

    Args:
        url: Where its Prefect server is.
        prefect: The API of that; asks again when SQLite is busy.
        desks: The API of each simulated help desk.
        sandbox: The controls of the sandbox.
    """

    url: str
    prefect: SyncPrefectClient
    desks: dict[str, httpx.Client]
    sandbox: httpx.Client

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """What the Prefect server answers."""
        answer = self.prefect.request(method, path, **options)  # type: ignore[arg-type]
        return answer.json() if answer.content else None

    def write_unheard(self, system: str) -> int:
        """A customer complains about a bill, and no webhook tells of it; the ticket's number."""
        hooks = [hook for hook in self.sandbox.get("/hooks").json()["hooks"] if hook["system"] == system]
        for hook in hooks:
            self.sandbox.delete(f"/hooks/{hook['id']}").raise_for_status()
        number = self.write_in(system)
        for hook in hooks:
            again = {name: hook[name] for name in ("system", "url", "secret", "events")}
            self.sandbox.post("/hooks", json=again).raise_for_status()
        return number

    def write_in(self, system: str) -> int:
        """A customer complains about a bill; the ticket's number."""
        who = {"name": "Ann", "email": "ann@example.com"}
        if system == "zendesk":
            ticket: Json = {"ticket": {"subject": SUBJECT, "comment": {"body": TEXT}, "requester": who}}
        else:
            ticket = {"subject": SUBJECT, "description": TEXT, "priority": 1, "status": 2, **who}
        made = self.desks[system].post("/tickets", json=ticket).raise_for_status().json()
        return int(made.get("ticket", made)["id"])

    def tags(self, system: str, number: int) -> list[str]:
        """A ticket's tags at the help desk."""
        found = self.desks[system].get(f"/tickets/{number}").raise_for_status().json()
        return list(found.get("ticket", found)["tags"])

    def deployment(self, name: str) -> Json:
        """A deployment of the flow."""
        found: Json = self.ask("GET", f"/deployments/name/{FLOW}/{name}")
        return found

    def runs(self, **where: Json) -> list[Json]:
        """Flow runs."""
        return list(self.ask("POST", "/flow_runs/filter", json={"flow_runs": where}))

    def runs_of(self, deployment: str) -> list[Json]:
        """Flow runs of a deployment."""
        return self.runs(deployment_id={"any_": [self.deployment(deployment)["id"]]})

    def started(self, deployment: str, *tickets: int) -> str:
        """The id of the run of a deployment for these tickets, as soon as there is one."""

        def found() -> str:
            runs = self.runs_of(deployment)
            return next((run["id"] for run in runs if run["parameters"].get("tickets") == [*tickets]), "")

        return eventually(found, f"a run for {tickets}")

    def completed(self, run_id: str) -> Json:
        """A run, when it is done and went well."""

        def ended() -> Json | None:
            run: Json = self.ask("GET", f"/flow_runs/{run_id}")
            return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

        run = eventually(ended, f"the end of run {run_id}")
        assert run["state_type"] == "COMPLETED", run["state"]
        return run

    def table(self, run_id: str) -> str:
        """The table that a run has left."""
        where = {"artifacts": {"flow_run_id": {"any_": [run_id]}, "type": {"any_": ["table"]}}}
        (artifact,) = self.ask("POST", "/artifacts/filter", json=where)
        return str(artifact["data"])


@contextmanager
def tieline_up(folder: Path) -> Iterator[Up]:
    """Start it in a home of its own, and end it with Ctrl-C."""
    ports = _free_port(), _free_port(), _free_port()
    said = folder / "said.txt"
    with ExitStack() as stack:
        process = stack.enter_context(_process(folder, said, *ports))
        url, sandbox = (f"http://{HOST}:{port}" for port in ports[:2])
        zendesk = (f"{logins('zendesk')['email']}/token", logins("zendesk")["api_token"])
        freshdesk = (logins("freshdesk")["api_key"], "X")
        clients = {
            system: stack.enter_context(httpx.Client(base_url=f"{sandbox}/{system}/api/v2", auth=login, timeout=30))
            for system, login in (("zendesk", zendesk), ("freshdesk", freshdesk))
        }
        controls = stack.enter_context(httpx.Client(base_url=f"{sandbox}/_sandbox", timeout=30))
        up = Up(url, stack.enter_context(SyncPrefectClient(f"{url}/api")), clients, controls)

        def ready() -> bool:
            assert process.poll() is None, said.read_text("utf-8")
            return "Tieline is up" in said.read_text("utf-8")

        eventually(ready, "tieline up")
        yield up


@contextmanager
def _process(folder: Path, said: Path, *ports: int) -> Iterator[subprocess.Popen[bytes]]:
    options = zip(("--port", "--sandbox-port", "--gateway-port"), map(str, ports), strict=True)
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tieline", "up", *chain.from_iterable(options)],
            env=environment(folder, **EAGER),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 130, said.read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
        return port
