"""The functions of expressions. Each gives a blank for a blank, unless it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date as Date  # noqa: N812 - `date` is the function of expressions
from datetime import datetime as DateTime  # noqa: N812
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic_core import SchemaError, SchemaValidator, core_schema

from tieline.sync.expressions import values
from tieline.sync.expressions.times import Format, at_home, from_iso, zone_named
from tieline.sync.expressions.values import MAX_DIGITS, Unfit, Value, fits, kind, said

T = TypeVar("T")

#: Of a text that a pattern is tried on, and of a pattern written out without counts: its cost is their product.
MAX_TRIED = 10_000
MAX_PATTERN = 2_000


class _Nothing:
    """No default was given."""


NOTHING: Final = _Nothing()


def _want(value: Value, wanted: type[T], name: str) -> T:
    """A value of the kind that a function takes."""
    if isinstance(value, wanted):
        return value
    hint = "text(…) makes a text of it." if wanted is str and not isinstance(value, list) else ""
    raise Unfit(f"{name}() takes {values.KINDS[wanted]}, and met {said(value)}", hint)


def upper(text: Value) -> Value:
    """In capital letters."""
    return None if text is None else _want(text, str, "upper").upper()


def lower(text: Value) -> Value:
    """In small letters."""
    return None if text is None else _want(text, str, "lower").lower()


def trim(text: Value) -> Value:
    """Without white space around it."""
    return None if text is None else _want(text, str, "trim").strip()


def replace(text: Value, old: Value, new: Value) -> Value:
    """Every `old` becomes `new`; a blank `new` takes it away."""
    if text is None or old is None:
        return text
    whole, was = _want(text, str, "replace"), _want(old, str, "replace")
    becomes = "" if new is None else _want(new, str, "replace")
    fits(len(whole) + whole.count(was) * (len(becomes) - len(was)))
    return whole.replace(was, becomes)


def split(text: Value, separator: Value) -> Value:
    """A list of the parts, trimmed; blank parts are left out."""
    if text is None:
        return None
    whole = _want(text, str, "split")
    between = _want(separator, str, "split")
    if whole.count(between) >= values.MAX_LIST:
        raise Unfit(f"it would make a list of more than {values.MAX_LIST:,} items")
    return [part for part in map(str.strip, whole.split(between)) if part]


def join(items: Value, separator: Value = ", ") -> Value:
    """One text of a list; blanks are left out, numbers and dates become texts."""
    if items is None:
        return None
    between = "" if separator is None else _want(separator, str, "join")
    parts = [text(item) for item in _want(items, list, "join") if item is not None]
    fits(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def round_(number: Value, places: Value = 0) -> Value:
    """Half up, away from zero."""
    if number is None:
        return None
    if kind(number) != "a number":
        raise Unfit(f"round() takes a number, and met {said(number)}", "number(…) makes one of a text.")
    if type(places) is not int or not -MAX_DIGITS <= places <= MAX_DIGITS:
        raise Unfit(f"round() takes a whole number of places, and met {said(places)}")
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _ROUNDING)
    return values.exact(rounded) if places > 0 else int(rounded)


_ROUNDING = Context(prec=3 * MAX_DIGITS)


@lru_cache(maxsize=100)
def _shape(decimal: str, thousands: str) -> re.Pattern[str]:
    """What a number looks like: groups are of three, so that 1.5 is not fifteen where points group."""
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    return re.compile(rf"([+-]?)({grouped}[0-9]+)(?:{re.escape(decimal)}([0-9]+))?")


def number(text: Value, decimal: str = ".", thousands: str = "") -> Value:
    """The number that a text tells; a number as it is."""
    if text is None or kind(text) == "a number":
        return text
    stripped = _want(text, str, "number").strip()
    if not stripped:
        return None
    found = _shape(decimal, thousands).fullmatch(stripped) if len(stripped) <= 2 * MAX_DIGITS else None
    if not found:
        raise Unfit(f"number() met {said(text)}", f"Decimals follow {decimal!r}, thousands {thousands!r}.")
    sign, whole, rest = found.groups()
    digits = sign + (whole.replace(thousands, "") if thousands else whole)
    return values.taken(Decimal(f"{digits}.{rest}") if rest else int(digits))


def text(value: Value, format: Format | None = None, decimal: str = ".", thousands: str = "") -> Value:  # noqa: A002 - the word that says it
    """A text of a number, a date, a time, or yes or no."""
    if value is None:
        return None
    if isinstance(value, Date):
        return format.write(value) if format else value.isoformat()
    if format:
        raise Unfit(f"text() has a form for a date, and met {said(value)}")
    if isinstance(value, list):
        raise Unfit("text() met a list", "join(…) makes a text of it.")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else _digits(Decimal(value), decimal, thousands)


def _digits(value: Decimal, decimal: str, thousands: str) -> str:
    whole, _, rest = format(value, ",f").partition(".")
    return whole.replace(",", thousands) + (decimal + rest if rest else "")


def date(value: Value, format: Format | None = None) -> Value:  # noqa: A002
    """The day that a text tells, or of a time where its clock is."""
    if isinstance(value, DateTime):
        return value.date()
    if value is None or isinstance(value, Date):
        return value
    told = _want(value, str, "date")
    return (format.read(told) if format else from_iso(told)).date() if told.strip() else None


def datetime(value: Value, format: Format | None = None, zone: ZoneInfo | None = None) -> Value:  # noqa: A002
    """The time that a text tells; `zone` is where the clock is, if the text does not say it."""
    if isinstance(value, DateTime):
        return value.astimezone(zone) if zone else value
    if isinstance(value, Date):
        value = value.isoformat()
    if value is None or not _want(value, str, "datetime").strip():
        return None
    told = format.read(value) if format else from_iso(value)
    if told.tzinfo:
        return told.astimezone(zone) if zone else told
    if not zone:
        raise Unfit(f"{said(value)} names no time zone", 'Say where its clock is: zone="Europe/Berlin".')
    return at_home(told, zone)


def in_zone(value: Value, zone: ZoneInfo) -> Value:
    """The same moment as the clocks of a zone show it."""
    return None if value is None else _want(value, DateTime, "in_zone").astimezone(zone)


def matches(text: Value, pattern: Callable[[str], bool]) -> bool:
    """Whether the whole text is as a pattern says; a blank is not."""
    if text is None:
        return False
    whole = _want(text, str, "matches")
    if len(whole) > MAX_TRIED:
        raise Unfit(f"matches() met a text of more than {MAX_TRIED:,} characters")
    return pattern(whole)


def starts_with(text: Value, beginning: Value) -> bool:
    """Whether a text begins with another; a blank does not."""
    if text is None or beginning is None:
        return False
    return _want(text, str, "starts_with").startswith(_want(beginning, str, "starts_with"))


def ends_with(text: Value, end: Value) -> bool:
    """Whether a text ends with another; a blank does not."""
    if text is None or end is None:
        return False
    return _want(text, str, "ends_with").endswith(_want(end, str, "ends_with"))


def length(value: Value) -> int:
    """How many characters a text has, or items a list; a blank has none."""
    if value is None or isinstance(value, str | list):
        return len(value or "")
    raise Unfit(f"length() takes a text or a list, and met {said(value)}", "text(…) makes a text of it.")


def lookup(table: Mapping[tuple[str, Value], Value], value: Value, default: Value = NOTHING) -> Value:
    """What a table says for a value; a value that is not in it is an error, unless there is a default."""
    if isinstance(value, list):
        raise Unfit("lookup() met a list")
    found = table.get((kind(value), value), NOTHING)
    if found is not NOTHING:
        return found
    if value is None:
        return None
    if default is NOTHING:
        raise Unfit(f"lookup() met {said(value)}, which its table does not have", "Add it, or a default.")
    return default


def is_blank(value: Value) -> bool:
    """Whether there is nothing: no text, or white space only, or an empty list."""
    return value is None or (isinstance(value, str) and value.isspace())


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "upper": upper,
    "lower": lower,
    "trim": trim,
    "replace": replace,
    "split": split,
    "join": join,
    "round": round_,
    "number": number,
    "text": text,
    "date": date,
    "datetime": datetime,
    "in_zone": in_zone,
    "matches": matches,
    "starts_with": starts_with,
    "ends_with": ends_with,
    "contains": values.contains,
    "length": length,
    "lookup": lookup,
    "is_blank": is_blank,
}


def one_pattern(text: str) -> Callable[[str], bool]:
    """Whether a text as a whole is as a regular expression says, in time that grows with its length only.

    These are the expressions of Rust's `regex`, without look-around and references back. pydantic has that engine.

    Raises:
        Unfit: It is not one, or too large.
    """
    if _size(text) > MAX_PATTERN:
        raise Unfit("the pattern is too large", f"Its counts written out, it may have {MAX_PATTERN:,} characters.")
    if not text.isprintable():
        raise Unfit("the pattern holds a control character", r'Put an r before it: r"\bword\b".')
    try:
        _validator(text)  # by itself, so that a stray parenthesis does not end the one that goes around it
        whole = _validator(f"^(?:{text})$")
    except SchemaError as error:
        reason = str(error).rpartition("error: ")[2].splitlines()[0].strip().rstrip(".")
        raise Unfit(f"the pattern {text!r} cannot be read: {reason}") from None
    return whole.isinstance_python


def _validator(pattern: str) -> SchemaValidator:
    schema = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True)
    return SchemaValidator(schema)


def _size(pattern: str) -> int:
    """How long a pattern is at most, once its counts are written out: those of groups multiply."""
    size, groups = len(pattern), 1
    for group, least, most in re.findall(r"(\)?)\s*\{\s*(\d{1,9})\s*,?\s*(\d{0,9})", pattern):
        count = max(int(least), int(most or 0), 1)
        size, groups = (size, groups * count) if group else (size + count, groups)
    return size * groups


def _separator(allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) <= 1 and text in allowed:
            return text
        raise Unfit(f"{text!r} separates no digits", f"It may be one of {' '.join(map(repr, allowed))}.")

    return read


#: Parameters that are written out, and what becomes of them before the first row.
WRITTEN: Mapping[str, Callable[[str], Any]] = {
    "format": Format,
    "zone": zone_named,
    "pattern": one_pattern,
    "decimal": _separator(".,"),
    "thousands": _separator(".,' \u00a0\u2019\u202f"),
}


def check(name: str, given: Mapping[str, Any]) -> None:
    """Refuse what a function can never work out.

    Args:
        name: Of the function.
        given: Its parameters that are written out, and defaults.

    Raises:
        Unfit: They contradict each other.
    """
    if "decimal" in given and given["decimal"] in {"", given["thousands"]}:
        raise Unfit(f"{name}() cannot tell decimals from thousands", 'Such as decimal=",", thousands=".".')
    form = given.get("format")
    if name in {"date", "datetime"} and isinstance(form, Format) and not form.has_date:
        raise Unfit(f"the form {form.text!r} lacks the day, the month or the year", 'Such as "%d.%m.%Y".')
    if name == "datetime" and isinstance(form, Format) and not (form.has_zone or given.get("zone")):
        raise Unfit("datetime() does not know where the clock is", 'Say it: zone="Europe/Berlin".')
