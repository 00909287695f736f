"""The Prefect server that commands talk to: the one that is named, or one of our own.

Run as a module it is that own server: `python -m tieline.prefect_server`, which ends when its standard input does, so
that it cannot outlive the command that started it, however that one ends.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import IO

import httpx

from tieline.errors import ConfigError, TielineError
from tieline.processes import end_with_standard_input
from tieline.settings import settings

HOST = "127.0.0.1"
PORT = 4200
START_SECONDS = 180
STOP_SECONDS = 15
ASK_SECONDS = 5
DRAIN_SECONDS = 5
#: How often young garbage is collected, and how many times until the old is, too.
COLLECT_SECONDS, COLLECT_ALL_EACH = 0.5, 20
#: Nothing that we start reports to anybody.
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}


@dataclass(frozen=True)
class Server:
    """A Prefect server.

    Args:
        api: The address of its API.
        source: Where that address was taken from.
        own: Whether it was started by us.
        fleeting: Whether it ends with the command.
    """

    api: str
    source: str
    own: bool = False
    fleeting: bool = False

    @property
    def ui(self) -> str:
        """The address of its pages."""
        from prefect.settings import get_current_settings  # noqa: PLC0415 - half a second

        if self.own:
            return self.api.removesuffix("/api")
        return get_current_settings().ui_url or self.api.removesuffix("/api")


def named() -> Server | None:
    """The server that the environment, a settings file or the active Prefect profile names."""
    from prefect.context import get_settings_context  # noqa: PLC0415 - half a second
    from prefect.settings import get_current_settings  # noqa: PLC0415

    url = get_current_settings().api.url
    if not url:
        return None
    profile = get_settings_context().profile
    if os.environ.get("PREFECT_API_URL"):
        source = "the environment variable PREFECT_API_URL"
    elif any(getattr(key, "name", key) == "PREFECT_API_URL" for key in profile.settings):
        source = f"the Prefect profile {profile.name!r}"
    else:
        source = "a settings file in this folder (.env, prefect.toml or pyproject.toml)"
    return Server(url.rstrip("/"), source)


@contextmanager
def connected(note: Callable[[str], None], *, services: bool = False) -> Iterator[Server]:
    """The server for a command; Prefect's client in this process uses it too.

    Args:
        note: Told, in a sentence, when a server is started.
        services: Whether one that is started schedules runs too.

    Raises:
        ConfigError: The one that is named cannot be reached.
    """
    server = named()
    if server is not None:
        check(server)
        try:
            yield server
        finally:
            _drain()
        return
    up = running()
    if up is not None:
        with _used(up.api):
            yield up
        return
    note("No Prefect server is named (PREFECT_API_URL or a Prefect profile): starting one for this command.")
    with started(home(), services=services) as own:
        yield replace(own, fleeting=True)


@contextmanager
def found() -> Iterator[Server]:
    """The server for a command that goes on while it is away: the one that is named, or that of a `tieline up`.

    Raises:
        ConfigError: There is none.
    """
    server = named()
    if server is not None:
        try:
            yield server
        finally:
            _drain()
        return
    up = running()
    if up is None:
        raise ConfigError(
            "No Prefect server is named, and no `tieline up` runs on this machine.",
            hint="Start `tieline up`, or name a server in PREFECT_API_URL.",
        )
    with _used(up.api):
        yield up


def check(server: Server) -> None:
    """Make sure that a server answers.

    Raises:
        ConfigError: It does not.
    """
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - half a second

    client = get_client(httpx_settings={"timeout": ASK_SECONDS}, sync_client=True)
    with client:
        problem = client.api_healthcheck()
    if problem is not None:
        why = (
            f"it answered {problem.response.status_code}"
            if isinstance(problem, httpx.HTTPStatusError)
            else type(problem).__name__
        )
        raise ConfigError(
            f"The Prefect server at {server.api} cannot be reached ({why}).",
            hint=f"That address was taken from {server.source}. Start that server, correct the address, "
            "or take it away: then Tieline uses a server of its own.",
        )


def home() -> Path:
    """Where a server of our own keeps its data, saved connections included."""
    return settings().data_dir / "prefect"


def running() -> Server | None:
    """The server that a `tieline up` elsewhere on this machine has started, if it answers."""
    try:
        found = json.loads((home() / "server.json").read_text("utf-8"))
        httpx.get(f"{found['api']}/health", timeout=ASK_SECONDS, trust_env=False).raise_for_status()
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return Server(found["api"], "`tieline up`, which runs on this machine", own=True)


@contextmanager
def announced(server: Server) -> Iterator[None]:
    """Let other commands on this machine find a server of our own for as long as this lasts."""
    file = home() / "server.json"
    file.write_text(json.dumps({"api": server.api, "pid": os.getpid()}), "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A folder for a server that shall leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="tieline-prefect-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started(folder: Path, *, port: int = 0, services: bool = False) -> Iterator[Server]:
    """A server of our own; Prefect's client in this process uses it too.

    Args:
        folder: Where it keeps its data.
        port: 0 takes any that is free.
        services: Whether it schedules runs too, and does other work in the background.

    Raises:
        TielineError: It did not start.
    """
    from filelock import FileLock  # noqa: PLC0415 - only here

    try:
        folder.mkdir(parents=True, exist_ok=True)
        log = (folder / "server.log").open("w+", encoding="utf-8")
    except OSError as exc:
        raise ConfigError(
            f"The folder of our Prefect server cannot be used: {exc}.",
            hint="Set TIELINE_DATA_DIR to a folder that can be written to, or name a server in PREFECT_API_URL.",
        ) from None
    with log:
        # Two at once would both create the database.
        with FileLock(folder / "server.lock", timeout=START_SECONDS):
            server, process = _start(folder, port or free_port(), services, log)
        try:
            with _used(server.api):
                yield server
        finally:
            _stop(process)


def _start(folder: Path, port: int, services: bool, log: IO[str]) -> tuple[Server, subprocess.Popen[bytes]]:  # noqa: FBT001 - internal
    environment = {k: v for k, v in os.environ.items() if k not in {"PREFECT_API_URL", "PREFECT_PROFILE"}}
    command = [sys.executable, "-m", "tieline.prefect_server", str(port)]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command if services else [*command, "--no-services"],
        env=environment | QUIET | {"PREFECT_HOME": str(folder), "PREFECT_API_URL": f"http://{HOST}:{port}/api"},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in a terminal is for us; we stop it when we are done with it
    )
    server = Server(f"http://{HOST}:{port}/api", "Tieline itself", own=True)
    try:
        _await(server, process, log)
    except BaseException:
        _stop(process)
        raise
    return server, process


def _await(server: Server, process: subprocess.Popen[bytes], log: IO[str]) -> None:
    until = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=1) as http:
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if http.get(f"{server.api}/health").is_success:
                    return
            if process.poll() is not None:
                break
            time.sleep(0.1)
    log.seek(0)
    said = [line.strip() for line in log.read().splitlines() if line.strip()] or ["nothing"]
    raise TielineError(
        f"Our Prefect server did not start. The last it said: {said[-1][:200]}",
        hint=f"All that it said is in {log.name}.",
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


@contextmanager
def _used(api: str) -> Iterator[None]:
    """Point Prefect's client at a server: in this process, in its threads, and in those it starts."""
    from prefect.context import refresh_global_settings_context  # noqa: PLC0415 - half a second

    before = {name: os.environ.get(name) for name in ("PREFECT_API_URL", *QUIET)}
    os.environ.update({"PREFECT_API_URL": api} | QUIET)
    refresh_global_settings_context()
    try:
        yield
    finally:
        _drain()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        refresh_global_settings_context()


def _drain() -> None:
    """Let Prefect's client send what it still has to say, while somebody is there to hear it.

    It would try again and again for more than a minute when we end.
    """
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - half a second
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=DRAIN_SECONDS, at_exit=False)


def free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
        return port


def collect_aside() -> None:
    """Collect garbage in a thread of its own, and nowhere else.

    Prefect's server keeps SQLite connections in threads, and lets go of cursors that only the garbage collector frees.
    Freeing one waits for what its connection does. When the event loop collects while that connection waits for another
    one's transaction, which only the event loop can end, all stands still until SQLite gives up, after a minute.
    """

    def collect() -> None:
        for turn in count(1):
            time.sleep(COLLECT_SECONDS)
            gc.collect(2 if turn % COLLECT_ALL_EACH == 0 else 1)

    gc.disable()
    threading.Thread(target=collect, name="garbage", daemon=True).start()


if __name__ == "__main__":
    from prefect.cli import app

    end_with_standard_input()
    collect_aside()
    sys.argv = ["prefect", "server", "start", "--host", HOST, "--port", *sys.argv[1:]]
    app()
