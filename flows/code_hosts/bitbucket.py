"""A repository at Bitbucket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import quote

from flows.code_hosts.host import ChangedFile, Comparison, File, Mode, Proposal, Revision, Status, matching
from tasks import bitbucket
from tieline.errors import Conflict, NotFound, Rejected

#: A file that is both, such as a binary that can be run, is what comes first.
_MODES: Mapping[str, Mode] = {"subrepository": "submodule", "link": "symlink", "executable": "executable"}
_STATUS: Mapping[str, Status] = {"added": "added", "removed": "removed", "renamed": "renamed"}
_BINARY = "binary"
#: A list of all files has a hundred in each answer.
_ONE_BY_ONE = 50


class Host:
    """One repository. Bitbucket does not say what git calls a content: `File.sha` is empty.

    Args:
        connection: The saved block's name.
        repository: Workspace and repository, such as acme/app.
    """

    def __init__(self, connection: str, repository: str) -> None:
        self._connection, self._repository = connection, repository

    async def head(self, branch: str) -> str:
        """The newest commit of a branch."""
        return (await bitbucket.get_branch(self._connection, repository=self._repository, branch=branch)).sha

    async def find_head(self, branch: str) -> str | None:
        """The newest commit of a branch, if it is there."""
        found = await bitbucket.find_branch(self._connection, repository=self._repository, branch=branch)
        return None if found is None else found.sha

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not."""
        found = await bitbucket.compare_commits(self._connection, repository=self._repository, base=base, head=head)
        there = await self._there(found.head, [one.new for one in found.files if one.new])
        files = (_changed(one, there) for one in found.files)
        return Comparison(
            base=found.base,
            head=found.head,
            diverged=found.diverged,
            commits=tuple(map(_revision, found.commits)),
            files=tuple(sorted(files, key=lambda one: one.path)),
        )

    async def files(self, ref: str, globs: Sequence[str]) -> list[File]:
        """The files at a commit whose paths fit one of the globs."""
        found = (_file(one) for one in await self._entries(ref) if matching(one.path, globs))
        return sorted(found, key=lambda one: one.path)

    async def read(self, ref: str, path: str) -> bytes:
        """A file's content."""
        found = await bitbucket.get_file(self._connection, repository=self._repository, path=path, ref=ref)
        return found.content

    async def commit(self, branch: str, parent: str, changes: Mapping[str, bytes | None], message: str) -> str:
        """Write (None: delete) files in one commit; its SHA."""
        made = await bitbucket.commit_files(
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
        there = await bitbucket.find_branch(self._connection, repository=self._repository, branch=name)
        if there is None:
            await bitbucket.create_branch(self._connection, repository=self._repository, branch=name, sha=at)
        elif there.sha != at:
            hint = "Choose another name, or delete it there."
            raise Conflict(f"The branch {name} is there already, at {there.sha[:7]}.", hint=hint)

    async def propose(self, branch: str, into: str, title: str, text: str, labels: Sequence[str] = ()) -> Proposal:  # noqa: ARG002 - Bitbucket has no labels
        """Open a pull request, or update the open one of that branch."""
        where, connection = self._repository, self._connection
        there = await bitbucket.find_pull_request(connection, repository=where, source=branch, destination=into)
        if there is None:
            made = await bitbucket.create_pull_request(
                connection, repository=where, title=title, source=branch, destination=into, description=text
            )
        else:
            made = await bitbucket.update_pull_request(
                connection, repository=where, number=there.id, title=title, description=text
            )
        return await self._proposal(made, new=there is None)

    async def proposal(self, branch: str, into: str) -> Proposal | None:
        """The open pull request of a branch."""
        found = await bitbucket.find_pull_request(
            self._connection, repository=self._repository, source=branch, destination=into
        )
        return None if found is None else await self._proposal(found, new=False)

    async def merge(self, number: int, head: str) -> None:
        """Merge a pull request as it was at that commit."""
        try:
            await bitbucket.merge_pull_request(self._connection, repository=self._repository, number=number, sha=head)
        except Rejected as exc:
            raise Conflict(str(exc), hint="See on its page what is missing.") from exc

    async def close(self, number: int, why: str) -> None:
        """Close a pull request without a merge, and say why."""
        await self.comment(number, why)
        await bitbucket.decline_pull_request(self._connection, repository=self._repository, number=number)

    async def comment(self, number: int, text: str, before: str = "") -> str:
        """Say something on a pull request, in place of a comment of ours if one is named; its id."""
        where, connection = self._repository, self._connection
        with suppress(NotFound):  # somebody has deleted it
            if before:
                comment_id = int(before)
                await bitbucket.update_comment(
                    connection, repository=where, number=number, comment_id=comment_id, text=text
                )
                return before
        return str((await bitbucket.add_comment(connection, repository=where, number=number, text=text)).id)

    async def search(self, name: str, limit: int) -> list[str]:
        """Paths of files in which a name stands, in the main branch."""
        workspace, _, repository = self._repository.partition("/")
        query = f"{name} repo:{repository}"
        found = await bitbucket.search_code(self._connection, workspace=workspace, query=query, limit=limit)
        return [one.path for one in found]

    def link(self, ref: str, path: str, line: int | None = None) -> str:
        """Where people see a file."""
        page = f"https://bitbucket.org/{self._repository}/src/{quote(ref, safe='')}/{quote(path)}"
        return page + (f"#lines-{line}" if line else "")

    async def _entries(self, ref: str) -> list[bitbucket.Entry]:
        return await bitbucket.list_files(self._connection, repository=self._repository, ref=ref)

    async def _there(self, ref: str, paths: Sequence[str]) -> dict[str, bitbucket.Entry]:
        """What the files are; one by one while that is less than all there are."""
        if len(paths) > _ONE_BY_ONE:
            return {one.path: one for one in await self._entries(ref)}
        one_by_one = (
            bitbucket.get_entry(self._connection, repository=self._repository, path=path, ref=ref) for path in paths
        )
        return {one.path: one for one in await asyncio.gather(*one_by_one)}

    async def _proposal(self, told: bitbucket.PullRequest, *, new: bool) -> Proposal:
        """A pull request tells only the first digits of its newest commit."""
        source = told.source.repository or self._repository
        commit = await bitbucket.get_commit(self._connection, repository=source, ref=told.source.branch)
        return Proposal(number=told.id, link=told.html_url, head=commit.sha, new=new)


def _file(entry: bitbucket.Entry) -> File:
    mode = next((mode for word, mode in _MODES.items() if word in entry.attributes), "file")
    return File(path=entry.path, sha="", size=entry.size or 0, mode=mode)


def _changed(told: bitbucket.ChangedFile, there: Mapping[str, bitbucket.Entry]) -> ChangedFile:
    path = told.new or told.old or ""
    entry, status = there.get(path), _STATUS.get(told.status, "modified")
    now = _file(entry) if entry else File(path=path, sha="")
    previous = told.old or "" if status == "renamed" else ""
    binary = entry is not None and _BINARY in entry.attributes
    return ChangedFile(**now.model_dump(), status=status, previous=previous, binary=binary)


def _revision(commit: bitbucket.Commit) -> Revision:
    return Revision(
        sha=commit.sha, message=commit.message, author=commit.author.partition(" <")[0], parents=commit.parents
    )
