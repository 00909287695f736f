"""Simulated SharePoint and Google Drive, a folder, and connections to them that need no Prefect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blocks.files import FilesCredentials
from blocks.google_drive import GoogleDriveCredentials
from blocks.sharepoint import SharePointCredentials
from tieline import connections
from tieline.errors import UnknownName
from tieline.feeds import folder as folders
from tieline.sandbox import Sandbox, running

SECRET = "a-long-random-text"
FAST = "100000/minute"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


def blocks(sandbox: Sandbox) -> dict[str, Any]:
    """A block for each simulated system."""
    more = {"rate": FAST, "webhook_secret": SECRET}
    return {
        "sharepoint": SharePointCredentials(**sandbox.connection("sharepoint"), **more),
        "google_drive": GoogleDriveCredentials(**sandbox.connection("google_drive"), **more),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def team(sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The connection `team` of each system."""
    made = {**blocks(sandbox), "files": FilesCredentials(url=f"file://{folder}")}
    kinds = {type(block): block for block in made.values()}

    async def load(kind: type, name: str) -> Any:
        if name != "team":
            raise UnknownName("connection", name, ["team"])
        return kinds[kind]

    monkeypatch.setattr(connections, "load", load)
    monkeypatch.setattr(folders, "SETTLE_SECONDS", 0.0)
    return made
