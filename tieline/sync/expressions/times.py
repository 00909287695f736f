"""Dates and times of texts, and back. Not `strptime`, which reads the names of months by the machine's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tieline.sync.expressions.values import Unfit, movable, said

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CENTURY = 69  # POSIX: 69 is 1969, 68 is 2068


def _written_offset(at: datetime) -> str:
    text = at.isoformat()[19:].lstrip(".0123456789")
    if len(text) > len("+00:00"):
        raise Unfit(f"clocks were {text} from Greenwich at {at:%Y-%m-%d}, and forms have no seconds for it")
    return text


#: What a directive reads, and how it is written. Digits may lack their leading zero in what is read, unless other
#: digits follow or precede them.
_DIRECTIVES: dict[str, tuple[str, Callable[[datetime], str]]] = {
    "d": (r"\d{1,2}", lambda at: f"{at.day:02}"),
    "m": (r"\d{1,2}", lambda at: f"{at.month:02}"),
    "b": ("|".join(name[:3] for name in MONTHS), lambda at: MONTHS[at.month - 1][:3]),
    "B": ("|".join(MONTHS), lambda at: MONTHS[at.month - 1]),
    "Y": (r"\d{4}", lambda at: f"{at.year:04}"),
    "y": (r"\d{2}", lambda at: f"{at.year % 100:02}"),
    "H": (r"\d{1,2}", lambda at: f"{at.hour:02}"),
    "I": (r"\d{1,2}", lambda at: f"{at.hour % 12 or 12:02}"),
    "p": (r"AM|PM", lambda at: "AM" if at.hour < 12 else "PM"),  # noqa: PLR2004 - noon
    "M": (r"\d{1,2}", lambda at: f"{at.minute:02}"),
    "S": (r"\d{1,2}", lambda at: f"{at.second:02}"),
    "f": (r"\d{1,6}", lambda at: f"{at.microsecond:06}"),
    "z": (r"Z|[+-]\d{2}:?\d{2}", _written_offset),
}
_TIMES = frozenset("HIpMSfz")
_DIGITS = frozenset("dmYyHIMSf")


class Format:
    """How a date or a time is written, such as "%d.%m.%Y".

    Raises:
        Unfit: There is no such directive, or one is there twice.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        parts = re.split(r"(%.?)", text, flags=re.DOTALL)
        self._parts = ["%" if part == "%%" else part for part in parts]
        self.directives = [part[1:] for part in parts if part.startswith("%") and part != "%%"]
        for one in self.directives:
            if one not in _DIRECTIVES:
                known = ", ".join(f"%{name}" for name in _DIRECTIVES)
                raise Unfit(f"a date's form has no %{one}", f"There are {known}.")
        if len(set(self.directives)) < len(self.directives):
            raise Unfit(f"the form {text!r} names something twice")
        pattern = "".join(self._pattern(part, whole=_touches(parts, at)) for at, part in enumerate(self._parts))
        self._regex = re.compile(pattern, re.ASCII | re.IGNORECASE)
        self.has_date = bool({"d"} & self._all and {"m", "b", "B"} & self._all and {"Y", "y"} & self._all)
        self.has_zone = "z" in self._all

    @property
    def _all(self) -> set[str]:
        return set(self.directives)

    @staticmethod
    def _pattern(part: str, *, whole: bool) -> str:
        directive = part[1:] if len(part) > 1 and part[0] == "%" else ""
        if not directive:
            return re.escape(part)
        shape = _DIRECTIVES[directive][0]
        return f"(?P<{directive}>{shape.replace('{1,', '{') if whole else shape})"

    def read(self, text: str) -> datetime:
        """The time that a text tells; without a time zone, unless the text has one.

        Raises:
            Unfit: It is not in this form, or there is no such day.
        """
        found = self._regex.fullmatch(text.strip())
        if not found:
            raise Unfit(f"{said(text)} does not look like {self.text!r}")
        get = found.groupdict().get
        try:
            told = datetime(
                _year(get("Y"), get("y")),
                int(get("m") or 0) or _month(get("b") or get("B") or ""),
                int(get("d") or 0),
                _hour(get("H"), get("I"), get("p")),
                int(get("M") or 0),
                int(get("S") or 0),
                int((get("f") or "").ljust(6, "0")),
                tzinfo=_offset(get("z")),
            )
        except ValueError:
            raise Unfit(f"{said(text)} is no day or time that there is") from None
        return movable(told)

    def write(self, value: date) -> str:
        """A date or a time in this form.

        Raises:
            Unfit: It has no time, and the form asks for one.
        """
        if not isinstance(value, datetime):
            if self._all & _TIMES:
                raise Unfit(f"{said(value)} has no time for {self.text!r}")
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return "".join(
            _DIRECTIVES[part[1:]][1](value) if len(part) > 1 and part[0] == "%" else part for part in self._parts
        )


def _touches(parts: list[str], at: int) -> bool:
    """Whether nothing stands between a directive for digits and another one: 1112026 would be two days."""
    near = [other for other in (at - 2, at + 2) if 0 <= other < len(parts) and not parts[(at + other) // 2]]
    return at % 2 == 1 and any(parts[other][1:] in _DIGITS for other in near)


def _year(four: str | None, two: str | None) -> int:
    if four:
        return int(four)
    year = int(two or 0)
    return year + (1900 if year >= _CENTURY else 2000)


def _month(name: str) -> int:
    short = [month[:3].lower() for month in MONTHS]
    return short.index(name[:3].lower()) + 1


def _hour(hours: str | None, twelve: str | None, half: str | None) -> int:
    if twelve is None:
        return int(hours or 0)
    hour = int(twelve)
    if not 1 <= hour <= 12:  # noqa: PLR2004 - of a clock
        raise ValueError(hour)
    return hour % 12 + (12 if (half or "").upper() == "PM" else 0)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def zone_named(name: str) -> ZoneInfo:
    """A time zone.

    Raises:
        Unfit: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"Did you mean {near[0]}?" if near else 'Names are such as "Europe/Berlin".'
        raise Unfit(f"there is no time zone {name!r}", hint) from None


def at_home(value: datetime, zone: ZoneInfo) -> datetime:
    """A time that names no zone, as the clocks of a zone show it; the first one, where they show it twice.

    Raises:
        Unfit: They never show it, as they are put forward then.
    """
    local = value.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != value:
        raise Unfit(f"clocks in {zone.key} never show {value}", "They are put forward at that time.")
    return local


def from_iso(text: str) -> datetime:
    """The time of a text such as "2026-11-22T20:15:00+01:00".

    Raises:
        Unfit: It is none.
    """
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Unfit(f"{said(text)} is no date as ISO 8601 writes it", 'Say how it is written: "%d.%m.%Y".') from None
    return movable(told)
