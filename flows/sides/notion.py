"""The entries of a database in Notion as rows; the place is the id of its data source.

Notion tells which entries were edited, to the minute, and not which were thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flows.sides.records import BLANK, EVERYTHING, Column, Found, Records, Row, only
from tasks import notion
from tasks.notion import properties
from tieline import ConfigError
from tieline.sync.model import Type
from tieline.sync.side import Cell, Change, Written

#: See https://developers.notion.com/reference/property-object.
_TYPES: dict[str, Type] = {
    "number": "number",
    "checkbox": "boolean",
    "multi_select": "list",
    "people": "list",
    "relation": "list",
    "date": "date",
    "created_time": "datetime",
    "last_edited_time": "datetime",
}
_LONGEST = {"url": 2000, "email": 200, "phone_number": 200, "select": 100, "multi_select": 100}
_PLAIN_LOOK = (False, "default")


class Entries(Records):
    """The entries of a data source.

    Args:
        connection: The saved block's name.
        source: The data source.
        keys: The key columns.
    """

    def __init__(self, connection: str, source: notion.DataSource, keys: Sequence[str]) -> None:
        title = "".join(str(piece.get("plain_text", "")) for piece in source.title)
        super().__init__(f"{title or 'Entries'} in Notion", keys)
        self._connection, self._source = connection, source

    async def columns(self, names: Sequence[str]) -> Sequence[Column]:  # noqa: ARG002 - all are known
        """The properties of the data source."""
        return [_column(name, schema) for name, schema in self._source.properties.items()]

    async def find(self, columns: Sequence[str], since: datetime | None) -> Found:
        """All entries, or those that were edited; the oldest first, whose order does not change while they are read."""
        moment = {"on_or_after": f"{since:%Y-%m-%dT%H:%M:%S.000Z}"} if since else None
        found = await notion.query_database(
            self._connection,
            data_source_id=self._source.id,
            filter={"timestamp": "last_edited_time", "last_edited_time": moment} if moment else None,
            sorts=[{"timestamp": "created_time", "direction": "ascending"}],
            limit=EVERYTHING,
        )
        return Found([_row(one, columns) for one in found if not one.in_trash])

    async def create(self, cells: Mapping[str, Cell]) -> Written:
        """Add an entry."""
        source, values = self._source.id, self._values(cells)
        made = await notion.create_database_entry(self._connection, data_source_id=source, properties=values)
        return Written(ref=made.id)

    async def update(self, ref: str, change: Change) -> Written:
        """Change properties of an entry."""
        await notion.update_page(self._connection, page_id=ref, properties=self._values(change.cells))
        return Written(ref=ref)

    async def delete(self, ref: str) -> None:
        """Throw an entry away; what is in the trash cannot be written any more."""
        if not (await notion.get_page(self._connection, page_id=ref)).in_trash:
            await notion.update_page(self._connection, page_id=ref, in_trash=True)

    def _values(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        numbers = {name: float(cell) if isinstance(cell, Decimal) else cell for name, cell in cells.items()}
        return properties.typed(self._source.properties, numbers)


async def open(connection: str, place: str, *, keys: Sequence[str], **options: str) -> Entries:  # noqa: A001 - what sides are opened with
    """The entries of the data source that the place names."""
    only("Notion's entries", options)
    if not place:
        raise ConfigError("Which data source in Notion?", hint="Write its id as the place.")
    return Entries(connection, await notion.get_data_source(connection, data_source_id=place), keys)


def _column(name: str, schema: Mapping[str, Any]) -> Column:
    kind = str(schema["type"])
    if kind not in properties.WRITERS or kind == "files":
        why = "Files are not written here." if kind == "files" else f"Notion computes it ({kind})."
        numbered = f"Notion numbers entries itself: use another column than {name} as the key to create them."
        return Column(name, _TYPES.get(kind, ""), writable=False, why=why, assigned=numbered)
    options = (schema.get("status") or {}).get("options") or () if kind == "status" else ()
    choices = tuple(str(one["name"]) for one in options)
    fits = _no_comma if kind in {"select", "multi_select"} else _exact if kind == "number" else None
    blank = kind not in {"checkbox", "status"}
    return Column(
        name, _TYPES.get(kind, "text"), choices=choices, longest=_LONGEST.get(kind, 0), blank=blank, fits=fits
    )


def _no_comma(value: Cell) -> str:
    names = value if isinstance(value, list) else [str(value)]
    bad = next((name for name in names if "," in name), "")
    return f"In Notion, an option has no comma in its name; {bad!r} has." if bad else ""


def _exact(value: Cell) -> str:
    """Notion's numbers are those of JSON as most programs read it: doubles."""
    if not isinstance(value, int | float | Decimal):
        return ""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return "" if Decimal(repr(float(exact))) == exact else f"Notion would round {exact:f}: make it a text there."


def _row(page: notion.Page, columns: Sequence[str]) -> Row:
    held = {name: page.properties[name] for name in columns if name in page.properties}
    locked = {name: why for name, value in held.items() if (why := _locked(value))}
    return Row(page.id, page.last_edited_time, {name: _cell(value) for name, value in held.items()}, locked)


def _cell(value: Mapping[str, Any]) -> Cell:
    told = properties.read(value)
    if told in BLANK:
        return None
    if value["type"] in {"date", "created_time", "last_edited_time"}:
        text = str(told)
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return [str(one) for one in told] if isinstance(told, list) else told


def _locked(value: Mapping[str, Any]) -> str:
    """What a row would take away from a value if it wrote it."""
    kind = str(value["type"])
    inner = value.get(kind)
    if kind == "date" and inner and inner.get("end"):
        return "a span of time, of which a cell has but the start"
    if value.get("has_more"):
        return "a list that is longer than Notion tells here"
    if kind in {"title", "rich_text"} and any(map(_formatted, inner or ())):
        return "text with links, mentions or a format of its own"
    return ""


def _formatted(piece: Mapping[str, Any]) -> bool:
    looks = (piece.get("annotations") or {}).values()
    return (
        piece.get("type", "text") != "text" or bool(piece.get("href")) or any(one not in _PLAIN_LOOK for one in looks)
    )
