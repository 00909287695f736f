"""Fills the simulated Airtable: a base of lamps and their makers, with a field of most types."""

from typing import Any

from tieline.sandbox.airtable.bases import new_table, put_field
from tieline.sandbox.airtable.memory import Base, Bases, Table
from tieline.sandbox.happening import Record

CATALOGUE = "appSandboxLamps01"
_CHOICES = ("Draft", "For sale", "Withdrawn")
_LAMPS: tuple[dict[str, Any], ...] = (
    {"Name": "Aurora", "Status": "For sale", "Price": 89.5, "Stock": 12, "LED": True, "Launched": "2025-03-01"},
    {"Name": "Borealis", "Status": "For sale", "Price": 149, "Stock": 3, "Tags": ["indoor", "gift"]},
    {"Name": "Candela", "Status": "Draft", "Notes": "Waits for its cable.\nAsk Mira.", "LED": True},
    {"Name": "Dusk", "Status": "Withdrawn", "Price": 20, "Stock": 0, "Checked": "2026-11-01T08:30:00.000Z"},
)


def populate(memory: Bases) -> None:
    """A base with two tables."""
    memory.bases[CATALOGUE] = base = Base(CATALOGUE, "Catalogue")
    makers = new_table(memory, base, "Makers")
    put_field(memory, makers, "Name", "singleLineText", None)
    lamps = new_table(memory, base, "Lamps", "What we make.")
    for name, kind, options in _columns(memory, makers):
        put_field(memory, lamps, name, kind, options)
    maker = memory.add(makers, {makers.schema["primaryFieldId"]: "Lumora"})
    for lamp in _LAMPS:
        cells = {**lamp, "Maker": [maker.id]}
        memory.add(lamps, {_id(lamps, name): value for name, value in cells.items()})


def _columns(memory: Bases, makers: Table) -> list[tuple[str, str, Record | None]]:
    def choices(*names: str) -> Record:
        return {"choices": [{"id": memory.new_id("sel"), "name": one, "color": "blueLight2"} for one in names]}

    iso: Record = {"dateFormat": {"name": "iso", "format": "YYYY-MM-DD"}}
    time = {**iso, "timeFormat": {"name": "24hour", "format": "HH:mm"}, "timeZone": "utc"}
    return [
        ("Name", "singleLineText", None),
        ("Status", "singleSelect", choices(*_CHOICES)),
        ("Tags", "multipleSelects", choices("indoor", "outdoor", "gift")),
        ("Price", "currency", {"precision": 2, "symbol": "€"}),
        ("Stock", "number", {"precision": 0}),
        ("LED", "checkbox", {"icon": "check", "color": "greenBright"}),
        ("Launched", "date", iso),
        ("Checked", "dateTime", time),
        ("Notes", "multilineText", None),
        ("Maker", "multipleRecordLinks", {"linkedTableId": makers.id, "isReversed": False}),
        ("Number", "autoNumber", None),
        ("Changed", "lastModifiedTime", {"isValid": True, "result": {"type": "dateTime", "options": time}}),
    ]


def _id(table: Table, name: str) -> str:
    return next(str(column["id"]) for column in table.schema["fields"] if column["name"] == name)
