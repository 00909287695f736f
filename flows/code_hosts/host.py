"""Repositories as scenarios see them, and what a system that keeps them must be able to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field

from tieline import Model

Mode = Literal["file", "executable", "symlink", "submodule"]
Status = Literal["added", "removed", "modified", "renamed"]

#: How git writes each mode.
MODES: Mapping[str, Mode] = {"100644": "file", "100755": "executable", "120000": "symlink", "160000": "submodule"}
_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class File(Model):
    """A file at one commit."""

    path: str
    sha: str = Field(description="Of its content, as git names it.")
    size: int = Field(0, description="In bytes.")
    mode: Mode = "file"


class ChangedFile(File):
    """A file that differs between two commits; of a removed one, `sha` and `mode` are what the host still says."""

    status: Status
    previous: str = Field("", description="The path that it had, where it was renamed.")
    binary: bool = Field(default=False, description="The host shows no text of it.")


class Revision(Model):
    """A commit."""

    sha: str
    message: str = ""
    author: str = ""
    parents: tuple[str, ...] = ()


class Comparison(Model):
    """What lies between two commits: from their common ancestor to the head."""

    base: str = Field(description="The common ancestor.")
    head: str
    diverged: bool = Field(default=False, description="The base has commits that the head has not: a forced push.")
    commits: tuple[Revision, ...] = Field((), description="Oldest first.")
    files: tuple[ChangedFile, ...] = ()


class Proposal(Model):
    """A pull request, a merge request."""

    number: int
    link: str = ""
    head: str = Field("", description="Its newest commit.")
    new: bool = Field(default=True, description="False where the branch had one, which was updated.")


@runtime_checkable
class Host(Protocol):
    """One repository. Errors are those of `tieline.errors`."""

    async def head(self, branch: str) -> str:
        """The newest commit of a branch. Errors: `NotFound` where the branch is gone."""

    async def find_head(self, branch: str) -> str | None:
        """The newest commit of a branch, if it is there."""

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not."""

    async def files(self, ref: str, globs: Sequence[str]) -> list[File]:
        """The files at a commit whose paths fit one of the globs, by path; see `matching`."""

    async def read(self, ref: str, path: str) -> bytes:
        """A file's content. Errors: `NotFound`."""

    async def commit(self, branch: str, parent: str, changes: Mapping[str, bytes | None], message: str) -> str:
        """Write (None: delete) files in one commit; its SHA. The same again makes no second one.

        Errors: `Conflict` when the branch is not at `parent` any more; nothing was changed.
        """

    async def branch(self, name: str, at: str) -> None:
        """Make a branch; one that is there, and there, is fine. Errors: `Conflict` where it is elsewhere."""

    async def propose(self, branch: str, into: str, title: str, text: str, labels: Sequence[str] = ()) -> Proposal:
        """Open a pull request, or update the open one of that branch."""

    async def proposal(self, branch: str, into: str) -> Proposal | None:
        """The open pull request of a branch."""

    async def merge(self, number: int, head: str) -> None:
        """Merge a pull request as it was at that commit. Errors: `Conflict` where that cannot be done."""

    async def close(self, number: int, why: str) -> None:
        """Close a pull request without a merge, and say why."""

    async def comment(self, number: int, text: str, before: str = "") -> str:
        """Say something on a pull request, in place of a comment of ours if one is named; its id."""

    def link(self, ref: str, path: str, line: int | None = None) -> str:
        """Where people see a file."""


@runtime_checkable
class Searching(Protocol):
    """A host that finds code."""

    async def search(self, name: str, limit: int) -> list[str]:
        """Paths of files in which a name stands, in the default branch; the name has letters, digits and `_` only."""


def matching(path: str, globs: Sequence[str]) -> bool:
    """Whether a path fits a glob: `*` and `?` stay in a folder, `**` goes through all, as in `src/**/*.py`."""
    return any(_expression(glob).fullmatch(path) for glob in globs)


def differing(before: Mapping[str, File], after: Mapping[str, File]) -> list[ChangedFile]:
    """What differs between two trees, by path; what moved without a change is renamed."""
    gone = {path: file for path, file in before.items() if path not in after}
    moved = {file.sha: path for path, file in gone.items()}
    files: list[ChangedFile] = []
    for path, file in after.items():
        if path in before:
            if (file.sha, file.mode) != (before[path].sha, before[path].mode):
                files.append(ChangedFile(**file.model_dump(), status="modified"))
        elif previous := moved.pop(file.sha, ""):
            del gone[previous]
            files.append(ChangedFile(**file.model_dump(), status="renamed", previous=previous))
        else:
            files.append(ChangedFile(**file.model_dump(), status="added"))
    return files + [ChangedFile(**file.model_dump(), status="removed") for file in gone.values()]


@cache
def _expression(glob: str) -> re.Pattern[str]:
    return re.compile("".join(_MEANS.get(piece) or re.escape(piece) for piece in _PIECES.findall(glob)), re.DOTALL)
