"""Webhooks of a site."""

from typing import Annotated

from pydantic import Field

from tasks.webflow.models import Hook, Limit, SiteId
from tasks.webflow.system import connector
from tieline import Api, segment


@connector.action(scopes=("sites:read",))
async def list_webhooks(api: Api, *, site_id: SiteId, limit: Limit = 100) -> list[Hook]:
    """List the webhooks that apps and tokens have made for a site.

    See https://developers.webflow.com/data/reference/webhooks/list
    """
    return await api.list(f"/sites/{segment(site_id)}/webhooks", into=Hook, limit=limit, at="webhooks")


@connector.action(scopes=("sites:write",))
async def create_webhook(
    api: Api, *, site_id: SiteId, trigger_type: str, url: Annotated[str, Field(pattern="^https?://")]
) -> Hook:
    """Make Webflow tell an address of one kind of event.

    Args:
        api: The connection.
        site_id: The site.
        trigger_type: The event, such as collection_item_published.
        url: The address, such as https://hooks.acme.com/hooks/webflow/main.

    Returns:
        The webhook. Made with a site token it has the `secret_key` that belongs on the block, and it is told only now.

    See https://developers.webflow.com/data/reference/webhooks/create
    """
    body = {"triggerType": trigger_type, "url": url}
    return await api.post(f"/sites/{segment(site_id)}/webhooks", body, into=Hook, repeatable=False)


@connector.action(scopes=("sites:write",))
async def delete_webhook(api: Api, *, webhook_id: str) -> None:
    """Delete a webhook.

    See https://developers.webflow.com/data/reference/webhooks/delete
    """
    await api.delete(f"/webhooks/{segment(webhook_id)}", into=type(None))
