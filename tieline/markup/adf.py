"""Atlassian's document format (ADF), in which Jira keeps descriptions and comments, and Markdown.

Nothing is lost silently: what Markdown has no sign for becomes readable text (a mention with its account, a date, the
name of a file), and a node of a kind that we do not know keeps the text inside it. Colors, underlining and the like go.

See https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tieline.markup import adf_reading

Node = Mapping[str, Any]

#: How a mention is written, so that it can be read back: the account stands where a link's address would.
MENTION = "accountid:"
_SPECIAL = re.compile(r"[\\`*\[\]|~]|&(?=[#\w]|$)|<(?=[A-Za-z/!?]|$)|(?<![^\W_])_|_(?![^\W_])")
#: What begins a list, a heading, a quote or a line below a heading, were it the first on its line.
_OPENING = re.compile(r"^(#{1,6}(?=\s|$)|[+-](?=[\s-]|$)|>|=)|^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_FENCE = re.compile(r"`+")
_SIGNS = {"strong": "**", "em": "*", "strike": "~~"}


def to_markdown(document: Node | None) -> str:
    """A document as Markdown; empty for none."""
    return _blocks(_content(document)) if document else ""


def from_markdown(text: str) -> dict[str, Any]:
    """Markdown (CommonMark with tables and ~~strikethrough~~) as a document that Jira takes.

    HTML in it is text. A quote that begins with `[!WARNING]` is a panel, `[@Ann](accountid:5b10)` a mention, and a list
    of `[ ]` and `[x]` a list of tasks.
    """
    return adf_reading.document(text)


def plain(node: Node) -> str:
    """The words of a node, without any signs, and with one blank between two."""
    return " ".join("".join(_words(node)).split())


def _words(node: Node) -> Iterator[str]:
    kind = node.get("type")
    if kind == "text":
        yield str(node.get("text") or "")
    elif kind in _INLINE:
        yield _INLINE[kind](_attrs(node))
    inner = _content(node)
    for child in inner:
        yield from _words(child)
    if inner and inner[0].get("type") != "text":
        yield " "


def _attrs(node: Node) -> Node:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, Mapping) else {}


def _content(node: Node | None) -> list[Node]:
    content = node.get("content") if node else None
    return [child for child in content if isinstance(child, Mapping)] if isinstance(content, list) else []


# ---------------------------------------------------------------- blocks


def _blocks(nodes: Sequence[Node]) -> str:
    """Blocks with an empty line between them; what stands in a line and has no paragraph gets one."""
    written: list[str] = []
    line: list[Node] = []
    for node in nodes:
        if _is_inline(node):
            line.append(node)
            continue
        written += [_line(line), _block(node)]
        line = []
    written.append(_line(line))
    return "\n\n".join(filter(None, written))


def _is_inline(node: Node) -> bool:
    kind = node.get("type")
    return kind == "text" or kind in _INLINE


def _block(node: Node) -> str:
    write = _BLOCKS.get(str(node.get("type")))
    return write(node) if write else _unknown(node)


def _unknown(node: Node) -> str:
    """A kind of node that has no sign: its title or text, its address, and what is in it."""
    attrs = _attrs(node)
    said = [_escaped(str(attrs[name])) for name in ("title", "text", "alt", "url") if attrs.get(name)]
    return "\n\n".join(filter(None, [*said, _blocks(_content(node))]))


def _heading(node: Node) -> str:
    level = _attrs(node).get("level")
    text = _line(_content(node)).replace("\\\n", " ")
    signs = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)  # noqa: PLR2004 - there is no seventh
    return f"{signs} {text}" if text else ""


def _code(node: Node) -> str:
    text = "".join(str(child.get("text") or "") for child in _content(node))
    fence = "`" * max(3, 1 + max(map(len, _FENCE.findall(text)), default=0))
    language = re.sub(r"[`\s\\&]", "", str(_attrs(node).get("language") or ""))
    return f"{fence}{language}\n{text}\n{fence}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _quote(node: Node) -> str:
    text = _blocks(_content(node))
    return _quoted(text) if text else ""


def _panel(node: Node) -> str:
    kind = re.sub(r"\W", "", str(_attrs(node).get("panelType") or "info")).upper()
    return _quoted(f"[!{kind}]\n\n{_blocks(_content(node))}".rstrip())


def _items(node: Node, markers: Iterator[str]) -> str:
    """A list; what stands in an item is indented below its marker."""
    lines: list[str] = []
    for item, marker in zip(_content(node), markers, strict=False):
        text = _block(item) if item.get("type") in _BLOCKS else _blocks(_content(item))
        inner = text.replace("\n", "\n" + " " * len(marker))
        lines.append(re.sub(r"\n +(?=\n)", "\n", f"{marker}{inner}").rstrip())
    return "\n".join(lines)


def _bullets(node: Node) -> str:
    return _items(node, iter(["- "] * len(_content(node))))


def _numbers(node: Node) -> str:
    first = _attrs(node).get("order")
    start = first if isinstance(first, int) and 0 <= first < 10**8 else 1
    return _items(node, (f"{start + place}. " for place in range(len(_content(node)))))


def _tasks(node: Node) -> str:
    return _items(node, iter(["- "] * len(_content(node))))


def _task(node: Node) -> str:
    done = "x" if _attrs(node).get("state") == "DONE" else " "
    return f"[{done}] {_blocks(_content(node))}"


def _table(node: Node) -> str:
    """A table; its first row is the head, since Markdown has none without."""
    rows = [[_cell(cell) for cell in _content(row)] for row in _content(node)]
    wide = max(map(len, rows), default=0)
    if not wide:
        return ""
    head, *rest = [row + [""] * (wide - len(row)) for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * wide, *rest))


def _cell(node: Node) -> str:
    """What stands in a cell, on one line."""
    text = "".join(_line(_content(block) or [block]) + " " for block in _leaves(node))
    return re.sub(r"\\?\n", " ", text).strip()


def _leaves(node: Node) -> Iterator[Node]:
    """The innermost blocks, which hold lines."""
    for child in _content(node):
        inner = _content(child)
        if inner and not _is_inline(inner[0]):
            yield from _leaves(child)
        else:
            yield child


def _media(node: Node) -> str:
    """A picture or a file: its caption or name. The file itself is among the attachments."""
    attrs = _attrs(node)
    name = str(attrs.get("alt") or attrs.get("url") or attrs.get("id") or "file")
    said = _escaped(f"(file: {name})")
    return "\n\n".join(filter(None, [said, _blocks(_content(node))]))


def _card(node: Node) -> str:
    return _opened(_escaped(_address(_attrs(node))))


def _expand(node: Node) -> str:
    title = _escaped(" ".join(str(_attrs(node).get("title") or "").split()))
    return "\n\n".join(filter(None, [f"**{title}**" if title else "", _blocks(_content(node))]))


_BLOCKS: dict[str, Callable[[Node], str]] = {
    "paragraph": lambda node: _line(_content(node)),
    "heading": _heading,
    "codeBlock": _code,
    "blockquote": _quote,
    "panel": _panel,
    "bulletList": _bullets,
    "orderedList": _numbers,
    "taskList": _tasks,
    "decisionList": _bullets,
    "taskItem": _task,
    "blockTaskItem": _task,
    "rule": lambda _: "---",
    "table": _table,
    "media": _media,
    "blockCard": _card,
    "embedCard": _card,
    "expand": _expand,
    "nestedExpand": _expand,
}

# ---------------------------------------------------------------- lines


def _date(attrs: Node) -> str:
    """Milliseconds since 1970, as a date."""
    stamp = str(attrs.get("timestamp") or "")
    known = stamp.isdecimal() and stamp.isascii() and len(stamp) <= 14  # noqa: PLR2004 - longer is beyond the year 5000
    return datetime.fromtimestamp(int(stamp) / 1000, UTC).date().isoformat() if known else stamp


def _address(attrs: Node) -> str:
    data = attrs.get("data")
    return str(attrs.get("url") or (data.get("url") or data.get("name") if isinstance(data, Mapping) else "") or "")


def _named(attrs: Node) -> str:
    return "@" + str(attrs.get("text") or attrs.get("id") or "").removeprefix("@")


#: What stands in a line beside text, as words.
_INLINE: dict[Any, Callable[[Node], str]] = {
    "mention": _named,
    "emoji": lambda attrs: str(attrs.get("text") or attrs.get("shortName") or ""),
    "date": _date,
    "status": lambda attrs: str(attrs.get("text") or ""),
    "placeholder": lambda attrs: str(attrs.get("text") or ""),
    "inlineCard": _address,
    "mediaInline": lambda attrs: f"(file: {attrs.get('alt') or attrs.get('id') or ''})",
    "inlineExtension": lambda attrs: str(attrs.get("text") or attrs.get("extensionKey") or ""),
    "hardBreak": lambda _: "\n",
}


def _line(nodes: Sequence[Node]) -> str:
    """What stands in a paragraph.

    Markdown has no way to write some marks, such as a bold comma inside a word. There the mark goes, not the text.
    """
    text = _opened("".join(map(_marked, nodes)))
    if any(node.get("marks") or node.get("type") == "mention" for node in nodes):
        wanted = plain({"content": list(nodes)})
        if plain(from_markdown(text)) != wanted:
            return _opened("".join(map(_unmarked, nodes)))
    return text


def _opened(text: str) -> str:
    """Lines without blanks around them, of which none looks like the begin of something else."""
    lines = re.sub(r"(\\\n)+\Z", "", "\n".join(line.strip() for line in text.split("\n")))
    return _OPENING.sub(lambda m: f"{m[2]}\\{m[3]}" if m[2] else f"\\{m[1]}", re.sub(r"^(\\\n)+", "", lines))


def _escaped(text: str) -> str:
    """Text without anything that Markdown would take for a sign."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _said(node: Node) -> str:
    """The words of a node in a line."""
    kind = node.get("type")
    if kind == "text":
        return " ".join(str(node.get("text") or "").split("\n"))
    return _INLINE[kind](_attrs(node)) if kind in _INLINE else plain(node)


def _unmarked(node: Node) -> str:
    if node.get("type") == "hardBreak":
        return "\\\n"
    href = next((_attrs(mark).get("href") for mark in _marks(node) if mark.get("type") == "link"), "")
    return _escaped(f"{_said(node)} ({href})" if href else _said(node))


def _marks(node: Node) -> list[Node]:
    marks = node.get("marks")
    return [mark for mark in marks if isinstance(mark, Mapping)] if isinstance(marks, list) else []


def _marked(node: Node) -> str:
    """A piece of a line with its marks; blanks at its ends stand outside of them."""
    kind, said = node.get("type"), _said(node)
    if kind == "hardBreak":
        return "\\\n"
    inner = said.strip()
    if not inner:
        return said
    before, _, after = said.partition(inner)
    marks = {str(mark.get("type")): _attrs(mark) for mark in _marks(node)}
    text = _code_span(inner) if "code" in marks else _escaped(inner)
    for sign in (sign for name, sign in _SIGNS.items() if name in marks and "code" not in marks):
        text = f"{sign}{text}{sign}"
    href = MENTION + str(_attrs(node).get("id")) if kind == "mention" else marks.get("link", {}).get("href")
    if href:
        text = f"[{text}](<{_target(str(href))}>)"
    return before + text + after


def _target(href: str) -> str:
    return re.sub(r"[\s<>\\|]", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), href)


def _code_span(text: str) -> str:
    fence = "`" * (1 + max(map(len, _FENCE.findall(text)), default=0))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"
