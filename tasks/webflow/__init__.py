"""Webflow: sites, collections and their items, publishing and webhooks."""

from tasks.webflow.collections import get_collection, list_collections
from tasks.webflow.events import (
    CommentCreated,
    FormSubmission,
    InventoryChanged,
    ItemEvent,
    OrderEvent,
    PageEvent,
    SitePublish,
)
from tasks.webflow.items import (
    create_item,
    delete_item,
    find_item,
    get_item,
    list_items,
    publish_items,
    unpublish_item,
    update_item,
)
from tasks.webflow.models import Collection, CollectionField, Domain, Hook, Item, Publication, Published, Site
from tasks.webflow.sites import get_site, list_sites, publish_site
from tasks.webflow.system import connector
from tasks.webflow.webhooks import create_webhook, delete_webhook, list_webhooks

__all__ = [
    "Collection",
    "CollectionField",
    "CommentCreated",
    "Domain",
    "FormSubmission",
    "Hook",
    "InventoryChanged",
    "Item",
    "ItemEvent",
    "OrderEvent",
    "PageEvent",
    "Publication",
    "Published",
    "Site",
    "SitePublish",
    "connector",
    "create_item",
    "create_webhook",
    "delete_item",
    "delete_webhook",
    "find_item",
    "get_collection",
    "get_item",
    "get_site",
    "list_collections",
    "list_items",
    "list_sites",
    "list_webhooks",
    "publish_items",
    "publish_site",
    "unpublish_item",
    "update_item",
]
