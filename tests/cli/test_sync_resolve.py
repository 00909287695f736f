"""`tieline sync resolve`: conflicts as people see them, and name them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.conftest import Run
from tieline.cli import sync
from tieline.sync import conflicts
from tieline.sync.conflicts import Open


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What was resolved."""
    waiting = [
        Open("[/]", "subject", "a", "b", None, "why", 0),
        Open("Ann\x1f7", "price", 1, 2, None, "why", 0),
        Open("Ann\x1f7", "size", 1, 2, None, "why", 0),
    ]
    made: list[tuple[str, str, str]] = []

    def resolve(_sync: Any, key: str, column: str, take: str, **_: Any) -> None:
        made.append((key, column, take))

    monkeypatch.setattr(sync, "load", lambda name: SimpleNamespace(name=name))
    monkeypatch.setattr(conflicts, "waiting", lambda _: waiting)
    monkeypatch.setattr(conflicts, "resolve", resolve)
    return made


def test_a_row_is_named_as_it_is_shown(tieline: Run, taken: list[tuple[str, str, str]]) -> None:
    shown = tieline("sync", "resolve", "desk").stdout
    assert "[/]" in shown
    assert "Ann / 7" in shown
    tieline("sync", "resolve", "desk", "Ann / 7", "--left")
    tieline("sync", "resolve", "desk", "[/]", "--value", "c")
    assert taken == [("Ann\x1f7", "price", "left"), ("Ann\x1f7", "size", "left"), ("[/]", "subject", "value")]


def test_a_value_is_for_one_cell(tieline: Run, taken: list[tuple[str, str, str]]) -> None:
    assert "Name the column" in tieline("sync", "resolve", "desk", "Ann / 7", "--value", "3", code=1).output
    tieline("sync", "resolve", "desk", "Ann / 7", "size", "--value", "3")
    assert taken == [("Ann\x1f7", "size", "value")]
