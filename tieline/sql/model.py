"""What is told about tables, and how rows cross the border to JSON."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer


def _plain(value: Any) -> Any:
    """Bytes have no form in JSON: Base64, which a column of bytes reads again."""
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    return value


#: A cell as Python has it; to JSON go decimals and dates as texts, and bytes as Base64.
Value = Annotated[Any, PlainSerializer(_plain, when_used="json")]
Row = dict[str, Value]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True)


class TableName(_Told):
    """A table or a view, and where it is."""

    name: str
    schema_name: str
    kind: str


class Column(_Told):
    """A column; `type` is in the database's own words."""

    name: str
    type: str
    nullable: bool
    default: str | None
    generated: bool
    comment: str


class Key(_Told):
    """Columns that no two rows have in common."""

    columns: list[str]
    primary: bool


class ForeignKey(_Told):
    """Columns that name a row of another table."""

    columns: list[str]
    table: str
    of: list[str]


class Table(_Told):
    """What is known about a table."""

    name: str
    schema_name: str
    columns: list[Column]
    keys: list[Key]
    foreign_keys: list[ForeignKey]


class Written(_Told):
    """What a write did."""

    given: int
    rows: int
