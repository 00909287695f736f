"""What several of these modules begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.house import House, furnished
from tests.sync.pairs import Pair
from tieline.sandbox import Sandbox, running


@pytest.fixture(params=[False, True], ids=["whole", "incremental"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(incremental=request.param)


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


@pytest.fixture
def house(served: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    return furnished(served, monkeypatch, tmp_path)
