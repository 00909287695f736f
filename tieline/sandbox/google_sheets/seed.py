"""Fills the simulated Google Sheets: a spreadsheet with values of every kind."""

from typing import Any

from tieline.sandbox.google_sheets.memory import Book, Workbooks, new_sheet
from tieline.sandbox.google_sheets.values import write

DESK = "1sandboxdesk0000000000000000000000000000001"
_ORDERS: list[list[Any]] = [
    ["Order", "Customer", "Lamps", "Price", "Total", "Paid", "Shipped"],
    ["'0007", "Ann Moss", 2, "$120.00", "=C2*D2", True, "2026-11-20"],
    ["'0008", "Bo Lind", 1, "$89.50", "=C3*D3", False, ""],
    ["'0009", "Chidi Okafor", 12, "$89.50", "=C4*D4", True, "2026-11-21 09:30"],
    ["'0010", '\'=IMPORTXML("x")', 0, "$10.00", "=D5/C5", False, ""],
]


def populate(memory: Workbooks) -> None:
    """One spreadsheet with two sheets, the second hidden."""
    memory.me = {"displayName": "Grace Muthoni", "emailAddress": "grace@lumora.example"}
    properties = {"title": "Orders", "locale": "en_US", "timeZone": "Europe/Lisbon", "autoRecalc": "ON_CHANGE"}
    orders, notes = new_sheet(0, "Orders", 0), new_sheet(1, "Office notes", 1, 100, 5)
    orders.grid["frozenRowCount"] = 1
    notes.properties["hidden"] = True
    write(orders, 0, 0, _ORDERS, "USER_ENTERED")
    write(notes, 0, 0, [["What", "Who"], ["Count the shades", "Priya"]], "RAW")
    memory.books[DESK] = Book(DESK, properties, [orders, notes])
