"""From Markdown to Atlassian's document format; see `tieline.markup.adf`.

The format says what may stand where: no heading in a quote, no quote in a list. What may not is put there as plain
paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node = dict[str, Any]

_MENTION = "accountid:"
_MARKS = {"strong": "strong", "em": "em", "s": "strike"}
_PANELS = {"INFO", "NOTE", "TIP", "WARNING", "ERROR", "SUCCESS"}
#: Words that others write in the same place.
_PANEL_WORDS = {"IMPORTANT": "note", "CAUTION": "error", "CUSTOM": "info"}
_TASKS = {"[ ] ": "TODO", "[x] ": "DONE", "[X] ": "DONE"}
_SIMPLE = frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"})
#: What may stand in each kind of block; where a kind is not named, everything may.
_ALLOWED = {
    "listItem": _SIMPLE | {"taskList"},
    "blockquote": _SIMPLE,
    "panel": _SIMPLE | {"heading", "taskList", "rule"},
    "tableCell": _SIMPLE | {"heading", "taskList", "rule", "blockquote", "panel"},
}


@cache
def _parser() -> MarkdownIt:
    # HTML is off: what looks like a tag is text that somebody wrote.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def document(text: str) -> Node:
    """A whole document."""
    tree = SyntaxTreeNode(_parser().parse(text))
    return {"type": "doc", "version": 1, "content": list(_blocks(tree.children))}


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Node]:
    for node in nodes:
        yield from _block(node)


def _block(node: SyntaxTreeNode) -> Iterator[Node]:  # noqa: PLR0911 - one line for each kind
    match node.type:
        case "paragraph":
            return _filled("paragraph", _line(node))
        case "heading":
            return _filled("heading", _line(node), level=int(node.tag[1:]))
        case "fence" | "code_block":
            return iter([_code(node)])
        case "blockquote":
            return _quote(list(_blocks(node.children)))
        case "bullet_list" | "ordered_list":
            return iter([_list(node)])
        case "hr":
            return iter([{"type": "rule"}])
        case "table":
            return iter([_table(node)])
        case _:
            return _filled("paragraph", _text(node.content, []))


def _filled(kind: str, content: list[Node], **attrs: Any) -> Iterator[Node]:
    """A block, unless nothing is in it."""
    if content:
        yield {"type": kind, **({"attrs": attrs} if attrs else {}), "content": content}


def _code(node: SyntaxTreeNode) -> Node:
    language = node.info.split()[0] if node.type == "fence" and node.info.strip() else ""
    attrs = {"attrs": {"language": language}} if language else {}
    return {"type": "codeBlock", **attrs, "content": _text(node.content.removesuffix("\n"), [])}


def _quote(content: list[Node]) -> Iterator[Node]:
    kind = _panel(content)
    if kind:
        inner = _fitting("panel", content) or [{"type": "paragraph", "content": []}]
        yield {"type": "panel", "attrs": {"panelType": kind}, "content": inner}
    elif content:
        yield {"type": "blockquote", "content": _fitting("blockquote", content)}


def _panel(content: list[Node]) -> str:
    """The kind of a panel, whose sign is taken out of the text; empty for a quote that is none."""
    first = content[0] if content else {}
    words = first.get("content") or [{}]
    sign, _, rest = str(words[0].get("text", "")).partition("]")
    name = sign.removeprefix("[!").upper()
    kind = name.lower() if name in _PANELS else _PANEL_WORDS.get(name, "")
    if not kind or not sign.startswith("[!") or words[0].get("marks"):
        return ""
    words[0]["text"] = rest.lstrip()
    if not words[0]["text"]:
        del words[0]
    if not words:
        del content[0]
    return kind


def _list(node: SyntaxTreeNode) -> Node:
    items = [list(_blocks(item.children)) for item in node.children]
    if node.type == "bullet_list" and all(map(_is_task, items)):
        return _tasks(items)
    start = node.attrs.get("start", 1)
    numbered: Node = {"type": "orderedList", "attrs": {"order": int(start)}}
    kind: Node = numbered if node.type == "ordered_list" else {"type": "bulletList"}
    return {**kind, "content": [{"type": "listItem", "content": _item(item)} for item in items]}


def _item(content: list[Node]) -> list[Node]:
    return _fitting("listItem", content) or [{"type": "paragraph", "content": []}]


def _is_task(item: list[Node]) -> bool:
    if len(item) != 1 or item[0]["type"] != "paragraph":
        return False
    first = item[0]["content"][0]
    return first["type"] == "text" and not first.get("marks") and first["text"][:4] in _TASKS


def _tasks(items: list[list[Node]]) -> Node:
    """Tasks; the ids that Jira wants are good within the document only."""
    made: list[Node] = []
    for number, (paragraph,) in enumerate(items, 1):
        content: list[Node] = paragraph["content"]
        first, rest = content[0], content[1:]
        words: list[Node] = [{**first, "text": first["text"][4:]}] if first["text"][4:] else []
        attrs = {"localId": f"task-{number}", "state": _TASKS[first["text"][:4]]}
        made.append({"type": "taskItem", "attrs": attrs, "content": [*words, *rest]})
    return {"type": "taskList", "attrs": {"localId": "tasks"}, "content": made}


def _table(node: SyntaxTreeNode) -> Node:
    rows = [row for part in node.children for row in part.children]
    return {
        "type": "table",
        "content": [{"type": "tableRow", "content": list(map(_cell, row.children))} for row in rows],
    }


def _cell(node: SyntaxTreeNode) -> Node:
    content = list(_filled("paragraph", _line(node))) or [{"type": "paragraph", "content": []}]
    return {"type": "tableHeader" if node.type == "th" else "tableCell", "content": content}


def _fitting(kind: str, content: list[Node]) -> list[Node]:
    """The same, with what may not stand here as plain paragraphs."""
    return [fit for node in content for fit in ([node] if node["type"] in _ALLOWED[kind] else _flat(kind, node))]


def _flat(kind: str, node: Node) -> list[Node]:
    if node["type"] == "tableRow":
        cells = [_joined(cell) for cell in node["content"]]
        return [{"type": "paragraph", "content": [word for cell in cells for word in cell][:-1]}] if any(cells) else []
    if node["type"] in {"heading", "taskItem"}:
        return list(_filled("paragraph", node["content"]))
    if node["type"] == "rule":
        return [{"type": "paragraph", "content": [{"type": "text", "text": "---"}]}]
    inner: list[Node] = node["content"]
    return _fitting(kind, inner)


def _joined(cell: Node) -> list[Node]:
    """What stands in a cell, and what stands between it and the next."""
    return [word for block in cell["content"] for word in block["content"]] + [{"type": "text", "text": " | "}]


# ---------------------------------------------------------------- lines


def _line(node: SyntaxTreeNode) -> list[Node]:
    """What stands in a paragraph, a heading or a cell; pieces of text with the same marks are one."""
    pieces: list[Node] = []
    for inline in node.children:
        for piece in _inline(inline.children, []):
            last = pieces[-1] if pieces else {}
            if last.get("type") == piece["type"] == "text" and last.get("marks") == piece.get("marks"):
                last["text"] += piece["text"]
            else:
                pieces.append(piece)
    return pieces


def _inline(nodes: Sequence[SyntaxTreeNode], marks: list[Node]) -> Iterator[Node]:
    for node in nodes:
        if node.type in _MARKS:
            yield from _inline(node.children, _with(marks, {"type": _MARKS[node.type]}))
        elif node.type == "link":
            yield from _link(node, marks)
        elif node.type == "hardbreak":
            yield {"type": "hardBreak"}
        elif node.type == "softbreak":
            yield from _text(" ", marks)
        elif node.type == "code_inline":
            # Code takes no other mark than a link.
            links = [mark for mark in marks if mark["type"] == "link"]
            yield from _text(node.content, [{"type": "code"}, *links])
        elif node.type == "image":
            # A picture would have to be uploaded first: its address is kept as a link.
            source = str(node.attrs.get("src", ""))
            yield from _text(node.content or source, _with(marks, {"type": "link", "attrs": {"href": source}}))
        else:
            yield from _text(node.content, marks)


def _with(marks: list[Node], mark: Node) -> list[Node]:
    return marks if any(one["type"] == mark["type"] for one in marks) else [*marks, mark]


def _link(node: SyntaxTreeNode, marks: list[Node]) -> Iterator[Node]:
    href = str(node.attrs.get("href", ""))
    if href.startswith(_MENTION):
        said = "".join(child.content for child in node.walk() if child.type in {"text", "code_inline"})
        yield {"type": "mention", "attrs": {"id": href.removeprefix(_MENTION), "text": said}}
        return
    inner = _with(marks, {"type": "link", "attrs": {"href": href}}) if href else marks
    words = list(_inline(node.children, inner))
    yield from words or _text(href, inner)


def _text(text: str, marks: list[Node]) -> list[Node]:
    return [{"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}] if text else []
