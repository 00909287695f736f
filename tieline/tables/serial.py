"""Dates as spreadsheets keep them: a number of days, in one of two systems.

In the 1900 system day 1 is 1900-01-01, and there is a day 60, 1900-02-29, that never was: Lotus 1-2-3 had it, and Excel
kept it. In the 1904 system, of old Macs, day 0 is 1904-01-01.
See https://learn.microsoft.com/office/troubleshoot/excel/1900-and-1904-date-system and
https://learn.microsoft.com/office/troubleshoot/excel/wrongly-assumes-1900-is-leap-year
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from tieline.errors import ConfigError

_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone
_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - as above
_DAY = timedelta(days=1)
_MILLISECONDS = 86_400_000
#: The day that never was; what is before it is one day off from the rest.
_NEVER = 60
#: The day after 9999-12-31, in the 1900 system.
_END = 2_958_466
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)


def from_serial(serial: float, *, since_1904: bool = False) -> datetime:
    """The moment that a number means, to the millisecond; it has no zone.

    Args:
        serial: Days.
        since_1904: Whether the workbook counts from 1904.

    Raises:
        ConfigError: It means none: it is negative, after the year 9999, or in the day that never was.
    """
    moment = _1904 if since_1904 else _1900
    if not since_1904 and serial < _NEVER:
        moment += _DAY
    if not 0 <= serial < _END - (1462 if since_1904 else 0) or (not since_1904 and _NEVER <= serial < _NEVER + 1):
        raise ConfigError(f"{serial} is no date in a workbook.", hint="Dates go from 1900 (or 1904) to 9999.")
    return moment + timedelta(milliseconds=round(serial * _MILLISECONDS))


def to_serial(moment: date | datetime, *, since_1904: bool = False) -> float:
    """The number that a workbook keeps for a day, or for a moment without a zone.

    Args:
        moment: The day or the moment.
        since_1904: Whether the workbook counts from 1904.

    Raises:
        ConfigError: It has a zone, or it is before the system's first day.
    """
    exact = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - as above
    if exact.tzinfo is not None:
        raise ConfigError(
            f"{exact.isoformat()} has a time zone, and cells have none.",
            hint="Convert it to the zone that people read it in, and take the zone away.",
        )
    serial = (exact - (_1904 if since_1904 else _1900)) / _DAY
    if not since_1904 and serial < _NEVER + 1:
        serial -= 1
    if serial < 0:
        raise ConfigError(f"{exact.date()} is before the workbook's first day.", hint="Write it as text.")
    return serial


def is_date(number_format: str) -> bool:
    """Whether a number format shows a day or a time: it has one of y, m, d, h, s outside of quotes and colours.

    See https://support.microsoft.com/office/5026bbd6-04bc-48cd-bf33-80f18b4eae68
    """
    shown = _shown(number_format)
    return shown != "general" and any(letter in shown for letter in "ymdhs")


def has_time(number_format: str) -> bool:
    """Whether a number format shows a time of day; see `is_date`."""
    return any(letter in _shown(number_format) for letter in "hs")


def _shown(number_format: str) -> str:
    return _QUOTED.sub("", number_format.partition(";")[0]).casefold()
