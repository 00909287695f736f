"""What expressions reckon with: blanks, texts, exact numbers, yes or no, dates, times and lists.

An empty text and an empty list are a blank. Numbers are `int` or `Decimal`: a `float` becomes the decimal that it is
shown as when it is read, so that no amount of money is ever a binary fraction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from typing import Any

from tieline.errors import ConfigError
from tieline.sync.side import CellError

#: A value within an expression. `Any`, as the kind is found at run time; lists may hold any of them.
Value = Any

#: What one step may make: characters of a text, items of a list, digits of a number.
MAX_TEXT = 1_000_000
MAX_LIST = 10_000
MAX_DIGITS = 50
_TOO_BIG = 10**MAX_DIGITS

#: What is not exact is an error, …
EXACT = Context(
    prec=MAX_DIGITS, Emax=MAX_DIGITS, Emin=-MAX_DIGITS, traps=[Inexact, Overflow, InvalidOperation, DivisionByZero]
)
#: … except for a division, which has 28 digits.
_DIVISION = Context(prec=28, rounding=ROUND_HALF_UP, traps=[Overflow, InvalidOperation, DivisionByZero])

KINDS: dict[type, str] = {
    type(None): "a blank",
    str: "a text",
    int: "a number",
    Decimal: "a number",
    bool: "yes or no",
    date: "a date",
    datetime: "a time",
    list: "a list",
}


class ExpressionError(ConfigError):
    """An expression cannot be read, or not be worked out for a row.

    Attributes:
        expression: Which.
        position: The character, counted from 1, at which it cannot be read; 0 if it met a row that it does not fit.
    """

    expression = ""
    position = 0


class Unfit(Exception):  # noqa: N818 - reads as what happened
    """A value does not fit; `Expression` and `compile` say where.

    Args:
        message: What was met, as the end of a sentence.
        hint: What to do about it, in a sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def kind(value: Value) -> str:
    """What it is, for people."""
    return KINDS[type(value)]


def said(value: Value) -> str:
    """A value for people: what it is, and its beginning."""
    if value is None:
        return "a blank"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    shown = repr(value) if isinstance(value, str) else str(value)
    short = shown if len(shown) <= 60 else shown[:59] + "…"  # noqa: PLR2004 - a line
    return short if isinstance(value, bool) else f"the {kind(value).partition(' ')[2]} {short}"


def taken(value: object) -> Value:
    """A cell as expressions see it.

    Raises:
        Unfit: It is no cell, or a number that is not exact.
    """
    read = _TAKEN.get(type(value))
    if read:
        return read(value)
    if isinstance(value, CellError):
        raise Unfit(f"the system shows {value.text} there")
    raise Unfit(f"it met something that is no cell ({type(value).__name__})")


def _float(value: float) -> Decimal:
    return exact(Decimal(repr(value)))


def _int(value: int) -> int:
    if -_TOO_BIG < value < _TOO_BIG:
        return value
    raise Unfit(f"it met a number of more than {MAX_DIGITS} digits")


def exact(value: Decimal) -> Decimal:
    """A decimal that can be reckoned with.

    Raises:
        Unfit: It has too many digits, or is none ("NaN").
    """
    if not value.is_finite():
        raise Unfit(f"it met {value}, which is no number")
    try:
        return EXACT.plus(value)
    except DecimalException:
        raise Unfit(f"it met a number of more than {MAX_DIGITS} digits") from None


def _time(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise Unfit(f"it met a time without a time zone, {value}")
    return movable(value)


def movable(value: datetime) -> datetime:
    """A time that there is in every time zone.

    Raises:
        Unfit: It is at the edge of what Python has.
    """
    if MINYEAR < value.year < MAXYEAR:
        return value
    raise Unfit(f"it met a time in the year {value.year}")


def _list(value: list[object]) -> Value:
    if len(value) > MAX_LIST:
        raise Unfit(f"it met a list of more than {MAX_LIST} items")
    return [taken(item) for item in value] or None


_TAKEN: dict[type, Callable[[Any], Value]] = {
    type(None): lambda value: value,
    str: lambda value: value or None,
    int: _int,
    float: _float,
    Decimal: exact,
    bool: lambda value: value,
    date: lambda value: value,
    datetime: _time,
    list: _list,
}


def truth(value: Value) -> bool:
    """Whether a condition holds; a blank does not."""
    if value is True or value is False:
        return value
    if value is None:
        return False
    raise Unfit(f"{said(value)} is neither yes nor no", "Compare it with something, or ask is_blank(…).")


def equal(left: Value, right: Value) -> bool:
    """Whether two values are the same. Values of different kinds are not, and a blank is only a blank."""
    if type(left) is type(right) is str:  # most often
        return bool(left == right)
    one, other = kind(left), kind(right)
    if one != other:
        _no_date_and_time(one, other)
        return False
    if one == "a time":
        return bool(left.astimezone(UTC) == right.astimezone(UTC))  # by instant, in the hour that comes twice, too
    if one == "a list":
        return len(left) == len(right) and all(map(equal, left, right))
    return bool(left == right)


def _no_date_and_time(one: str, other: str) -> None:
    if {one, other} == {"a date", "a time"}:
        raise Unfit("a date does not compare with a time", "date(…) makes a date of a time.")


def compared(symbol: str, holds: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    """How `<` and the like are worked out: with a blank they do not hold."""

    def compare(left: Value, right: Value) -> bool:
        if left is None or right is None:
            return False
        one, other = kind(left), kind(right)
        _no_date_and_time(one, other)
        if one != other or one in {"yes or no", "a list"}:
            raise Unfit(f"{said(left)} {symbol} {said(right)} makes no sense", "Both must be of one kind.")
        if one == "a time":
            return holds(left.astimezone(UTC), right.astimezone(UTC))
        return holds(left, right)

    return compare


def contains(whole: Value, part: Value) -> bool:
    """Whether a list holds an item, or a text a part; a blank holds nothing."""
    if whole is None:
        return False
    if isinstance(whole, list):
        return any(equal(item, part) for item in whole)
    if not isinstance(whole, str):
        raise Unfit(f"nothing can be in {said(whole)}", "Only texts and lists hold something.")
    if part is None:
        return False
    if isinstance(part, str):
        return part in whole
    raise Unfit(f"{said(part)} cannot be in a text", "text(…) makes a text of it.")


def fits(length: int) -> None:
    """Refuse to make a text that is too long, before it is made."""
    if length > MAX_TEXT:
        raise Unfit(f"it would make a text of more than {MAX_TEXT:,} characters")


def add(left: Value, right: Value) -> Value:
    """Two numbers added, two texts or lists one after the other."""
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        fits(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        if len(left) + len(right) > MAX_LIST:
            raise Unfit(f"it would make a list of more than {MAX_LIST:,} items")
        return left + right
    return _add(left, right)


def reckoned(
    symbol: str, whole: Callable[[int, int], int] | None, exactly: Callable[[Any, Any], Decimal]
) -> Callable[[Value, Value], Value]:
    """How `-` and the like are worked out: with a blank they are blank.

    Args:
        symbol: Of the operator.
        whole: What it does with whole numbers, if that gives one.
        exactly: What it does with decimals.
    """

    def reckon(left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        if kind(left) != "a number" or kind(right) != "a number":
            hint = "number(…) makes a number of a text, text(…) a text of a number."
            raise Unfit(f"{said(left)} {symbol} {said(right)} makes no sense", hint)
        try:
            if whole and isinstance(left, int) and isinstance(right, int):
                return _int(whole(left, right))
            return exactly(left, right)
        except DivisionByZero:
            raise Unfit(f"it divides {said(left)} by zero") from None
        except DecimalException:
            raise Unfit(f"{said(left)} {symbol} {said(right)} has no exact result in {MAX_DIGITS} digits") from None

    return reckon


def _divide(left: Any, right: Any) -> Decimal:
    if left == right == 0:
        raise DivisionByZero
    return EXACT.plus(_DIVISION.divide(left, right))


_add = reckoned("+", lambda left, right: left + right, EXACT.add)
subtract = reckoned("-", lambda left, right: left - right, EXACT.subtract)
multiply = reckoned("*", lambda left, right: left * right, EXACT.multiply)
divide = reckoned("/", None, _divide)


def negative(value: Value) -> Value:
    """A number with the other sign."""
    return subtract(0, value)


def positive(value: Value) -> Value:
    """A number as it is."""
    return _add(0, value)
