"""Cells of Google Sheets in Python's words, and the other way round: the table in docs/decisions/sync-sheets.md."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks import google_sheets
from tieline.errors import ConfigError
from tieline.sync.side import Cell, CellError

#: A cell as Google tells it.
Told = Mapping[str, Any]

FORMULA, SPILLED = "a formula", "part of the result of a formula in another cell"
_NOTHING: tuple[Any, ...] = (None, {}, {"stringValue": ""})
_UNTICKED = {"boolValue": False}
#: How a text begins that is entered as a formula.
_EQUALS = "="
#: What shows, by https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#ErrorType
_ERRORS = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})?")
#: How many digits of a number Sheets keeps.
_DIGITS = 15
_MILLISECOND = 1000


def zone_of(name: str) -> tzinfo:
    """A spreadsheet's time zone: "America/New_York", or one of its own such as "GMT-07:00".

    Raises:
        ConfigError: It is neither.
    """
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-span if sign == "-" else span)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        hint = "Choose another one in the spreadsheet: File, Settings."
        raise ConfigError(f"The spreadsheet's time zone {name!r} is not known here.", hint=hint) from None


def value_of(cell: Told, zone: tzinfo) -> Cell | CellError:
    """What a cell shows. A formula counts by its result; an empty text is blank."""
    shown = cell.get("effectiveValue")
    if not shown:
        return None
    if "stringValue" in shown:
        return shown["stringValue"] or None
    if "numberValue" in shown:
        kind = format_of(cell)
        number = shown["numberValue"]
        if kind in {"DATE", "DATE_TIME"}:
            return _moment(number, kind, zone)
        return number if isinstance(number, int) else Decimal(repr(number))
    if "boolValue" in shown:
        return bool(shown["boolValue"])
    return CellError(_ERRORS.get(shown.get("errorValue", {}).get("type", ""), "#ERROR!"))


def format_of(cell: Told) -> str:
    """The type of a cell's number format, such as DATE; empty if it has none."""
    return str(cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type", ""))


def formula_of(cell: Told) -> str:
    """The formula that was entered; empty if there is none."""
    return str((cell.get("userEnteredValue") or {}).get("formulaValue", ""))


def locked(cell: Told) -> str:
    """Why a cell must not be written; empty if it may be."""
    entered = cell.get("userEnteredValue")
    if entered:
        return FORMULA if "formulaValue" in entered else ""
    return "" if cell.get("effectiveValue") in _NOTHING else SPILLED


def shows(cell: Told) -> bool:
    """Whether there is anything to see."""
    return cell.get("effectiveValue") not in _NOTHING


def typed(cell: Told) -> bool:
    """Whether somebody entered a value: formulas and empty checkboxes often stand in rows that nobody has used."""
    entered = cell.get("userEnteredValue") or {}
    return entered not in _NOTHING and entered != _UNTICKED and "formulaValue" not in entered


def _moment(number: float, kind: str, zone: tzinfo) -> Cell | CellError:
    try:
        moment = google_sheets.from_serial(number)
    except ConfigError:
        return CellError(f"{number} as a date")
    if kind == "DATE" and moment.time() == time():
        return moment.date()
    there = moment.replace(tzinfo=zone)
    return there if _clear(there) else CellError(f"{moment} which comes twice, or not at all, in {zone}")


def _clear(moment: datetime) -> bool:
    """Whether clocks showed it once: they are put back and forward."""
    return moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()


def entry_of(value: Cell, zone: tzinfo) -> bool | int | float | str:
    """What is to be written for a value that fits."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return google_sheets.to_serial(value.astimezone(zone).replace(tzinfo=None))
    return int(google_sheets.to_serial(value)) if isinstance(value, date) else value


def is_formula(entry: object) -> bool:
    """Whether Sheets would calculate it, if it were entered by hand."""
    return isinstance(entry, str) and entry.startswith(_EQUALS)


def why_not(value: Cell, zone: tzinfo) -> str:
    """Why a cell would not keep a value as it is; empty if it would."""
    if isinstance(value, list):
        value = ", ".join(value)
    if isinstance(value, str):
        room = google_sheets.LONGEST_TEXT
        return "" if len(value) <= room else f"has {len(value):,} characters; a cell has room for {room:,}"
    if isinstance(value, date):
        return _why_no_date(value, zone)
    if isinstance(value, bool) or value is None:
        return ""
    return _why_no_number(value)


def _why_no_number(value: float | Decimal) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return f"is {value}, which no cell holds"
    digits = len(f"{exact:f}".replace(".", "").strip("-0")) if exact else 0
    near = float(exact)
    if digits > _DIGITS or abs(exact) > google_sheets.LARGEST_WHOLE or not math.isfinite(near):
        return f"is {exact:f}, of which a cell keeps {_DIGITS} digits: make the column a text"
    return ""


def _why_no_date(value: date, zone: tzinfo) -> str:
    local = value.astimezone(zone) if isinstance(value, datetime) else value
    first = google_sheets.EPOCH.date()
    if (local.date() if isinstance(local, datetime) else local) < first:
        return f"is before {first}, where the days of Sheets begin"
    if isinstance(local, datetime):
        if local.microsecond % _MILLISECOND:
            return "is finer than a millisecond, which cells do not keep"
        if not _clear(local):
            return f"is {local:%Y-%m-%d %H:%M} on a clock in {zone}, which comes twice there"
    return ""
