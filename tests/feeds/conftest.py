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
from tieline.sandbox import CREDENTIALS, Sandbox, running

SECRET = "a-long-random-text"
FAST = "100000/minute"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running(tickets=1) as made:
        yield made


def blocks(sandbox: Sandbox) -> dict[str, Any]:
    """A block for each simulated system."""
    return {
        "sharepoint": SharePointCredentials(
            url=sandbox.sharepoint_url,
            login_url=sandbox.sharepoint_url,
            tenant_id=CREDENTIALS.sharepoint_tenant_id,
            client_id=CREDENTIALS.sharepoint_client_id,
            client_secret=CREDENTIALS.sharepoint_client_secret,
            webhook_secret=SECRET,
            rate=FAST,
        ),
        "google_drive": GoogleDriveCredentials(
            url=sandbox.google_drive_url,
            client_id=CREDENTIALS.google_drive_client_id,
            client_secret=CREDENTIALS.google_drive_client_secret,
            refresh_token=CREDENTIALS.google_drive_refresh_token,
            webhook_secret=SECRET,
            rate=FAST,
        ),
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
