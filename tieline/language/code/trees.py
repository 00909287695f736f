"""Trees of tree-sitter: what the readers of JavaScript, Go and Java have in common."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Language, Node, Parser

from tieline.language.code.docstrings import comment_text
from tieline.language.code.model import Problem

#: Errors of a file that are told.
TOLD = 10
#: Classes within classes that are read.
DEPTH = 20


def root(language: object, text: str) -> Node:
    """The tree of a file."""
    return Parser(Language(language)).parse(text.encode(errors="replace")).root_node


def said(node: Node | None) -> str:
    """The source of a node, on one line where it is code."""
    return "" if node is None or node.text is None else node.text.decode(errors="replace")


def flat(node: Node | None) -> str:
    """The source of a node with its spaces brought together: a type, a default."""
    return " ".join(said(node).split())


def problems(tree: Node) -> tuple[Problem, ...]:
    """Where the parser had to skip something; it goes on behind that by itself."""
    found: dict[int, Problem] = {}
    waiting = [tree]
    while waiting and len(found) < TOLD:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            line = node.start_point[0] + 1
            what = f"{node.type!r} is missing" if node.is_missing else f"{flat(node)[:40]!r} is not understood"
            found.setdefault(line, Problem(line=line, message=f"Syntax error: {what}."))
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return tuple(found.values())


def comment_above(node: Node) -> str:
    """What the comment says that ends right above; several `//` lines are one."""
    lines: list[str] = []
    below, one = node, node.prev_sibling
    while one is not None and "comment" in one.type and one.end_point[0] + 1 >= below.start_point[0]:
        text = said(one)
        own_line = one.prev_sibling is None or one.prev_sibling.end_point[0] < one.start_point[0]
        if text.startswith("/*"):
            return comment_text(text) if not lines else "\n".join(reversed(lines))
        if not own_line:
            break
        lines.append(comment_text(text))
        below, one = one, one.prev_sibling
    return "\n".join(reversed(lines)).strip()


def lines(node: Node) -> dict[str, int]:
    """The first and the last line of a symbol."""
    return {"first_line": node.start_point[0] + 1, "last_line": node.end_point[0] + 1}


def named(node: Node | None, *kinds: str) -> Iterator[Node]:
    """The children of some kinds."""
    for child in node.named_children if node is not None else ():
        if child.type in kinds:
            yield child
