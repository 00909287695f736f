"""A folder of Markdown files, wherever files are kept. A place is a folder below the connection's, or empty."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flows.code_hosts import matching
from flows.publishing.forms import MARKDOWN
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, decoded, outcome
from tasks import files
from tieline.errors import Conflict, NotFound

_LARGEST = 1 << 20


class Target:
    """A folder.

    Args:
        connection: The saved block's name.
        place: The folder below it.
    """

    def __init__(self, connection: str, place: str) -> None:
        self._connection, self._folder = connection, place.strip("/")

    async def read(self, page: Page) -> Standing | None:
        """The file of that path."""
        found = await self._text(self._file(page.path))
        return None if found is None else _standing(self._file(page.path), page.title, found)

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return MARKDOWN.digest(MARKDOWN.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:  # noqa: ARG002 - files have no history
        """Write one file after the other, each at once; one in which nothing is left is deleted."""
        written: list[Written] = []
        for before, pages in by_page(drafts):
            path = before.id if before else self._file(pages[0].path)
            old = await self._text(path)
            if before is not None and old is not None:
                checked(before, _standing(path, before.title, old))
            elif (before is None) != (old is None):
                raise Conflict(f"{path} was made or deleted while it was about to be written.", hint="Run it again.")
            new = put(MARKDOWN, old or "", pages)
            if new.strip():
                await files.write_file(self._connection, path=path, content=new.encode())
            elif old is not None:
                await files.delete_file(self._connection, path=path)
            written += outcome(before, pages, "")
        return written

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:  # noqa: ARG002 - all pages are read, for meaning
        """The Markdown files of the folder."""
        found = await files.list_files(self._connection, limit=1_000_000)
        inside = [
            one
            for one in found
            if one.path.endswith(".md") and (one.size or 0) < _LARGEST and _is_below(one.path, self._folder)
        ]
        pages = [(one.path, await files.read_file(self._connection, path=one.path)) for one in inside[:limit]]
        return [Found(path=path, title=path, text=content.decode(errors="replace")) for path, content in pages]

    async def listed(self, folder: str) -> list[str]:
        """The paths of the Markdown files right in a folder."""
        begin = f"{self._folder}/" if self._folder else ""
        found = [one.path for one in await files.list_files(self._connection, limit=1_000_000)]
        inside = [path for path in found if matching(path, [f"{begin}{folder}*.md"])]
        return [path.removeprefix(begin).removesuffix(".md") for path in inside]

    def _file(self, path: str) -> str:
        return f"{self._folder}/{path}.md" if self._folder else f"{path}.md"

    async def _text(self, path: str) -> str | None:
        try:
            content = await files.read_file(self._connection, path=path)
        except NotFound:
            return None
        return decoded(content, path)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _standing(path: str, title: str, text: str) -> Standing:
    version = hashlib.sha256(text.encode()).hexdigest()
    return Standing(id=path, title=title, version=version, regions=regions(MARKDOWN, text))
