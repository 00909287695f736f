"""How expressions are read: Python's own parser, and of its tree the few nodes below, each made into a function.

Nothing is ever evaluated by Python itself, and there is no node for an attribute, so that no expression can reach
anything but the cells of its row.
"""

from __future__ import annotations

import ast
import inspect
import operator
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import Any, ClassVar

from tieline.sync.expressions import functions, values
from tieline.sync.expressions.values import ExpressionError, Unfit, Value, taken, truth

#: How deep an expression may be nested.
MAX_DEPTH = 50

Row = Mapping[str, object]
#: A part of an expression, made ready: it is given the row and the cell.
Step = Callable[[Row, object], Value]

_BINARY: Mapping[type[ast.AST], Callable[[Value, Value], Value]] = {
    ast.Add: values.add,
    ast.Sub: values.subtract,
    ast.Mult: values.multiply,
    ast.Div: values.divide,
}
_COMPARE: Mapping[type[ast.AST], Callable[[Value, Value], bool]] = {
    ast.Eq: values.equal,
    ast.NotEq: lambda left, right: not values.equal(left, right),
    ast.Lt: values.compared("<", operator.lt),
    ast.LtE: values.compared("<=", operator.le),
    ast.Gt: values.compared(">", operator.gt),
    ast.GtE: values.compared(">=", operator.ge),
    ast.In: lambda left, right: values.contains(right, left),
    ast.NotIn: lambda left, right: not values.contains(right, left),
}
_UNARY: Mapping[type[ast.AST], Callable[[Value], Value]] = {
    ast.Not: lambda operand: not truth(operand),
    ast.USub: values.negative,
    ast.UAdd: values.positive,
}

#: What people write who know other languages.
_FOREIGN = {
    "&&": "Write: and.",
    "||": "Write: or.",
    "<>": "Write: !=.",
    "?": 'Write: "a" if condition else "b".',
    "=": "To compare, write two: ==.",
    ";": "Commas stand between what a function is given.",
}
_NAMES = ("value", "row", "True", "False", "None")


def quoted(source: str) -> str:
    """An expression for people, at the beginning of a sentence."""
    line = " ".join(source.encode(errors="replace").decode().split())
    return f"The expression «{line if len(line) <= 100 else line[:99] + '…'}»"  # noqa: PLR2004 - a line


def failed(message: str, hint: str, source: str, position: int = 0) -> ExpressionError:
    """An error about an expression."""
    error = ExpressionError(message, hint=hint)
    error.expression = source
    error.position = position
    return error


def _unreadable(source: str, position: int, why: str, hint: str) -> ExpressionError:
    return failed(f"{quoted(source)} cannot be read at character {position}: {why}.", hint, source, position)


def parse(source: str) -> ast.expr:
    """The tree of an expression.

    Raises:
        ExpressionError: It has none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of "\d", which we take as Python does
            return ast.parse(source, mode="eval").body
    except SyntaxError as error:
        start = sum(map(len, _lines(source)[: (error.lineno or 1) - 1]))
        position = min(max(start + (error.offset or 1), 1), len(source))
        hint = next((hint for sign, hint in _FOREIGN.items() if sign in source), "Are all quotes and brackets closed?")
        raise _unreadable(source, position, "it is not written as expressions are", hint) from None
    except (ValueError, MemoryError, RecursionError):
        raise _unreadable(source, 1, "it holds characters that are none, or is nested too deeply", "") from None


def _lines(source: str) -> list[str]:
    """The lines as Python's parser counts them; `splitlines` ends lines at other characters, too."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", source)


class Reader:
    """Makes steps of the nodes of one expression, and notes what they look at."""

    def __init__(self, source: str, known: Collection[str] | None, *, has_value: bool) -> None:
        self.source = source
        self.known = known
        self.has_value = has_value
        self.columns: set[str] = set()
        self.uses_value = False
        self.looks = 0

    def step(self, node: ast.expr, depth: int) -> Step:
        """What a node does.

        Raises:
            ExpressionError: There is no such thing in this language.
        """
        if depth > MAX_DEPTH:
            raise self._refused(node, f"it is nested more than {MAX_DEPTH} deep", "")
        read = self._READ.get(type(node))
        if read is None:
            raise self._refused(node, f"there is no {_words(node)} here", _INSTEAD.get(type(node), ""))
        looked = self.looks
        step = read(self, node, depth + 1)
        if self.looks > looked:
            return step
        try:
            value = step({}, None)  # the same for all rows: what is wrong with it is found here
        except Unfit as error:
            raise self._refused(node, str(error), error.hint) from None
        return lambda _row, _value: value

    def _refused(self, node: ast.expr, why: str, hint: str) -> ExpressionError:
        lines = _lines(self.source)
        before = sum(map(len, lines[: node.lineno - 1]))
        line = lines[node.lineno - 1].encode()  # Python counts bytes
        return _unreadable(self.source, before + len(line[: node.col_offset].decode()) + 1, why, hint)

    def _constant(self, node: ast.Constant, _: int) -> Step:
        value: object = node.value
        if isinstance(value, float):
            written = ast.get_source_segment(self.source, node) or repr(value)
            value = Decimal(written.replace("_", ""))
        elif not isinstance(value, str | bool | int | None):
            raise self._refused(node, f"there is no {type(value).__name__} here", "")
        return lambda _row, _value: taken(value)

    def _name(self, node: ast.Name, _: int) -> Step:
        if node.id == "value" and self.has_value:
            self.uses_value = True
            self.looks += 1
            return lambda _row, value: taken(value)
        if node.id == "value":
            raise self._refused(node, "a filter of rows has no value", 'Name the column: row["…"].')
        if node.id == "row":
            raise self._refused(node, "it does not say which cell of the row", 'Such as row["Status"].')
        if self.known and node.id in self.known:
            raise self._refused(node, f"there is no name {node.id!r}", f'A column is written row["{node.id}"].')
        if node.id in functions.FUNCTIONS or node.id == "first_of":
            raise self._refused(node, f"{node.id} is a function", f"Write {node.id}(value).")
        raise self._refused(node, f"there is no name {node.id!r}", _nearest(node.id, _NAMES))

    def _subscript(self, node: ast.Subscript, _: int) -> Step:
        column = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not (isinstance(node.value, ast.Name) and node.value.id == "row" and isinstance(column, str)):
            raise self._refused(node, "brackets only name a column", 'Such as row["Due date"].')
        if self.known is not None and column not in self.known:
            raise self._refused(node, f"there is no column {column!r}", _nearest(column, self.known))
        self.columns.add(column)
        self.looks += 1
        return lambda row, _value: taken(row.get(column))

    def _unary(self, node: ast.UnaryOp, depth: int) -> Step:
        does = self._operator(_UNARY, node.op, node)
        operand = self.step(node.operand, depth)
        return lambda row, value: does(operand(row, value))

    def _binary(self, node: ast.BinOp, depth: int) -> Step:
        does = self._operator(_BINARY, node.op, node)
        left, right = self.step(node.left, depth), self.step(node.right, depth)
        return lambda row, value: does(left(row, value), right(row, value))

    def _boolean(self, node: ast.BoolOp, depth: int) -> Step:
        steps = [self.step(part, depth) for part in node.values]
        if isinstance(node.op, ast.And):
            return lambda row, value: all(truth(step(row, value)) for step in steps)
        return lambda row, value: any(truth(step(row, value)) for step in steps)

    def _compare(self, node: ast.Compare, depth: int) -> Step:
        first = self.step(node.left, depth)
        rest = [
            (self._operator(_COMPARE, sign, node), self.step(part, depth))
            for sign, part in zip(node.ops, node.comparators, strict=True)
        ]
        if len(rest) == 1:
            does, second = rest[0]
            return lambda row, value: does(first(row, value), second(row, value))

        def chain(row: Row, value: object) -> bool:
            left = first(row, value)
            for does, step in rest:
                right = step(row, value)
                if not does(left, right):
                    return False
                left = right
            return True

        return chain

    def _operator(self, known: Mapping[type[ast.AST], Any], sign: ast.AST, node: ast.expr) -> Any:
        if type(sign) in known:
            return known[type(sign)]
        hint = "To compare, write == or !=." if isinstance(sign, ast.Is | ast.IsNot) else ""
        raise self._refused(node, f"there is no operator {_words(sign)} here", hint)

    def _choice(self, node: ast.IfExp, depth: int) -> Step:
        test, body, other = (self.step(part, depth) for part in (node.test, node.body, node.orelse))
        return lambda row, value: body(row, value) if truth(test(row, value)) else other(row, value)

    def _items(self, node: ast.List, depth: int) -> Step:
        steps = [self.step(item, depth) for item in node.elts]
        return lambda row, value: [step(row, value) for step in steps] or None

    def _call(self, node: ast.Call, depth: int) -> Step:
        if not isinstance(node.func, ast.Name):
            raise self._refused(node, "only functions of the language can be called", "Write upper(value), say.")
        name = node.func.id
        if name == "first_of":
            return self._first_of(node, depth)
        if name not in functions.FUNCTIONS:
            raise self._refused(
                node, f"there is no function {name!r}", _nearest(name, [*functions.FUNCTIONS, "first_of"])
            )
        does = functions.FUNCTIONS[name]
        signature = inspect.signature(does)
        try:
            given = signature.bind(*node.args, **{one.arg or "**": one.value for one in node.keywords}).arguments
            return self._called(does, name, signature, given, depth)
        except TypeError:
            raise self._refused(node, f"{name}() is given too much or too little", _usage(name, signature)) from None
        except Unfit as error:
            raise self._refused(node, str(error), error.hint) from None

    def _called(
        self, does: Callable[..., Value], name: str, signature: inspect.Signature, given: Mapping[str, Any], depth: int
    ) -> Step:
        """A function with what is written out put in, and steps for the rest."""
        defaults = {one.name: one.default for one in signature.parameters.values() if one.default is not one.empty}
        written = {one: self._written(one, node) for one, node in given.items() if one in functions.WRITTEN}
        functions.check(name, {**defaults, **written})
        if "table" in given:
            does = partial(does, self._table(given["table"]))
        steps = {one: self.step(node, depth) for one, node in given.items() if one not in {*written, "table"}}
        does = partial(does, **written) if written else does
        match list(steps.values()):
            case [one]:
                return lambda row, value: _made(does(one(row, value)))
            case [one, other]:
                return lambda row, value: _made(does(one(row, value), other(row, value)))
            case several:
                return lambda row, value: _made(does(*[step(row, value) for step in several]))

    def _written(self, name: str, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return functions.WRITTEN[name](node.value)
        raise self._refused(node, f"{name} must be a text that is written out", "It is checked before the first row.")

    def _table(self, node: ast.expr) -> Mapping[tuple[str, Value], Value]:
        if not isinstance(node, ast.Dict):
            raise self._refused(node, "lookup() needs a table", 'Such as {"open": "Offen", "closed": "Zu"}.')
        found = {}
        for key, cell in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(cell, ast.Constant):
                raise self._refused(cell, "what is in a table must be written out", "")
            this = self._constant(key, 0)({}, None)
            if (values.kind(this), this) in found:
                raise self._refused(key, f"the table has {values.said(this)} twice", "")
            found[values.kind(this), this] = self._constant(cell, 0)({}, None)
        return found

    def _first_of(self, node: ast.Call, depth: int) -> Step:
        if node.keywords or not node.args:
            raise self._refused(node, "first_of() takes what it chooses from", 'Such as first_of(value, "none").')
        steps = [self.step(part, depth) for part in node.args]

        def first(row: Row, value: object) -> Value:
            found = (step(row, value) for step in steps)  # the later ones only if they are needed
            return next((one for one in found if not functions.is_blank(one)), None)

        return first

    _READ: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any, int], Step]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Subscript: _subscript,
        ast.UnaryOp: _unary,
        ast.BinOp: _binary,
        ast.BoolOp: _boolean,
        ast.Compare: _compare,
        ast.IfExp: _choice,
        ast.List: _items,
        ast.Call: _call,
    }


def _made(value: Value) -> Value:
    """What a function made, with one word for blank."""
    return None if not value and isinstance(value, str | list) else value


def _words(node: ast.AST) -> str:
    """What a node is called, for people: "lambda", "floor div"."""
    name = _CALLED.get(type(node), type(node).__name__)
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(known)[:30])}."


def _usage(name: str, signature: inspect.Signature) -> str:
    shown = [f"{one.name}=…" if one.default is not one.empty else one.name for one in signature.parameters.values()]
    return f"Write {name}({', '.join(shown)})."


_CALLED: Mapping[type[ast.AST], str] = {
    ast.JoinedStr: "f-string",
    ast.ListComp: "comprehension",
    ast.DictComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_INSTEAD: Mapping[type[ast.AST], str] = {
    ast.Attribute: "Functions go around: upper(value).",
    ast.JoinedStr: "Put texts together with + or join(…).",
    ast.Dict: "Only lookup(…) takes a table.",
    ast.Tuple: "Lists have brackets: [1, 2].",
    ast.Set: "Lists have brackets: [1, 2].",
}
