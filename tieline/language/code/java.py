"""Java source: what is `public`, or `protected` in a class, is offered to others; Javadoc says what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_java
from tree_sitter import Node

from tieline.language.code import trees
from tieline.language.code.docstrings import read_tags
from tieline.language.code.model import Module, Parameter, Symbol, SymbolKind
from tieline.language.code.signatures import cut, signature
from tieline.language.code.trees import flat, said

_TYPES: dict[str, SymbolKind] = {
    "class_declaration": "class", "record_declaration": "class", "interface_declaration": "interface",
    "annotation_type_declaration": "interface", "enum_declaration": "enum",
}  # fmt: skip
_BODIES = ("class_body", "interface_body", "enum_body", "annotation_type_body")


def read(path: str, name: str, text: str) -> Module:
    """Read a file; what is broken is skipped, and told."""
    tree = trees.root(tree_sitter_java.language(), text)
    package = next(trees.named(tree, "package_declaration"), None)
    within = flat(package.named_children[-1]) if package is not None and package.named_children else ""
    own = f"{within}.{name.rpartition('/')[2]}" if within else name.rpartition("/")[2]
    symbols = [symbol for node in tree.named_children for symbol in _type(node, within, trees.DEPTH, inside="")]
    return Module(path=path, language="java", name=own, symbols=tuple(symbols), problems=trees.problems(tree))


def _type(node: Node, owner: str, depth: int, inside: str) -> Iterator[Symbol]:
    kind = _TYPES.get(node.type)
    if kind is None or not depth:
        return
    name = ".".join(filter(None, [owner, _name(node)]))
    body = node.child_by_field_name("body")
    record = tuple(_parameters(node.child_by_field_name("parameters"))) if node.type == "record_declaration" else None
    head = (node.text or b"")[: body.start_byte - node.start_byte].decode(errors="replace") if body else ""
    begin = next(trees.named(node, "modifiers"), None)
    shown = head[len(said(begin)) :] if begin is not None else head
    yield _symbol(
        node, name, kind, " ".join(shown.split()) or f"{kind} {_name(node)}", inside=inside, parameters=record,
        bases=tuple(_bases(node)),
    )  # fmt: skip
    for member in _inside(body):
        yield from _member(member, name, kind, depth)


def _inside(body: Node | None) -> Iterator[Node]:
    for child in body.named_children if body is not None else ():
        if child.type == "enum_body_declarations":
            yield from child.named_children
        else:
            yield child


def _member(node: Node, owner: str, inside: SymbolKind, depth: int) -> Iterator[Symbol]:
    if node.type in {"method_declaration", "constructor_declaration", "annotation_type_element_declaration"}:
        yield _method(node, owner, inside)
    elif node.type in {"field_declaration", "constant_declaration"}:
        typed = flat(node.child_by_field_name("type"))
        words = _modifiers(node)
        fixed = "final" in words or inside == "interface"
        for one in node.children_by_field_name("declarator"):
            name, value = _name(one), flat(one.child_by_field_name("value"))
            shown = f"{typed} {name}" + f" = {value}" * bool(fixed and value)
            yield _symbol(
                node, f"{owner}.{name}", "constant" if fixed and "static" in words else "attribute", cut(shown),
                inside=inside, returns=typed, value=cut(value) if fixed else "",
            )  # fmt: skip
    elif node.type == "enum_constant":
        yield _symbol(node, f"{owner}.{_name(node)}", "constant", flat(node)[:200], inside="interface")
    else:
        yield from _type(node, owner, depth - 1, inside)


def _method(node: Node, owner: str, inside: SymbolKind) -> Symbol:
    name, words = _name(node), _modifiers(node)
    parameters = tuple(_parameters(node.child_by_field_name("parameters")))
    returns = flat(node.child_by_field_name("type")) + flat(node.child_by_field_name("dimensions"))
    throws = next((flat(one) for one in trees.named(node, "throws")), "")
    generic = flat(node.child_by_field_name("type_parameters"))
    listed = [f"{one.annotation}{'...' * (one.kind == 'variadic')} {one.name}" for one in parameters]
    flags = {"static"} & words
    if "abstract" in words or (inside == "interface" and not words & {"default", "static", "private"}):
        flags = flags | {"abstract"}
    return _symbol(
        node, f"{owner}.{name}", "method",
        signature(" ".join(filter(None, [generic, returns, name])), listed, f" {throws}" if throws else ""),
        inside=inside, parameters=parameters, returns=returns if returns != "void" else "", flags=frozenset(flags),
    )  # fmt: skip


def _parameters(node: Node | None) -> Iterator[Parameter]:
    for one in trees.named(node, "formal_parameter", "spread_parameter"):
        if one.type == "formal_parameter":
            typed = flat(one.child_by_field_name("type")) + flat(one.child_by_field_name("dimensions"))
            yield Parameter(name=_name(one), kind="positional_only", annotation=typed)
        else:
            parts = [part for part in one.named_children if part.type != "modifiers"]
            name = _name(parts[-1]) if parts else ""
            yield Parameter(
                name=name, kind="variadic", annotation=flat(parts[0]) if parts else "", required=False
            )  # fmt: skip


def _bases(node: Node) -> Iterator[str]:
    for part in trees.named(node, "superclass", "super_interfaces", "extends_interfaces"):
        for one in part.named_children:
            yield from map(flat, one.named_children if one.type == "type_list" else [one])


def _symbol(
    node: Node, name: str, kind: SymbolKind, shown: str, *, inside: str,
    parameters: tuple[Parameter, ...] | None = None, returns: str = "", value: str = "", bases: tuple[str, ...] = (),
    flags: frozenset[str] = frozenset(),
) -> Symbol:  # fmt: skip
    words = _modifiers(node)
    above = node.prev_sibling
    doc = trees.comment_above(node) if above is not None and said(above).startswith("/**") else ""
    return Symbol(
        name=name, kind=kind, signature=shown, docstring=doc, sections=read_tags(doc),
        public=(inside == "interface" and "private" not in words) or bool(words & {"public", "protected"}),
        deprecated="@Deprecated" in words or "@deprecated" in doc, parameters=parameters, returns=returns, value=value,
        bases=bases, flags=flags, decorators=tuple(sorted(one for one in words if one.startswith("@"))),
        **trees.lines(node),
    )  # fmt: skip


def _modifiers(node: Node) -> frozenset[str]:
    """Words such as `public`, and annotations without what they are given."""
    return frozenset(said(child).partition("(")[0] for one in trees.named(node, "modifiers") for child in one.children)


def _name(node: Node) -> str:
    return said(node.child_by_field_name("name"))
