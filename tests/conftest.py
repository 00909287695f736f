"""What every test stands on: a store of its own, a clock that does not wait, no network beyond loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from tests.servers import prefect_server
from tieline import connections, observe, store
from tieline.settings import settings
from tieline.store.migrate import upgrade
from tieline.transport import clients, clock, governor

__all__ = ["prefect_server"]

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse to connect anywhere else."""
    patch = pytest.MonkeyPatch()
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        real(self, address)

    patch.setattr(socket.socket, "connect", connect)
    patch.setenv("DO_NOT_TRACK", "1")
    patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that all migrations have made, to be copied: to make one takes longer than most tests."""
    file = tmp_path_factory.mktemp("store") / "tieline.db"
    made = create_engine(f"sqlite:///{file}")
    upgrade(made)
    made.dispose()
    return file


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _empty_store: Path) -> Iterator[None]:
    """A store of its own, full budgets and closed circuits for each test."""
    data = tmp_path.with_name(f"{tmp_path.name}-data")
    data.mkdir()
    shutil.copyfile(_empty_store, data / "tieline.db")
    monkeypatch.setenv("TIELINE_DATA_DIR", str(data))
    monkeypatch.delenv("TIELINE_DATABASE_URL", raising=False)
    monkeypatch.delenv("TIELINE_REDIS_URL", raising=False)
    settings.cache_clear()
    governor.forget()
    connections.forget()
    yield
    observe.flush()
    store.forget()
    settings.cache_clear()
    clients.transport = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI set nothing may skip: there, what a test needs is installed."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and in CI nothing may skip: {report.longrepr}"
    return report


class Clock:
    """Time that passes only when somebody waits; `waits` says how long."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.waits: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The transport's clock, standing still."""
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    monkeypatch.setattr(clock, "sleep", made.sleep)
    return made
