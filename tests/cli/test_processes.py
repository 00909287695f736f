"""Commands that start servers: they stop whatever they started, however they end."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import start
from tieline.prefect_server import HOST, free

pytestmark = [pytest.mark.prefect]


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str | None]:
    """An environment that names no Prefect server, with folders of its own."""
    (tmp_path / "tmp").mkdir()
    names = ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_API_KEY")
    folders = {"TIELINE_DATA_DIR": tmp_path / "data", "PREFECT_HOME": tmp_path / "prefect", "TMPDIR": tmp_path / "tmp"}
    return {**dict.fromkeys(names), **{name: str(folder) for name, folder in folders.items()}}


def a_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
        return port


def below(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a process has started."""
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in said.stdout.split()]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a process says on standard error, up to these words."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ended whatever happens."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_the_demo_ends_with_a_table_and_leaves_nothing(
    alone: dict[str, str | None], started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = start("demo", "--tickets", "10", **alone)
    started.append(process)
    said = until(process, "Watch it")
    children = below(process)
    assert children
    out, more = process.communicate(timeout=240)
    assert process.returncode == 0, said + more
    assert "No Prefect server is named" in said
    assert re.search(r"Tickets\s+10\s+10\s+20\s", out), out
    assert "right, of all" in out
    assert re.search(r"20 webhooks verified and written down.* \d+ Prefect runs, 0 lost", out.replace("\n", " ")), out
    assert not any(map(lives, children))
    assert not list((tmp_path / "tmp").glob("tieline-*"))


@pytest.mark.slow
def test_ctrl_c_ends_the_demo_and_all_it_started(
    alone: dict[str, str | None], started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = start("demo", "--tickets", "300", **alone)
    started.append(process)
    until(process, "Watch it")
    children = below(process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert not any(map(lives, children))
    assert not list((tmp_path / "tmp").glob("tieline-*"))


@pytest.mark.slow
def test_up_serves_other_commands_and_ends_with_sigterm(
    alone: dict[str, str | None], started: list[subprocess.Popen[str]]
) -> None:
    port, sandbox_port, gateway_port = a_port(), a_port(), a_port()
    options = {"--port": port, "--sandbox-port": sandbox_port, "--gateway-port": gateway_port}
    words = ("up", *(str(word) for option in options.items() for word in option))
    process = start(*words, **alone)
    started.append(process)
    until(process, "Tieline is up")
    until(process, "ticket-categorization")
    children = below(process)
    assert len(children) == 4
    api = httpx.Client(base_url=f"http://{HOST}:{port}/api")
    with api:
        assert len(api.post("/block_types/filter", json={}).json()) > 10
    check = start("check", "--all", **alone)
    out, said = check.communicate(timeout=120)
    assert check.returncode == 0, said
    assert "zendesk/support" in out
    assert "slack/demo" in out
    assert "starting one" not in said
    again = start(*words, **alone)
    assert "running already" in again.communicate(timeout=120)[1]
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=90)
    assert process.returncode == 143, said
    assert "Traceback" not in said
    assert "never awaited" not in said
    assert not any(map(lives, children))
    assert all(map(free, options.values()))


def test_serve_runs_until_sigterm(alone: dict[str, str | None], started: list[subprocess.Popen[str]]) -> None:
    process = start("serve", **alone)
    started.append(process)
    until(process, "ticket-categorization")
    children = below(process)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 143, said
    assert "Traceback" not in said
    assert not any(map(lives, children))


def test_a_server_does_not_outlive_a_command_that_was_killed(
    alone: dict[str, str | None], started: list[subprocess.Popen[str]]
) -> None:
    process = start("serve", **alone)
    started.append(process)
    said = until(process, "Serving at")
    port = int(re.findall(r"Serving at http://127\.0\.0\.1:(\d+)", said)[0])
    process.kill()
    process.communicate()
    with pytest.raises(httpx.HTTPError):
        _ask_until_it_is_gone(port)


def _ask_until_it_is_gone(port: int) -> None:
    """It ends as soon as it sees that nobody holds its standard input any more."""
    while True:
        httpx.get(f"http://{HOST}:{port}/api/health", timeout=5)


def test_a_port_that_is_taken_is_said_so(alone: dict[str, str | None]) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        for words in (("up", "--port", str(port)), ("sandbox", "--port", str(port))):
            process = start(*words, **alone)
            _, said = process.communicate(timeout=60)
            assert process.returncode == 1
            assert str(port) in said
            assert "Traceback" not in said
