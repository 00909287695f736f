"""A store of either kind, with its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.engine.servers import postgres_server, use_empty_store
from tieline import store
from tieline.inbox.writer import Writer
from tieline.settings import settings


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of either kind, with empty tables."""
    sqlite = f"sqlite:///{tmp_path / 'store.db'}"
    use_empty_store(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres"), monkeypatch)
    store.engine()
    return settings().store_url


@pytest.fixture
async def writer(url: str) -> AsyncIterator[Writer]:
    made = Writer(url)
    yield made
    made.close()
