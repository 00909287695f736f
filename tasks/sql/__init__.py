"""SQL databases: tables, queries and rows of PostgreSQL, MySQL, MariaDB and SQLite."""

from tasks.sql.reading import get_table, list_tables, read_query, read_rows
from tasks.sql.syncing import read_table, write_changes
from tasks.sql.system import connector
from tasks.sql.writing import delete_rows, update_rows, upsert_rows, write_rows
from tieline.sql import Changed, Column, Key, Row, Table, TableName, Written

__all__ = [
    "Changed",
    "Column",
    "Key",
    "Row",
    "Table",
    "TableName",
    "Written",
    "connector",
    "delete_rows",
    "get_table",
    "list_tables",
    "read_query",
    "read_rows",
    "read_table",
    "update_rows",
    "upsert_rows",
    "write_changes",
    "write_rows",
]
