"""Filters and sorts of a data source.

Pages: https://developers.notion.com/reference/filter-data-source-entries,
https://developers.notion.com/reference/sort-data-source-entries
"""

import operator
from collections.abc import Callable
from typing import Any

from tieline.sandbox.happening import Record
from tieline.sandbox.notion.values import plain
from tieline.sandbox.notion.wire import failed, invalid

_TIMESTAMPS = {"created_time", "last_edited_time"}


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(value: Any, wanted: Any) -> bool:
        try:
            return value is not None and test(value, wanted)
        except (TypeError, AttributeError):
            raise failed("body.filter has a value of another type than the property.") from None

    return compare


_within = _compared(lambda value, wanted: wanted in value)
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
    "contains": _within,
    "does_not_contain": lambda value, wanted: value is None or not _within(value, wanted),
    "starts_with": _compared(lambda value, wanted: value.startswith(wanted)),
    "ends_with": _compared(lambda value, wanted: value.endswith(wanted)),
    "greater_than": _compared(operator.gt),
    "less_than": _compared(operator.lt),
    "greater_than_or_equal_to": _compared(operator.ge),
    "less_than_or_equal_to": _compared(operator.le),
    "after": _compared(operator.gt),
    "before": _compared(operator.lt),
    "on_or_after": _compared(operator.ge),
    "on_or_before": _compared(operator.le),
    "is_empty": lambda value, _: value is None or value in ("", []),
    "is_not_empty": lambda value, _: value is not None and value not in ("", []),
}


def fits(schema: Record, entry: Record, wanted: Any) -> bool:
    """Whether an entry fits a filter. Errors: 400."""
    if not isinstance(wanted, dict):
        raise failed("body.filter should be an object.")
    for word, together in (("and", all), ("or", any)):
        if word in wanted:
            parts = wanted[word]
            if not isinstance(parts, list):
                raise failed(f"body.filter.{word} should be an array.")
            return together([fits(schema, entry, part) for part in parts])
    kind, value = _subject(schema, entry, wanted)
    condition = wanted.get(kind)
    if not isinstance(condition, dict) or not condition:
        raise failed(f"body.filter.{kind} should be defined, instead was `undefined`.")
    unknown = next((word for word in condition if word not in _TESTS), None)
    if unknown:
        raise failed(f"body.filter.{kind}.{unknown} should be not present.")
    return all(_TESTS[word](value, given) for word, given in condition.items())


def _subject(schema: Record, entry: Record, wanted: Record) -> tuple[str, Any]:
    stamp, name = wanted.get("timestamp"), wanted.get("property")
    if isinstance(stamp, str) and stamp in _TIMESTAMPS:
        return stamp, entry[stamp]
    column = _column(schema, name)
    return column["type"], plain_value(entry["properties"][column["name"]])


def _column(schema: Record, name: Any) -> Record:
    found: Record | None = next((column for column in schema.values() if name in (column["name"], column["id"])), None)
    if found is None:
        raise invalid(f"Could not find property with name or id: {name}")
    return found


def plain_value(value: Record) -> Any:
    """What filters and sorts compare."""
    kind = value["type"]
    inner = value[kind]
    if kind in {"title", "rich_text"}:
        return plain(inner)
    if isinstance(inner, list):
        return [one.get("name") or one.get("id") for one in inner]
    if isinstance(inner, dict):
        return inner.get("name") or inner.get("start")
    return inner


def ordered(schema: Record, entries: list[Record], sorts: Any) -> list[Record]:
    """Entries in the order asked for; the first sort weighs most. Errors: 400."""
    found = list(entries)
    if not isinstance(sorts, list) or not all(isinstance(sort, dict) for sort in sorts):
        raise failed("body.sorts should be an array.")
    for sort in reversed(sorts):
        if sort.get("direction") not in ("ascending", "descending"):
            raise failed('body.sorts[0].direction should be `"ascending"` or `"descending"`.')
        found.sort(key=_key(schema, sort), reverse=sort["direction"] == "descending")
    return found


def _key(schema: Record, sort: Record) -> Callable[[Record], tuple[bool, str | float]]:
    stamp = sort.get("timestamp")
    if isinstance(stamp, str) and stamp in _TIMESTAMPS:
        return lambda entry: (True, str(entry[stamp]))
    name = _column(schema, sort.get("property"))["name"]

    def key(entry: Record) -> tuple[bool, str | float]:
        value = plain_value(entry["properties"][name])
        return value is not None, value if isinstance(value, int | float) else str(value or "")

    return key
