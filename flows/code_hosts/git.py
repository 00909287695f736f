"""A repository on any git server: files, commits and branches, and nobody to propose anything to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from flows.code_hosts.host import MODES, ChangedFile, Comparison, File, Proposal, Revision, matching
from tasks import git
from tieline.errors import ConfigError


class Host:
    """One repository.

    Args:
        connection: The saved block's name.
        repository: Below the connection's address, such as acme/app.git.
    """

    def __init__(self, connection: str, repository: str) -> None:
        self._connection, self._repository = connection, repository

    async def head(self, branch: str) -> str:
        """The newest commit of a branch."""
        return (await git.get_head(self._connection, repository=self._repository, branch=branch)).sha

    async def find_head(self, branch: str) -> str | None:
        """The newest commit of a branch, if it is there."""
        found = await git.find_branch(self._connection, repository=self._repository, branch=branch)
        return None if found is None else found.sha

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not."""
        found = await git.compare_commits(self._connection, repository=self._repository, base=base, head=head)
        return Comparison(
            base=found.base,
            head=found.head,
            diverged=found.behind_by > 0,
            commits=tuple(map(_revision, found.commits)),
            files=tuple(map(_changed, found.files)),
        )

    async def files(self, ref: str, globs: Sequence[str]) -> list[File]:
        """The files at a commit whose paths fit one of the globs; their sizes are not known before they are read."""
        found = await git.list_files(self._connection, repository=self._repository, ref=ref)
        return [_file(one) for one in found if matching(one.path, globs)]

    async def read(self, ref: str, path: str) -> bytes:
        """A file's content."""
        return (await git.get_file(self._connection, repository=self._repository, path=path, ref=ref)).content

    async def commit(self, branch: str, parent: str, changes: Mapping[str, bytes | None], message: str) -> str:
        """Write (None: delete) files in one commit; its SHA."""
        made = await git.commit_files(
            self._connection,
            repository=self._repository,
            branch=branch,
            files=dict(changes),
            message=message,
            parent=parent,
        )
        return made.sha

    async def branch(self, name: str, at: str) -> None:
        """Make a branch; one that is there already is fine."""
        there = await git.find_branch(self._connection, repository=self._repository, branch=name)
        if there is None or there.sha != at:
            await git.create_branch(self._connection, repository=self._repository, branch=name, sha=at)

    async def propose(self, branch: str, into: str, title: str, text: str, labels: Sequence[str] = ()) -> Proposal:  # noqa: ARG002 - see _nobody
        """Git has no pull requests."""
        _nobody()

    async def proposal(self, branch: str, into: str) -> Proposal | None:  # noqa: ARG002 - see _nobody
        """Git has no pull requests."""
        _nobody()

    async def merge(self, number: int, head: str) -> None:  # noqa: ARG002 - see _nobody
        """Git has no pull requests."""
        _nobody()

    async def close(self, number: int, why: str) -> None:  # noqa: ARG002 - see _nobody
        """Git has no pull requests."""
        _nobody()

    async def comment(self, number: int, text: str, before: str = "") -> str:  # noqa: ARG002 - see _nobody
        """Git has no pull requests."""
        _nobody()

    def link(self, ref: str, path: str, line: int | None = None) -> str:  # noqa: ARG002 - as the protocol has it
        """A git server has no pages: the path itself."""
        return path


def _nobody() -> NoReturn:
    raise ConfigError(
        "Git itself has no pull requests and no comments.",
        hint="Commit to a branch, or use the connection of the server's own system: github, gitlab or bitbucket.",
    )


def _file(entry: git.Entry) -> File:
    return File(path=entry.path, sha=entry.sha, mode=MODES.get(entry.mode, "file"))


def _changed(told: git.ChangedFile) -> ChangedFile:
    known = {"status": told.status, "previous": told.previous, "binary": told.binary, "size": told.size}
    return ChangedFile(**{**_file(told).model_dump(), **known})


def _revision(commit: git.Commit) -> Revision:
    return Revision(sha=commit.sha, message=commit.message, author=commit.author, parents=commit.parents)
