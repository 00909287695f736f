"""The results of formulas: arithmetic, texts, references and SUM. Any other function is one that is not known.

Errors are those of https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#ErrorType
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tieline.sandbox.google_sheets.memory import Book, Sheet
from tieline.sandbox.google_sheets.ranges import Unreadable, parse
from tieline.sandbox.happening import Record

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<call>[A-Za-z][A-Za-z.]*)\("
    r"|(?P<place>(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?)|(?P<sign>[-+*/&(),]))"
)
DEEPEST = 100


class FormulaError(Exception):
    """A result that is an error: its type."""


def result(
    book: Book, sheet: Sheet, row: int, column: int, above: frozenset[tuple[int, int, int]] = frozenset()
) -> Record | None:
    """What a cell shows; None is blank."""
    value: Record | None = sheet.cell(row, column).get("userEnteredValue")
    if value is None or "formulaValue" not in value:
        return value
    here = (sheet.properties["sheetId"], row, column)
    if here in above or len(above) > DEEPEST:
        return {"errorValue": {"type": "REF", "message": "The formula leads back to itself."}}
    try:
        reader = _Reader(book, sheet, list(_tokens(value["formulaValue"][1:])), above | {here})
        found = reader.whole()
    except FormulaError as error:
        return {"errorValue": {"type": str(error), "message": "The formula has no result."}}
    if isinstance(found, bool):
        return {"boolValue": found}
    return {"stringValue": found} if isinstance(found, str) else {"numberValue": float(found or 0)}


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise FormulaError("ERROR")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()
    yield "end", ""


Scalar = bool | float | str | None


@dataclass
class _Reader:
    """Reads a formula from left to right."""

    book: Book
    sheet: Sheet
    tokens: list[tuple[str, str]]
    above: frozenset[tuple[int, int, int]]
    at: int = field(default=0)

    def whole(self) -> Scalar:
        found = self._joined()
        if self.tokens[self.at][0] != "end":
            raise FormulaError("ERROR")
        return found

    def _sign(self, among: str) -> str:
        kind, text = self.tokens[self.at]
        if kind == "sign" and text in among:
            self.at += 1
            return text
        return ""

    def _joined(self) -> Scalar:
        left = self._sum()
        while self._sign("&"):
            left = _text(left) + _text(self._sum())
        return left

    def _sum(self) -> Scalar:
        left = self._product()
        while sign := self._sign("+-"):
            right = _number(self._product())
            left = _number(left) + (right if sign == "+" else -right)
        return left

    def _product(self) -> Scalar:
        left = self._value()
        while sign := self._sign("*/"):
            right = _number(self._value())
            if sign == "/" and not right:
                raise FormulaError("DIVIDE_BY_ZERO")
            left = _number(left) * right if sign == "*" else _number(left) / right
        return left

    def _value(self) -> Scalar:
        if self._sign("-"):
            return -_number(self._value())
        if self._sign("("):
            found = self._joined()
            self._close()
            return found
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "call":
            return self._called(text.upper())
        if kind == "place":
            values = self._cells(text)
            if len(values) != 1:
                raise FormulaError("VALUE")
            return values[0]
        if kind not in ("number", "text"):
            raise FormulaError("ERROR")
        return float(text) if kind == "number" else text[1:-1].replace('""', '"')

    def _called(self, name: str) -> Scalar:
        values: list[Scalar] = []
        while not self._sign(")"):
            kind, text = self.tokens[self.at]
            if kind == "place" and ":" in text:
                self.at += 1
                values += self._cells(text)
            else:
                values.append(self._joined())
            if not self._sign(","):
                self._close()
                break
        if name == "SUM":
            return sum(float(one) for one in values if isinstance(one, float))
        constants = {"TRUE": True, "FALSE": False}
        if name in constants and not values:
            return constants[name]
        raise FormulaError("N_A" if name == "NA" else "NAME")

    def _close(self) -> None:
        if not self._sign(")"):
            raise FormulaError("ERROR")

    def _cells(self, text: str) -> list[Scalar]:
        # A reference without a sheet is to the formula's own.
        quoted = self.sheet.title.replace("'", "''")
        place = text.replace("$", "")
        try:
            box = parse(self.book, place if "!" in place else f"'{quoted}'!{place}")
        except Unreadable:
            raise FormulaError("REF") from None
        return [
            _scalar(result(self.book, box.sheet, row, column, self.above))
            for row in range(box.top, box.bottom)
            for column in range(box.left, box.right)
        ]


def _scalar(value: Record | None) -> Scalar:
    if value is None:
        return None
    (kind, held), *_ = value.items()
    if kind == "errorValue":
        raise FormulaError(held["type"])
    found: Scalar = held
    return found


def _number(value: Scalar) -> float:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise FormulaError("VALUE") from None
    return float(value or 0)


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.10g}" if isinstance(value, float) else value or ""
