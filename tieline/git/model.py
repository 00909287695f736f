"""What git tells of a repository."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tieline.model import Model


class Branch(Model):
    """A branch, and where it stands."""

    name: str
    sha: str = Field(description="Its newest commit.")


class Entry(Model):
    """A file at one commit. Git knows the size only of what it has fetched, so there is none here."""

    path: str
    mode: str = Field(description="100644 a file, 100755 an executable, 120000 a symlink, 160000 a submodule.")
    sha: str = Field(description="Of its content; of a submodule, its commit.")


class File(Entry):
    """A file with its content."""

    size: int = Field(description="In bytes.")
    content: bytes = b""

    @property
    def text(self) -> str:
        """What stands in it; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")


class Commit(Model):
    """A commit."""

    sha: str
    tree: str = Field(description="The SHA of its files.")
    parents: tuple[str, ...] = ()
    author: str = ""
    email: str = ""
    date: datetime | None = Field(None, description="When it was written, which may be long before it was pushed.")
    message: str = ""


class ChangedFile(Entry):
    """A file that differs between two commits; of a removed one, `mode` and `sha` are what they were."""

    status: Literal["added", "removed", "modified", "renamed"]
    previous: str = Field("", description="The path that it had, where it was renamed.")
    size: int = Field(0, description="In bytes; 0 of what was removed, and of submodules.")
    additions: int = Field(0, description="In lines.")
    deletions: int = Field(0, description="In lines.")
    binary: bool = False


class Comparison(Model):
    """What lies between two commits: from their common ancestor to the head."""

    base: str = Field(description="The common ancestor.")
    head: str
    ahead_by: int = Field(description="Commits that the head has, and the base has not.")
    behind_by: int = Field(description="Commits that the base has, and the head has not, such as after a force push.")
    commits: tuple[Commit, ...] = Field((), description="Oldest first; of very many, the newest.")
    files: tuple[ChangedFile, ...] = ()
