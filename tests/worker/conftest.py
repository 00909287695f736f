"""A place for the tests of a module, and its store for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.place import Place
from tieline.settings import settings


@pytest.fixture(scope="module")
def place(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(prefect_server, tmp_path_factory.mktemp("place"))
    patch = pytest.MonkeyPatch()
    patch.setenv("TIELINE_DATA_DIR", str(made.folder / "data"))  # before `_fresh` is there: for the module's workers
    yield made
    patch.undo()
    made.close_pool()
    made.http.close()


@pytest.fixture
def data(place: Place, _fresh: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store that the workers of the place have."""
    folder = place.folder / "data"
    monkeypatch.setenv("TIELINE_DATA_DIR", str(folder))
    settings.cache_clear()
    return folder
