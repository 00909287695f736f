"""What a cell takes, and what it is made of when Airtable may convert it.

Page: https://airtable.com/developers/web/api/field-model
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from tieline.sandbox.airtable.memory import Bases, moment
from tieline.sandbox.airtable.wire import AirtableError, invalid
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import is_integer

TEXTS = frozenset({"singleLineText", "multilineText", "richText", "email", "url", "phoneNumber"})
NUMBERS = frozenset({"number", "currency", "percent", "duration", "rating"})
COMPUTED = frozenset({"formula", "createdTime", "lastModifiedTime", "autoNumber", "rollup", "count"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_TEXT = 100_000


def taken(memory: Bases, column: Record, value: Any, *, typecast: bool) -> Any:
    """What a cell holds after a value was written; None where it is blank. Errors: 422."""
    kind = column["type"]
    if kind in COMPUTED:
        said = f'Field "{column["name"]}" cannot accept a value because the field is computed'
        raise invalid("INVALID_VALUE_FOR_COLUMN", said)
    if value in (None, "", []) or (value is False and kind == "checkbox"):
        return None
    if kind in {"singleSelect", "multipleSelects"}:
        return _chosen(memory, column, value, typecast=typecast)
    if kind == "multipleRecordLinks":
        return _linked(memory, column, value)
    found = _converted(kind, value) if typecast else value
    good = _TAKES.get("text" if kind in TEXTS else "number" if kind in NUMBERS else kind)
    made = good(column, found) if good else None
    if made is None:
        raise _refused(column)
    return made


def _refused(column: Record) -> AirtableError:
    return invalid("INVALID_VALUE_FOR_COLUMN", f'Field "{column["name"]}" cannot accept the provided value')


def _text(_column: Record, value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else None


def _number(column: Record, value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    whole = column["type"] in {"rating", "duration"}
    most = column.get("options", {}).get("max", math.inf) if column["type"] == "rating" else math.inf
    return value if value <= most and not (whole and value != int(value)) else None


def _checked(_column: Record, value: Any) -> bool | None:
    return True if value is True else None


def _date(_column: Record, value: Any) -> str | None:
    found = _moment(value)
    return found.date().isoformat() if found else None


def _time(_column: Record, value: Any) -> str | None:
    found = _moment(value)
    return moment(found) if found else None


def _moment(value: Any) -> datetime | None:
    """A moment in UTC, where no other zone is said."""
    if not isinstance(value, str):
        return None
    try:
        if _DAY.fullmatch(value):
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_TAKES: dict[str, Callable[[Record, Any], Any]] = {
    "text": _text,
    "number": _number,
    "checkbox": _checked,
    "date": _date,
    "dateTime": _time,
}


def _converted(kind: str, value: Any) -> Any:
    """As well as it goes: Airtable promises no more."""
    if kind in TEXTS and isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind in NUMBERS and isinstance(value, str):
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            return value
    if kind == "checkbox" and isinstance(value, str):
        return value.lower() in {"true", "checked", "1", "yes"} or None
    return value


def _chosen(memory: Bases, column: Record, value: Any, *, typecast: bool) -> Any:
    several = column["type"] == "multipleSelects"
    named = [one.strip() for one in value.split(",")] if several and typecast and isinstance(value, str) else value
    wanted = named if several else [named]
    if not isinstance(wanted, list) or not all(isinstance(one, str) and one for one in wanted):
        raise _refused(column)
    choices = column["options"]["choices"]
    for one in wanted:
        if one not in [choice["name"] for choice in choices]:
            if not typecast:
                said = f'Insufficient permissions to create new select option "{one}"'
                raise invalid("INVALID_MULTIPLE_CHOICE_OPTIONS", said)
            choices.append({"id": memory.new_id("sel"), "name": one, "color": "blueLight2"})
    return wanted if several else wanted[0]


def _linked(memory: Bases, column: Record, value: Any) -> list[str]:
    there = {
        number
        for base in memory.bases.values()
        for table in base.tables.values()
        if table.id == column["options"]["linkedTableId"]
        for number in table.rows
    }
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _refused(column)
    unknown = next((one for one in value if one not in there), None)
    if unknown is not None:
        raise invalid("ROW_DOES_NOT_EXIST", f"Record ID {unknown[:40]} does not exist in this table")
    return value


def options_of(memory: Bases, field: Record) -> Record | None:
    """The options of a new field, as they are shown later. Errors: 422."""
    kind, given = field.get("type"), field.get("options")
    options = given if isinstance(given, dict) else {}
    if kind in TEXTS:
        return None
    if kind in {"number", "currency", "percent"} and is_integer(options.get("precision")):
        return {"symbol": "$", **options} if kind == "currency" else options
    if kind in {"singleSelect", "multipleSelects"} and isinstance(options.get("choices"), list):
        names = [one.get("name") for one in options["choices"] if isinstance(one, dict)]
        return {"choices": [{"id": memory.new_id("sel"), "name": str(n), "color": "blueLight2"} for n in names]}
    needed = {"checkbox": "icon", "rating": "max", "duration": "durationFormat", "date": "dateFormat"}
    needed |= {"dateTime": "timeZone", "multipleRecordLinks": "linkedTableId"}
    if needed.get(str(kind)) in options:
        return options
    raise invalid("INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", "Invalid options, or a type that cannot be created")
