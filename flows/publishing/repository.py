"""Markdown files in a repository, at whichever code host.

A place is "acme/docs", "acme/docs@main" or, for a folder, "acme/docs@main:api".

Files are written in one commit, or not at all. A branch that moved while we wrote is read again, once.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

from flows.code_hosts import Host, Proposal, address, host
from flows.publishing.forms import MARKDOWN
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Proposed, Standing, Written
from flows.publishing.together import by_page, checked, decoded, outcome
from tieline.errors import ConfigError, Conflict

#: What every commit of ours says at its end: pushes of such commits start nothing.
TRAILER = "Generated-by: Tieline"
_MARKDOWN = "**/*.md"
_LARGEST = 1 << 20
_AT_ONCE = 8


class Repository:
    """A folder of a branch.

    Args:
        system: Which code host.
        connection: The saved block's name.
        place: Repository, branch (by default main) and folder.
    """

    def __init__(self, system: str, connection: str, place: str) -> None:
        found = address(place)
        self._host: Host = host(f"{system}/{connection}", found.repository)
        self._branch, self._folder, self._name = found.branch, found.folder, found.repository
        self._there: dict[str, frozenset[str]] = {}

    async def read(self, page: Page) -> Standing | None:
        """The file of that path."""
        return await self._standing(await self._head(), self._file(page.path), page.title)

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return MARKDOWN.digest(MARKDOWN.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:
        """Write all files in one commit."""
        if not drafts:
            return []
        try:
            return await self._write(drafts, message)
        except Conflict:
            # Somebody else pushed in between; our files may be as they were.
            return await self._write(drafts, message)

    async def _write(self, drafts: Sequence[Draft], message: str) -> list[Written]:
        head = await self._head()
        changes: dict[str, bytes | None] = {}
        written: list[Written] = []
        for before, pages in by_page(drafts):
            path = before.id if before else self._file(pages[0].path)
            now = await self._standing(head, path, pages[0].title)
            self._compare(before, now, path)
            changes |= await self._changed(head, path, pages, there=now is not None)
            written += outcome(now, pages, self._host.link(self._branch, path))
        if changes:
            await self._host.commit(self._branch, head, changes, f"{message}\n\n{TRAILER}")
        return written

    def _compare(self, before: Standing | None, now: Standing | None, path: str) -> None:
        if (before is None) != (now is None):
            raise Conflict(f"{path} was made or deleted while it was about to be written.", hint="Run it again.")
        if before is not None and now is not None:
            checked(before, now)

    async def _changed(self, head: str, path: str, pages: Sequence[Page], *, there: bool) -> Mapping[str, bytes | None]:
        """The file as it shall be; one in which nothing is left is deleted."""
        old = decoded(await self._host.read(head, path), path) if there else ""
        new = put(MARKDOWN, old, pages)
        if new == old:
            return {}
        return {path: new.encode() if new.strip() else None}

    async def propose(self, name: str, drafts: Sequence[Draft], title: str, text: str) -> Proposed:
        """Put the drafts on a branch, in place of all that was put there before, with its pull request."""
        into = await self._head()
        head = await self._host.find_head(name)
        if head is None:
            head = into
            await self._host.branch(name, head)
        base, wanted = await self._begun(into, head)
        for before, pages in by_page(drafts):
            path = before.id if before else self._file(pages[0].path)
            _unedited(await self._standing(head, path, pages[0].title), pages)
            new = put(MARKDOWN, decoded(await self._content(base, path) or b"", path), pages)
            wanted[path] = new.encode() if new.strip() else None
        changes = {path: content for path, content in wanted.items() if content != await self._content(head, path)}
        if changes:
            head = await self._host.commit(name, head, changes, f"{title}\n\n{TRAILER}")
        return Proposed(link=(await self._host.propose(name, self._branch, title, text)).link, head=head)

    async def _begun(self, into: str, head: str) -> tuple[str, dict[str, bytes | None]]:
        """Where a branch began, and what stood there of all that it changed: no more is merged than is approved."""
        if head == into:
            return into, {}
        found = await self._host.compare(into, head)
        # A merge is what people get who bring the branch up to date with a button.
        if any(TRAILER not in one.message and len(one.parents) < 2 for one in found.commits):  # noqa: PLR2004 - two parents
            raise Conflict(
                "Somebody else has written on the branch of the pull request.",
                hint="Merge it; or close it, and delete its branch.",
            )
        paths = {path for one in found.files for path in (one.path, one.previous) if path}
        return found.base, {path: await self._content(found.base, path) for path in sorted(paths)}

    async def proposed(self, name: str) -> Proposed | None:
        """The open pull request of that branch, as it is now."""
        found = await self._open(name)
        return None if found is None else Proposed(link=found.link, head=found.head)

    async def accept(self, name: str, head: str) -> str:
        """Merge the open pull request of that branch, as it was at that commit; its address, or "" if there is none."""
        found = await self._open(name)
        if found is None:
            return ""
        await self._host.merge(found.number, head)
        return found.link

    async def withdraw(self, name: str, why: str) -> None:
        """Close the open pull request of that branch, if there is one."""
        found = await self._open(name)
        if found is not None:
            await self._host.close(found.number, why)

    async def _open(self, name: str) -> Proposal | None:
        return await self._host.proposal(name, self._branch)

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:  # noqa: ARG002 - all pages are read, for meaning
        """The Markdown files of the folder, the shortest paths first."""
        head = await self._head()
        glob = f"{self._folder}/{_MARKDOWN}" if self._folder else _MARKDOWN
        files = [one for one in await self._host.files(head, [glob]) if one.mode == "file" and one.size < _LARGEST]
        room = asyncio.Semaphore(_AT_ONCE)

        async def page(path: str) -> Found:
            async with room:
                text = (await self._host.read(head, path)).decode(errors="replace")
            return Found(path=path, title=path, text=text, link=self._host.link(self._branch, path))

        first = sorted(files, key=lambda one: (one.path.count("/"), one.path))[:limit]
        return list(await asyncio.gather(*(page(one.path) for one in first)))

    async def listed(self, folder: str) -> list[str]:
        """The paths of the Markdown files right in a folder."""
        begin = f"{self._folder}/" if self._folder else ""
        found = await self._host.files(await self._head(), [f"{begin}{folder}*.md"])
        return [one.path.removeprefix(begin).removesuffix(".md") for one in found]

    def _file(self, path: str) -> str:
        return f"{self._folder}/{path}.md" if self._folder else f"{path}.md"

    async def _head(self) -> str:
        head = await self._host.find_head(self._branch)
        if head is None:
            raise ConfigError(
                f"{self._name} has no branch {self._branch!r} to publish to.",
                hint="Name another one behind an @, or make its first commit.",
            )
        return head

    async def _standing(self, head: str, path: str, title: str) -> Standing | None:
        content = await self._content(head, path)
        if content is None:
            return None
        return Standing(
            id=path,
            title=title,
            version=hashlib.sha256(content).hexdigest(),
            regions=regions(MARKDOWN, decoded(content, path)),
            link=self._host.link(self._branch, path),
        )

    async def _content(self, head: str, path: str) -> bytes | None:
        if head not in self._there:
            # One list in place of a question for each page, most of which would be answered with an error.
            self._there[head] = frozenset(one.path for one in await self._host.files(head, ["**"]))
        return await self._host.read(head, path) if path in self._there[head] else None


def _unedited(now: Standing | None, pages: Sequence[Page]) -> None:
    for page in pages:
        there = now.region(page.region) if now else None
        if there is not None and there.edited:
            raise Conflict(
                f"Somebody has edited {page.path} on the branch of the pull request.",
                hint="Merge it, or take the edit back; or close it, and delete its branch.",
            )
