"""Cells of Airtable in Python's words, and the other way round, by the type of their field.

https://airtable.com/developers/web/api/field-model
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tasks.airtable import Column
from tieline.sync.model import Type
from tieline.sync.side import Cell, CellError, Field
from tieline.sync.values import canonical

#: https://support.airtable.com/docs/using-rich-text-with-airtable
LONGEST_TEXT = 100_000
#: How many digits of a number Airtable keeps for certain: cells hold doubles.
_DIGITS = 15
_MILLISECOND = 1000

_TEXTS = frozenset({"singleLineText", "multilineText", "richText", "email", "url", "phoneNumber"})
_NUMBERS = frozenset({"number", "currency", "percent"})
_WHOLE = frozenset({"duration", "rating"})
_TYPES: Mapping[str, Type] = {
    **dict.fromkeys(_TEXTS | {"singleSelect", "barcode", "aiText", "button", "externalSyncSource"}, "text"),
    **dict.fromkeys(("singleCollaborator", "createdBy", "lastModifiedBy"), "text"),
    **dict.fromkeys(_NUMBERS, "decimal"),
    **dict.fromkeys(_WHOLE | {"autoNumber", "count"}, "integer"),
    "checkbox": "boolean",
    "date": "date",
    **dict.fromkeys(("dateTime", "createdTime", "lastModifiedTime"), "datetime"),
    **dict.fromkeys(("multipleSelects", "multipleRecordLinks", "multipleLookupValues"), "list"),
    **dict.fromkeys(("multipleAttachments", "multipleCollaborators"), "list"),
}
#: What an upsert can find records by: https://airtable.com/developers/web/api/update-multiple-records
_MERGED = frozenset({"number", "singleLineText", "multilineText", "singleSelect", "date"})
#: Their cells change though nobody has edited the record itself.
_ELSEWHERE = frozenset(
    {"formula", "rollup", "count", "multipleLookupValues", "multipleRecordLinks", "aiText", "button"}
)


def field_of(column: Column) -> Field:
    """A field as a column of a side."""
    writable = column.type in _TAKES
    return Field(column.name, _type(column), writable, "" if writable else f"Airtable takes no {column.type} from rows")


def _type(column: Column) -> str:
    if column.type in {"formula", "rollup", "createdTime", "lastModifiedTime"} and column.result:
        return _TYPES.get(str(column.result.get("type")), "")
    return _TYPES.get(column.type, "")


def merges(column: Column) -> bool:
    """Whether an upsert finds records by it."""
    return column.type in _MERGED


def tells_changes(column: Column) -> bool:
    """Whether a record counts as changed when this field is."""
    return column.type not in _ELSEWHERE


def keeps_time(column: Column) -> bool:
    """Whether it says when anything in the record was last changed."""
    return column.type == "lastModifiedTime" and not column.options.get("referencedFieldIds")


# ---------------------------------------------------------------- reading


def cell_of(column: Column, value: Any) -> Cell | CellError:
    """A cell as it was told; None where it is blank, but an empty checkbox is not ticked."""
    kind = _type(column)
    if value is None:
        return False if column.type == "checkbox" else None
    if isinstance(value, Mapping):
        return _one(value)
    if isinstance(value, list):
        return [str(_one(part)) for part in value if part is not None]
    if kind in {"date", "datetime"} and isinstance(value, str):
        return _moment(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    return value if isinstance(value, str | int) else str(value)


def _one(value: Any) -> Cell | CellError:
    """What people see of a person, a file, a code, or a result that is none."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, str | int) else str(value)
    wrong = value.get("error") or value.get("specialValue")
    if wrong:
        return CellError(str(wrong))
    seen = (value.get(name) for name in ("name", "filename", "text", "value", "label", "email", "id"))
    return next((str(one) for one in seen if one), None)


def _moment(value: str) -> Cell | CellError:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return CellError(value[:60])
    return found.astimezone(UTC) if found.tzinfo else found.date()


# ---------------------------------------------------------------- writing


def entry_of(column: Column, value: Cell) -> Any:
    """What is written for a value.

    Raises:
        ValueError: It would not stand there as it is; the message says why, for people.
    """
    if value is None:
        return None
    takes = _TAKES.get(column.type)
    if takes is None:
        raise _unfit(column, value)
    return takes(column, value)


def _unfit(column: Column, value: Cell) -> ValueError:
    return ValueError(f"is {str(value)[:60]!r}, which a field of type {column.type} does not take")


def _text(_column: Column, value: Cell) -> str:
    text = str(canonical(value, "text") or "")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"has {len(text):,} characters; a cell has room for {LONGEST_TEXT:,}")
    return text


def _number(column: Column, value: Cell) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _unfit(column, value)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"is {value}, which no cell holds")
    digits = len(f"{exact:f}".replace(".", "").strip("-0"))
    if digits > _DIGITS or not math.isfinite(float(exact)):
        raise ValueError(f"is {exact:f}, of which a cell keeps {_DIGITS} digits: make the column a text")
    whole = exact == exact.to_integral_value()
    if column.type in _WHOLE and not whole:
        raise ValueError(f"is {exact:f}, and a field of type {column.type} holds whole numbers")
    most = column.options.get("max") if column.type == "rating" else None
    if column.type == "rating" and not 1 <= exact <= (most or math.inf):
        raise ValueError(f"is {exact:f}, and ratings go from 1 to {most}")
    return int(exact) if whole else float(exact)


def _tick(column: Column, value: Cell) -> bool:
    if not isinstance(value, bool):
        raise _unfit(column, value)
    return value


def _day(column: Column, value: Cell) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _unfit(column, value)
    return value.isoformat()


def _time(column: Column, value: Cell) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _unfit(column, value)
    if value.microsecond % _MILLISECOND:
        raise ValueError("is finer than a millisecond, which cells do not keep")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _choice(column: Column, value: Cell) -> str:
    return _choices(column, [value] if isinstance(value, str) else value)[0]


def _choices(column: Column, value: Cell) -> list[str]:
    wanted = _records(column, value)
    unknown = next((one for one in wanted if one not in column.choices), None)
    if unknown is not None:
        raise ValueError(f"is {unknown!r}, which is none of its choices ({', '.join(column.choices)}): add it there")
    return wanted


def _records(column: Column, value: Cell) -> list[str]:
    if not isinstance(value, list):
        raise _unfit(column, value)
    return value


_TAKES: Mapping[str, Callable[[Column, Cell], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_NUMBERS | _WHOLE, _number),
    "checkbox": _tick,
    "date": _day,
    "dateTime": _time,
    "singleSelect": _choice,
    "multipleSelects": _choices,
    "multipleRecordLinks": _records,
}
