"""Collections, and the fields that their items have."""

from tasks.webflow.models import Collection, CollectionId, Limit, SiteId
from tasks.webflow.system import connector
from tieline import Api, segment


@connector.action(scopes=("cms:read",))
async def list_collections(api: Api, *, site_id: SiteId, limit: Limit = 100) -> list[Collection]:
    """List the collections of a site, without their fields.

    See https://developers.webflow.com/data/reference/cms/collections/list
    """
    return await api.list(f"/sites/{segment(site_id)}/collections", into=Collection, limit=limit, at="collections")


@connector.action(scopes=("cms:read",))
async def get_collection(api: Api, *, collection_id: CollectionId) -> Collection:
    """Fetch a collection, with its fields.

    See https://developers.webflow.com/data/reference/cms/collections/get
    """
    return await api.get(f"/collections/{segment(collection_id)}", into=Collection)
