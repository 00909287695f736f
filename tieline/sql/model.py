"""What is told about tables, and how rows cross the border to JSON."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer

from tieline.sql.kinds import Kind


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
    """A column.

    Attributes:
        type: In the database's own words.
        kind: What its values are; empty for what is neither text, number nor time, such as JSON.
        zoned: It keeps moments, and not what a clock somewhere showed.
        length: The most characters of its texts, if there is a limit.
        digits: Of its decimals: in all, and after the point.
        generated: Only the database writes it.
    """

    name: str
    type: str
    kind: Kind
    zoned: bool
    length: int | None
    digits: tuple[int, int] | None
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
    unique_keys: list[Key]
    foreign_keys: list[ForeignKey]


class Written(_Told):
    """What a write did."""

    given: int
    rows: int


class Changed(_Told):
    """What became of changes: `missing` and `moved` are places in `updates` that were left out."""

    rows: int
    missing: list[int]
    moved: list[int]
