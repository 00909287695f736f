"""The tables, and a simulator of the model providers' wire formats."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, simulator
from tieline import store
from tieline.language import pool

__all__ = ["Simulator", "simulator"]


@pytest.fixture
def database() -> None:
    """The test's own store, brought up to date."""
    store.engine()


@pytest.fixture(autouse=True)
def _closed_breakers() -> None:
    pool._breakers.clear()
