"""A repository at GitHub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import quote

from flows.code_hosts.host import (
    MODES,
    ChangedFile,
    Comparison,
    File,
    Proposal,
    Revision,
    Status,
    differing,
    matching,
)
from tasks import github
from tasks.github.models import ChangedFile as Told
from tasks.github.models import Commit, Entry, PullRequest
from tieline.errors import Conflict, NotFound, Rejected

_STATUS: Mapping[str, Status] = {"added": "added", "copied": "added", "removed": "removed", "renamed": "renamed"}


class Host:
    """One repository.

    Args:
        connection: The saved block's name.
        repository: Owner and name, such as acme/app.
    """

    def __init__(self, connection: str, repository: str) -> None:
        self._connection, self._repository = connection, repository
        self._home = f"https://github.com/{repository}"

    async def head(self, branch: str) -> str:
        """The newest commit of a branch."""
        found = await github.get_branch(self._connection, repository=self._repository, branch=branch)
        self._learn(found.commit.html_url)
        return found.commit.sha

    async def find_head(self, branch: str) -> str | None:
        """The newest commit of a branch, if it is there."""
        found = await github.find_branch(self._connection, repository=self._repository, branch=branch)
        return None if found is None else found.sha

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not; where GitHub keeps files back, the two trees say the rest."""
        found = await github.compare_commits(self._connection, repository=self._repository, base=base, head=head)
        self._learn(found.html_url)
        there = await self._entries(head)
        ancestor = found.merge_base_commit.sha
        if found.complete:
            files = [_changed(one, there.get(one.filename)) for one in found.files]
        else:
            files = differing(await self._entries(ancestor), there)
        return Comparison(
            base=ancestor,
            head=found.commits[-1].sha if found.commits else ancestor,
            diverged=found.behind_by > 0,
            commits=tuple(map(_revision, found.commits)),
            files=tuple(sorted(files, key=lambda one: one.path)),
        )

    async def files(self, ref: str, globs: Sequence[str]) -> list[File]:
        """The files at a commit whose paths fit one of the globs."""
        return [one for one in (await self._entries(ref)).values() if matching(one.path, globs)]

    async def read(self, ref: str, path: str) -> bytes:
        """A file's content."""
        found = await github.get_file(self._connection, repository=self._repository, path=path, ref=ref)
        self._learn(found.html_url)
        return found.content

    async def commit(self, branch: str, parent: str, changes: Mapping[str, bytes | None], message: str) -> str:
        """Write (None: delete) files in one commit; its SHA."""
        made = await github.commit_files(
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
        there = await github.find_branch(self._connection, repository=self._repository, branch=name)
        if there is None or there.sha != at:
            await github.create_branch(self._connection, repository=self._repository, branch=name, sha=at)

    async def propose(self, branch: str, into: str, title: str, text: str, labels: Sequence[str] = ()) -> Proposal:
        """Open a pull request, or update the open one of that branch."""
        where, connection = self._repository, self._connection
        there = await github.find_pull_request(connection, repository=where, head=branch, base=into)
        if there is None:
            made = await github.create_pull_request(
                connection, repository=where, title=title, head=branch, base=into, body=text
            )
        else:
            made = await github.update_pull_request(
                connection, repository=where, number=there.number, title=title, body=text
            )
        if set(labels) - set(made.labels):
            await github.add_labels(connection, repository=where, number=made.number, labels=list(labels))
        return _proposal(made, new=there is None)

    async def proposal(self, branch: str, into: str) -> Proposal | None:
        """The open pull request of a branch."""
        found = await github.find_pull_request(self._connection, repository=self._repository, head=branch, base=into)
        return None if found is None else _proposal(found, new=False)

    async def merge(self, number: int, head: str) -> None:
        """Merge a pull request as it was at that commit."""
        try:
            await github.merge_pull_request(self._connection, repository=self._repository, number=number, sha=head)
        except Rejected as exc:
            raise Conflict(str(exc), hint="See on its page what is missing.") from exc

    async def close(self, number: int, why: str) -> None:
        """Close a pull request without a merge, and say why."""
        await self.comment(number, why)
        await github.update_pull_request(self._connection, repository=self._repository, number=number, state="closed")

    async def comment(self, number: int, text: str, before: str = "") -> str:
        """Say something on a pull request, in place of a comment of ours if one is named; its id."""
        where, connection = self._repository, self._connection
        with suppress(NotFound):  # somebody has deleted it
            if before:
                await github.update_comment(connection, repository=where, comment_id=int(before), body=text)
                return before
        return str((await github.add_comment(connection, repository=where, number=number, body=text)).id)

    async def search(self, name: str, limit: int) -> list[str]:
        """Paths of files in which a name stands, in the default branch."""
        found = await github.search_code(self._connection, query=name, repository=self._repository, limit=limit)
        return [one.path for one in found]

    def link(self, ref: str, path: str, line: int | None = None) -> str:
        """Where people see a file; on an own server, once that has told us its address."""
        return f"{self._home}/blob/{quote(ref)}/{quote(path)}" + (f"#L{line}" if line else "")

    async def _entries(self, ref: str) -> dict[str, File]:
        found = await github.list_files(self._connection, repository=self._repository, ref=ref)
        return {one.path: _file(one) for one in found}

    def _learn(self, page: str | None) -> None:
        """Where people find the repository: the pages of everything in it begin so."""
        before, name, _ = (page or "").partition(f"/{self._repository}")
        self._home = before + name if name else self._home


def _proposal(told: PullRequest, *, new: bool) -> Proposal:
    return Proposal(number=told.number, link=told.html_url, head=told.head.sha, new=new)


def _file(entry: Entry) -> File:
    return File(path=entry.path, sha=entry.sha, size=entry.size or 0, mode=MODES.get(entry.mode, "file"))


def _changed(told: Told, there: File | None) -> ChangedFile:
    now = there or File(path=told.filename, sha=told.sha or "")
    status = _STATUS.get(told.status, "modified")
    # What is only renamed has no difference either.
    silent = told.patch is None and not told.additions and not told.deletions
    binary = silent and status != "renamed" and now.size > 0 and now.mode in {"file", "executable"}
    return ChangedFile(**now.model_dump(), status=status, previous=told.previous_filename or "", binary=binary)


def _revision(commit: Commit) -> Revision:
    author = commit.author.name if commit.author else ""
    return Revision(sha=commit.sha, message=commit.message, author=author, parents=commit.parents)
