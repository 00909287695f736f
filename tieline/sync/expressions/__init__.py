"""A small language for what becomes of cells and which rows count; docs/expressions.md is its description.

`compile` reads an expression once and refuses what is wrong with it; the `Expression` it returns is called for each
row.
"""

from tieline.sync.expressions.language import Expression, compile  # noqa: A004 - the word that says it
from tieline.sync.expressions.values import ExpressionError

__all__ = ["Expression", "ExpressionError", "compile"]
