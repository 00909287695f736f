"""Pieces of formulas, for `list_records`. What comes from outside becomes a value there, never a part of the formula.

https://support.airtable.com/docs/formula-field-reference
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from tieline import ConfigError

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text(value: str) -> str:
    """A text, in quotes."""
    return f'"{value.translate(_ESCAPES)}"'


def field(name: str) -> str:
    """A field, by its name or id.

    Raises:
        ConfigError: The name has a brace, which a formula cannot quote for certain: use the field's id.
    """
    if "{" in name or "}" in name:
        raise ConfigError(f"A formula cannot name the field {name[:60]!r}.", hint="Use its id (fld...).")
    return f"{{{name}}}"


def changed_since(moment: datetime) -> str:
    """Records that were changed or made at this moment or later.

    Args:
        moment: With a time zone. Airtable compares to the millisecond.
    """
    # There is no IS_SAME_OR_AFTER; and a record that nobody has changed since it was made may have no such time.
    time = "IF(LAST_MODIFIED_TIME(), LAST_MODIFIED_TIME(), CREATED_TIME())"
    return f"NOT(IS_BEFORE({time}, DATETIME_PARSE({text(_utc(moment))})))"


def any_of(record_ids: Iterable[str]) -> str:
    """Records by their ids."""
    return either(*(f"RECORD_ID() = {text(one)}" for one in record_ids))


def equals(name: str, value: str | float | date) -> str:
    """Records whose field holds a value.

    Args:
        name: The field's name or id.
        value: A text, a number, a day, or a moment with a time zone.
    """
    if isinstance(value, datetime):
        return f"IS_SAME({field(name)}, DATETIME_PARSE({text(_utc(value))}))"
    if isinstance(value, date):
        return f'DATETIME_FORMAT({field(name)}, "YYYY-MM-DD") = {text(value.isoformat())}'
    return f"{field(name)} = {text(value) if isinstance(value, str) else repr(value)}"


def every(*formulas: str) -> str:
    """Records for which all of them are true."""
    return f"AND({', '.join(formulas)})"


def either(*formulas: str) -> str:
    """Records for which one of them is true."""
    return f"OR({', '.join(formulas)})"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
