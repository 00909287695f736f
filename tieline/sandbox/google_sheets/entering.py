"""What becomes of what somebody writes, and how a value shows.

Pages: https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption,
https://developers.google.com/workspace/sheets/api/guides/formats
"""

import re
from datetime import datetime, timedelta
from typing import Any

from tieline.sandbox.happening import Record

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone
ERRORS = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "ERROR": "#ERROR!",
}
DATES = {"DATE": "yyyy-mm-dd", "TIME": "h:mm:ss", "DATE_TIME": "yyyy-mm-dd h:mm:ss"}
_NUMBER = re.compile(r"([-+]?)(\$?)((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?)(%?)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WHOLE = 1e15


def raw(value: Any) -> Record | None:
    """A JSON value as RAW keeps it; None is blank."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value} if value else None
    return {"numberValue": float(value)}


def typed(value: Any, number_format: str = "") -> tuple[Record | None, Record | None]:
    """A JSON value as if typed into a cell of that format, and the format that it brings along."""
    if not isinstance(value, str) or not value or number_format == "TEXT":
        return raw(value), None
    if value.startswith("=") and len(value) > 1:
        return {"formulaValue": value}, None
    if value.startswith("'"):
        return raw(value[1:]), None
    if value.upper() in ("TRUE", "FALSE"):
        return {"boolValue": value.upper() == "TRUE"}, None
    return _date(value) or _number(value) or (raw(value), None)


def _date(text: str) -> tuple[Record, Record] | None:
    found = _ISO.fullmatch(text.strip())
    parts = found.groups() if found else ()
    if not found and (american := _US.fullmatch(text.strip())):
        month, day, year, *clock = american.groups()
        parts = (year, month, day, *clock)
    if not parts:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type] # noqa: DTZ001 - as above
    except ValueError:
        return None
    kind = "DATE" if parts[3] is None else "DATE_TIME"
    return {"numberValue": (moment - EPOCH) / timedelta(days=1)}, {"type": kind, "pattern": DATES[kind]}


def _number(text: str) -> tuple[Record, Record | None] | None:
    found = _NUMBER.fullmatch(text.strip())
    if not found or not found[3] or found[3] == ".":
        return None
    number = float(found[1] + found[3].replace(",", ""))
    if found[4]:
        return {"numberValue": number / 100}, {"type": "PERCENT", "pattern": "0.00%"}
    return {"numberValue": number}, {"type": "CURRENCY", "pattern": '"$"#,##0.00'} if found[2] else None


def plain(value: Record | None) -> Any:
    """A value in JSON, unformatted; blank is an empty text."""
    if value is None:
        return ""
    (kind, held), *_ = value.items()
    if kind == "errorValue":
        return ERRORS[held["type"]]
    if kind == "numberValue" and held == int(held) and abs(held) < _WHOLE:
        return int(held)
    return held


def formatted(value: Record | None, number_format: Record) -> str:
    """A value as people see it."""
    held = plain(value)
    if isinstance(held, bool):
        return str(held).upper()
    if isinstance(held, str):
        return held
    kind = number_format.get("type", "")
    if kind in DATES:
        moment = EPOCH + timedelta(seconds=round(held * 86400))
        clock = f"{moment.hour}:{moment:%M:%S}"
        return {"DATE": f"{moment:%Y-%m-%d}", "TIME": clock}.get(kind, f"{moment:%Y-%m-%d} {clock}")
    if kind == "PERCENT":
        return f"{held * 100:.2f}%"
    if kind == "CURRENCY":
        return f"{'-' if held < 0 else ''}${abs(held):,.2f}"
    return str(held) if isinstance(held, int) else f"{held:.10g}"
