"""Go source: what begins with a capital letter is public; "Deprecated:" begins a paragraph of a comment. See https://go.dev/doc/comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_go
from tree_sitter import Node

from tieline.language.code import trees
from tieline.language.code.model import Module, Parameter, Section, Symbol, SymbolKind
from tieline.language.code.signatures import cut, signature
from tieline.language.code.trees import flat, said

_DEPRECATED = re.compile(r"^Deprecated:", re.MULTILINE)


def read(path: str, name: str, text: str) -> Module:
    """Read a file; what is broken is skipped, and told."""
    tree = trees.root(tree_sitter_go.language(), text)
    package = next(trees.named(tree, "package_clause"), None)
    doc = trees.comment_above(package) if package is not None else ""
    symbols = [symbol for node in tree.named_children for symbol in _symbols(node, name)]
    return Module(
        path=path, language="go", name=name, docstring=doc, sections=_text(doc), symbols=tuple(symbols),
        problems=trees.problems(tree),
    )  # fmt: skip


def _symbols(node: Node, owner: str) -> Iterator[Symbol]:
    if node.type == "function_declaration":
        yield _function(
            node, owner, f"func {_name(node)}{flat(node.child_by_field_name('type_parameters'))}", "function"
        )
    elif node.type == "method_declaration":
        receiver = node.child_by_field_name("receiver")
        of = re.sub(r"^\(\s*(?:\w+\s+)?\*?|\[.*|\)$", "", flat(receiver))
        yield _function(node, f"{owner}.{of}", f"func {flat(receiver)} {_name(node)}", "method", offered=_public(of))
    elif node.type == "type_declaration":
        for spec in trees.named(node, "type_spec", "type_alias"):
            yield from _type(spec, owner, node)
    elif node.type in {"const_declaration", "var_declaration"}:
        for listed in (node, *trees.named(node, "var_spec_list")):
            for spec in trees.named(listed, "const_spec", "var_spec"):
                yield from _values(spec, owner, node)


def _type(spec: Node, owner: str, node: Node) -> Iterator[Symbol]:
    body = spec.child_by_field_name("type")
    kind: SymbolKind = {"struct_type": "class", "interface_type": "interface"}.get(body.type if body else "", "type")  # type: ignore[assignment] # a mapping of kinds
    generic = flat(spec.child_by_field_name("type_parameters"))
    shown = {"class": "struct", "interface": "interface"}.get(kind, flat(body))
    equals = "= " if spec.type == "type_alias" else ""
    members = list(_members(body, f"{owner}.{_name(spec)}")) if body else []
    yield _symbol(
        spec, owner, kind, f"type {_name(spec)}{generic} {equals}{shown}", _comment(spec, node),
        bases=tuple(_embedded(body)), value=flat(body) if kind == "type" else "",
    )  # fmt: skip
    yield from members


def _embedded(body: Node | None) -> Iterator[str]:
    for listed in (body, *trees.named(body, "field_declaration_list")):
        for one in trees.named(listed, "field_declaration", "type_elem"):
            if one.child_by_field_name("name") is None:
                yield flat(one.child_by_field_name("type") or one)


def _members(body: Node, owner: str) -> Iterator[Symbol]:
    for one in trees.named(body, "method_elem"):
        yield _function(one, owner, _name(one), "method", flags=frozenset(["abstract"]))
    for listed in trees.named(body, "field_declaration_list"):
        for one in trees.named(listed, "field_declaration"):
            typed = flat(one.child_by_field_name("type"))
            for name in one.children_by_field_name("name"):
                yield _symbol(
                    one, owner, "attribute", f"{said(name)} {typed}", trees.comment_above(one), name=said(name),
                    returns=typed,
                )  # fmt: skip


def _values(spec: Node, owner: str, node: Node) -> Iterator[Symbol]:
    kind: SymbolKind = "constant" if spec.type == "const_spec" else "attribute"
    typed, value = flat(spec.child_by_field_name("type")), spec.child_by_field_name("value")
    values = value.named_children if value else []
    for place, one in enumerate(spec.children_by_field_name("name")):
        given = flat(values[place]) if place < len(values) else ""
        shown = f"{'const' if kind == 'constant' else 'var'} {said(one)}{f' {typed}' * bool(typed)}"
        yield _symbol(
            spec, owner, kind, cut(shown + f" = {given}" * bool(given)), _comment(spec, node), name=said(one),
            returns=typed, value=cut(given) if kind == "constant" else "",
        )  # fmt: skip


def _function(
    node: Node, owner: str, begin: str, kind: SymbolKind, *, offered: bool = True, flags: frozenset[str] = frozenset()
) -> Symbol:
    parameters = tuple(_parameters(node.child_by_field_name("parameters")))
    result = flat(node.child_by_field_name("result"))
    listed = [f"{one.name} {'...' * (one.kind == 'variadic')}{one.annotation}".strip() for one in parameters]
    return _symbol(
        node, owner, kind, signature(begin, listed, f" {result}" if result else ""), trees.comment_above(node),
        parameters=parameters, returns=result, offered=offered, flags=flags,
    )  # fmt: skip


def _parameters(node: Node | None) -> Iterator[Parameter]:
    for one in trees.named(node, "parameter_declaration", "variadic_parameter_declaration"):
        variadic = one.type.startswith("variadic")
        for name in [said(name) for name in one.children_by_field_name("name")] or [""]:
            yield Parameter(
                name=name, kind="variadic" if variadic else "positional_only",
                annotation=flat(one.child_by_field_name("type")), required=not variadic,
            )  # fmt: skip


def _symbol(
    node: Node, owner: str, kind: SymbolKind, shown: str, doc: str, *, name: str = "",
    parameters: tuple[Parameter, ...] | None = None, returns: str = "", value: str = "", bases: tuple[str, ...] = (),
    flags: frozenset[str] = frozenset(), offered: bool = True,
) -> Symbol:  # fmt: skip
    name = name or _name(node)
    return Symbol(
        name=f"{owner}.{name}", kind=kind, signature=shown, docstring=doc, sections=_text(doc),
        public=_public(name) and offered, deprecated=bool(_DEPRECATED.search(doc)),
        parameters=parameters, returns=returns, value=value, bases=bases, flags=flags, **trees.lines(node),
    )  # fmt: skip


def _comment(spec: Node, node: Node) -> str:
    """A comment above the one of a group, or above the word that begins it where there is only one."""
    return trees.comment_above(spec) or ("" if "(" in said(node)[:8] else trees.comment_above(node))


def _name(node: Node) -> str:
    return said(node.child_by_field_name("name"))


def _public(name: str) -> bool:
    return name[:1].isupper()


def _text(doc: str) -> tuple[Section, ...]:
    return (Section(kind="text", text=doc),) if doc else ()
