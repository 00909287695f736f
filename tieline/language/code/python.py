"""Python source, read by griffe's visitor: a tree of syntax, nothing is imported. See https://mkdocstrings.github.io/griffe/."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, cast

import griffe

from tieline.language.code.docstrings import read_docstring
from tieline.language.code.model import Module, Parameter, ParameterKind, Problem, Section, Symbol, SymbolKind
from tieline.language.code.signatures import cut, python_parameters, signature

logging.getLogger("griffe").setLevel(logging.CRITICAL)  # what it cannot read is our problem, in our words

#: Broken parts of a file that are left out, so that the rest is read.
BROKEN = 20
#: Overloads of one function that are read.
_OVERLOADS = 50
_DUNDER = re.compile(r"__\w+__$")
_BLOCK = re.compile(r"(?:async\s+def|def|class|@)\b|@")
_KINDS: dict[str, ParameterKind] = {
    "positional-only": "positional_only",
    "positional or keyword": "positional",
    "variadic positional": "variadic",
    "keyword-only": "keyword",
    "variadic keyword": "variadic_keyword",
}
_FLAGS = {"async": "async", "staticmethod": "static", "classmethod": "classmethod", "property": "property"}
_FLAGS |= {"cached": "property", "abstractmethod": "abstract", "instance-attribute": "instance"}
_ENUMS = frozenset(["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"])
_TYPE_VARIABLE = re.compile(r"(?:\w+\.)?(?:TypeVar|ParamSpec|TypeVarTuple)\(")
_DEPRECATED = re.compile(r"(?:^|\.)deprecated$")


def read(path: str, name: str, text: str) -> Module:
    """Read a file; parts with syntax errors are left out, and told."""
    text, problems = _repaired(text.removeprefix("\ufeff").replace("\0", " "))
    file = PurePosixPath(path)
    *packages, own = name.split(".")
    parent = None  # relative imports are relative to it
    for package in packages:
        parent = griffe.Module(package, filepath=cast("Any", file.parent / "__init__.py"), parent=parent)
    found = griffe.visit(own, filepath=cast("Any", file), code=text, parent=parent)
    imports: dict[str, str] = {}
    for member in found.members.values():
        if member.is_alias:
            target = cast("griffe.Alias", member).target_path
            imports[f"*{len(imports)}" if cast("griffe.Alias", member).wildcard else member.name] = target
    exports = None if found.exports is None else tuple(str(one) for one in found.exports)
    doc = found.docstring.value if found.docstring else ""
    return Module(
        path=path,
        language="python",
        name=name,
        docstring=doc,
        sections=read_docstring(found.docstring),
        symbols=tuple(_symbols(found, exports)),
        imports=imports,
        exports=exports,
        problems=tuple(problems),
    )


def _repaired(text: str) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []
    for _ in range(BROKEN):
        try:
            ast.parse(text)
        except SyntaxError as exc:
            line = exc.lineno or 1
            problems.append(Problem(line=line, message=f"Syntax error: {exc.msg}."))
            text = _without(text, line)
        except ValueError as exc:
            return "", [*problems, Problem(line=0, message=f"It cannot be read: {exc}.")]
        else:
            return text, problems
    return "", [*problems, Problem(line=0, message=f"It has more than {BROKEN} syntax errors; nothing of it was read.")]


def _without(text: str, line: int) -> str:
    """The text without the statement around a line: from where a line begins at the margin to where the next does."""
    lines = text.split("\n")
    begin = min(line, len(lines)) - 1
    while begin and not _begins(lines[begin]):
        begin -= 1
    while begin and lines[begin - 1].startswith("@"):
        begin -= 1
    end = max(begin + 1, min(line, len(lines)))
    while end < len(lines) and not _begins(lines[end]):
        end += 1
    lines[begin:end] = [""] * (end - begin)
    return "\n".join(lines)


def _begins(line: str) -> bool:
    return bool(line) and (line[0].isalpha() or line[0] in "_@")


def _symbols(owner: Any, exports: tuple[str, ...] | None) -> Iterator[Symbol]:
    for name, member in owner.members.items():
        if member.is_alias or name in {"__all__", "__init__", "__new__"}:
            continue
        public = _public(name, member) if exports is None else name in exports
        if member.is_class:
            yield _class(member, public=public)
            yield from _symbols(member, None)
        elif member.is_function:
            yield _function(member, public=public)
        elif member.is_attribute and not _TYPE_VARIABLE.match(str(member.value)):
            yield _attribute(member, public=public)
    for name, some in owner.overloads.items():  # of a stub: nothing is defined under that name
        if some and name not in owner.members:
            yield _stub(some, public=_public(name, some[0]) if exports is None else name in exports)


def _stub(some: Sequence[Any], *, public: bool) -> Symbol:
    """A function of which there are overloads only."""
    ways = tuple(_function(one, public=public) for one in some[:_OVERLOADS])
    shown = {"signature": _shown(ways), "overloads": ways, "parameters": None, "returns": ""}
    return ways[0].model_copy(update=shown)


def _shown(ways: Sequence[Symbol]) -> str:
    return cut("\n".join(one.signature for one in ways))


def _public(name: str, member: Any) -> bool:
    return not name.startswith("_") or bool(_DUNDER.match(name) and member.is_function and member.parent.is_class)


def _class(found: Any, *, public: bool) -> Symbol:
    made = found.members.get("__init__")
    fields = None if made is not None and made.is_function else _fields(found)
    parameters = _parameters(made) if made is not None and made.is_function else fields
    bases = tuple(str(one) for one in found.bases)
    last = {base.partition("[")[0].rpartition(".")[2] for base in bases}
    kind: SymbolKind = "enum" if last & _ENUMS else "interface" if "Protocol" in last else "class"
    sections = read_docstring(found.docstring)
    if made is not None and made.is_function and made.docstring:
        sections += read_docstring(made.docstring)
    shown = [f"class {found.name}"]
    ways = _ways(found, made)
    return _symbol(
        found,
        kind,
        public=public,
        sections=sections,
        # Fields of bases come first, and stand elsewhere: see `Surface.constructor`.
        signature=_shown(ways)
        if ways
        else shown[0]
        if parameters is None or (fields is not None and bases)
        else signature(shown[0], python_parameters(parameters)),
        parameters=parameters,
        bases=bases,
        overloads=ways,
        more_flags=frozenset() if fields is None else frozenset(["dataclass"]),
    )


def _ways(found: Any, made: Any) -> tuple[Symbol, ...]:
    """The overloads of a class's `__init__`, as the class is called."""
    some = made.overloads or () if made is not None and made.is_function else found.overloads.get("__init__", ())
    return tuple(
        _function(one, public=True).model_copy(
            update={"signature": signature(f"class {found.name}", python_parameters(_parameters(one))), "returns": ""}
        )
        for one in some[:_OVERLOADS]
    )


def _function(found: Any, *, public: bool) -> Symbol:
    parameters = _parameters(found)
    ways = tuple(_function(one, public=public) for one in (found.overloads or ())[:_OVERLOADS])
    returns = str(found.returns) if found.returns is not None else ""
    begin = f"{'async ' if 'async' in found.labels else ''}def {found.name}"
    return _symbol(
        found,
        "method" if found.parent.is_class else "function",
        public=public,
        signature=_shown(ways)
        if ways
        else signature(begin, python_parameters(parameters), f" -> {returns}" if returns else ""),
        parameters=parameters,
        returns=cut(returns),
        overloads=ways,
    )


def _attribute(found: Any, *, public: bool) -> Symbol:
    annotation, value = (str(one) if one is not None else "" for one in (found.annotation, found.value))
    alias = annotation.endswith("TypeAlias")
    kind: SymbolKind = "type" if alias else "constant" if found.name.isupper() else "attribute"
    shown = f"{found.name}{f': {annotation}' * bool(annotation)}"
    if "property" not in found.labels and value:
        shown += f" = {value}"
    return _symbol(found, kind, public=public, signature=cut(shown), returns=cut(annotation), value=cut(value))


def _symbol(
    found: Any, kind: SymbolKind, *, public: bool, sections: tuple[Section, ...] | None = None,
    more_flags: frozenset[str] = frozenset(), **more: Any,
) -> Symbol:  # fmt: skip
    decorators = tuple(str(one.value) for one in getattr(found, "decorators", ()))
    doc = found.docstring.value if found.docstring else ""
    deprecated = any(_DEPRECATED.search(one.partition("(")[0]) for one in decorators)
    flags = {flag for label, flag in _FLAGS.items() if label in found.labels}
    if "class-attribute" in found.labels:
        flags.discard("instance")
    return Symbol(
        name=found.path,
        kind=kind,
        docstring=doc,
        sections=read_docstring(found.docstring) if sections is None else sections,
        first_line=found.lineno or 1,
        last_line=found.endlineno or found.lineno or 1,
        public=public,
        deprecated=deprecated or ".. deprecated::" in doc or bool(re.match(r"\W*deprecated\b", doc, re.IGNORECASE)),
        flags=more_flags | flags,
        decorators=decorators,
        **more,
    )


def _parameters(function: Any) -> tuple[Parameter, ...]:
    method = function.parent is not None and function.parent.is_class and "staticmethod" not in function.labels
    found = [
        Parameter(
            name=one.name.lstrip("*"),
            kind=_kind(one),
            annotation=cut(str(one.annotation)) if one.annotation is not None else "",
            default=cut(str(one.default)) if one.default is not None and "variadic" not in one.kind.value else "",
            required=one.default is None and "variadic" not in one.kind.value,
        )
        for one in function.parameters
    ]
    return tuple(found[1:] if method and found and found[0].kind in {"positional", "positional_only"} else found)


def _kind(found: Any) -> ParameterKind:
    """Names with two underscores were the way to say positional only, before there was `/` (PEP 484)."""
    kind = _KINDS[found.kind.value]
    return "positional_only" if kind == "positional" and found.name.startswith("__") else kind


def _fields(found: Any) -> tuple[Parameter, ...] | None:
    """What a dataclass adds to what it is made with; None for other classes."""
    said = next((str(one.value) for one in found.decorators if "dataclass" in str(one.value).partition("(")[0]), None)
    if said is None or "init=False" in said:
        return None
    made = []
    for name, member in found.members.items():
        annotation = str(member.annotation) if member.is_attribute and member.annotation is not None else ""
        value = str(member.value) if member.is_attribute and member.value is not None else ""
        own = (
            annotation
            and "property" not in member.labels
            and "class-attribute" in member.labels | ({"class-attribute"} if not value else set())
        )
        if not own or "ClassVar" in annotation or "init=False" in value:
            continue
        default = (
            value if not re.match(r"(?:\w+\.)?field\(", value) or re.search(r"default(?:_factory)?=", value) else ""
        )
        kind: ParameterKind = "keyword" if "kw_only=True" in said + value else "positional"
        made.append(Parameter(name=name, kind=kind, annotation=annotation, default=cut(default), required=not default))
    return tuple(made)
