"""Fills the simulated Excel: a workbook with values of every kind, one of its worksheets hidden."""

from typing import Any

from tieline.sandbox.excel.memory import Table, Workbooks

ORDERS = "01SANDBOXORDERS0000000000000000001"
_HOST = "lumora.sharepoint.sandbox.test"
_ROWS: list[list[Any]] = [
    ["Order", "Customer", "Lamps", "Price", "Total", "Paid", "Shipped"],
    ["'0007", "Ann Moss", 2, 120, "=C2*D2", True, "11/20/2026"],
    ["'0008", "Bo Lind", 1, 89.5, "=C3*D3", False, ""],
    ["'0009", "Chidi Okafor", 12, 89.5, "=C4*D4", True, "11/21/2026"],
    ["'0010", '\'=IMPORTXML("x")', 0, 10, "=D5/C5", False, ""],
]


def populate(memory: Workbooks) -> None:
    """One workbook with a table, and a hidden worksheet."""
    memory.me = {"displayName": "Grace Muthoni"}
    site = f"{_HOST},2C712604-1370-44E7-A1F5-426573FDA80A,2D2244C3-251A-49EA-93A8-39E1C3A060FE"
    memory.site = {"id": site, "name": "support", "webUrl": f"https://{_HOST}/sites/support"}
    book = memory.add(ORDERS, "Reports/orders.xlsx")
    orders, notes = book.add_sheet("My orders"), book.add_sheet("Notes", "Hidden")
    for row, values in enumerate(_ROWS):
        for column, value in enumerate(values):
            orders.enter(row, column, value)
    notes.enter(0, 0, "Count the shades")
    book.tables.append(Table("1", "Orders", orders.id, 0, 0, len(_ROWS) - 1, len(_ROWS[0]) - 1))
