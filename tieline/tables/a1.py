"""Names of cells and ranges, such as "B7" and "A2:F9", as all spreadsheets have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tieline.errors import ConfigError

_LETTERS = 26
_COLUMN = re.compile(r"[A-Z]{1,3}")
_AREA = re.compile(
    r"(?:(?:'(?:[^']|'')+'|[^'!]+)!)?\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::\$?([A-Z]{1,3})\$?([1-9]\d{0,6}))?"
)


def letters(column: int) -> str:
    """The name of a column, counted from 1: 1 is "A", 27 is "AA"."""
    named = ""
    for _ in range(3):
        column, rest = divmod(column - 1, _LETTERS)
        named = chr(ord("A") + rest) + named
        if not column:
            return named
    raise ConfigError("A column has three letters at most.", hint="There are 18,278 of them.")


def column(name: str) -> int:
    """The number of a column, counted from 1; see `letters`.

    Raises:
        ConfigError: It names none.
    """
    if not _COLUMN.fullmatch(name):
        raise ConfigError(f"{name[:20]!r} is no column.", hint='Write it in letters, like "A" or "AB".')
    number = 0
    for letter in name:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


@dataclass(frozen=True)
class Area:
    """A rectangle of cells; rows and columns are counted from 1, and the last ones belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.last_row - self.first_row + 1

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return self.last_column - self.first_column + 1

    def __str__(self) -> str:
        first = f"{letters(self.first_column)}{self.first_row}"
        last = f"{letters(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"

    def part(self, first: int, rows: int) -> Area:
        """Some of its rows, the first one counted from 0."""
        start = self.first_row + first
        return Area(start, self.first_column, start + rows - 1, self.last_column)


def area(address: str) -> Area:
    """What an address covers, such as "A2:F9", "B7", "$A$1:$B$2" or "'My sheet'!A1:B2".

    Raises:
        ConfigError: It is none, or it has no end (whole columns, "A:C").
    """
    found = _AREA.fullmatch(address)
    if not found:
        raise ConfigError(f"{address[:60]!r} is no range.", hint='Write both ends of it, like "A2:F9".')
    first_row, first_column = int(found[2]), column(found[1])
    last_row, last_column = int(found[4] or first_row), column(found[3] or found[1])
    if last_row < first_row or last_column < first_column:
        raise ConfigError(f"{address[:60]!r} ends before it begins.", hint="Write the top left cell first.")
    return Area(first_row, first_column, last_row, last_column)
