"""Excel workbooks on SharePoint and OneDrive: sessions, worksheets, tables and ranges."""

from tasks.excel.models import Appended, Range, Session, Sheet, TableInfo, Workbook
from tasks.excel.ranges import clear_range, delete_range, read_range, read_table, update_range
from tasks.excel.sheets import add_worksheet, append_rows, list_tables, list_worksheets
from tasks.excel.system import SESSION_OVER, connector, read_error
from tasks.excel.workbooks import (
    close_session,
    create_session,
    find_workbook,
    get_workbook,
    refresh_session,
)

__all__ = [
    "SESSION_OVER",
    "Appended",
    "Range",
    "Session",
    "Sheet",
    "TableInfo",
    "Workbook",
    "add_worksheet",
    "append_rows",
    "clear_range",
    "close_session",
    "connector",
    "create_session",
    "delete_range",
    "find_workbook",
    "get_workbook",
    "list_tables",
    "list_worksheets",
    "read_error",
    "read_range",
    "read_table",
    "refresh_session",
    "update_range",
]
