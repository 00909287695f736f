"""Values on their way to and from columns. What a column would change is refused, with the reason."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import types
from sqlalchemy.dialects import mysql

#: What SQLite's REAL keeps of a number: https://www.sqlite.org/datatype3.html#type_affinity
_DIGITS = 15
#: What numbers of four bytes keep for certain.
_SURE = 6


class SqliteNumber(types.TypeDecorator[Any]):
    """A decimal in SQLite, which keeps 15 digits of it; `fit` refuses longer ones."""

    impl = types.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """The column's affinity makes a number of a text."""
        return dialect.type_descriptor(types.String())

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        """As a text."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """A number as it would be printed; what is none stays as it is."""
        return Decimal(repr(value)) if isinstance(value, int | float) else value


class SqliteTime(types.TypeDecorator[Any]):
    """A date or time in SQLite, which has none: ISO 8601. Other programs keep other things, which stay as they are."""

    impl = types.String
    cache_ok = True

    def __init__(self, kind: type[datetime | date | time]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        """With a blank, as SQLite's own functions write it."""
        if isinstance(value, datetime):
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat(" ")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """As Python has it, where it is ISO 8601."""
        try:
            return self.kind.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return value


class MysqlInstant(types.TypeDecorator[Any]):
    """A TIMESTAMP of MySQL, which is an instant; our sessions are in UTC."""

    impl = mysql.TIMESTAMP
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        """Without the zone, which the session has."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """In UTC; 0000-00-00 is no moment, and stays a text."""
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


class SqliteBoolean(types.TypeDecorator[Any]):
    """A truth in SQLite, which has none: 1 and 0. Other programs keep other things, which stay as they are."""

    impl = types.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """By itself SQLAlchemy takes any text for true, also "false"."""
        return dialect.type_descriptor(types.Integer())

    def process_bind_param(self, value: Any, _dialect: Any) -> Any:
        """As a number."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """Where it is 1 or 0."""
        return bool(value) if value in (0, 1) else value


class PostgresChar(types.TypeDecorator[str]):
    """CHAR of Postgres, which fills texts up with blanks that mean nothing."""

    impl = types.CHAR
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Any) -> Any:
        """Without them."""
        return None if value is None else value.rstrip(" ")


def exact(found: Any, dialect: str) -> Any:
    """The type to use for one that was reflected."""
    if isinstance(found, types.Float):
        found.asdecimal = False
    elif dialect == "postgresql" and isinstance(found, types.CHAR):
        return PostgresChar(found.length)
    elif isinstance(found, types.JSON):
        found.none_as_null = True
    elif dialect == "sqlite":
        if isinstance(found, types.Numeric):
            made = SqliteNumber(found.precision, found.scale)
            made.impl = types.Numeric(found.precision, found.scale)  # type: ignore[assignment]  # an instance has its own
            return made
        if isinstance(found, types.Boolean):
            return SqliteBoolean()
        times = ((types.DateTime, datetime), (types.Date, date), (types.Time, time))
        return next((SqliteTime(kind) for base, kind in times if isinstance(found, base)), found)
    elif isinstance(found, mysql.TIMESTAMP):
        return MysqlInstant(fsp=found.fsp)
    return found


def unchanged(kind: Any, dialect: str) -> set[type]:
    """Of which classes are values that `fit` leaves as they are."""
    if isinstance(kind, types.Float) and _shown_digits(kind, dialect):
        return {type(None)}
    pairs = (
        (types.Boolean, bool), (types.Float, float), (types.Integer, int), (types._Binary, bytes), (types.String, str),  # noqa: SLF001 - as below
    )  # fmt: skip
    return {type(None), *(python for base, python in pairs if isinstance(kind, base))}


def fit(kind: Any, dialect: str) -> Callable[[Any], Any]:
    """What makes a value one for a column, or raises ValueError with what would change."""
    plain = kind.impl if isinstance(kind, SqliteNumber | MysqlInstant) else kind
    if isinstance(kind, SqliteTime):
        # No type says whether a zone is kept: what is written down keeps it.
        return lambda value: _time(value, kind.kind, zone=None, digits=6)
    if isinstance(plain, types.DateTime):
        zone = isinstance(kind, MysqlInstant) or (dialect == "postgresql" and plain.timezone)
        return lambda value: _time(value, datetime, zone=zone, digits=_fraction(plain, dialect))
    if isinstance(plain, types.Date | types.Time):
        python = date if isinstance(plain, types.Date) else time
        zone = bool(getattr(plain, "timezone", False))
        return lambda value: _time(value, python, zone=zone, digits=_fraction(plain, dialect))
    if isinstance(plain, types.Float):
        digits = _shown_digits(plain, dialect)
        return partial(_single, most=digits) if digits else _float
    if isinstance(plain, types.Numeric):
        most = _DIGITS if dialect == "sqlite" else None
        return lambda value: _decimal(value, plain.scale if plain.precision else None, most)
    makers: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (types.Boolean | SqliteBoolean, _boolean),
        (types.Integer, _integer),
        (types._Binary, _bytes),  # noqa: SLF001 - the only base of all types of bytes
        (types.JSON, _json),
        (types.Uuid, lambda value: value if isinstance(value, UUID) else UUID(value)),
        (PostgresChar, _unpadded),
        (types.String, _text),
    )
    return next((make for base, make in makers if isinstance(plain, base)), lambda value: value)


def _fraction(kind: Any, dialect: str) -> int:
    """Digits of a second that a column keeps."""
    if dialect == "mysql":
        return getattr(kind, "fsp", None) or 0
    found = getattr(kind, "precision", None)
    return 6 if found is None else int(found)


def _time(value: Any, kind: type[Any], *, zone: bool | None, digits: int) -> Any:
    if isinstance(value, str):
        value = kind.fromisoformat(value)
    if not isinstance(value, kind) or (kind is date and isinstance(value, datetime)):
        raise ValueError(f"is no {kind.__name__}")
    if kind is date:
        return value
    if zone is True and value.tzinfo is None:
        raise ValueError("has no time zone, and the column keeps an instant")
    if zone is False and value.tzinfo is not None:
        raise ValueError("has a time zone, which the column would lose")
    if value.microsecond % 10 ** (6 - digits):
        raise ValueError(f"has more than {digits} digits of a second, which is all that the column keeps")
    return value


def _decimal(value: Any, scale: int | None, most: int | None) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError("is no number")  # noqa: TRY004 - all refusals are of one class
    if isinstance(value, Decimal) and most is None and (scale is None or _within(value, scale)):
        return value
    try:
        # A float counts as what is printed of it: 0.1 is a tenth.
        made = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except InvalidOperation:
        raise ValueError("is no number") from None
    if scale is not None and made.is_finite() and places(made)[1] > scale:
        raise ValueError(f"has more than {scale} decimals, and would be rounded")
    if most is not None and (not made.is_finite() or len(f"{made:f}".replace(".", "").strip("-0")) > most):
        raise ValueError(f"has more than {most} digits, which is all that SQLite keeps")
    return made


def places(value: Decimal) -> tuple[int, int]:
    """Digits before and after the point, without zeros that say nothing; `normalize` would round to 28 in all."""
    whole, _, rest = f"{value.copy_abs():f}".partition(".")
    return len(whole.lstrip("0")), len(rest.rstrip("0"))


def _within(value: Decimal, scale: int) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= scale


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError("is no number")  # noqa: TRY004 - all refusals are of one class
    made = float(value)
    if not isinstance(value, float) and made == made and Decimal(value) != Decimal(repr(made)):  # noqa: PLR0124 - NaN
        raise ValueError("has more digits than the column keeps")
    return made


def _shown_digits(kind: Any, dialect: str) -> int:
    """How many digits are shown of numbers of half the length; 0 for those of full length."""
    if dialect == "postgresql" and isinstance(kind, types.REAL):
        return 9  # as many as it takes to tell them apart
    return 6 if isinstance(kind, mysql.FLOAT) else 0


def _single(value: Any, most: int) -> float:
    """A number that four bytes hold, and that is shown as it was given."""
    made = _float(value)
    try:
        kept = _four_bytes(made)
    except OverflowError:
        raise ValueError("is too large for the column") from None
    shown = [float(f"{kept:.{digits}g}") for digits in range(_SURE, most + 1)]
    told = next((one for one in shown if _four_bytes(one) == kept), shown[-1])
    if told != made and made == made:  # noqa: PLR0124 - NaN
        raise ValueError("has more digits than the column keeps")
    return made


def _four_bytes(value: float) -> float:
    held: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return held


def _integer(value: Any) -> int:
    if isinstance(value, str):
        return int(value)
    if not isinstance(value, int | float | Decimal) or value != int(value):
        raise ValueError("is no whole number")
    return int(value)


def _boolean(value: Any) -> bool:
    if value not in (True, False):
        raise ValueError("is neither true nor false")
    return bool(value)


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise ValueError("is neither bytes nor Base64") from None
    if not isinstance(value, bytes | bytearray | memoryview):
        raise ValueError("is no bytes")  # noqa: TRY004 - all refusals are of one class
    return bytes(value)


def _json(value: Any) -> Any:
    try:
        json.dumps(value, allow_nan=False)
    except TypeError:
        raise ValueError("has no form in JSON") from None
    return value


def _unpadded(value: Any) -> str:
    made = _text(value)
    if made.endswith(" "):
        raise ValueError("ends with blanks, which the column does not keep")
    return made


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is a {type(value).__name__}, and the column keeps text")  # noqa: TRY004 - as above
    return value
