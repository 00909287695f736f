"""Starts all processes on free ports of this machine, kills them when asked, and ends what is left."""

from __future__ import annotations

import hashlib
import hmac
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.engine.servers import free_port

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
SECRET = "the-secret-of-the-hook"
SECONDS = 240
#: In this order they are started, because each needs those before it.
PARTS = ("prefect", "sink", "gateway", "dispatcher", "worker")

#: States that something is still to follow.
WAITS = ("received", "waiting", "dispatched", "failed")

SET_UP = """
import asyncio
from blocks.slack import SlackCredentials
from blocks.webhook import WebhookCredentials
from blocks.zendesk import ZendeskCredentials
from tieline import connections

async def main():
    chat = SlackCredentials(url={sink!r}, token="xoxb-sink", rate="1000000/minute")
    hook = WebhookCredentials(system="github", webhook_secret={secret!r})
    desk = ZendeskCredentials(url={sink!r}, email="ann@acme.test", api_token="token", webhook_secret={secret!r})
    await connections.save(chat, "sink", replace=True)
    await connections.save(desk, "main", replace=True)
    await connections.save(hook, "github-main", replace=True)

asyncio.run(main())
"""


@dataclass
class Whole:
    """All of it.

    Args:
        folder: Where everything is kept.
        settings: More variables for every process.
        slow: How long the sink takes for a message, in seconds.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    slow: float = 0.0
    ports: dict[str, int] = field(default_factory=lambda: {part: free_port() for part in PARTS})
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def hook(self) -> str:
        """Where the vendor sends its webhooks."""
        return f"http://127.0.0.1:{self.ports['gateway']}/hooks/github/main"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of every process."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_API_URL": f"http://127.0.0.1:{self.ports['prefect']}/api",
            "PREFECT_HOME": str(self.folder / "prefect"),
            "TIELINE_DATA_DIR": str(self.folder / "data"),
            "TIELINE_DEPLOYMENTS": "tests.whole.scenario",
            **self.settings,
        }

    def command(self, part: str) -> list[str]:
        """How a part is started."""
        port = str(self.ports[part])
        return {
            "prefect": ["-m", "tieline.prefect_server", port],
            "sink": ["-m", "tests.whole.sink", port, str(self.slow)],
            "gateway": ["-m", "tieline", "gateway", "--port", port],
            "dispatcher": ["-m", "tieline", "dispatch"],
            "worker": ["-m", "tieline", "worker"],
        }[part.partition("-")[0]]

    def start(self, *parts: str) -> None:
        """Start parts in this order, each when the one before answers: a worker ends where there is no Prefect yet."""
        paths = {"prefect": "/api/health", "sink": "/seen", "gateway": "/health"}
        for part in parts:
            self.ports.setdefault(part, free_port())
            with self.log(part).open("ab") as log:
                self.processes[part] = subprocess.Popen(
                    [sys.executable, *self.command(part)],
                    env=self.environment,
                    cwd=self.folder,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if path := paths.get(part.partition("-")[0]):
                self._answers(part, path)

    def _answers(self, part: str, path: str) -> None:
        address = f"http://127.0.0.1:{self.ports[part]}{path}"
        self.until(lambda: _answers(address), f"{part} listens")

    def log(self, part: str) -> Path:
        """What a part has said."""
        return self.folder / f"{part}.log"

    def set_up(self) -> None:
        """Save the connections, and deploy the scenario."""
        sink = f"http://127.0.0.1:{self.ports['sink']}"
        self.run("-c", SET_UP.format(sink=sink, secret=SECRET))
        self.run("-m", "tieline", "deploy")

    def run(self, *words: str) -> str:
        """Run Python beside it; what it printed."""
        done = subprocess.run(
            [sys.executable, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kill(self, *parts: str) -> None:
        """End parts as a power failure would: with everything that they have started."""
        for part in parts:
            process = self.processes.pop(part)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin:
                process.stdin.close()

    def end(self) -> None:
        """End what is left."""
        for process in self.processes.values():
            process.terminate()
        for part, process in list(self.processes.items()):
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            self.kill(part)

    def seen(self) -> dict[int, list[float]]:
        """When the sink has heard of each issue."""
        answer = httpx.get(f"http://127.0.0.1:{self.ports['sink']}/seen", trust_env=False, timeout=30)
        return {int(text): moments for text, moments in answer.json().items()}

    @cached_property
    def store(self) -> Engine:
        """The store, to look at."""
        url = self.settings.get("TIELINE_DATABASE_URL", f"sqlite:///{self.folder}/data/tieline.db")
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)

    def dead(self) -> set[int]:
        """The issues that were left to a person."""
        with self.store.connect() as db:
            return {
                int(item) for (item,) in db.execute(text("SELECT CAST(item AS TEXT) FROM work WHERE state = 'dead'"))
            }

    def states(self) -> dict[str, int]:
        """How many pieces of work, or deliveries without any, are in each state."""
        count = "SELECT state, count(*) FROM {} GROUP BY state"
        with self.store.connect() as db:
            found: dict[str, int] = dict(db.execute(text(count.format("work"))).all())  # type: ignore[arg-type]
            waits = "deliveries WHERE state = 'received'"
            return found | {"received": db.execute(text(f"SELECT count(*) FROM {waits}")).scalar_one()}

    def over(self) -> dict[str, int] | None:
        """How many are in each state, when none waits any more."""
        found = self.states()
        return None if any(found.get(state) for state in WAITS) else found

    def until(self, ask: Callable[[], T | None], what: str, seconds: float = SECONDS) -> T:
        """The first answer that is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := ask():
                return answer
            time.sleep(0.05)
        logs = "\n".join(f"--- {part}\n{self.log(part).read_text()[-3000:]}" for part in self.processes)
        raise AssertionError(f"Not within {seconds:g} seconds: {what}\n{logs}")


def issue(number: int) -> tuple[dict[str, str], bytes]:
    """An issue that is opened, as GitHub tells it: headers and body."""
    body = orjson.dumps(
        {
            "action": "opened",
            "issue": {
                "number": number,
                "title": f"Issue {number}",
                "state": "open",
                "html_url": f"https://github.test/{number}",
            },
            "repository": {"id": 1, "full_name": "acme/shop"},
            "sender": {"login": "ann"},
        }
    )
    return {
        "content-type": "application/json",
        "x-github-event": "issues",
        "x-github-delivery": f"00000000-0000-4000-8000-{number:012}",
        "x-hub-signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
    }, body


def send(whole: Whole, numbers: Sequence[int], *, at: str = "") -> list[int]:
    """Send webhooks one after the other; those that were acknowledged."""
    acknowledged = []
    with httpx.Client(trust_env=False, timeout=10) as http:
        for number in numbers:
            headers, body = issue(number)
            try:
                answer = http.post(at or whole.hook, headers=headers, content=body)
            except httpx.HTTPError:
                continue
            if answer.status_code == httpx.codes.ACCEPTED:
                acknowledged.append(number)
    return acknowledged


@contextmanager
def running(folder: Path, *, parts: Sequence[str] = PARTS, **options: Any) -> Iterator[Whole]:
    """All of it, set up and ready."""
    whole = Whole(folder, **options)
    try:
        whole.start(*(part for part in parts if part in {"prefect", "sink"}))
        whole.set_up()
        whole.start(*(part for part in parts if part not in {"prefect", "sink"}))
        yield whole
    finally:
        whole.end()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False, timeout=2).status_code < httpx.codes.INTERNAL_SERVER_ERROR
    except httpx.HTTPError:
        return False
