"""What a new user does first: in a fresh clone, with an empty home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What is committed, without anything that lies around here."""
    made = tmp_path / "tieline"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(made)], check=True)
    return made


@pytest.fixture
def somebody(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has never run this. Package caches are kept: downloads are not the point."""
    home = tmp_path / "home"
    home.mkdir()
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache/uv"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TIELINE_", "PREFECT_", "VIRTUAL_ENV", "XDG_"))}
    return kept | {"HOME": str(home), "UV_CACHE_DIR": cache, "COLUMNS": "120"}


def test_make_demo(clone: Path, somebody: dict[str, str]) -> None:
    done = subprocess.run(["make", "demo"], cwd=clone, env=somebody, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "zendesk" in done.stdout
    assert "freshdesk" in done.stdout
    assert "right, of these" in done.stdout
    assert "tag +" in done.stdout
    assert "300 webhooks verified and written down" in done.stdout
    assert "0 lost" in done.stdout
    # The PDF's summary and tags, as the columns of the library have them.
    assert "packaging-trial.pdf" in done.stdout
    assert "moulded pulp" in done.stdout
    assert "Summary" in done.stdout
    assert "Tags" in done.stdout


def test_pip_install(clone: Path, somebody: dict[str, str], tmp_path: Path) -> None:
    """Without the lock, so the bounds of pyproject.toml are what counts."""
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    pip = [str(home / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "."]
    subprocess.run(pip, cwd=clone, env=somebody, check=True)
    for words in (["--version"], ["systems"], ["actions", "zendesk"]):
        done = subprocess.run(
            [str(home / "bin/tieline"), *words], cwd=tmp_path, env=somebody, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    asked = (
        "from tieline.language.categorize import Categorizer; from tieline.language.categories import Category; "
        "print(Categorizer([Category(name='Parcels'), Category(name='Passwords')]).categorize(['parcel'])[0].category)"
    )
    done = subprocess.run(
        [str(home / "bin/python"), "-c", asked], cwd=tmp_path, env=somebody, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "Parcels", done.stderr
