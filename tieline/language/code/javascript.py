"""JavaScript and TypeScript: what a file exports is offered to others; JSDoc says what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Node

from tieline.language.code import trees
from tieline.language.code.docstrings import comment_text, read_tags
from tieline.language.code.model import Module, Parameter, Symbol, SymbolKind
from tieline.language.code.reexports import default, reexports
from tieline.language.code.signatures import cut, signature
from tieline.language.code.trees import flat, said

_FUNCTIONS = ("function_declaration", "generator_function_declaration", "function_signature")
_VALUES = ("arrow_function", "function_expression", "generator_function")
_CLASSES = ("class_declaration", "abstract_class_declaration")
_METHODS = ("method_definition", "method_signature", "abstract_method_signature")
_COMMON = re.compile(r"module\.exports(?:\.\w+)?|exports\.\w+")
_FIELDS = ("public_field_definition", "field_definition", "property_signature")


def read(path: str, name: str, text: str) -> Module:
    """Read a file; what is broken is skipped, and told."""
    ending = path.lower().rpartition(".")[2]
    if ending == "tsx":
        grammar = tree_sitter_typescript.language_tsx()
    elif ending in {"ts", "mts", "cts"}:
        grammar = tree_sitter_typescript.language_typescript()
    else:
        grammar = tree_sitter_javascript.language()
    tree = trees.root(grammar, text)
    names = _exported(tree)
    symbols = [symbol for node in tree.named_children for symbol in _statement(node, name, names)]
    symbols += _common(tree, name)
    module = Module(
        path=path, language="typescript" if "ts" in ending else "javascript", name=name, symbols=tuple(symbols),
        reexports=reexports(tree, name), default=default(tree), problems=trees.problems(tree),
    )  # fmt: skip
    first = next(trees.named(tree, "comment"), None)
    doc = said(first) if first is not None and first.start_byte == tree.start_byte else ""
    if "@module" in doc or "@fileoverview" in doc or "@packageDocumentation" in doc:
        doc = comment_text(doc)
        return module.model_copy(update={"docstring": doc, "sections": read_tags(doc)})
    return module


def _exported(tree: Node) -> dict[str, str]:
    """Names of `export { a as b }` without a source: a, and what it is called outside."""
    found = {}
    for statement in trees.named(tree, "export_statement"):
        if statement.child_by_field_name("source") is None:
            for clause in trees.named(statement, "export_clause"):
                for one in trees.named(clause, "export_specifier"):
                    name = said(one.child_by_field_name("name"))
                    found[name] = said(one.child_by_field_name("alias")) or name
        value = statement.child_by_field_name("value")
        if value is not None and value.type == "identifier":
            found[said(value)] = "default"
    for _, name, value in _given(tree):
        if value.type in {"identifier", "shorthand_property_identifier"}:
            found[said(value)] = name
    return found


def _given(tree: Node) -> Iterator[tuple[Node, str, Node]]:
    """What CommonJS exports: the statement, the name outside, and what it is. See https://nodejs.org/api/modules.html."""
    for statement in trees.named(tree, "expression_statement"):
        for one in trees.named(statement, "assignment_expression"):
            place, value = flat(one.child_by_field_name("left")), one.child_by_field_name("right")
            if value is None or not _COMMON.fullmatch(place):
                continue
            name = place.removeprefix("module.").removeprefix("exports").lstrip(".")
            if name or value.type != "object":
                yield statement, name or "default", value
                continue
            for part in trees.named(value, "shorthand_property_identifier", "pair", "method_definition"):
                inner = part.child_by_field_name("value") or part
                yield part, said(part.child_by_field_name("key")) or _name(part) or said(part), inner


def _common(tree: Node, owner: str) -> Iterator[Symbol]:
    """The functions and classes that CommonJS exports where they are written."""
    for statement, name, value in _given(tree):
        if value.type in _VALUES or value.type == "method_definition":
            yield _function(value, owner, statement, "function", name=name)
        elif value.type == "class":
            for found in _class(value, owner, statement):
                own = f"{owner}.{_name(value) or 'default'}"
                yield found.model_copy(update={"name": f"{owner}.{name}{found.name[len(own) :]}"})


def _namespace(node: Node, owner: str, *, public: bool) -> Iterator[Symbol]:
    """What is in a namespace of TypeScript; where it is only declared, all of it is exported."""
    body, inside = node.child_by_field_name("body"), f"{owner}.{_name(node)}"
    declared = node.parent is not None and node.parent.type == "ambient_declaration"
    for child in body.named_children if body is not None else ():
        for found in _statement(child, inside, {}):
            own = found.public or (declared and found.owner == inside)
            yield found.model_copy(update={"public": public and own})


def _statement(node: Node, owner: str, names: dict[str, str], above: Node | None = None) -> Iterator[Symbol]:
    """The symbols of a statement; `above` is the `export` around it, which its comment stands above."""
    if node.type == "export_statement":
        inner = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if inner is not None:
            yield from _statement(inner, owner, names, node)
        return
    if node.type == "ambient_declaration":
        for child in node.named_children:
            yield from _statement(child, owner, names, above or node)
        return
    if node.type == "expression_statement":
        for child in trees.named(node, "internal_module"):
            yield from _namespace(child, owner, public=_name(child) in names)
        return
    if node.type == "internal_module":
        exported = above is not None and above.type == "export_statement"
        yield from _namespace(node, owner, public=exported or _name(node) in names)
        return
    for found in _declared(node, owner, above or node):
        name = found.name[len(owner) + 1 :].partition(".")[0]
        public = above is not None and above.type == "export_statement"
        shown = names.get(name, name)
        same = found.name == f"{owner}.{name}"
        renamed = f"{owner}.{shown}{found.name[len(owner) + 1 + len(name) :]}"
        yield found.model_copy(update={"name": renamed, "public": (public or name in names) if same else found.public})


def _declared(node: Node, owner: str, top: Node) -> Iterator[Symbol]:
    if node.type in _FUNCTIONS or node.type in _VALUES:
        yield _function(node, owner, top, "function", name=said(node.child_by_field_name("name")) or "default")
    elif node.type in _CLASSES or node.type == "class":
        yield from _class(node, owner, top)
    elif node.type == "interface_declaration":
        yield from _class(node, owner, top, "interface")
    elif node.type == "enum_declaration":
        yield _symbol(node, owner, top, "enum", f"enum {_name(node)}", name=_name(node))
        for one in node.child_by_field_name("body").named_children if node.child_by_field_name("body") else ():  # type: ignore[union-attr] # asked for just now
            if one.type != "comment":
                name = said(one.child_by_field_name("name")) or said(one)
                value = flat(one.child_by_field_name("value"))
                yield _symbol(
                    one, f"{owner}.{_name(node)}", one, "constant", flat(one)[:200], name=name, value=cut(value)
                )
    elif node.type == "type_alias_declaration":
        value = flat(node.child_by_field_name("value"))
        shown = f"type {_name(node)}{flat(node.child_by_field_name('type_parameters'))} = {value}"
        yield _symbol(node, owner, top, "type", cut(shown), name=_name(node), value=cut(value))
    elif node.type in {"lexical_declaration", "variable_declaration"}:
        for one in trees.named(node, "variable_declarator"):
            yield from _variable(one, owner, top, said(node).partition(" ")[0])


def _variable(node: Node, owner: str, top: Node, word: str) -> Iterator[Symbol]:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or name.type != "identifier":
        return
    if value is not None and value.type in _VALUES:
        yield _function(value, owner, top, "function", name=said(name))
        return
    kind: SymbolKind = "constant" if word == "const" else "attribute"
    typed, given = _typed(node, "type"), flat(value)
    simple = given if value is not None and value.type in {"number", "string", "true", "false", "null"} else ""
    shown = f"{word} {said(name)}{f': {typed}' * bool(typed)}" + f" = {given}" * bool(simple)
    yield _symbol(node, owner, top, kind, cut(shown), name=said(name), returns=typed, value=cut(simple))


def _class(node: Node, owner: str, top: Node, kind: SymbolKind = "class") -> Iterator[Symbol]:
    name = _name(node) or "default"
    body = node.child_by_field_name("body")
    made: tuple[Parameter, ...] | None = None
    members: list[Symbol] = []
    for one in body.named_children if body is not None else ():
        if one.type in _METHODS and _name(one) == "constructor":
            made = tuple(_parameters(one.child_by_field_name("parameters")))
        elif one.type in _METHODS or one.type in _FIELDS:
            members.append(_member(one, f"{owner}.{name}", kind))
    begin = f"{kind} {name}{flat(node.child_by_field_name('type_parameters'))}"
    shown = begin if made is None else signature(begin, _listed(made))
    yield _symbol(node, owner, top, kind, shown, name=name, parameters=made, bases=tuple(_bases(node)))
    yield from members


def _bases(node: Node) -> Iterator[str]:
    for part in trees.named(node, "class_heritage", "extends_type_clause"):
        clauses = list(trees.named(part, "extends_clause", "implements_clause")) or [part]
        for clause in clauses:
            yield from (flat(one) for one in clause.named_children if one.type != "type_arguments")


def _member(node: Node, owner: str, inside: SymbolKind) -> Symbol:
    name = _name(node) or said(node.child_by_field_name("property"))
    words = {said(one) if one.is_named else one.type for one in node.children if one.type != "property_identifier"}
    public = not name.startswith("#") and not words & {"private", "protected"}
    accessor = bool(words & {"get", "set"}) and node.type == "method_definition"
    asked = "abstract" in node.type or "abstract" in words or (inside == "interface" and "?" not in words)
    flags = ({"static"} & words) | ({"abstract"} if asked else set())
    value = node.child_by_field_name("value")
    if (node.type in _METHODS and not accessor) or (value is not None and value.type in _VALUES):
        of = node if node.type in _METHODS or value is None else value
        made = _function(of, owner, node, "method", name=name, flags=frozenset(flags))
        return made.model_copy(update={"public": public})
    typed = _typed(node, "return_type" if accessor else "type")
    shown = f"{'static ' * ('static' in words)}{name}{'?' * ('?' in words)}{f': {typed}' * bool(typed)}"
    found = _symbol(node, owner, node, "attribute", shown, name=name, returns=typed, flags=frozenset(flags))
    return found.model_copy(update={"public": public})


def _function(
    node: Node, owner: str, top: Node, kind: SymbolKind, *, name: str, flags: frozenset[str] = frozenset()
) -> Symbol:
    waits = any(one.type == "async" for one in node.children)
    single = node.child_by_field_name("parameter")  # x => x
    parameters = tuple(_parameters(node.child_by_field_name("parameters")))
    if single is not None:
        parameters = (Parameter(name=said(single), kind="positional_only"),)
    returns = _typed(node, "return_type")
    words = ["static"] * ("static" in flags) + ["async"] * waits + ["function"] * (kind == "function")
    begin = " ".join([*words, name]) + flat(node.child_by_field_name("type_parameters"))
    return _symbol(
        node, owner, top, kind, signature(begin, _listed(parameters), f": {returns}" if returns else ""), name=name,
        parameters=parameters, returns=returns, flags=flags | ({"async"} if waits else set()),
    )  # fmt: skip


def _parameters(node: Node | None) -> Iterator[Parameter]:
    for one in node.named_children if node is not None else ():
        if one.type == "comment":
            continue
        pattern = one.child_by_field_name("pattern") or one.child_by_field_name("left") or one
        default = flat(one.child_by_field_name("value") or one.child_by_field_name("right"))
        variadic = pattern.type == "rest_pattern"
        name = flat(pattern).removeprefix("...")
        typed = _typed(one, "type")
        yield Parameter(
            name=cut(name), kind="variadic" if variadic else "positional_only", annotation=typed, default=cut(default),
            required=not (variadic or default or one.type == "optional_parameter"),
        )  # fmt: skip


def _listed(parameters: tuple[Parameter, ...]) -> list[str]:
    return [
        f"{'...' * (one.kind == 'variadic')}{one.name}"
        f"{'?' * (not one.required and not one.default and one.kind != 'variadic')}"
        f"{f': {one.annotation}' * bool(one.annotation)}{f' = {one.default}' * bool(one.default)}"
        for one in parameters
    ]


def _symbol(
    node: Node, owner: str, top: Node, kind: SymbolKind, shown: str, *, name: str,
    parameters: tuple[Parameter, ...] | None = None, returns: str = "", value: str = "", bases: tuple[str, ...] = (),
    flags: frozenset[str] = frozenset(),
) -> Symbol:  # fmt: skip
    above = top.prev_sibling
    doc = trees.comment_above(top) if above is not None and said(above).startswith("/**") else ""
    return Symbol(
        name=f"{owner}.{name}", kind=kind, signature=shown, docstring=doc, sections=read_tags(doc),
        deprecated="@deprecated" in doc, parameters=parameters, returns=returns, value=value, bases=bases, flags=flags,
        first_line=top.start_point[0] + 1, last_line=node.end_point[0] + 1,
    )  # fmt: skip


def _typed(node: Node, field: str) -> str:
    return flat(node.child_by_field_name(field)).removeprefix(":").strip()


def _name(node: Node) -> str:
    return said(node.child_by_field_name("name"))
