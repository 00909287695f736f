"""SharePoint and OneDrive: sites, libraries, files, columns and changes."""

from tasks.sharepoint.changes import LATEST, Changes, FileEvent, list_changes
from tasks.sharepoint.events import Lifecycle, Notification
from tasks.sharepoint.items import (
    create_folder,
    download_item,
    find_holder,
    find_item,
    get_item,
    list_items,
    upload_item,
)
from tasks.sharepoint.library import create_column, get_fields, list_columns, update_fields
from tasks.sharepoint.models import Column, Drive, Holder, Item, ListItem, Site, Subscription
from tasks.sharepoint.sites import get_site, list_drives, list_sites
from tasks.sharepoint.subscriptions import (
    create_subscription,
    delete_subscription,
    list_subscriptions,
    update_subscription,
)
from tasks.sharepoint.system import connector, read_error

__all__ = [
    "LATEST",
    "Changes",
    "Column",
    "Drive",
    "FileEvent",
    "Holder",
    "Item",
    "Lifecycle",
    "ListItem",
    "Notification",
    "Site",
    "Subscription",
    "connector",
    "create_column",
    "create_folder",
    "create_subscription",
    "delete_subscription",
    "download_item",
    "find_holder",
    "find_item",
    "get_fields",
    "get_item",
    "get_site",
    "list_changes",
    "list_columns",
    "list_drives",
    "list_items",
    "list_sites",
    "list_subscriptions",
    "read_error",
    "update_fields",
    "update_subscription",
    "upload_item",
]
