"""Google Sheets: values, cells with their types, and sheets."""

from tasks.google_sheets.cells import Block, Cell, Cells, read_cells
from tasks.google_sheets.grid import Grid, GridAnswer, GridSheet, Part, read_grid
from tasks.google_sheets.models import (
    LARGEST_WHOLE,
    LONGEST_TEXT,
    Appended,
    Area,
    Change,
    Sheet,
    SheetProperties,
    Spreadsheet,
    Updated,
    UpdatedMany,
    Values,
)
from tasks.google_sheets.notation import EPOCH, a1, column, from_serial, letters, quoted, to_serial
from tasks.google_sheets.sheets import batch_update, create_sheet, get_spreadsheet, list_sheets
from tasks.google_sheets.system import connector, read_error
from tasks.google_sheets.values import (
    append_row,
    append_rows,
    batch_update_values,
    clear_range,
    read_range,
    read_ranges,
    update_row,
)

__all__ = [
    "EPOCH",
    "LARGEST_WHOLE",
    "LONGEST_TEXT",
    "Appended",
    "Area",
    "Block",
    "Cell",
    "Cells",
    "Change",
    "Grid",
    "GridAnswer",
    "GridSheet",
    "Part",
    "Sheet",
    "SheetProperties",
    "Spreadsheet",
    "Updated",
    "UpdatedMany",
    "Values",
    "a1",
    "append_row",
    "append_rows",
    "batch_update",
    "batch_update_values",
    "clear_range",
    "column",
    "connector",
    "create_sheet",
    "from_serial",
    "get_spreadsheet",
    "letters",
    "list_sheets",
    "quoted",
    "read_cells",
    "read_error",
    "read_grid",
    "read_range",
    "read_ranges",
    "to_serial",
    "update_row",
]
