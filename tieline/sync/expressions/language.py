"""Expressions, made ready once and called for each row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tieline.sync.expressions import values
from tieline.sync.expressions.reader import Reader, Row, Step, failed, parse, quoted
from tieline.sync.expressions.values import ExpressionError, Unfit, Value, truth
from tieline.sync.side import Cell

__all__ = ["Expression", "ExpressionError", "compile"]

#: Characters of an expression.
MAX_LENGTH = 2_000


@dataclass(frozen=True)
class Expression:
    """An expression that was read; `compile` makes it.

    Attributes:
        source: As it was written.
        columns: Those of the row that it looks at.
        uses_value: It looks at the cell itself.
    """

    source: str
    columns: frozenset[str]
    uses_value: bool
    _run: Step = field(repr=False, compare=False)

    def __call__(self, row: Row, value: Cell = None) -> Cell:
        """Work it out for a row.

        Args:
            row: Cells by column; one that is not there is blank.
            value: The cell that `value` stands for.

        Raises:
            ExpressionError: It does not fit what it met.
        """
        try:
            return _result(self._run(row, value))
        except Unfit as error:
            raise failed(f"{quoted(self.source)} cannot be worked out: {error}.", error.hint, self.source) from None

    def holds(self, row: Row) -> bool:
        """Whether it is true for a row; if it is blank, it is not.

        Raises:
            ExpressionError: It is neither, or does not fit what it met.
        """
        result = self(row)
        try:
            return truth(result)
        except Unfit as error:
            raise failed(f"{quoted(self.source)} is no condition: {error}.", error.hint, self.source) from None


def compile(expression: str, *, columns: Collection[str] | None = None, value: bool = True) -> Expression:  # noqa: A001 - the word that says it
    """Read an expression.

    Args:
        expression: Such as `upper(trim(value))`.
        columns: Those that a row has; without them `row[…]` is not checked.
        value: There is a cell that `value` stands for. For a filter of rows there is none.

    Raises:
        ExpressionError: It is not one, or uses a name, a function or a column that does not exist.
    """
    source = expression.strip()
    if not source:
        raise failed("The expression is empty.", "", source)
    if len(source) > MAX_LENGTH:
        raise failed(f"{quoted(source)} is longer than {MAX_LENGTH:,} characters.", "", source)
    reader = Reader(source, columns, has_value=value)
    run = reader.step(parse(source), 0)
    return Expression(source, frozenset(reader.columns), reader.uses_value, run)


def _result(value: Value) -> Cell:
    if isinstance(value, list):
        if any(not isinstance(item, str) for item in value):
            raise Unfit("a cell takes a list of texts only", "text(…) makes a text of what is in it.")
        return list(value) or None  # a list that stands in the expression is nobody's to change
    if isinstance(value, str) and len(value) > values.MAX_TEXT:
        values.fits(len(value))
    cell: Cell = None if value == "" else value
    return cell
