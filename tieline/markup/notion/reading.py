"""Markdown to blocks."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from tieline.markup.notion.languages import PLAIN, language
from tieline.markup.notion.rich import (
    LONGEST_EQUATION,
    LONGEST_URL,
    MOST_PIECES,
    Piece,
    chunks,
    equation,
    length,
    piece,
    plain_text,
)
from tieline.markup.notion.writing import ALERTS

Node = SyntaxTreeNode
Blocks = list[dict[str, Any]]

#: A dollar opens an equation before anything but a space, and closes it behind the like, unless digits follow.
_MATH = re.compile(r"\$\$(?P<block>[^$]+)\$\$|\$(?P<inline>[^\s$](?:[^$\n]*[^\s$\\])?)\$(?![\w])")
_BOX = re.compile(r"\[([ xX])\](?:\s|$)")
_ALERT = re.compile(r"\[!(\w+)\]\s*")
_ICONS = {name: icon for icon, name in ALERTS.items()}
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_MARKS = {"strong": "bold", "em": "italic", "s": "strikethrough"}
_TAGS = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "u": "underline", "ins": "underline"}
_TAGS |= {"s": "strikethrough", "del": "strikethrough", "strike": "strikethrough", "code": "code"}
_TAG = re.compile(r"<(/?)(\w+)\s*/?>")
#: Notion has three.
_SMALLEST_HEADING = 3


def _math(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's interface
    """A rule for markdown-it: `$x$` is an equation."""
    found = _MATH.match(state.src, state.pos) if state.src[state.pos] == "$" else None
    if found is None:
        return False
    if not silent:
        made = state.push("math", "", 0)
        made.content, made.markup = (found["block"] or found["inline"]).strip(), "$$" if found["block"] else "$"
    state.pos = found.end()
    return True


_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_PARSER.inline.ruler.before("escape", "math", _math)
# The rule for text stops at `$` by itself.


def from_markdown(text: str) -> Blocks:
    """Markdown as blocks that Notion takes, with what is below a block in its `children`.

    What Notion has no block for becomes text: HTML, images that are not on the web, headings below the third level.
    Texts are cut into pieces of at most 2,000 characters. The result may hold more blocks, and be deeper, than one
    request may carry: `notion.append_blocks` sends it in parts.

    Args:
        text: CommonMark with GitHub's tables, tasks, alerts, strikethrough and equations.
    """
    return _blocks(Node(_PARSER.parse(text)).children)


def _blocks(nodes: Sequence[Node]) -> Blocks:
    return [block for node in nodes for block in _READERS.get(node.type, _other)(node)]


def _block(kind: str, pieces: list[Piece], children: Blocks | None = None, **more: Any) -> Blocks:
    """One block, or as many as its text needs; what is below it is below the last."""
    parts = [pieces[i : i + MOST_PIECES] for i in range(0, len(pieces), MOST_PIECES)] or [[]]
    made: list[dict[str, Any]] = [{"type": kind, kind: {"rich_text": part, **more}} for part in parts]
    if children:
        made[-1][kind]["children"] = children
    return made


def _paragraph(node: Node) -> Blocks:
    inline = node.children[0].children if node.children else []
    made: Blocks = []
    run: list[Node] = []
    for child in inline:
        alone = _alone(child)
        if alone is None:
            run.append(child)
            continue
        made += _said(run)
        made.append(alone)
        run = []
    return made + _said(run)


def _alone(node: Node) -> dict[str, Any] | None:
    """What is inside of a paragraph in Markdown, and a block to Notion."""
    if node.type == "image" and _on_the_web(str(node.attrs.get("src", ""))):
        caption = _pieces(node.children)
        image = {"type": "external", "external": {"url": str(node.attrs["src"])}, "caption": caption}
        return {"type": "image", "image": image}
    if node.type == "math" and node.markup == "$$" and length(node.content) <= LONGEST_EQUATION:
        return {"type": "equation", "equation": {"expression": node.content}}
    return None


def _said(nodes: Sequence[Node]) -> Blocks:
    pieces = _trimmed(_pieces(nodes))
    return _block("paragraph", pieces) if pieces else []


def _heading(node: Node) -> Blocks:
    return _block(f"heading_{min(int(node.tag[1]), _SMALLEST_HEADING)}", _inside(node))


def _list(kind: str) -> Callable[[Node], Blocks]:
    def read(node: Node) -> Blocks:
        return [block for item in node.children for block in _item(item, kind)]

    return read


def _item(node: Node, kind: str) -> Blocks:
    first, rest = _first(node)
    box = _BOX.match(plain_text(first)) if kind == "bulleted_list_item" else None
    if box is None:
        return _block(kind, first, _blocks(rest))
    return _block("to_do", _without(first, box.end()), _blocks(rest), checked=box[1] != " ")


def _first(node: Node) -> tuple[list[Piece], Sequence[Node]]:
    """The text of a block that has blocks inside, and the others of those."""
    inside = list(node.children)
    if not inside or inside[0].type != "paragraph" or any(map(_alone, inside[0].children[0].children)):
        return [], inside
    return _inside(inside[0]), inside[1:]


def _quote(node: Node) -> Blocks:
    first, rest = _first(node)
    alert = _ALERT.match(plain_text(first))
    if alert is None or alert[1].upper() not in _ICONS:
        return _block("quote", first, _blocks(rest))
    icon = {"type": "emoji", "emoji": _ICONS[alert[1].upper()]}
    return _block("callout", _without(first, alert.end()), _blocks(rest), icon=icon)


def _without(pieces: list[Piece], count: int) -> list[Piece]:
    """Rich text without its first letters."""
    kept: list[Piece] = []
    for one in pieces:
        if one["type"] != "text" or not count:
            kept.append(one)
            continue
        content = one["text"]["content"]
        cut, count = content[count:], max(0, count - len(content))
        kept += [{**one, "text": {**one["text"], "content": cut}}] if cut else []
    return kept


def _code(node: Node) -> Blocks:
    text, info = node.content.removesuffix("\n"), node.info or ""
    if info.strip() == "math" and length(text) <= LONGEST_EQUATION:
        return [{"type": "equation", "equation": {"expression": text}}]
    return _block("code", [piece(part) for part in chunks(text)], language=language(info) if info else PLAIN)


def _rule(_node: Node) -> Blocks:
    return [{"type": "divider", "divider": {}}]


def _table(node: Node) -> Blocks:
    rows = [row for part in node.children for row in part.children]
    cells = [[_inside(cell) for cell in row.children] for row in rows]
    headed = any(cells[0])
    rows_of = [{"type": "table_row", "table_row": {"cells": row}} for row in (cells if headed else cells[1:])]
    if not rows_of:
        return []
    shape = {"table_width": len(cells[0]), "has_column_header": headed, "has_row_header": False}
    return [{"type": "table", "table": {**shape, "children": rows_of}}]


def _other(node: Node) -> Blocks:
    """HTML, and whatever else there may be, as the text that it is."""
    text = node.content.strip("\n")
    return _block("paragraph", [piece(part) for part in chunks(text)]) if text else _blocks(node.children)


_READERS: dict[str, Callable[[Node], Blocks]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _list("bulleted_list_item"),
    "ordered_list": _list("numbered_list_item"),
    "blockquote": _quote,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table": _table,
}


def _inside(node: Node) -> list[Piece]:
    return _trimmed(_pieces(node.children[0].children)) if node.children else []


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Rich text without spaces around it."""
    if pieces and pieces[0]["type"] == "text":
        pieces = _without(pieces, len(plain_text(pieces[:1])) - len(plain_text(pieces[:1]).lstrip()))
    return pieces


class _Line:
    """Collects the pieces of one line of text, with the marks that are on."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, frozenset[str], str]] = []
        self.html: set[str] = set()

    def add(self, text: str, marks: frozenset[str], url: str) -> None:
        """Some words; neighbours of the same kind become one."""
        marks |= self.html
        if self.runs and self.runs[-1][1:] == (marks, url):
            text = self.runs.pop()[0] + text
        self.runs.append((text, marks, url))

    def pieces(self) -> list[Piece]:
        """The rich text."""
        made: list[Piece] = []
        for text, marks, url in self.runs:
            if "equation" in marks:
                made.append(equation(text))
            else:
                made += [piece(part, marks, url) for part in chunks(text)]
        return made


def _pieces(nodes: Sequence[Node]) -> list[Piece]:
    line = _Line()
    _walk(nodes, line, frozenset(), "")
    return line.pieces()


def _walk(nodes: Sequence[Node], line: _Line, marks: frozenset[str], url: str) -> None:
    for node in nodes:
        if node.type in _MARKS:
            _walk(node.children, line, marks | {_MARKS[node.type]}, url)
        elif node.type == "link":
            _link(node, line, marks)
        elif node.type == "image":
            _walk(node.children, line, marks, url)
            line.add(f" ({node.attrs.get('src', '')})", marks, url)
        elif node.type == "html_inline":
            _html(node.content, line, marks, url)
        elif node.type == "math" and length(node.content) <= LONGEST_EQUATION:
            line.add(node.content, marks | {"equation", str(len(line.runs))}, "")
        else:
            line.add(_word(node), marks | {"code"} if node.type == "code_inline" else marks, url)


def _word(node: Node) -> str:
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    return breaks.get(node.type) or node.content


def _html(tag: str, line: _Line, marks: frozenset[str], url: str) -> None:
    found = _TAG.fullmatch(tag)
    name = found[2].lower() if found else ""
    if name == "br":
        line.add("\n", marks, url)
    elif found and name in _TAGS:
        (line.html.discard if found[1] else line.html.add)(_TAGS[name])
    else:
        line.add(tag, marks, url)


def _link(node: Node, line: _Line, marks: frozenset[str]) -> None:
    """A link; where Notion would refuse the address, it stands behind the words."""
    url = str(node.attrs.get("href", ""))
    good = url.lower().startswith(_SCHEMES) and len(url) <= LONGEST_URL
    _walk(node.children, line, marks, url if good else "")
    if not good and url:
        line.add(f" ({url})", marks, "")


def _on_the_web(url: str) -> bool:
    return url.lower().startswith(_SCHEMES[:2]) and len(url) <= LONGEST_URL
