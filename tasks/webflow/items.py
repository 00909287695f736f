"""Items of a collection: as they wait to be published, and live."""

from typing import Annotated, Any

from pydantic import Field

from tasks.webflow.models import PAGE, CollectionId, Fields, Item, ItemId, Limit, Live, Published, Slug
from tasks.webflow.system import connector
from tieline import Api, segment

READ, WRITE = ("cms:read",), ("cms:write",)


@connector.action(scopes=READ)
async def list_items(
    api: Api, *, collection_id: CollectionId, name: str | None = None, live: Live = False, limit: Limit = 100
) -> list[Item]:
    """List the items of a collection.

    Args:
        api: The connection.
        collection_id: The collection.
        name: Only those of exactly this name.
        live: What visitors see, instead of what waits to be published.
        limit: Most items.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/list-items and
    https://developers.webflow.com/data/reference/cms/collection-items/live-items/list-items-live
    """
    params = {"name": name, "limit": min(limit, PAGE)}
    return await api.list(_items(collection_id, live=live), into=Item, limit=limit, at="items", params=params)


@connector.action(scopes=READ)
async def get_item(api: Api, *, collection_id: CollectionId, item_id: ItemId, live: Live = False) -> Item:
    """Fetch an item.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/get-item and
    https://developers.webflow.com/data/reference/cms/collection-items/live-items/get-item-live
    """
    return await api.get(_item(collection_id, item_id, live=live), into=Item)


@connector.action(scopes=READ)
async def find_item(api: Api, *, collection_id: CollectionId, slug: Slug, live: Live = False) -> Item | None:
    """Find the item of a slug; None where there is none.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/list-items
    """
    return await _of_slug(api, collection_id, slug, live=live)


@connector.action(scopes=(*READ, *WRITE))
async def create_item(
    api: Api,
    *,
    collection_id: CollectionId,
    name: str,
    slug: Slug,
    fields: Fields | None = None,
    live: Live = False,
    draft: bool = False,
) -> Item:
    """Add an item to a collection.

    Args:
        api: The connection.
        collection_id: The collection.
        name: Its name.
        slug: Its part of the page's address, unique in the collection.
        fields: Its other values, by the field's slug; rich text is HTML.
        live: Publish it at once.
        draft: Leave it out whenever the site is published.

    Raises:
        Rejected: The slug is taken, or a field does not fit.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/create-item and
    https://developers.webflow.com/data/reference/cms/collection-items/live-items/create-item-live
    """

    async def made() -> Item | None:
        found = await _of_slug(api, collection_id, slug, live=live)
        return found if found is not None and found.name == name else None

    body = {"isDraft": draft, "isArchived": False, "fieldData": {**(fields or {}), "name": name, "slug": slug}}
    return await api.post(_items(collection_id, live=live), body, into=Item, check=made)


@connector.action(scopes=WRITE)
async def update_item(
    api: Api,
    *,
    collection_id: CollectionId,
    item_id: ItemId,
    fields: Fields | None = None,
    live: Live = False,
    draft: bool | None = None,
) -> Item:
    """Change an item; fields that are left out stay as they are.

    Args:
        api: The connection.
        collection_id: The collection.
        item_id: The item.
        fields: New values, by the field's slug; name and slug are fields, too.
        live: Change what visitors see at once; the item must be live.
        draft: Whether publishing the site leaves it out; None leaves that as it is.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/update-item and
    https://developers.webflow.com/data/reference/cms/collection-items/live-items/update-item-live
    """
    body = {"isDraft": draft, "fieldData": fields}
    return await api.patch(_item(collection_id, item_id, live=live), body, into=Item, repeatable=True)


@connector.action(scopes=WRITE)
async def delete_item(api: Api, *, collection_id: CollectionId, item_id: ItemId) -> None:
    """Delete an item; visitors see it until it is unpublished, or the site is published.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/delete-item
    """
    await api.delete(_item(collection_id, item_id, live=False), into=type(None))


@connector.action(kind="delete", scopes=WRITE)
async def unpublish_item(api: Api, *, collection_id: CollectionId, item_id: ItemId) -> None:
    """Take an item off the live site; it stays in the collection, as a draft.

    See https://developers.webflow.com/data/reference/cms/collection-items/live-items/delete-item-live
    """
    await api.delete(_item(collection_id, item_id, live=True), into=type(None))


@connector.action(scopes=WRITE)
async def publish_items(
    api: Api, *, collection_id: CollectionId, item_ids: Annotated[list[ItemId], Field(min_length=1, max_length=PAGE)]
) -> Published:
    """Bring items onto the live site as they are now, without publishing the whole site.

    Returns:
        Which are being published, and what was wrong with the others.

    See https://developers.webflow.com/data/reference/cms/collection-items/staged-items/publish-item
    """
    path = f"/collections/{segment(collection_id)}/items/publish"
    return await api.post(path, {"itemIds": item_ids}, into=Published, repeatable=True)


async def _of_slug(api: Api, collection_id: str, slug: str, *, live: bool) -> Item | None:
    params: dict[str, Any] = {"slug": slug, "limit": 1}
    found = await api.list(_items(collection_id, live=live), into=Item, limit=1, at="items", params=params)
    return found[0] if found else None


def _items(collection_id: str, *, live: bool) -> str:
    return f"/collections/{segment(collection_id)}/items" + ("/live" if live else "")


def _item(collection_id: str, item_id: str, *, live: bool) -> str:
    return f"/collections/{segment(collection_id)}/items/{segment(item_id)}" + ("/live" if live else "")
