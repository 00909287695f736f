"""A project at GitLab."""

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
from tasks import gitlab
from tasks.gitlab.models import Diff, Entry, MergeRequest
from tieline.errors import Conflict, NotFound, Rejected


class Host:
    """One project.

    Args:
        connection: The saved block's name.
        repository: The path with its groups, such as acme/app.
    """

    def __init__(self, connection: str, repository: str) -> None:
        self._connection, self._project = connection, repository
        self._home = f"https://gitlab.com/{repository}"

    async def head(self, branch: str) -> str:
        """The newest commit of a branch."""
        found = await gitlab.get_branch(self._connection, project=self._project, branch=branch)
        self._learn(found.commit.web_url)
        return found.commit.id

    async def find_head(self, branch: str) -> str | None:
        """The newest commit of a branch, if it is there."""
        found = await gitlab.find_branch(self._connection, project=self._project, branch=branch)
        return None if found is None else found.commit.id

    async def compare(self, base: str, head: str) -> Comparison:
        """What the head has that the base has not; where GitLab may keep files back, the two trees say the rest.

        GitLab tells no sizes: it is asked for those of files whose difference it does not show.
        """
        found = await gitlab.compare_commits(self._connection, project=self._project, base=base, head=head)
        self._learn(found.web_url)
        newest = found.commits[-1].id if found.commits else found.ancestor
        there = await self._entries(newest)
        if found.complete:
            files = [await self._changed(one, there.get(one.new_path), newest) for one in found.diffs]
        else:
            files = differing(await self._entries(found.ancestor), there)
        return Comparison(
            base=found.ancestor,
            head=newest,
            diverged=found.diverged,
            commits=tuple(
                Revision(sha=one.id, message=one.message, author=one.author_name, parents=one.parent_ids)
                for one in found.commits
            ),
            files=tuple(sorted(files, key=lambda one: one.path)),
        )

    async def files(self, ref: str, globs: Sequence[str]) -> list[File]:
        """The files at a commit whose paths fit one of the globs; GitLab does not say how large they are."""
        return [one for one in (await self._entries(ref)).values() if matching(one.path, globs)]

    async def read(self, ref: str, path: str) -> bytes:
        """A file's content."""
        return (await gitlab.get_file(self._connection, project=self._project, path=path, ref=ref)).content

    async def commit(self, branch: str, parent: str, changes: Mapping[str, bytes | None], message: str) -> str:
        """Write (None: delete) files in one commit; its SHA."""
        made = await gitlab.commit_files(
            self._connection, project=self._project, branch=branch, files=dict(changes), message=message, parent=parent
        )
        return made.id

    async def branch(self, name: str, at: str) -> None:
        """Make a branch; one that is there already is fine."""
        there = await gitlab.find_branch(self._connection, project=self._project, branch=name)
        if there is None or there.commit.id != at:
            await gitlab.create_branch(self._connection, project=self._project, branch=name, ref=at)

    async def propose(self, branch: str, into: str, title: str, text: str, labels: Sequence[str] = ()) -> Proposal:
        """Open a merge request, or update the open one of that branch."""
        where, connection = self._project, self._connection
        there = await gitlab.find_merge_request(connection, project=where, source_branch=branch, target_branch=into)
        if there is None:
            made = await gitlab.create_merge_request(
                connection, project=where, title=title, source_branch=branch, target_branch=into, description=text
            )
        else:
            made = await gitlab.update_merge_request(
                connection, project=where, iid=there.iid, title=title, description=text
            )
        if set(labels) - set(made.labels):
            await gitlab.add_labels(connection, project=where, kind="merge_requests", iid=made.iid, labels=list(labels))
        return _proposal(made, new=there is None)

    async def proposal(self, branch: str, into: str) -> Proposal | None:
        """The open merge request of a branch."""
        found = await gitlab.find_merge_request(
            self._connection, project=self._project, source_branch=branch, target_branch=into
        )
        return None if found is None else _proposal(found, new=False)

    async def merge(self, number: int, head: str) -> None:
        """Merge a merge request as it was at that commit."""
        try:
            await gitlab.merge_merge_request(self._connection, project=self._project, iid=number, sha=head)
        except Rejected as exc:
            raise Conflict(str(exc), hint="See on its page what is missing.") from exc

    async def close(self, number: int, why: str) -> None:
        """Close a merge request without a merge, and say why."""
        await self.comment(number, why)
        await gitlab.update_merge_request(self._connection, project=self._project, iid=number, state_event="close")

    async def comment(self, number: int, text: str, before: str = "") -> str:
        """Say something on a merge request, in place of a comment of ours if one is named; its id."""
        where, connection = self._project, self._connection
        with suppress(NotFound):  # somebody has deleted it
            if before:
                await gitlab.update_comment(
                    connection, project=where, kind="merge_requests", iid=number, comment_id=int(before), body=text
                )
                return before
        made = await gitlab.add_comment(connection, project=where, kind="merge_requests", iid=number, body=text)
        return str(made.id)

    async def search(self, name: str, limit: int) -> list[str]:
        """Paths of files in which a name stands, in the default branch."""
        found = await gitlab.search_code(self._connection, query=name, project=self._project, limit=limit)
        return list(dict.fromkeys(one.path for one in found))

    def link(self, ref: str, path: str, line: int | None = None) -> str:
        """Where people see a file; on an own server, once that has told us its address."""
        return f"{self._home}/-/blob/{quote(ref)}/{quote(path)}" + (f"#L{line}" if line else "")

    async def _entries(self, ref: str) -> dict[str, File]:
        found = await gitlab.list_files(self._connection, project=self._project, ref=ref)
        return {one.path: _file(one) for one in found}

    async def _changed(self, told: Diff, there: File | None, head: str) -> ChangedFile:
        now = there or File(path=told.new_path, sha="", mode=MODES.get(told.a_mode or "", "file"))
        status: Status = "added" if told.new_file else "renamed" if told.renamed_file else "modified"
        binary = told.diff.startswith("Binary files ")
        if there and there.mode in {"file", "executable"} and (binary or told.too_large or told.collapsed):
            size = await gitlab.get_file_size(self._connection, project=self._project, path=now.path, ref=head)
            now = now.model_copy(update={"size": size})
        previous = told.old_path if told.renamed_file else ""
        status = "removed" if told.deleted_file else status
        return ChangedFile(**now.model_dump(), status=status, previous=previous, binary=binary)

    def _learn(self, page: str) -> None:
        """Where people find the project: the pages of everything in it begin so."""
        before, name, _ = page.partition(f"/{self._project}")
        self._home = before + name if name else self._home


def _proposal(told: MergeRequest, *, new: bool) -> Proposal:
    return Proposal(number=told.iid, link=told.web_url, head=told.sha or "", new=new)


def _file(entry: Entry) -> File:
    return File(path=entry.path, sha=entry.sha, mode=MODES.get(entry.mode, "file"))
