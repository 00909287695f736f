"""A category of ReadMe's guides. A place is version and category, such as "stable/Getting Started"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import ClassVar

from flows.publishing.forms import Markdown
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, outcome, slug
from tasks import readme
from tieline.errors import ConfigError, Rejected

#: Fenced code, and code in a line: there MDX leaves everything as it is.
_CODE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^[ \t]*(?P=fence)[`~]*[ \t]*$|(?P<tick>`+)[^`\n]+?(?P=tick)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_SYNTAX = re.compile(r"(?<!\\)[{}<]")
#: At the beginning of a line these words are JavaScript.
_STATEMENT = re.compile(r"^(?:(i)(?=mport\b)|(e)(?=xport\b))", re.MULTILINE)
#: Words that one search asks for.
_WORDS = 20


class Mdx(Markdown):
    """MDX: Markdown in which braces and angle brackets are code. Marks are its comments, which nobody sees.

    A page that is not MDX is not shown: https://docs.readme.com/main/docs/rendering-errors-invalid-mdx
    """

    marks: ClassVar[re.Pattern[str]] = re.compile(
        r"^\{/\* tieline:(?P<which>begin|end) (?P<name>[\w.-]+)(?: (?P<digest>[0-9a-f]{12}))?[^\n]*? \*/\}[ \t\r]*$",
        re.MULTILINE,
    )

    def begin(self, name: str, digest: str) -> str:
        """The first mark, with a word to those who edit the page."""
        return f"{{/* tieline:begin {name} {digest} generated: edits between these marks are in conflict */}}\n"

    def end(self, name: str) -> str:
        """The last mark."""
        return f"\n{{/* tieline:end {name} */}}"

    def _render(self, markdown: str) -> str:
        text, made, at = super()._render(markdown), [], 0
        for code in _CODE.finditer(text):
            made += [_plain(text[at : code.start()]), code[0]]
            at = code.end()
        return "".join([*made, _plain(text[at:])])


MDX = Mdx()


class Target:
    """A category.

    Args:
        connection: The saved block's name.
        place: The version or branch, and after a slash the category's title.
    """

    def __init__(self, connection: str, place: str) -> None:
        self._connection = connection
        self._branch, _, self._category = place.partition("/")
        if not self._branch or not self._category:
            raise ConfigError(
                f"{place!r} is no category of ReadMe.", hint='Give version and title: "stable/Getting Started".'
            )

    async def read(self, page: Page) -> Standing | None:
        """The page of that slug, if it is in the category."""
        there = await readme.list_pages(self._connection, branch=self._branch, category=self._category)
        if not any(one.slug == slug(page.path) for one in there):
            return None
        return _standing(await self._page(slug(page.path)))

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return MDX.digest(MDX.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:  # noqa: ARG002 - pages have no messages
        """Write one page after the other; new ones stand in the navigation."""
        written: list[Written] = []
        for standing, pages in by_page(drafts):
            if standing is None:
                text = put(MDX, "", pages)
                if not text:
                    continue
                made = await readme.create_guide(
                    self._connection,
                    branch=self._branch,
                    category=await self._uri(),
                    title=pages[0].title,
                    slug=slug(pages[0].path),
                    body=text,
                    view="public",
                )
            else:
                now = await self._page(standing.id)
                checked(standing, _standing(now))
                made = await readme.update_guide(
                    self._connection, branch=self._branch, slug=now.slug, body=put(MDX, now.body, pages)
                )
            _shown(made)
            written += outcome(standing, pages, made.link or "")
        return written

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:
        """Guides that ReadMe finds for one of the words, in whichever category."""
        hits: dict[str, readme.Found] = {}
        version = None if self._branch == "stable" else self._branch
        for word in words[:_WORDS]:
            if len(hits) >= limit:
                break
            found = await readme.search(
                self._connection, query=word, section="guides", version=version, limit=limit - len(hits)
            )
            hits |= {one.slug: one for one in found}
        pages = [await self._page(name) for name in list(hits)[:limit]]
        return [Found(path=one.slug, title=one.title, text=one.body, link=one.link or "") for one in pages]

    async def _page(self, name: str) -> readme.Page:
        return await readme.get_guide(self._connection, branch=self._branch, slug=name)

    async def _uri(self) -> str:
        there = await readme.list_categories(self._connection, branch=self._branch)
        uri = next((one.uri for one in there if one.title == self._category), None)
        if uri is None:
            known = ", ".join(one.title for one in there) or "none"
            raise ConfigError(
                f"ReadMe has no category {self._category!r} in {self._branch}.", hint=f"There are: {known}."
            )
        return uri


def _plain(text: str) -> str:
    """Text outside of code, in which nothing is JavaScript."""
    text = _SYNTAX.sub(r"\\\g<0>", _AUTOLINK.sub(r"[\1](\1)", text))
    return _STATEMENT.sub(lambda found: f"&#{ord(found[0])};", text)


def _shown(page: readme.Page) -> None:
    if page.renderable.get("status") is False:
        raise Rejected(
            f"ReadMe has {page.title!r} now, but cannot show it.",
            hint="Look at the page there: some of its MDX is wrong. What was there before us counts, too.",
        )


def _standing(page: readme.Page) -> Standing:
    version = hashlib.sha256(page.body.encode()).hexdigest()
    return Standing(
        id=page.slug, title=page.title, version=version, regions=regions(MDX, page.body), link=page.link or ""
    )
