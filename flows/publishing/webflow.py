"""A collection of Webflow. A place is the collection's id, or "ID/body" with the field that texts go into."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flows.publishing.forms import HTML
from flows.publishing.regions import put, regions
from flows.publishing.target import Draft, Found, Page, Standing, Written
from flows.publishing.together import by_page, checked, outcome, slug
from tasks import webflow
from tieline.errors import ConfigError, Rejected

#: The type of fields that hold HTML.
_TEXT = "RichText"


class Target:
    """A collection.

    Args:
        connection: The saved block's name.
        place: The collection's id, and after a slash the field's slug, which is needed where there are several.
    """

    def __init__(self, connection: str, place: str) -> None:
        self._connection = connection
        self._collection, _, self._named = place.partition("/")
        if not self._collection:
            raise ConfigError("Which collection of Webflow?", hint="Give its id as the place.")

    async def read(self, page: Page) -> Standing | None:
        """The item of that slug."""
        found = await webflow.find_item(self._connection, collection_id=self._collection, slug=slug(page.path))
        return None if found is None else _standing(found, await self._field())

    def digest(self, text: str) -> str:
        """What the digest of a region will be when this Markdown stands in it."""
        return HTML.digest(HTML.render(text))

    async def write(self, drafts: Sequence[Draft], message: str) -> list[Written]:  # noqa: ARG002 - items have no history
        """Write one item after the other, and publish it, unless people keep it as a draft."""
        written: list[Written] = []
        field = await self._field()
        for standing, pages in by_page(drafts):
            if standing is None:
                text = put(HTML, "", pages)
                if not text:
                    continue
                await webflow.create_item(
                    self._connection,
                    collection_id=self._collection,
                    name=pages[0].title,
                    slug=slug(pages[0].path),
                    fields={field: text},
                    live=True,
                )
            else:
                await self._update(standing, pages, field)
            written += outcome(standing, pages, "")
        return written

    async def search(self, words: Sequence[str], limit: int) -> list[Found]:  # noqa: ARG002 - all are read, for meaning
        """The items of the collection."""
        field = await self._field()
        found = await webflow.list_items(self._connection, collection_id=self._collection, limit=limit)
        return [Found(path=one.slug, title=one.name, text=HTML.said(_text(one, field))) for one in found]

    async def _update(self, standing: Standing, pages: Sequence[Page], field: str) -> None:
        now = await webflow.get_item(self._connection, collection_id=self._collection, item_id=standing.id)
        checked(standing, _standing(now, field))
        made = await webflow.update_item(
            self._connection,
            collection_id=self._collection,
            item_id=now.id,
            fields={field: put(HTML, _text(now, field), pages)},
        )
        if made.draft:
            return
        told = await webflow.publish_items(self._connection, collection_id=self._collection, item_ids=[now.id])
        if now.id not in told.ids:
            raise Rejected(f"Webflow has changed {now.name!r}, but does not publish it.", hint="Publish it there.")

    async def _field(self) -> str:
        if self._named:
            return self._named
        collection = await webflow.get_collection(self._connection, collection_id=self._collection)
        rich = [one.slug for one in collection.fields if one.type == _TEXT]
        if len(rich) != 1:
            known = ", ".join(rich) or "none"
            raise ConfigError(
                f"The collection {collection.display_name!r} has not one field of rich text, but {known}.",
                hint=f'Name the field in the place: "{self._collection}/body".',
            )
        self._named = rich[0]
        return self._named


def _text(item: webflow.Item, field: str) -> str:
    return str(item.fields.get(field) or "")


def _standing(item: webflow.Item, field: str) -> Standing:
    text = _text(item, field)
    version = hashlib.sha256(text.encode()).hexdigest()
    return Standing(id=item.id, title=item.name, version=version, regions=regions(HTML, text))
