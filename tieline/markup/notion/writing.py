"""Blocks to Markdown."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tieline.markup.notion.inline import escaped, to_inline
from tieline.markup.notion.rich import plain_text

Block = Mapping[str, Any]

#: Items of one list follow each other without an empty line.
_ITEMS = {"bulleted_list_item": "-", "numbered_list_item": "1.", "to_do": "-", "toggle": "-"}
_ORDERED = "numbered_list_item"
#: Blocks that only arrange what is inside of them.
_FRAMES = {"column_list", "column", "synced_block", "tab"}
_NOTHING = {"breadcrumb", "table_of_contents"}
_FILES = {"image", "video", "file", "pdf", "audio", "bookmark", "embed", "link_preview"}
ALERTS = {"💡": "TIP", "⚠️": "WARNING", "❗": "IMPORTANT", "🛑": "CAUTION", "📝": "NOTE"}


def to_markdown(blocks: Sequence[Block]) -> str:
    """Blocks as Markdown. A block of a type that is not known here is named, with every text that is in it.

    Args:
        blocks: As Notion gives them, with what is below a block in its `children`.

    Returns:
        Markdown that ends with a line break, or nothing where there is nothing to read.
    """
    text = _blocks(blocks)
    return f"{text}\n" if text else ""


def _blocks(blocks: Sequence[Block]) -> str:
    parts: list[str] = []
    last, number = "", 0
    for block in blocks:
        kind = str(block.get("type") or "")
        number = number + 1 if kind == _ORDERED else 0
        made = _item(block, kind, number) if kind in _ITEMS else _block(block, kind)
        if not made:
            continue
        tight = kind in _ITEMS and last in _ITEMS and (kind == _ORDERED) == (last == _ORDERED)
        parts += ["\n" if tight else "\n\n", made] if parts else [made]
        last = kind
    return "".join(parts)


def _inner(block: Block, kind: str) -> Mapping[str, Any]:
    found = block.get(kind)
    return found if isinstance(found, Mapping) else {}


def _children(block: Block, kind: str) -> Sequence[Block]:
    return block.get("children") or _inner(block, kind).get("children") or ()


def _rich(block: Block, kind: str) -> str:
    return to_inline(_inner(block, kind).get("rich_text") or ())


def _item(block: Block, kind: str, number: int) -> str:
    mark = f"{number}." if kind == _ORDERED else _ITEMS[kind]
    box = ("[x] " if _inner(block, kind).get("checked") else "[ ] ") if kind == "to_do" else ""
    text, children = box + _rich(block, kind), _children(block, kind)
    below = _blocks(children)
    if below:
        gap = "\n" if str(children[0].get("type")) in _ITEMS else "\n\n"
        text += (gap if text else "\n") + below
    return _indented(f"{mark} ", text).rstrip()


def _indented(mark: str, text: str) -> str:
    """A text behind a mark, its further lines below its first."""
    first, *more = text.split("\n")
    return "\n".join([mark + first, *(" " * len(mark) + line if line else "" for line in more)])


def _block(block: Block, kind: str) -> str:
    if kind in _FRAMES:
        return _blocks(_children(block, kind))
    if kind in _NOTHING:
        return ""
    if kind.startswith("heading_"):
        made = _heading(block, kind)
    elif kind in _FILES:
        made = _file(_inner(block, kind), kind)
    else:
        made = _WRITERS.get(kind, _unknown)(block, kind)
    inside = kind in {"quote", "callout", "table"}
    below = "" if inside else _blocks(_children(block, kind))
    return "\n\n".join(filter(None, (made, below)))


def _heading(block: Block, kind: str) -> str:
    level = min(int(kind[-1]), 6) if kind[-1].isdecimal() else 6
    text = _rich(block, kind).replace("\\\n", " ")
    # At the end of a heading `#` would be taken as its frame.
    text = re.sub(r"#$", r"\\#", text)
    return f"{'#' * level} {text}" if text else ""


def _file(inner: Mapping[str, Any], kind: str) -> str:
    source = inner.get(str(inner.get("type"))) or {}
    url = str(inner.get("url") or (source.get("url") if isinstance(source, Mapping) else "") or "")
    caption = " ".join(plain_text(inner.get("caption") or ()).split())
    name = escaped(caption or str(inner.get("name") or "") or (kind if kind != "bookmark" else url))
    if not url:
        return f"({name})"
    made = to_inline([{"type": "text", "plain_text": caption or str(inner.get("name") or url), "href": url}])
    if kind != "image":
        return made
    address = to_inline([{"type": "text", "plain_text": "x", "href": url}])
    label = escaped(caption, label=True)
    return f"!{address.replace('[x]', f'[{label}]', 1)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _quote(block: Block, kind: str) -> str:
    below = _blocks(_children(block, kind))
    text = "\n\n".join(filter(None, (_rich(block, kind), below)))
    return _quoted(text) if text else ""


def _callout(block: Block, kind: str) -> str:
    icon = str((_inner(block, kind).get("icon") or {}).get("emoji") or "")
    text = "\n\n".join(filter(None, (_rich(block, kind), _blocks(_children(block, kind)))))
    other = f"{icon} " if icon and icon not in ALERTS else ""
    return _quoted(f"[!{ALERTS.get(icon, 'NOTE')}]\n{other}{text}".rstrip())


def _code(block: Block, kind: str) -> str:
    inner = _inner(block, kind)
    language = str(inner.get("language") or "")
    text = plain_text(inner.get("rich_text") or ())
    caption = to_inline(inner.get("caption") or ())
    fenced = _fenced(text, "" if language == "plain text" else language.replace("`", ""))
    return f"{fenced}\n\n{caption}" if caption else fenced


def _equation(block: Block, kind: str) -> str:
    return _fenced(str(_inner(block, kind).get("expression") or ""), "math")


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def _table(block: Block, kind: str) -> str:
    rows = [
        [to_inline(cell, cell=True) for cell in _inner(row, "table_row").get("cells") or ()]
        for row in _children(block, kind)
    ]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    # Markdown's tables have a header always: one that has none gets an empty one.
    header = [] if _inner(block, kind).get("has_column_header") else [[""] * width]
    full = [row + [""] * (width - len(row)) for row in [*header, *rows]]
    lines = [f"| {' | '.join(row)} |" for row in full]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _divider(_block: Block, _kind: str) -> str:
    return "---"


def _child(block: Block, kind: str) -> str:
    title = str(_inner(block, kind).get("title") or "Untitled")
    number = str(block.get("id") or "").replace("-", "")
    href = f"https://www.notion.so/{number}" if number else None
    return to_inline([{"type": "text", "plain_text": title, "href": href}])


def _paragraph(block: Block, kind: str) -> str:
    return _rich(block, kind)


def _link_to_page(block: Block, kind: str) -> str:
    inner = _inner(block, kind)
    number = str(inner.get(str(inner.get("type"))) or "").replace("-", "")
    return f"<https://www.notion.so/{number}>"


def _unknown(block: Block, kind: str) -> str:
    """The name of the type, and every text in it."""
    found = list(dict.fromkeys(_texts(_inner(block, kind))))
    return escaped(" ".join([f"(Notion block {kind or 'without a type'})", *found]).replace("\n", " "))


def _texts(value: Any) -> list[str]:
    """What people would read in a value: the words of rich text, titles, addresses."""
    if isinstance(value, Mapping):
        if "plain_text" in value:
            return [str(value["plain_text"])]
        return [
            text
            for name, item in value.items()
            if name != "children"
            for text in ([item] if isinstance(item, str) and name in _READABLE else _texts(item))
        ]
    return [text for item in value for text in _texts(item)] if isinstance(value, list | tuple) else []


_READABLE = {"title", "name", "url", "content", "expression", "caption"}
_WRITERS: dict[str, Callable[[Block, str], str]] = {
    "paragraph": _paragraph,
    "quote": _quote,
    "callout": _callout,
    "code": _code,
    "equation": _equation,
    "table": _table,
    "divider": _divider,
    "child_page": _child,
    "child_database": _child,
    "link_to_page": _link_to_page,
}
