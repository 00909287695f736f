"""Help centers as targets: articles in HTML, found by their titles, in the section or the collection of the place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

from flows.publishing.forms import HTML
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, outcome
from tieline import Model
from tieline.markup import html

#: Names that are asked for, each with a call of its own.
_NAMES = 10


class Article(Model):
    """An article, whichever system it is in."""

    id: int
    title: str
    body: str = ""
    link: str = ""


class Shelf(Protocol):
    """What a help center must be able to do. Errors are those of `tieline.errors`."""

    async def find(self, title: str) -> Article | None:
        """The article of the place that has this title."""

    async def get(self, article_id: int) -> Article:
        """An article as it is now."""

    async def create(self, title: str, body: str) -> Article:
        """Publish a new article in the place."""

    async def update(self, article_id: int, body: str) -> Article:
        """Replace an article's text; whether readers see it stays as it is."""

    async def search(self, name: str, limit: int) -> list[Article]:
        """Articles in which a name stands, wherever they are."""


class Articles:
    """A target of articles.

    Args:
        shelf: The help center, and the place in it.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def read(self, page: Page) -> Standing | None:
        """The article of that title."""
        there = await self._shelf.find(page.title)
        return None if there is None else _standing(there)

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return HTML.digest(HTML.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:  # noqa: ARG002 - articles keep no messages
        """Write one article after the other."""
        written: list[Written] = []
        for standing, pages in by_page(drafts):
            if standing is None:
                text = put(HTML, "", pages)
                if not text:
                    continue
                made = await self._shelf.create(pages[0].title, text)
            else:
                now = await self._shelf.get(int(standing.id))
                checked(standing, _standing(now))
                made = await self._shelf.update(now.id, put(HTML, now.body, pages))
            written += outcome(standing, pages, made.link)
        return written

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:
        """Articles in which one of the first words stands."""
        found: dict[int, Article] = {}
        for name in list(dict.fromkeys(words))[:_NAMES]:
            if len(found) < limit:
                found |= {one.id: one for one in await self._shelf.search(name, limit)}
        return [
            Found(path=one.title, title=one.title, text=html.to_markdown(one.body), link=one.link)
            for one in list(found.values())[:limit]
        ]


def _standing(article: Article) -> Standing:
    # Votes and comments change an article's own times, and two edits can be within one second.
    version = hashlib.sha256(f"{article.title}\n{article.body}".encode()).hexdigest()
    return Standing(
        id=str(article.id),
        title=article.title,
        version=version,
        regions=regions(HTML, article.body),
        link=article.link,
    )
