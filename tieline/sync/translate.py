"""Cells of one side as cells of the other: expressions, types, and what a side can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tieline.sync import expressions
from tieline.sync.expressions import Expression, ExpressionError
from tieline.sync.model import OTHER, Column, Sync, Which
from tieline.sync.side import Cell, Field, Side
from tieline.sync.values import Unfit, canonical


class Untranslatable(Exception):  # noqa: N818 - reads as what happened
    """A cell for which the other side has no form.

    Args:
        why: In a sentence, for people.
        side: Whose cell it is.
    """

    def __init__(self, why: str, side: Which) -> None:
        super().__init__(why)
        self.side = side


@dataclass(frozen=True)
class Translator:
    """How the cells of a sync look on its other side."""

    sync: Sync
    sides: Mapping[Which, Side]
    _expressions: dict[tuple[str, Which], Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [column.left for column in self.sync.columns]
        for column in self.sync.columns:
            for side in ("left", "right"):
                if text := column.towards(side):
                    self._expressions[column.left, side] = expressions.compile(text, columns=names)

    @cached_property
    def where(self) -> Expression | None:
        """The filter of the sync."""
        names = [column.left for column in self.sync.columns]
        return expressions.compile(self.sync.where, columns=names, value=False) if self.sync.where else None

    def to(self, target: Which, column: Column, cells: Mapping[str, Cell]) -> Cell:
        """A cell as the target should hold it, from a row of the other side.

        Raises:
            Untranslatable: The expression has no answer for it, or one that is not what the column means.
        """
        value = cells[column.left]
        expression = self._expressions.get((column.left, target))
        if expression is None:
            return value
        try:
            return canonical(expression(cells, value), column.type, column.zone)
        except (ExpressionError, Unfit) as exc:
            raise Untranslatable(f"cannot be translated: {exc}", OTHER[target]) from exc

    def same(self, column: Column, left: Mapping[str, Cell], right: Mapping[str, Cell], towards: list[Which]) -> bool:
        """Whether both sides say the same, each in its form."""
        if towards[-1] == "right":
            return self.to("right", column, left) == right[column.left]
        return self.to("left", column, right) == left[column.left]

    def moved(self, target: Which, column: Column, old: Mapping[str, Cell], new: Mapping[str, Cell]) -> bool:
        """Whether an expression says something else now, such as one that reads other columns, too."""
        if (column.left, target) not in self._expressions:
            return False
        try:
            return self.to(target, column, old) != self.to(target, column, new)
        except Untranslatable:
            return True

    def fits(self, side: Which, there: Field, value: Cell) -> str:
        """Why a side would not hold a value as it is; empty if it would."""
        return "" if value is None else self.sides[side].fits(there, value)

    def counts(self, cells: Mapping[str, Cell], side: Which) -> bool:
        """Whether a row is meant by the sync's filter; names and values are those of the left.

        Raises:
            Untranslatable: The filter has no answer for it.
        """
        if self.where is None:
            return True
        if side == "right":
            cells = {column.left: self._leftwards(column, cells) for column in self.sync.columns}
        try:
            return self.where.holds(cells)
        except ExpressionError as exc:
            raise Untranslatable(f"the filter cannot be answered: {exc}", side) from exc

    def _leftwards(self, column: Column, cells: Mapping[str, Cell]) -> Cell:
        return self.to("left", column, cells) if (column.left, "left") in self._expressions else cells[column.left]
