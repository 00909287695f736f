"""Notion: pages, data sources, comments and files."""

from tasks.notion import properties
from tasks.notion.blocks import append_blocks, delete_block, list_blocks, update_block
from tasks.notion.comments import add_comment, list_comments
from tasks.notion.databases import (
    add_properties,
    create_database_entry,
    get_data_source,
    get_database,
    query_database,
    update_database_entry,
)
from tasks.notion.events import Event
from tasks.notion.files import upload_file
from tasks.notion.models import Block, Comment, Database, DataSource, FileUpload, Found, Page, Source
from tasks.notion.pages import create_page, get_page, read_page, search, update_page
from tasks.notion.system import connector

__all__ = [
    "Block",
    "Comment",
    "DataSource",
    "Database",
    "Event",
    "FileUpload",
    "Found",
    "Page",
    "Source",
    "add_comment",
    "add_properties",
    "append_blocks",
    "connector",
    "create_database_entry",
    "create_page",
    "delete_block",
    "get_data_source",
    "get_database",
    "get_page",
    "list_blocks",
    "list_comments",
    "properties",
    "query_database",
    "read_page",
    "search",
    "update_block",
    "update_database_entry",
    "update_page",
    "upload_file",
]
