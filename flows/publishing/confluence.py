"""A space of Confluence, or the pages below one of its pages. A place is "DOCS", or "DOCS/Title of the page above"."""

from __future__ import annotations

from collections.abc import Sequence

from flows.publishing.forms import CONFLUENCE
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, outcome
from tasks import confluence
from tieline.errors import ConfigError, Conflict

#: Names that one search asks for: an address has an end.
_NAMES = 20


class Target:
    """A space.

    Args:
        connection: The saved block's name.
        place: The space's key, and after a slash the title of the page that new ones go below.
    """

    def __init__(self, connection: str, place: str) -> None:
        self._connection = connection
        self._key, _, self._above = place.partition("/")
        self._known: confluence.Space | None = None
        if not self._key:
            raise ConfigError("Which space of Confluence?", hint='Give its key as the place, such as "DOCS".')

    async def read(self, page: Page) -> Standing | None:
        """The page of that title."""
        there = await self._titled(page.title)
        return None if there is None else _standing(there)

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return CONFLUENCE.digest(CONFLUENCE.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:
        """Write one page after the other."""
        written: list[Written] = []
        for standing, pages in by_page(drafts):
            if standing is None:
                text = put(CONFLUENCE, "", pages)
                if not text:
                    continue
                made = await confluence.create_page(
                    self._connection,
                    space_id=(await self._space()).id,
                    title=pages[0].title,
                    storage=text,
                    parent_id=await self._parent(),
                )
            else:
                now = await confluence.get_page(self._connection, page_id=standing.id)
                checked(standing, _standing(now))
                made = await confluence.update_page(
                    self._connection,
                    page_id=now.id,
                    version=now.number,
                    title=now.title,
                    # A page of Confluence is never quite empty.
                    storage=put(CONFLUENCE, now.storage, pages) or "<p />",
                    message=message,
                )
            written += outcome(standing, pages, made.link)
        return written

    async def rename(self, standing: Standing, title: str) -> Standing:
        """Give a page another title."""
        if await self._titled(title) is not None:
            raise Conflict(f"There is a page {title!r} already.", hint="Give one of them another title.")
        now = await confluence.get_page(self._connection, page_id=standing.id)
        checked(standing, _standing(now))
        made = await confluence.update_page(
            self._connection, page_id=now.id, version=now.number, title=title, storage=now.storage, message="New title"
        )
        return _standing(made)

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:
        """Pages of the space in which one of the words stands."""
        names = [word.replace("\\", "").replace('"', "") for word in words[:_NAMES]]
        if not names:
            return []
        asked = " OR ".join(f'text ~ "\\"{name}\\""' for name in names)
        hits = await confluence.search(
            self._connection, cql=f'type = page AND space = "{self._key}" AND ({asked})', limit=limit
        )
        pages = [
            await confluence.get_page(self._connection, page_id=hit.content.id)
            for hit in hits
            if hit.content is not None
        ]
        return [Found(path=one.title, title=one.title, text=one.markdown, link=one.link) for one in pages]

    async def _space(self) -> confluence.Space:
        self._known = self._known or await confluence.find_space(self._connection, key=self._key)
        if self._known is None:
            raise ConfigError(
                f"There is no space {self._key!r} that the account may see.",
                hint="Its key stands in the addresses of its pages, behind /spaces/.",
            )
        return self._known

    async def _parent(self) -> str | None:
        if not self._above:
            return None
        above = await self._titled(self._above)
        if above is None:
            raise ConfigError(
                f"The space {self._key} has no page {self._above!r} to put pages below.", hint="Make it first."
            )
        return above.id

    async def _titled(self, title: str) -> confluence.Page | None:
        space = await self._space()
        found = await confluence.list_pages(self._connection, space_id=space.id, title=title, text=True, limit=1)
        return found[0] if found else None


def _standing(page: confluence.Page) -> Standing:
    return Standing(
        id=page.id,
        title=page.title,
        version=str(page.number),
        regions=regions(CONFLUENCE, page.storage),
        link=page.link,
    )
