"""A section of a Zendesk Help Center. A place is its number, or number and language: "360004785313/en-us"."""

from __future__ import annotations

from flows.publishing.articles import Article, Articles
from tasks import zendesk_help_center
from tieline.errors import ConfigError

#: Most articles of a section that are looked through.
_LOOKED = 5000


class Target(Articles):
    """A section.

    Args:
        connection: The saved block's name.
        place: The section's number, and after a slash the language; by default that of the Help Center.
    """

    def __init__(self, connection: str, place: str) -> None:
        number, _, locale = place.partition("/")
        if not number.isdecimal():
            raise ConfigError(
                "Which section of the Help Center?",
                hint='Give its number as the place: it stands in the section\'s address, such as "360004785313".',
            )
        super().__init__(_Section(connection, int(number), locale))


class _Section:
    def __init__(self, connection: str, section: int, locale: str) -> None:
        self._connection, self._section, self._locale = connection, section, locale

    async def find(self, title: str) -> Article | None:
        """Articles are read from the list: a search does not know what is new."""
        there = next((one for one in await self._all() if one.title == title), None)
        return await self.get(there.id) if there else None

    async def get(self, article_id: int) -> Article:
        """What it says in the language."""
        said = await zendesk_help_center.get_translation(
            self._connection, article_id=article_id, locale=await self._language()
        )
        return _article(article_id, said)

    async def create(self, title: str, body: str) -> Article:
        """For those who may see and edit the section's other articles."""
        like = next(iter(await self._all(most=1)), None)
        if like is None or like.permission_group_id is None:
            raise ConfigError(
                f"Section {self._section} has no article yet, so nobody has said who may see and edit those in it.",
                hint="Write a first one by hand: ours will be for the same people.",
            )
        made = await zendesk_help_center.create_article(
            self._connection,
            section_id=self._section,
            title=title,
            body=body,
            permission_group_id=like.permission_group_id,
            user_segment_id=like.user_segment_id,
            locale=await self._language(),
        )
        return Article(id=made.id, title=made.title, body=made.body or "", link=made.html_url or "")

    async def update(self, article_id: int, body: str) -> Article:
        """In the language."""
        said = await zendesk_help_center.update_translation(
            self._connection, source_id=article_id, locale=await self._language(), body=body
        )
        return _article(article_id, said)

    async def search(self, name: str, limit: int) -> list[Article]:
        """In the language."""
        found = await zendesk_help_center.search_articles(
            self._connection, query=f'"{name.replace(chr(34), "")}"', locale=await self._language(), limit=limit
        )
        return [Article(id=one.id, title=one.title, body=one.body or "", link=one.html_url or "") for one in found]

    async def _all(self, most: int = _LOOKED) -> list[zendesk_help_center.Article]:
        return await zendesk_help_center.list_articles(
            self._connection, section_id=self._section, locale=await self._language(), limit=most
        )

    async def _language(self) -> str:
        if not self._locale:
            self._locale = (await zendesk_help_center.get_locales(self._connection)).default_locale
        return self._locale


def _article(number: int, said: zendesk_help_center.Translation) -> Article:
    return Article(id=number, title=said.title, body=said.body or "", link=said.html_url or "")
