"""From storage format to Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote
from xml.etree.ElementTree import Element

from tieline.markup.confluence import panels
from tieline.markup.confluence.tree import parse

#: Deeper than any page. What is in there is kept as plain text.
DEEPEST = 60

_BLANK = re.compile(r"[ \t\r\n\f]+")
_SPECIAL = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|~~|&(?=#?\w+;)|<(?=[\w/!?])|!$")
_BLOCK_START = re.compile(
    r"^(?:[-+](?=\s|$)|#{1,6}(?=\s|$)|>|=(?==*\s*$)|~(?=~~)|[-:|](?=[-:| \t]*$)|(\d{1,9})([.)])(?=\s|$))"
)
_LIST_START = re.compile(r"([-*]|\d+[.)]) ")
_LANGUAGE = re.compile(r"[^\w+#.-]")
_BREAK = "\\\n"
#: The same at the end of a line; a backslash that is text is two of them.
_BROKEN = re.compile(r"(?<!\\)((?:\\\\)*)\\$")
_FENCED = re.compile(r"(?:(?:[-*]|\d+[.)]) )*(`{3,})[\w+#.-]*")

_AROUND = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_CODE = frozenset({"code", "noformat"})
#: Nothing that people read.
_SILENT = frozenset({"{ac}task-id", "{ac}task-uuid", "{ac}parameter", "colgroup", "{ac}adf-attribute"})
_CONTAINERS = frozenset(
    {"div", "section", "{ac}layout", "{ac}layout-section", "{ac}layout-cell", "{ac}rich-text-body", "{ac}adf-node"}
    | {"{ac}adf-fallback", "{ac}adf-content", "{ac}task-body", "center"}
)


def to_markdown(storage: str) -> str:
    """A text in storage format as Markdown; see the package.

    Raises:
        ConfigError: It is not well-formed, or tries what no page needs, such as entities of its own.
    """
    return "\n\n".join(_blocks(parse(storage), 0))


# ---------------------------------------------------------------- blocks


def _blocks(parent: Element, depth: int) -> list[str]:
    """What stands in an element, as blocks of Markdown."""
    if depth > DEEPEST:
        return list(filter(None, [_paragraph(_text("".join(parent.itertext())))]))
    found: list[str] = []
    line = _text(parent.text)
    for child in parent:
        if _is_block(child):
            found += [_paragraph(line), *_block(child, depth + 1, found)]
            line = ""
        else:
            line += _inline(child, depth + 1)
        line += _text(child.tail)
    return list(filter(None, [*found, _paragraph(line)]))


def _is_block(element: Element) -> bool:
    if element.tag == "{ac}structured-macro":
        return _macro_name(element) in panels.WORDS | dict.fromkeys(_CODE) or _holds(element, "{ac}rich-text-body")
    return element.tag in _BLOCKS or element.tag in _CONTAINERS or element.tag == "{ac}adf-extension"


def _block(element: Element, depth: int, before: list[str]) -> list[str]:
    if element.tag in {"ul", "ol", "{ac}task-list"}:
        last = next((text for text in reversed(before) if text), "")
        return [_list(element, depth, last)]
    made = _BLOCKS.get(element.tag)
    return [made(element, depth)] if made else _inner(element, depth)


def _inner(element: Element, depth: int) -> list[str]:
    """A container's blocks; of an extension of the new editor only what old ones show."""
    fallback = element.find("{ac}adf-fallback")
    return _blocks(element if fallback is None else fallback, depth)


def _paragraph(line: str) -> str:
    lines = [_BLOCK_START.sub(_escaped_start, piece.strip(" ")) for piece in line.strip(" \n").split(_BREAK)]
    return _BREAK.join(lines).strip("\n ").removesuffix("\\" if line.rstrip(" ").endswith(_BREAK) else "")


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[0]}"


def _heading(element: Element, depth: int) -> str:
    text = _line(element, depth).replace(_BREAK, " ").strip(" \n")
    text = re.sub(r"#(?=#*$)", r"\\#", text)
    return f"{'#' * int(element.tag[1])} {text}" if text else ""


def _quote(element: Element, depth: int) -> str:
    return _quoted("\n\n".join(_blocks(element, depth)))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip(" ") for line in text.split("\n")) if text else ""


def _rule(_element: Element, _depth: int) -> str:
    return "---"


def _list(element: Element, depth: int, before: str) -> str:
    """A list; next to another of its kind it takes the other sign, so that they stay two."""
    ordered = element.tag == "ol"
    first = int(element.get("start", "1")) if ordered and element.get("start", "1").isdecimal() else 1
    sign, other = (".", ")") if ordered else ("-", "*")
    if re.match(r"\d+\. " if ordered else r"- ", before):
        sign = other
    items: list[str] = []
    loose = False
    for item in element:
        blocks = _blocks(item, depth + 1) if item.tag != "{ac}task" else _task(item, depth)
        if not blocks:
            continue
        mark = f"{first + len(items)}{sign} " if ordered else f"{sign} "
        text = blocks[0]
        for block in blocks[1:]:
            close = bool(_LIST_START.match(block)) and block is blocks[1]
            loose |= not close
            text += ("\n" if close else "\n\n") + block
        items.append(mark + text.replace("\n", "\n" + " " * len(mark)))
    made = ("\n\n" if loose else "\n").join(items)
    return re.sub(r"(?m)^ +$", "", made)


def _task(task: Element, depth: int) -> list[str]:
    body = task.find("{ac}task-body")
    blocks = _blocks(body, depth + 1) if body is not None else []
    done = (task.findtext("{ac}task-status") or "").strip() == "complete"
    if not blocks:
        return []
    return [f"[{'x' if done else ' '}] {blocks[0]}", *blocks[1:]]


def _table(element: Element, depth: int) -> str:
    found = [row for row in (*element.findall("tr"), *element.findall("*/tr")) if _cells(row)]
    if not found:
        return _paragraph(_text("".join(element.itertext())))
    rows = [[_cell(cell, depth) for cell in _cells(row)] for row in found]
    if any(cell.tag == "td" for cell in _cells(found[0])):
        rows.insert(0, [])
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    caption = element.find("caption")
    above = _lines_of(caption, depth) if caption is not None else ""
    return "\n".join([*([above, ""] if above else []), lines[0], "|" + " --- |" * width, *lines[1:]])


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in {"th", "td"}]


def _cell(element: Element, depth: int) -> str:
    """A cell is one line: blocks and breaks in it become `<br>`, and each line of a block of code a span."""
    written: list[str] = []
    fence = ""
    for line in (one.strip(" ") for one in "\n".join(_blocks(element, depth + 1)).split("\n")):
        begins = None if fence else _FENCED.fullmatch(line)
        if begins or line == fence:
            fence = begins[1] if begins else ""
        else:
            written.append(_code_span(line) if fence else _BROKEN.sub(r"\1", line))
    return "<br>".join(filter(None, written)).replace("|", "\\|")


def _preformatted(element: Element, _depth: int) -> str:
    return _fence(_letters(element), "")


def _letters(element: Element) -> str:
    """All that stands in an element, to the letter."""
    for line_break in element.iter("br"):
        line_break.text = "\n"
    return "".join(element.itertext())


def _fence(code: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{_LANGUAGE.sub('', language)}\n{code}\n{fence}"


# ---------------------------------------------------------------- macros


def _macro(element: Element, depth: int) -> str:
    name, body = _macro_name(element), element.find("{ac}rich-text-body")
    title = _parameters(element).get("title", "")
    if name in _CODE:
        caption = f"**{_text(title).strip()}**\n\n" if title.strip() else ""
        return caption + _fence(_plain(element), _parameters(element).get("language", ""))
    blocks = _blocks(body, depth) if body is not None else []
    if name in panels.WORDS:
        head = f"[!{panels.WORDS[name]}] {_text(title).strip()}".rstrip(" ")
        return _quoted("\n\n".join([head, *blocks]))
    return "\n\n".join([_unknown(element), *blocks])


def _unknown(element: Element) -> str:
    """A macro that Markdown has no words for: its name and its parameters, for people to read."""
    values = ", ".join(f"{key}={value}" if key else value for key, value in _parameters(element).items())
    plain = _plain(element)
    head = _code_span("{" + f"{_macro_name(element)}{': ' if values else ''}{values}" + "}")
    return head + (f"\n\n{_fence(plain, '')}" if "\n" in plain else f" {_code_span(plain)}" if plain.strip() else "")


def _macro_name(element: Element) -> str:
    return element.get("{ac}name", "macro")


def _parameters(element: Element) -> dict[str, str]:
    found = element.findall("{ac}parameter")
    return {p.get("{ac}name", ""): _said(p) for p in found}


def _said(parameter: Element) -> str:
    """A parameter's text, or what it points to."""
    text = "".join(parameter.itertext()).strip()
    named = [value for inner in parameter.iter() if inner is not parameter for value in inner.attrib.values()]
    return _BLANK.sub(" ", text or " ".join(named))


def _plain(element: Element) -> str:
    return element.findtext("{ac}plain-text-body") or ""


def _holds(element: Element, tag: str) -> bool:
    return element.find(tag) is not None


# ---------------------------------------------------------------- within a line


def _line(element: Element, depth: int) -> str:
    """What stands in an element, as one line."""
    if depth > DEEPEST:
        return _text("".join(element.itertext()))
    return _text(element.text) + "".join(_inline(child, depth + 1) + _text(child.tail) for child in element)


def _inline(element: Element, depth: int) -> str:
    if element.tag in _SILENT:
        return ""
    if around := _AROUND.get(element.tag):
        return _around(_line(element, depth), around)
    made = _INLINES.get(element.tag)
    if made:
        return made(element, depth)
    # A block where none belongs: its words, apart from the others.
    return f" {_line(element, depth)} " if _is_block(element) else _line(element, depth)


def _around(text: str, sign: str) -> str:
    inner = text.strip(" ").removesuffix(_BREAK)
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    return f"{before}{sign}{inner}{sign}{after}"


def _code(element: Element, _depth: int) -> str:
    return _code_span(_letters(element))


def _code_span(text: str) -> str:
    code = _BLANK.sub(" ", text)
    if not code.strip():
        return ""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * (longest + 1)
    # One blank on each side is taken away again.
    pad = " " if code[0] in "` " or code[-1] in "` " else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def _anchor(element: Element, depth: int) -> str:
    text, target = _line(element, depth), element.get("href", "")
    return _link(text, target) if target else text


def _own_link(element: Element, depth: int) -> str:
    """`ac:link`: to a page, an attachment, a person, or a place on this page."""
    body = element.find("{ac}link-body")
    plain = element.findtext("{ac}plain-text-link-body") or ""
    anchor = element.get("{ac}anchor", "")
    target, name = next(filter(None, map(_resource, element)), ("", ""))
    target += f"#{quote(anchor, safe='')}" if anchor else ""
    text = _line(body, depth) if body is not None else _text(plain)
    return _link(text.strip() or _text(name or anchor), target) if target else text


def _resource(element: Element) -> tuple[str, str] | None:
    """What a resource identifier points to: an address, and words for it."""
    page, file = element.get("{ri}content-title", ""), element.get("{ri}filename", "")
    if element.tag in {"{ri}page", "{ri}blog-post"}:
        space = element.get("{ri}space-key", "")
        return f"confluence:page/{quote(space, safe='')}/{quote(page, safe='')}", page
    if element.tag == "{ri}attachment":
        return f"confluence:attachment/{quote(file, safe='')}", file
    if element.tag == "{ri}user":
        user = element.get("{ri}account-id") or element.get("{ri}userkey") or ""
        return f"confluence:user/{quote(user, safe='')}", f"@{user}"
    if element.tag == "{ri}url":
        return element.get("{ri}value", ""), element.get("{ri}value", "")
    return None


def _link(text: str, target: str) -> str:
    words = text.replace(_BREAK, " ").strip(" \n") or _text(target)
    return f"[{words}]({_destination(target)})"


def _destination(target: str) -> str:
    plain = _BLANK.sub("%20", target.strip())
    if plain and not re.search(r"[()<>\\]", plain):
        return plain
    harmless = re.sub(r"[<>\\]", r"\\\g<0>", plain)
    return f"<{harmless}>"


def _image(element: Element, depth: int) -> str:
    alt = element.get("{ac}alt") or element.get("{ac}title") or ""
    file = element.find("{ri}attachment")
    caption = element.find("{ac}caption")
    if file is not None:
        target = quote(file.get("{ri}filename", ""), safe="")
    else:
        target = next((found[0] for found in map(_resource, element) if found), "")
    below = f" {_line(caption, depth)}" if caption is not None else ""
    return f"![{_text(alt).strip()}]({_destination(target)}){below}"


def _html_image(element: Element, _depth: int) -> str:
    return f"![{_text(element.get('alt')).strip()}]({_destination(element.get('src', ''))})"


def _emoticon(element: Element, _depth: int) -> str:
    return _text(element.get("{ac}emoji-fallback") or f":{element.get('{ac}name', '')}:")


def _time(element: Element, _depth: int) -> str:
    return _text(element.get("datetime")) + _text(element.text)


def _inline_macro(element: Element, depth: int) -> str:
    if _macro_name(element) in _CODE:
        return _code_span(_plain(element))
    body = element.find("{ac}rich-text-body")
    return _unknown(element).replace("\n", " ") + (f" {_line(body, depth)}" if body is not None else "")


def _text(raw: str | None) -> str:
    """Words as they stand in a line, with what Markdown would take for more than words made harmless."""
    return _SPECIAL.sub(r"\\\g<0>", _BLANK.sub(" ", raw)) if raw else ""


def _break(_element: Element, _depth: int) -> str:
    return _BREAK


def _lines_of(element: Element, depth: int) -> str:
    return _paragraph(_line(element, depth))


_Made = Callable[[Element, int], str]
_BLOCKS: dict[str, _Made] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    "p": _lines_of,
    "blockquote": _quote,
    "hr": _rule,
    "pre": _preformatted,
    "table": _table,
    "ul": lambda element, depth: _list(element, depth, ""),
    "ol": lambda element, depth: _list(element, depth, ""),
    "{ac}task-list": lambda element, depth: _list(element, depth, ""),
    "{ac}structured-macro": _macro,
}
_INLINES: dict[str, _Made] = {
    "a": _anchor,
    "br": _break,
    "code": _code,
    "img": _html_image,
    "time": _time,
    "{ac}emoticon": _emoticon,
    "{ac}image": _image,
    "{ac}link": _own_link,
    "{ac}structured-macro": _inline_macro,
}
