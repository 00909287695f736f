"""A collection of an Intercom Help Center. A place is the collection's number."""

from __future__ import annotations

from flows.publishing.articles import Article, Articles
from tasks import intercom
from tieline.errors import ConfigError

#: Most articles of the workspace that are looked through: Intercom lists none of one collection alone.
_LOOKED = 5000


class Target(Articles):
    """A collection.

    Args:
        connection: The saved block's name.
        place: The collection's number.
    """

    def __init__(self, connection: str, place: str) -> None:
        if not place.isdecimal():
            raise ConfigError(
                "Which collection of Intercom's Help Center?",
                hint='Give its number as the place: it stands in the collection\'s address, such as "159".',
            )
        super().__init__(_Collection(connection, int(place)))


class _Collection:
    def __init__(self, connection: str, collection: int) -> None:
        self._connection, self._collection = connection, collection

    async def find(self, title: str) -> Article | None:
        """Articles are read from the list: a search does not know what is new."""
        listed = await intercom.list_articles(self._connection, limit=_LOOKED)
        there = next((one for one in listed if (one.title, one.parent_id) == (title, self._collection)), None)
        return await self.get(int(there.id)) if there else None

    async def get(self, article_id: int) -> Article:
        """In the workspace's language."""
        return _article(await intercom.get_article(self._connection, article_id=article_id))

    async def create(self, title: str, body: str) -> Article:
        """In the name of the teammate whose token it is."""
        made = await intercom.create_article(
            self._connection, title=title, body=body, state="published", collection_id=self._collection
        )
        return _article(made)

    async def update(self, article_id: int, body: str) -> Article:
        """In the workspace's language."""
        return _article(await intercom.update_article(self._connection, article_id=article_id, body=body))

    async def search(self, name: str, limit: int) -> list[Article]:
        """Among what readers see."""
        return [_article(one) for one in await intercom.search_articles(self._connection, phrase=name, limit=limit)]


def _article(one: intercom.Article) -> Article:
    return Article(id=int(one.id), title=one.title, body=one.body or "", link=one.url or "")
