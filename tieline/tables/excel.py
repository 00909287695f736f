"""What a cell of Excel holds, wherever the workbook is.

Limits: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tieline.sync.side import Cell, CellError
from tieline.tables.model import text

LONGEST_TEXT, DIGITS, LAST_ROW = 32_767, 15, 1_048_576
#: Characters that XML has no way to write.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FIRST_YEAR = 1900
_MILLISECOND = 1000


def moment_of(shown: datetime, zone: ZoneInfo) -> datetime | CellError:
    """The moment that a cell shows, which knows no zone: an error, where clocks showed it twice or not at all."""
    there = shown.replace(tzinfo=zone)
    if _clear(there):
        return there
    return CellError(f"{shown:%Y-%m-%d %H:%M} which comes twice, or not at all, in {zone.key}")


def _clear(moment: datetime) -> bool:
    return moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()


def why_not(value: Cell, zone: ZoneInfo) -> str:
    """Why a value would not stand in a cell as it is, where times are those of a zone; empty if it would."""
    if isinstance(value, list):
        value = text(value)
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"has {len(value):,} characters, and a cell has room for {LONGEST_TEXT:,}"
        return "has a control character" if _CONTROL.search(value) else ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else "is no number"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        # `normalize` would round to 28 digits first.
        digits = f"{Decimal(value):f}".replace(".", "").strip("-0")
        return f"has more than the {DIGITS} digits that Excel keeps" if len(digits) > DIGITS else ""
    return _why_no_date(value, zone) if isinstance(value, date) else ""


def _why_no_date(value: date, zone: ZoneInfo) -> str:
    if value.year < _FIRST_YEAR:
        return "is before 1900, where Excel's dates begin"
    if isinstance(value, datetime) and value.microsecond % _MILLISECOND:
        return "is finer than a millisecond, which cells do not keep"
    if not isinstance(value, datetime) or value.tzinfo is None:
        return ""
    here = value.astimezone(zone)
    return "" if _clear(here) else f"is {here:%Y-%m-%d %H:%M}, which comes twice in {zone.key}, and cells keep no zone"
