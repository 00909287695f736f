"""Python annotations compared by what they mean: `Optional[str]` is `str | None`, `typing.List` is `list`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Literal

#: A longer annotation is compared as it stands: it comes from outside, and is parsed in this process.
_LONGEST = 400
_OLD = {"List": "list", "Dict": "dict", "Set": "set", "FrozenSet": "frozenset", "Tuple": "tuple", "Type": "type"}
_OLD |= {"ContextManager": "AbstractContextManager", "AsyncContextManager": "AbstractAsyncContextManager"}
_OLD |= {"Text": "str", "DefaultDict": "defaultdict", "Deque": "deque"}


def relation(before: str, after: str) -> Literal["same", "narrower", "wider", "other"]:
    """How an annotation relates to the one before."""
    old, new = _members(before), _members(after)
    if old == new:
        return "same"
    return "narrower" if new < old else "wider" if old < new else "other"


@cache
def _members(text: str) -> frozenset[str]:
    if len(text) > _LONGEST:
        return frozenset([text])
    try:
        return frozenset(ast.unparse(one) for one in _union(_Plain().visit(ast.parse(text, mode="eval")).body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset([text])


def _union(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _union(node.left)
        yield from _union(node.right)
    elif (
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in {"Union", "Optional"}
    ):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            yield from _union(part)
        if node.value.id == "Optional":
            yield ast.Constant(None)
    else:
        yield node


class _Plain(ast.NodeTransformer):
    """Names without the module that they come from, in today's words, without quotes."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """The last name."""
        return ast.Name(_OLD.get(node.attr, node.attr))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The name of today."""
        return ast.Name(_OLD.get(node.id, node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Unions in one order, and what is in `Literal` as it stands."""
        value = self.visit(node.value)
        if isinstance(value, ast.Name) and value.id == "Literal":
            return ast.Subscript(value, node.slice)
        made = ast.Subscript(value, self.visit(node.slice))
        return _sorted(made)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """As above."""
        return _sorted(ast.BinOp(self.visit(node.left), node.op, self.visit(node.right)))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """What is quoted is a name, too."""
        if isinstance(node.value, str):
            return ast.Name(node.value)
        return node


def _sorted(node: ast.expr) -> ast.expr:
    parts = sorted({ast.unparse(one): one for one in _union(node)}.items())
    made = parts[0][1]
    for _, one in parts[1:]:
        made = ast.BinOp(made, ast.BitOr(), one)
    return made
