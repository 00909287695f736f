"""Ranges in A1 notation, https://developers.google.com/workspace/sheets/api/guides/concepts#cell."""

import re
from dataclasses import dataclass

from tieline.sandbox.google_sheets.memory import Book, Sheet

_PLACE = re.compile(r"([A-Za-z]{0,3})(\d{0,7})(?::([A-Za-z]{0,3})(\d{0,7}))?")


class Unreadable(Exception):  # noqa: N818 - an answer to the caller, not a failure of ours
    """Why a range cannot be used."""


@dataclass(frozen=True)
class Box:
    """A rectangle of a sheet, counted from 0, within the grid, its ends excluded; `one` if a single cell was named."""

    sheet: Sheet
    top: int
    left: int
    bottom: int
    right: int
    one: bool = False

    def __str__(self) -> str:
        """As the API says it."""
        return name(self.sheet, self.top, self.left, self.bottom, self.right)


def letters(column: int) -> str:
    """A column's name; the first is 0."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def name(sheet: Sheet, top: int, left: int, bottom: int, right: int) -> str:
    """A range in A1 notation, with the sheet's title quoted where Google does."""
    title = sheet.title if re.fullmatch(r"[A-Za-z_]\w*", sheet.title) else "'" + sheet.title.replace("'", "''") + "'"
    first, last = f"{letters(left)}{top + 1}", f"{letters(right - 1)}{bottom}"
    return f"{title}!{first}" if first == last else f"{title}!{first}:{last}"


def parse(book: Book, text: str) -> Box:
    """A range. Errors: `Unreadable`."""
    sheet, place = _split(book, text)
    rows, columns = sheet.grid["rowCount"], sheet.grid["columnCount"]
    if not place:
        return Box(sheet, 0, 0, rows, columns)
    found = _PLACE.fullmatch(place)
    if not found or not (found[1] or found[2]) or (":" not in place and not (found[1] and found[2])):
        raise Unreadable(f"Unable to parse range: {text}")
    if ":" in place and not (found[3] or found[4]):
        raise Unreadable(f"Unable to parse range: {text}")
    top, left = int(found[2] or 1) - 1, _column(found[1]) if found[1] else 0
    if ":" not in place:
        bottom, right = top + 1, left + 1
    else:
        bottom = int(found[4]) if found[4] else rows
        right = _column(found[3]) + 1 if found[3] else columns
    if top < 0 or top >= rows or left >= columns or bottom <= top or right <= left:
        shown = name(sheet, max(0, top), left, max(bottom, top + 1), max(right, left + 1))
        raise Unreadable(f"Range ({shown}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    return Box(sheet, top, left, min(bottom, rows), min(right, columns), ":" not in place)


def _split(book: Book, text: str) -> tuple[Sheet, str]:
    """The sheet that a range is on, and what of it."""
    quoted = re.fullmatch(r"'((?:[^']|'')+)'(?:!(.+))?", text)
    if quoted:
        title, place = quoted[1].replace("''", "'"), quoted[2] or ""
    elif "!" in text:
        title, _, place = text.rpartition("!")
    elif _PLACE.fullmatch(text) and book.named(text) is None:
        return book.sheets[0], text
    else:
        title, place = text, ""
    sheet = book.named(title)
    if sheet is None:
        raise Unreadable(f"Unable to parse range: {text}")
    return sheet, place


def _column(text: str) -> int:
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
