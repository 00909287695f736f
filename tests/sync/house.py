"""A code host to read documents from, and a wiki to write them to, both simulated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blocks.confluence import ConfluenceCredentials
from blocks.files import FilesCredentials
from blocks.github import GitHubCredentials
from blocks.notion import NotionCredentials
from blocks.sql import SqlCredentials
from flows.document_sync.job import Job
from flows.document_sync.report import DataSyncReport
from flows.document_sync.work import run
from tieline import Credentials, connections
from tieline.sandbox import Sandbox
from tieline.sandbox.confluence.memory import Wiki
from tieline.sandbox.github.memory import GitHub

FAST = "100000/minute"
DOCS: dict[str, str | None] = {
    "guides/start.md": "---\ntags: [intro, setup]\n---\n# Getting started\n\nInstall it.\n",
    "guides/lamp.md": "# The lamp\n\nIt lights.\n",
    "guides/faq.md": "Nothing was asked yet.\n",
    "guides/code.py": "print()\n",
}
JOB = Job(source="github/app:acme/app@main:guides", target="confluence/docs:DOCS", name="handbook", delete_limit=0.5)


class Killed(BaseException):
    """The process ends here."""


class House:
    """A code host to read from, and a wiki."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.github, self.wiki = sandbox.state[GitHub], sandbox.state[Wiki]

    def push(self, files: dict[str, str | None]) -> None:
        content = {path: None if text is None else text.encode() for path, text in files.items()}
        self.github.push(self.github.repos["acme/app"], "main", content, "Write", "Ada Example")

    def pages(self) -> dict[str, dict[str, Any]]:
        return {page["title"]: page for page in self.wiki.pages.values()}

    def text(self, title: str) -> str:
        return str(self.pages()[title]["body"]["storage"]["value"])

    def edit(self, title: str, change: Callable[[str], str]) -> None:
        page = self.pages()[title]
        page["body"]["storage"]["value"] = change(page["body"]["storage"]["value"])
        self.wiki.save(page)

    def calls(self) -> list[str]:
        """What was asked since the last time."""
        found = [f"{one.method} {one.path}" for one in self.sandbox.state.log]
        self.sandbox.state.log.clear()
        return found


async def synced(job: Job = JOB, **more: Any) -> DataSyncReport:
    outcome = await run(job, **more)
    if outcome.trouble:
        raise outcome.trouble
    return outcome.report


def furnished(served: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    served.state.begin()
    notion = NotionCredentials(**served.connection("notion"), rate=FAST)
    saved: dict[str, Credentials] = {
        "app": GitHubCredentials(**served.connection("github"), rate=FAST, read_only=True),
        "folder": FilesCredentials(url=f"file://{tmp_path}"),
        "main": SqlCredentials(dialect="sqlite", database=str(tmp_path / "main.db")),
        "docs": ConfluenceCredentials(**served.connection("confluence"), rate=FAST),
    }

    async def load(block: type[Credentials], name: str) -> Credentials:
        found = notion if block is NotionCredentials else saved[name]
        assert isinstance(found, block)
        return found

    monkeypatch.setattr(connections, "load", load)
    made = House(served)
    made.push(DOCS)
    return made
