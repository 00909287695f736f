"""Which pages of the documentation speak of a symbol that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tieline.language.code.changes import Change
from tieline.language.code.model import Symbol
from tieline.language.embeddings import word_vectors

_WORD = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::|#)[A-Za-z_]\w*)*")
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_SPAN = re.compile(r"(`+)(.+?)\1")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
#: Cosine from which a paragraph is taken to be about the same thing: a guess, not measured on anything.
NEAR = 0.55
_SHORT = 3  # characters of a name that is no common word by chance
_PARAGRAPH = 30
_EXACT, _QUALIFIED_END, _IN_CODE, _IN_BLOCK = 1.0, 0.9, 0.8, 0.7


class Mention(NamedTuple):
    """A line that speaks of a symbol.

    Args:
        page: Which page.
        line: From 1.
        symbol: The symbol's name.
        reason: Why it is thought to, in people's words.
        score: From 0 to 1; an exact name is 1, and what is found by meaning is below 0.7.
    """

    page: str
    line: int
    symbol: str
    reason: str
    score: float


def mentions(pages: Mapping[str, str], symbols: Sequence[Change | Symbol]) -> list[Mention]:
    """The best line of each page for each symbol, the surest first.

    Names count exactly: qualified ones anywhere, short ones in code. A paragraph counts by meaning where the page names
    nothing of the symbol. The embedded engine reads English.

    Args:
        pages: Markdown, by path.
        symbols: Changes, or symbols with docstrings, which meaning needs.
    """
    found: dict[tuple[str, str], Mention] = {}
    names = {one.name: one for one in symbols}
    shorts: dict[str, list[str]] = {}
    for name in names:
        shorts.setdefault(name.rpartition(".")[2], []).append(name)
    for page, text in pages.items():
        for line, said, where in _words(text):
            for name in shorts.get(re.split(r"\.|::|#", said)[-1], []):
                score, reason = _named(said, name, where)
                best = found.get((page, name))
                if score and (best is None or score > best.score):
                    found[page, name] = Mention(page, line, name, reason, score)
    for one in _by_meaning(pages, list(names.values())):
        found.setdefault((one.page, one.symbol), one)
    return sorted(found.values(), key=lambda one: (-one.score, one.page, one.line, one.symbol))


def _words(text: str) -> Iterator[tuple[int, str, str]]:
    """Words that may be names: their line, and whether they stand in a block of code, in a line as code, or in text."""
    mark = ""
    for number, line in enumerate(text.split("\n"), 1):
        fence = _FENCE.match(line)
        if fence and not (mark and not fence[1].startswith(mark)):
            mark = "" if mark else fence[1]
            continue
        spans = [] if mark else [found.span() for found in _SPAN.finditer(line)]
        for word in _WORD.finditer(line):
            in_span = any(begin <= word.start() < end for begin, end in spans)
            yield number, word[0], "block" if mark else "span" if in_span else "text"


def _named(said: str, name: str, where: str) -> tuple[float, str]:
    plain = re.sub(r"::|#", ".", said)
    if plain == name:
        return _EXACT, f"names `{name}`"
    if "." in plain and name.endswith(f".{plain}"):
        return _QUALIFIED_END, f"names `{plain}`"
    if len(name.rpartition(".")[2]) < _SHORT or where == "text":
        return 0.0, ""
    short = name.rpartition(".")[2]
    if where == "span":
        return _IN_CODE, f"names `{short}` as code"
    return _IN_BLOCK, f"uses `{short}` in an example"


def _by_meaning(pages: Mapping[str, str], symbols: Sequence[Change | Symbol]) -> Iterator[Mention]:
    parts = [(page, line, text) for page, whole in pages.items() for line, text in paragraphs(whole)]
    told = [(one.name, text) for one in symbols if (text := _about(one))]
    if not parts or not told:
        return
    engine = word_vectors()
    nearness = engine.embed([text for _, text in told]) @ engine.embed([text for *_, text in parts]).T
    for (name, _), row in zip(told, nearness, strict=True):
        best: dict[str, int] = {}
        for place in map(int, np.flatnonzero(row >= NEAR)):
            page = parts[place][0]
            if page not in best or row[place] > row[best[page]]:
                best[page] = place
        for page, place in best.items():
            score = round(min(0.69, float(row[place])), 3)
            yield Mention(page, parts[place][1], name, "is about the same, by meaning", score)


def _about(one: Change | Symbol) -> str:
    """What a symbol is about: the words of its name, and the first paragraph of its docstring."""
    if not isinstance(one, Symbol) or not one.docstring.strip():
        return ""
    words = " ".join(_PARTS.findall(one.short)).lower()
    return f"{words}. {one.docstring.strip().partition(chr(10) * 2)[0]}"


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs of prose in Markdown, and their first lines."""
    mark, begin, held = "", 0, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        fence = _FENCE.match(line)
        if fence:
            mark = "" if mark else fence[1]
        if fence or mark or not line.strip():
            if len(joined := " ".join(held)) >= _PARAGRAPH:
                yield begin, joined
            held = []
        else:
            begin = begin if held else number
            held.append(line.strip())
