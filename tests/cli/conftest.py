"""The command line, called like people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tieline.cli import app, screen
from tieline.sandbox import Sandbox, running

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is folded. A console looks at COLUMNS once, when it is made, so that the environment comes too late."""
    for console in (screen.out, screen.err):
        monkeypatch.setattr(console, "_width", 400)


@pytest.fixture
def tieline(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process."""
    monkeypatch.delenv("TIELINE_DEBUG", raising=False)

    def run(*words: str, code: int | tuple[int, ...] = 0, **environment: str) -> Result:
        result = CliRunner().invoke(app, list(words), env=environment, prog_name="tieline")
        assert result.exit_code in (code if isinstance(code, tuple) else (code,)), result.output
        assert "Traceback" not in result.output
        return result

    return run


def answer(result: Result) -> Any:
    """What a command with --json printed."""
    return json.loads(result.stdout)


def start(*words: str, **environment: str | None) -> subprocess.Popen[str]:
    """A command in a process of its own, as a shell starts it; a variable that is None is not set."""
    variables = os.environ | {"COLUMNS": "200"} | environment
    return subprocess.Popen(
        [sys.executable, "-m", "tieline", *words],
        env={name: value for name, value in variables.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Simulated vendors with a few tickets."""
    with running(tickets=12) as served:
        yield served
