"""A server with one repository, and a cache folder that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.files.servers import Servers
from tests.git.server import Forge, serving


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what was fetched is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tieline" / "git"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A server, with a repository `app.git`."""
    with serving(Forge(tmp_path / "served")) as made:
        made.make()
        yield made


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path_factory.mktemp("servers"), stack)
