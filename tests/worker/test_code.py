"""What is said of code that cannot be imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.errors import ConfigError
from tieline.worker import code


@pytest.mark.parametrize(
    ("source", "said"),
    (
        ("x = (\n", "SyntaxError: '(' was never closed (PATH, line 1)."),
        ("\nimport nothing_like_it\n", "ModuleNotFoundError: No module named 'nothing_like_it' (PATH, line 2)."),
        ("def f():\n    return 1 / 0\n\nf()\n", "ZeroDivisionError: division by zero (PATH, line 2)."),
    ),
)
def test_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str) -> None:
    name = f"wrong_{tmp_path.name}"
    path = tmp_path / f"{name}.py"
    path.write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError) as caught:
        code.flow_at(f"{name}.main")
    assert str(caught.value).startswith(f"{name}.main cannot be imported: {said.replace('PATH', str(path))}")
    assert "takes it up by itself" in caught.value.hint


def test_what_is_no_flow() -> None:
    with pytest.raises(ConfigError, match="is not a flow"):
        code.flow_at("tieline.registry.names")


def test_our_own_deployments_are_there_before_they_are_needed() -> None:
    assert code.preload(["flows.ticket_categorization.ticket_categorization"]) == []


def test_where_code_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / f"package_{tmp_path.name}"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    found = code.folders([f"{package.name}.some.flow"])
    assert package in found
    assert {path.name for path in found} >= {"tieline", "blocks", "tasks", "flows", "deployments"}
