"""Airtable: bases, tables, records, comments and webhooks."""

from tasks.airtable import formulas
from tasks.airtable.bases import create_field, create_table, get_schema, list_bases
from tasks.airtable.comments import add_comment, list_comments
from tasks.airtable.events import Ping
from tasks.airtable.models import (
    Base,
    Column,
    Comment,
    Hook,
    NewField,
    NewHook,
    Payload,
    Payloads,
    Record,
    RecordUpdate,
    Refreshed,
    Schema,
    Sort,
    Table,
    Upserted,
)
from tasks.airtable.records import (
    create_records,
    delete_records,
    get_record,
    list_records,
    update_records,
    upsert_records,
)
from tasks.airtable.system import connector
from tasks.airtable.webhooks import (
    create_webhook,
    delete_webhook,
    list_webhooks,
    read_webhook_payloads,
    refresh_webhook,
    update_webhook,
)

__all__ = [
    "Base",
    "Column",
    "Comment",
    "Hook",
    "NewField",
    "NewHook",
    "Payload",
    "Payloads",
    "Ping",
    "Record",
    "RecordUpdate",
    "Refreshed",
    "Schema",
    "Sort",
    "Table",
    "Upserted",
    "add_comment",
    "connector",
    "create_field",
    "create_records",
    "create_table",
    "create_webhook",
    "delete_records",
    "delete_webhook",
    "formulas",
    "get_record",
    "get_schema",
    "list_bases",
    "list_comments",
    "list_records",
    "list_webhooks",
    "read_webhook_payloads",
    "refresh_webhook",
    "update_records",
    "update_webhook",
    "upsert_records",
]
