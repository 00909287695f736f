"""What files of JavaScript and TypeScript offer that stands in other files, by `export … from` or after an `import`."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from tree_sitter import Node

from tieline.language.code import trees
from tieline.language.code.model import ALL, Reexport
from tieline.language.code.trees import said

_ENDINGS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")


def reexports(tree: Node, name: str) -> tuple[Reexport, ...]:
    """What a file offers of other files of the same repository.

    Args:
        tree: The file.
        name: Its path, without its ending.
    """
    taken = {local: (file, there) for statement in trees.named(tree, "import_statement")
             for local, file, there in _imported(statement, name)}  # fmt: skip
    found: list[Reexport] = []
    for statement in trees.named(tree, "export_statement"):
        source = statement.child_by_field_name("source")
        if source is not None:
            found += _from(statement, _file(name, source))
        else:
            found += (Reexport(outside, *taken[local]) for local, outside in _own(statement) if local in taken)
    return tuple(one for one in found if one.file)


def default(tree: Node) -> str:
    """How the symbol is called here that a file exports as its default; "" if there is none."""
    for statement in trees.named(tree, "export_statement"):
        if any(child.type == "default" for child in statement.children):
            inner = statement.child_by_field_name("declaration") or statement.child_by_field_name("value")
            named = inner is not None and inner.type != "identifier"
            return (said(inner.child_by_field_name("name")) if inner is not None and named else "") or "default"
    return ""


def _from(statement: Node, file: str) -> Iterator[Reexport]:
    clauses = list(trees.named(statement, "export_clause"))
    for clause in clauses:
        for there, outside in _specifiers(clause, "export_specifier"):
            yield Reexport(outside, file, there)
    namespaces = [said(one.named_children[0]) for one in trees.named(statement, "namespace_export")]
    if not clauses:
        yield Reexport(namespaces[0] if namespaces else ALL, file, ALL)


def _own(statement: Node) -> Iterator[tuple[str, str]]:
    """Names of this file, and what they are called outside."""
    for clause in trees.named(statement, "export_clause"):
        yield from _specifiers(clause, "export_specifier")
    value = statement.child_by_field_name("value")
    if value is not None and value.type == "identifier":
        yield said(value), "default"


def _imported(statement: Node, name: str) -> Iterator[tuple[str, str, str]]:
    """What a statement imports: the name here, the file, and the name there."""
    file = _file(name, statement.child_by_field_name("source"))
    for clause in trees.named(statement, "import_clause"):
        for one in clause.named_children:
            if one.type == "identifier":
                yield said(one), file, "default"
            elif one.type == "namespace_import":
                yield said(one.named_children[0]), file, ALL
            else:
                for there, local in _specifiers(one, "import_specifier"):
                    yield local, file, there


def _specifiers(clause: Node, kind: str) -> Iterator[tuple[str, str]]:
    for one in trees.named(clause, kind):
        first = said(one.child_by_field_name("name"))
        yield first, said(one.child_by_field_name("alias")) or first


def _file(name: str, source: Node | None) -> str:
    """The path of a source without its ending; "" for packages, and for what lies outside of the repository."""
    written = said(source).strip("\"'")
    if not written.startswith("."):
        return ""
    path = normpath(join(dirname(name), written))
    ending = next((one for one in _ENDINGS if path.endswith(one)), "")
    return "" if path.startswith("..") else path.removesuffix(ending)
