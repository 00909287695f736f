"""What the values of a column are, in the few words that all databases share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import types
from sqlalchemy.dialects import mysql

from tieline.sql.values import MysqlInstant, PostgresChar, SqliteBoolean, SqliteNumber, SqliteTime

#: Empty: something else, such as JSON or bytes.
Kind = Literal["text", "integer", "decimal", "number", "boolean", "date", "datetime", "list", ""]

#: The first that a type belongs to.
_KINDS: tuple[tuple[Any, Kind], ...] = (
    (mysql.SET, ""),
    (SqliteNumber, "decimal"),
    (MysqlInstant, "datetime"),
    (types.Boolean | SqliteBoolean, "boolean"),
    (types.Integer, "integer"),
    (types.Float, "number"),
    (types.Numeric, "decimal"),
    (types.DateTime, "datetime"),
    (types.Date, "date"),
    (types.String | PostgresChar, "text"),
    (types.Uuid, "text"),
)


def kind(of: Any) -> Kind:
    """What values of a type are."""
    if isinstance(of, SqliteTime):
        times: dict[type, Kind] = {datetime: "datetime", date: "date"}
        return times.get(of.kind, "")
    if isinstance(of, types.ARRAY):
        return "list" if isinstance(of.item_type, types.String) and of.dimensions in {None, 1} else ""
    return next((word for base, word in _KINDS if isinstance(of, base)), "")


def zoned(of: Any) -> bool:
    """Whether a column of moments keeps them as such, and not as what a clock somewhere showed."""
    return isinstance(of, MysqlInstant) or (isinstance(of, types.DateTime) and of.timezone)


def decimals(of: Any) -> tuple[int, int] | None:
    """Digits in all, and after the point, where a column of decimals has so many."""
    plain: Any = of.impl if isinstance(of, SqliteNumber) else of
    return (plain.precision, plain.scale or 0) if kind(of) == "decimal" and plain.precision else None
