"""Rich text to Markdown. What would mean something in Markdown, and is only text, is escaped."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from tieline.markup.notion.rich import link, said, styles

_BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~]|\n|$)")
#: Emphasis between two letters, or between two spaces, is none: `snake_case`, `2 * 3`.
_SPECIAL = re.compile(
    r"(?<![^\W_])_|_(?![^\W_])|(?<! )\*|\*(?! )|`|\[|\](?=[(\[:]|$)|~(?=~|$)|(?<=~)~|^~|<(?=[a-zA-Z/!?]|$)"
)
_ENTITY = re.compile(r"&(?=#?\w{1,31};)")
#: What makes a block of a line that begins with it.
_LINE = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=[\s|:-]|$)|\*(?=\s|$)|=+\s*$|:(?=-)|\||~~~)")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_TAGS = {"bold": "strong", "italic": "em", "strikethrough": "s", "underline": "u"}


def to_inline(pieces: Sequence[Mapping[str, Any]], *, cell: bool = False) -> str:
    """Rich text as the inside of a Markdown block.

    Args:
        pieces: The rich text.
        cell: Whether it goes into a table, where a line cannot end.
    """
    dollars = sum(said(one).count("$") for one in pieces) > 1 or any(one.get("type") == "equation" for one in pieces)
    made = ""
    for made_of, group in groupby(pieces, key=_kind):
        text = "".join(said(one) for one in group)
        made = _joined(made, _run(text, *made_of, dollars=dollars, after=made))
    lines = made.replace("\r\n", "\n").strip().split("\n")
    if cell:
        return "<br>".join(line.strip() for line in lines).replace("|", "\\|")
    return "\\\n".join(_start(line.strip()) for line in lines)


def _kind(one: Mapping[str, Any]) -> tuple[bool, frozenset[str], str]:
    return one.get("type") == "equation", styles(one), link(one)


def _joined(before: str, made: str) -> str:
    """Two runs; a `!` before a link would make an image of it."""
    return before[:-1] + "\\!" + made if before.endswith("!") and made.startswith("[") else before + made


def _run(text: str, equation: bool, marks: frozenset[str], url: str, *, dollars: bool, after: str) -> str:  # noqa: FBT001 - made of `_kind`
    if equation:
        return f"${' '.join(text.split())}$"
    # The spaces around a word are not part of its emphasis, in Markdown.
    core = text.strip()
    if not core or not (marks or url):
        return _code(core, text) if "code" in marks and core else escaped(text, dollars=dollars)
    before, behind = text[: text.index(core)], text[text.index(core) + len(core) :]
    inner = _code(core, core) if "code" in marks else escaped(core, dollars=dollars, label=bool(url))
    inner = _marked(inner, core, marks - {"code"}, after=(after + before)[-1:])
    if url:
        inner = f"[{inner}]({_address(url)})"
    return before + inner + behind


def _code(core: str, text: str) -> str:
    """A code span, in more backticks than stand in a row within it."""
    longest = max((len(run) for run in re.findall("`+", core)), default=0)
    ticks, pad = "`" * (longest + 1), " " if core[0] == "`" or core[-1] == "`" else ""
    line = core.replace("\n", " ")
    return text.replace(core, f"{ticks}{pad}{line}{pad}{ticks}", 1)


def _marked(inner: str, core: str, marks: frozenset[str], after: str) -> str:
    """Text with its emphasis: in asterisks where those surely work, in HTML elsewhere."""
    plain = core[0].isalnum() and core[-1].isalnum() and after not in {"*", "~"} and inner[0] != "`"
    stars = {"bold", "italic"} & marks
    if plain and stars:
        fence = "*" * ((2 if "bold" in marks else 0) + (1 if "italic" in marks else 0))
        inner, marks = f"{fence}{inner}{fence}", marks - stars
    elif plain and marks == {"strikethrough"}:
        return f"~~{inner}~~"
    for name, tag in _TAGS.items():
        inner = f"<{tag}>{inner}</{tag}>" if name in marks else inner
    return inner


def _address(url: str) -> str:
    """An address inside of parentheses."""
    return re.sub(r"[\s()<>\\]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


def escaped(text: str, *, dollars: bool = False, label: bool = False) -> str:
    """Text that Markdown takes as it is, in the middle of a line; a `label` is that of a link."""
    # Each bracket goes through here once: one that is behind an escaped backslash is not escaped itself.
    parts = re.split(r"(\])", text) if label else [text]
    return "".join("\\]" if part == "]" and label else _escaped(part, dollars=dollars) for part in parts)


def _escaped(text: str, *, dollars: bool) -> str:
    safe = _BACKSLASH.sub(r"\\\\", text)
    safe = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\g<0>", safe))
    return safe.replace("$", "\\$") if dollars else safe


def _start(line: str) -> str:
    """A line that begins no block of its own."""
    if _LINE.match(line):
        return "\\" + line
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line
