"""Confluence: pages, comments, labels, properties and attachments."""

from tasks.confluence.attachments import (
    Uploaded,
    delete_attachment,
    download_attachment,
    get_attachment,
    list_attachments,
    upload_attachment,
)
from tasks.confluence.comments import add_comment, list_comments
from tasks.confluence.events import CommentEvent, PageEvent
from tasks.confluence.metadata import (
    add_labels,
    as_label,
    find_property,
    list_labels,
    remove_label,
    upsert_property,
)
from tasks.confluence.models import Attachment, Comment, Found, Hit, Label, Page, Property, Space, Version, is_file
from tasks.confluence.pages import (
    create_page,
    find_space,
    get_page,
    list_pages,
    list_spaces,
    search,
    update_page,
)
from tasks.confluence.system import connector, read_error

__all__ = [
    "Attachment",
    "Comment",
    "CommentEvent",
    "Found",
    "Hit",
    "Label",
    "Page",
    "PageEvent",
    "Property",
    "Space",
    "Uploaded",
    "Version",
    "add_comment",
    "add_labels",
    "as_label",
    "connector",
    "create_page",
    "delete_attachment",
    "download_attachment",
    "find_property",
    "find_space",
    "get_attachment",
    "get_page",
    "is_file",
    "list_attachments",
    "list_comments",
    "list_labels",
    "list_pages",
    "list_spaces",
    "read_error",
    "remove_label",
    "search",
    "update_page",
    "upload_attachment",
    "upsert_property",
]
