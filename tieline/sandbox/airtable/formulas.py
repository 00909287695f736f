"""Formulas of filters: the part of Airtable's language that picks records.

Page: https://support.airtable.com/docs/formula-field-reference
"""

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tieline.sandbox.airtable.memory import Row, Table
from tieline.sandbox.airtable.wire import invalid

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\{(?P<field>[^{}]+)\}"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>&+\-*/(),]))""",
    re.DOTALL,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_COUNTED: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

#: Computes a value for one record.
Formula = Callable[[Row], Any]


def _wrong(why: str = "Please check your formula text.") -> Exception:
    return invalid("INVALID_FILTER_BY_FORMULA", f"The formula for filtering records is invalid: {why}")


def read(text: str, table: Table) -> Formula:
    """A formula, ready for records. Errors: 422."""
    try:
        return _Reader(text, table).whole()
    except RecursionError:
        raise _wrong() from None


def fits(formula: Formula, row: Row) -> bool:
    """Whether the result is not 0, false, "", [] or an error."""
    try:
        return bool(formula(row))
    except (TypeError, ValueError, ZeroDivisionError, AttributeError):
        return False


class _Reader:
    """Reads by recursive descent: comparisons of sums of products of values."""

    def __init__(self, text: str, table: Table) -> None:
        self._table, self._tokens, self._place = table, list[tuple[str, str]](), 0
        end = len(text.rstrip())
        while self._place < end:
            found = _TOKEN.match(text, self._place)
            if found is None or found.lastgroup is None:
                raise _wrong()
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            self._place = found.end()
        self._next = 0

    def whole(self) -> Formula:
        found = self._comparison()
        if self._next < len(self._tokens):
            raise _wrong()
        return found

    def _take(self, *signs: str) -> str:
        """The next sign, if it is one of these."""
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        if kind != "sign" or text not in signs:
            return ""
        self._next += 1
        return text

    def _comparison(self) -> Formula:
        left = self._chain(("&",), lambda: self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._value)))
        while sign := self._take(*_COMPARED):
            right = self._chain(("&",), lambda: self._chain(("+", "-"), self._value))
            left = _both(_COMPARED[sign], left, right)
        return left

    def _chain(self, signs: tuple[str, ...], below: Callable[[], Formula]) -> Formula:
        left = below()
        while sign := self._take(*signs):
            left = _both(_COUNTED.get(sign, _joined), left, below())
        return left

    def _value(self) -> Formula:
        if self._take("("):
            inner = self._comparison()
            self._must(")")
            return inner
        if self._take("-"):
            negated = self._value()
            return lambda row: -negated(row)
        kind, text = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        self._next += 1
        if kind == "number":
            number = float(text)
            return lambda _: number
        if kind == "text":
            plain = re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)
            return lambda _: plain
        if kind == "name" and self._take("("):
            return self._function(text.upper())
        if kind in {"field", "name"}:
            return self._field(text)
        raise _wrong()

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise _wrong()

    def _field(self, name: str) -> Formula:
        column = self._table.column(name)
        if column is None:
            raise _wrong(f"Unknown field names: {name.lower()}")
        number = column["id"]
        return lambda row: _plain(row.cells.get(number))

    def _function(self, name: str) -> Formula:
        given: list[Formula] = []
        while not self._take(")"):
            if given:
                self._must(",")
            given.append(self._comparison())
        if name not in _FUNCTIONS:
            raise _wrong(f"Unknown function: {name}")
        made = _FUNCTIONS[name]
        return lambda row: made(row, *(one(row) for one in given))


def _both(how: Callable[[Any, Any], Any], left: Formula, right: Formula) -> Formula:
    return lambda row: how(left(row), right(row))


def _joined(left: Any, right: Any) -> str:
    return f"{left}{right}"


def _plain(value: Any) -> Any:
    """A cell as formulas see it: a blank one is an empty text, and a list is joined."""
    return "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else value


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _formatted(moment: datetime, form: str) -> str:
    if form != "YYYY-MM-DD":
        raise ValueError("the sandbox knows this form alone")
    return moment.date().isoformat()


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda _row, *given: all(given),
    "OR": lambda _row, *given: any(given),
    "NOT": lambda _row, one: not one,
    "IF": lambda _row, test, yes, no="": yes if test else no,
    "TRUE": lambda _row: True,
    "FALSE": lambda _row: False,
    "BLANK": lambda _row: "",
    "LEN": lambda _row, text: len(str(text)),
    "LOWER": lambda _row, text: str(text).lower(),
    "FIND": lambda _row, what, where: str(where).find(str(what)) + 1,
    "RECORD_ID": lambda row: row.id,
    "CREATED_TIME": lambda row: row.created,
    # Airtable's is blank for a record that nobody has changed since it was made.
    "LAST_MODIFIED_TIME": lambda row: row.modified if row.modified > row.created else "",
    "DATETIME_PARSE": lambda _row, text: _moment(text),
    "DATETIME_FORMAT": lambda _row, one, form: _formatted(_moment(one), form),
    "IS_SAME": lambda _row, one, other: _moment(one) == _moment(other),
    "IS_BEFORE": lambda _row, one, other: _moment(one) < _moment(other),
    "IS_AFTER": lambda _row, one, other: _moment(one) > _moment(other),
}
