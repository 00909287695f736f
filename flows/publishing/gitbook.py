"""A space of GitBook. A place is the space's id, or "ID/guides/api" with the path of the page that new ones go below.

Everything is written in one change request, which is merged at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from flows.publishing.forms import HTML, Markdown
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, outcome, slug
from tasks import gitbook
from tieline.errors import ConfigError, Conflict, TielineError

#: Most changes of one request, and letters of a subject and of a query.
_MOST, _LONGEST, _QUERY = 50, 100, 512


class Blocks(Markdown):
    """Markdown that GitBook takes apart, and writes anew: comments are lost, and only what it says stays.

    Marks are therefore lines that people see, with code in them, for that is not written in another way.
    """

    marks: ClassVar[re.Pattern[str]] = re.compile(
        r"^[^\n]*`tieline (?P<which>begin|end) (?P<name>[\w.-]+)(?: (?P<digest>[0-9a-f]{12}))?`[^\n]*$", re.MULTILINE
    )

    def begin(self, name: str, digest: str) -> str:
        """The first mark, a paragraph of its own."""
        return f"*Generated from here on: please edit outside.* `tieline begin {name} {digest}`\n"

    def end(self, name: str) -> str:
        """The last mark, a paragraph of its own."""
        return f"\n*Generated up to here.* `tieline end {name}`"

    def said(self, text: str) -> str:
        """The words, and where links and pictures lead."""
        return HTML.said(HTML.render(text))


BLOCKS = Blocks()


class Target:
    """A space.

    Args:
        connection: The saved block's name.
        place: The space's id, and after a slash the path of the page that new ones go below.
    """

    def __init__(self, connection: str, place: str) -> None:
        self._connection = connection
        self._space, _, self._above = place.strip("/").partition("/")
        if not self._space:
            raise ConfigError("Which space of GitBook?", hint="Give its id as the place: it stands behind /s/.")

    async def read(self, page: Page) -> Standing | None:
        """The page of that path."""
        path = "/".join(filter(None, [self._above, slug(page.path)]))
        found = await gitbook.find_page(self._connection, space_id=self._space, path=path)
        return None if found is None else _standing(found)

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return BLOCKS.digest(BLOCKS.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:
        """Write all pages, or none: in a change request, which is dropped if it cannot be merged."""
        changed = by_page(drafts)
        if not changed:
            return []
        subject = message.strip()[:_LONGEST] or "Documentation"
        request = await gitbook.create_change_request(self._connection, space_id=self._space, subject=subject)
        try:
            changes = [await self._change(request.id, standing, pages) for standing, pages in changed]
            await self._merge(request.id, [one for one in changes if one is not None])
        except TielineError:
            # What went wrong first is what people want to know.
            with suppress(TielineError):
                await self._drop(request.id)
            raise
        return [
            one for standing, pages in changed for one in outcome(standing, pages, standing.link if standing else "")
        ]

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:
        """Pages of the space that GitBook finds for one of the words."""
        hits: dict[str, gitbook.FoundPage] = {}
        for word in words:
            if len(hits) >= limit:
                break
            found = await gitbook.search(
                self._connection, space_id=self._space, query=word[:_QUERY], limit=limit - len(hits)
            )
            hits |= {one.id: one for one in found}
        pages = [await gitbook.get_page(self._connection, space_id=self._space, page_id=number) for number in hits]
        return [Found(path=one.path, title=one.title, text=one.markdown, link=one.link) for one in pages[:limit]]

    async def _change(
        self, request: str, standing: Standing | None, pages: Sequence[Page]
    ) -> gitbook.InsertPage | gitbook.UpdatePage | None:
        if standing is None:
            text = put(BLOCKS, "", pages)
            return (
                gitbook.InsertPage(
                    title=pages[0].title, slug=slug(pages[0].path), markdown=text, into=await self._parent()
                )
                if text
                else None
            )
        now = await gitbook.get_page(
            self._connection, space_id=self._space, page_id=standing.id, change_request_id=request
        )
        checked(standing, _standing(now))
        return gitbook.UpdatePage(page=now.id, markdown=put(BLOCKS, now.markdown, pages))

    async def _merge(self, request: str, changes: Sequence[gitbook.InsertPage | gitbook.UpdatePage]) -> None:
        for start in range(0, len(changes), _MOST):
            await gitbook.update_content(
                self._connection,
                space_id=self._space,
                change_request_id=request,
                changes=list(changes[start : start + _MOST]),
            )
        # GitBook would merge conflicts, too.
        synced = await gitbook.sync_change_request(self._connection, space_id=self._space, change_request_id=request)
        if synced.result == "conflicts":
            raise Conflict("The space was changed while it was about to be written.", hint="It is read anew next time.")
        await gitbook.merge_change_request(self._connection, space_id=self._space, change_request_id=request)

    async def _drop(self, request: str) -> None:
        await gitbook.update_change_request(
            self._connection, space_id=self._space, change_request_id=request, status="archived"
        )

    async def _parent(self) -> str | None:
        if not self._above:
            return None
        above = await gitbook.find_page(self._connection, space_id=self._space, path=self._above)
        if above is None:
            raise ConfigError(f"The space has no page {self._above!r} to put pages below.", hint="Make it first.")
        return above.id


def _standing(page: gitbook.Page) -> Standing:
    return Standing(
        id=page.id,
        title=page.title,
        version=hashlib.sha256(page.markdown.encode()).hexdigest(),
        regions=regions(BLOCKS, page.markdown),
        link=page.link,
    )
