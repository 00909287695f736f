"""Pieces of formulas, for `list_records`. What comes from outside becomes a value there, never a part of the formula.

https://support.airtable.com/docs/formula-field-reference
"""

from collections.abc import Iterable
from datetime import UTC, datetime

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
    at = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # There is no IS_SAME_OR_AFTER; and a record that nobody has changed since it was made may have no such time.
    time = "IF(LAST_MODIFIED_TIME(), LAST_MODIFIED_TIME(), CREATED_TIME())"
    return f"NOT(IS_BEFORE({time}, DATETIME_PARSE({text(at)})))"


def any_of(record_ids: Iterable[str]) -> str:
    """Records by their ids."""
    return f"OR({', '.join(f'RECORD_ID() = {text(one)}' for one in record_ids)})"
