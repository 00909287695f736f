"""SQL databases: connections, tables, values and errors, the same for every dialect."""

from tieline.sql.database import Database, Server, SqliteFile
from tieline.sql.model import Changed, Column, Key, Row, Table, TableName, Written

__all__ = ["Changed", "Column", "Database", "Key", "Row", "Server", "SqliteFile", "Table", "TableName", "Written"]
