"""What a cell means: one form for each value, so that equal cells are equal, and nothing is rounded in silence.

Exact rules, which docs/sheet-sync.md tells users: blank and the empty text are the same; numbers keep their exact value
or are refused; a text is a number only if it would be written the same way again; a list has no order and no doubles;
a moment is kept in UTC.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tieline.sync.model import Type
from tieline.sync.side import Cell, CellError

#: Whole numbers that a float holds exactly, and those that a store and a vendor can be trusted with.
_EXACT, _LONG = 2**53, 2**63
_NUMBER = re.compile(r"[+-]?(0|[1-9]\d*)(\.\d+)?")
#: Halves of characters beyond 16 bits, which JSON can hold and no store can.
_HALF = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False}


class Unfit(ValueError):  # noqa: N818 - reads as what happened
    """A value that does not mean what its column says; for people."""


def canonical(value: object, kind: Type, zone: str = "UTC") -> Cell:
    """The one form of a value.

    Args:
        value: What a side told.
        kind: What the column's cells mean.
        zone: The time zone of times without one.

    Raises:
        Unfit: It means something else, or would change.
    """
    if value is None or value == "":
        return None
    if isinstance(value, CellError):
        raise Unfit(f"shows the error {value.text}")
    return _date_time(value, zone) if kind == "datetime" else _KINDS[kind](value)


def _text(value: object) -> str:
    if isinstance(value, str):
        if not value.isascii() and _HALF.search(value):
            raise Unfit("holds half of a character")
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int | Decimal):
        return _plain(_decimal(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_text(one) for one in value)
    raise Unfit(f"is neither text nor number: {shown(value)}")


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool):
        raise Unfit(f"is {str(value).lower()}, which is no number")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unfit(f"is {value}, which is no number")
        value = Decimal(repr(value))
    if isinstance(value, int):
        value = Decimal(value)
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            raise Unfit(f"is the text {shown(value)}, which is no plain number")
        value = Decimal(value.strip())
    if not isinstance(value, Decimal):
        raise Unfit(f"is {shown(value)}, which is no number")
    if not value.is_finite():
        raise Unfit(f"is {value}, which is no number")
    return _trimmed(value) if value else Decimal(0)  # zero has no sign


def _trimmed(value: Decimal) -> Decimal:
    """Without zeros at its end, which change nothing; `normalize` alone would round to 28 digits."""
    digits = value.as_tuple()
    kept, exponent = list(digits.digits), int(digits.exponent)
    while kept[-1] == 0:
        kept.pop()
        exponent += 1
    return Decimal((digits.sign, kept, exponent))


def _plain(value: Decimal) -> str:
    """Without an exponent, and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _integer(value: object) -> int:
    exact = _decimal(value)
    if exact != exact.to_integral_value():
        raise Unfit(f"is {_plain(exact)}, which is no whole number")
    if abs(exact) >= _LONG:
        raise Unfit(f"is {_plain(exact)}, which is too large for a whole number: make the column a decimal or a text")
    return int(exact)


def _number(value: object) -> float:
    exact = _decimal(value)
    try:
        near = float(exact)
    except OverflowError:
        near = math.inf
    if not math.isfinite(near) or Decimal(repr(near)) != exact:
        raise Unfit(f"is {_plain(exact)}, which would be rounded: make the column a decimal")
    return near


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    if isinstance(value, int | float) and value in {0, 1}:
        return bool(value)
    raise Unfit(f"is {shown(value)}, which is neither true nor false")


def _date(value: object) -> date:
    if isinstance(value, str):
        value = _read(value, datetime.fromisoformat)
    if isinstance(value, datetime):
        if value.time() != time():
            raise Unfit(f"is {value.isoformat()}, which is a time of day, too: make the column a datetime")
        return value.date()
    if isinstance(value, date):
        return value
    raise Unfit(f"is {shown(value)}, which is no date")


def _date_time(value: object, zone: str) -> datetime:
    if isinstance(value, str):
        value = _read(value, datetime.fromisoformat)
    if not isinstance(value, date):
        raise Unfit(f"is {shown(value)}, which is no time")
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    try:
        return _in_utc(moment, zone)
    except OverflowError:
        raise Unfit(f"is {moment.isoformat()}, which in UTC is of no year from 1 to 9999") from None


def _in_utc(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    here = ZoneInfo(zone)
    found = {moment.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(found) > 1:
        there = {one for one in found if one.astimezone(here).replace(tzinfo=None) == moment}
        raise Unfit(f"is {moment.isoformat()}, which {'comes twice' if there else 'does not exist'} in {zone}")
    return found.pop()


def _read(value: str, read: Callable[[str], datetime]) -> datetime:
    try:
        return read(value.strip())
    except ValueError:
        raise Unfit(f"is the text {shown(value)}, which is no date as in 2026-01-31") from None


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        value = [_text(value)]
    found = {_text(one).strip() for one in value if one is not None} - {""}
    if bad := sorted(one for one in found if "," in one):
        raise Unfit(f"holds {shown(bad[0])}: with its comma it would be taken for two")
    return sorted(found) or None  # type: ignore[return-value]  # an empty list is blank


_KINDS: dict[str, Callable[[object], Cell]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}


def dump(value: Cell) -> Any:
    """As JSON keeps it."""
    if isinstance(value, Decimal):
        return _plain(value)
    return value.isoformat() if isinstance(value, date) else value


_KEPT: dict[str, tuple[type, Callable[[Any], Cell]]] = {
    "text": (str, str),
    "integer": (int, int),
    "decimal": (str, Decimal),
    "number": (float, float),
    "boolean": (bool, bool),
    "date": (str, date.fromisoformat),
    "datetime": (str, datetime.fromisoformat),
    "list": (list, list),
}


def load(value: Any, kind: Type) -> Cell:
    """The other way round.

    Raises:
        Unfit: It was kept when the column was of another type.
    """
    if value is None:
        return None
    kept, read = _KEPT[kind]
    try:
        if type(value) is kept:
            return read(value)
    except (ValueError, ArithmeticError):
        pass
    raise Unfit(f"was kept as {shown(value)}")


def parse(text: str, kind: Type) -> Cell:
    """A cell of which `str(dump(cell))` made a text, as keys are."""
    return text == "True" if kind == "boolean" else _KEPT[kind][1](text)


def shown(value: object, limit: int = 60) -> str:
    """As people read it in a table or a sentence."""
    if value is None:
        return "(blank)"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    text = (
        _plain(value) if isinstance(value, Decimal) else str(value).lower() if isinstance(value, bool) else str(value)
    )
    line = " ".join(text.split())
    return f"{line[: limit - 1]}…" if len(line) > limit else line
