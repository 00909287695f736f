"""The scaffold of a new system, made in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("tieline", "blocks", "tasks", "flows", "deployments")

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def inside(tmp_path: Path) -> Command:
    """Runs Python in a copy of the project."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    (tmp_path / "tests").mkdir()
    for name in ("__init__.py", "conftest.py", "servers.py", "test_contracts.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests" / name)
    shutil.copytree(ROOT / "tests" / "contracts", tmp_path / "tests" / "contracts", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.slow
def test_a_new_system_is_red_until_it_is_filled_in(inside: Command, tmp_path: Path) -> None:
    made = inside("tieline", "new", "acme_crm", "--title", "Acme CRM")
    assert made.returncode == 0, made.stderr
    files = [tmp_path / folder / "acme_crm.py" for folder in ("blocks", "tasks", "tests/contracts")]
    assert all(file.exists() for file in files)
    assert re.search(r"\d+ failed", made.stderr), made.stderr

    paths = [str(file) for file in files]
    assert inside("ruff", "check", *paths).returncode == 0
    assert inside("ruff", "format", "--check", *paths).returncode == 0
    listed = inside("tieline", "actions", "acme_crm")
    assert "acme_crm.get_item" in listed.stdout, listed.stderr

    contract = files[2].read_text("utf-8")
    contract = contract.replace('"GET /me", response={}', '"GET /me", response={"name": "Bo"}')
    contract = contract.replace(
        'Exchange("GET /items/7", response={}),), {"id": "7"}),',
        'Exchange("GET /items/7", response={"id": "7"}),), {"id": "7"}),\n'
        '        "list_items": Case({"limit": 1}, (Exchange("GET /items", {"per_page": "1"}, '
        'response=[{"id": "7"}]),), [{"id": "7"}]),',
    )
    files[2].write_text(contract, "utf-8")
    tests = inside("pytest", "tests/test_contracts.py", "-k", "acme_crm", "-p", "no:cacheprovider")
    assert tests.returncode == 0, tests.stdout

    again = inside("tieline", "new", "acme_crm")
    assert again.returncode == 1
    assert "already" in again.stderr
