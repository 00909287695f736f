"""Text as it comes in: HTML or plain, empty or a megabyte of log; made readable, and cut to what is worth reading."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

# Words that carry grammar rather than meaning; also how English is told from other languages.
_STOPWORDS = """
    a about after again all also am an and any are as at be because been before being but by can can't cannot could
    did didn't do does doesn't doing don't for from get got had has hasn't have haven't having he her here hers him
    his how i i'd i'll i'm i've if in into is isn't it it's its just let like me more most my no nor not now of off
    on once only or other our out over own please same she should so some such than that that's the their them then
    there these they this those through to too under until up us very was wasn't we we're we've were what when where
    which while who whom why will with won't would you you're your
"""
STOPWORDS = frozenset(_STOPWORDS.split())

_TAG = re.compile(  # "a<b and c>d" is no HTML
    r"</?(?:p|br|div|span|html|body|table|t[rdh]|[uo]l|li|h[1-6]|img|pre|blockquote|strong|em)\b[^<>]*>"
    r"|<(?:script|style|head|template)\b[^<>]*>|</?[biu]>|<a\s[^<>]*href",
    re.IGNORECASE,
)
_BLOCKS = frozenset({"p", "br", "div", "tr", "li", "ul", "ol", "table", "pre", "blockquote", "section", "article"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "head", "template"})
_SPACES = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r"\s*\n\s*\n\s*")
_ENDING = re.compile(r"(?:'s|ings?|ed|es|s|ly)$")
_STEM = 4  # letters; shorter words keep their endings
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


class Passage(NamedTuple):
    """A text made readable, and what was done to it that its reader should know."""

    text: str
    notes: tuple[str, ...] = ()


def passage(text: str, limit: int) -> Passage:
    """Make a text readable: tags and odd characters out, at most `limit` characters.

    Args:
        text: Plain text, Markdown or HTML.
        limit: Characters to keep. Of a longer text the beginning (three quarters) and the end are kept, since a
            ticket says what it wants first, and a log says what went wrong last.
    """
    length = len(text)
    raw, _ = _clip(text, limit * 4)  # parsing a megabyte to keep eight kilobytes would be waste
    raw = raw.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    kept, was_cut = _clip(_tidy(_without_tags(raw) if _TAG.search(raw) else raw), limit)
    if was_cut or len(raw) < length:
        return Passage(kept, (f"Only the beginning and the end were read: {len(kept):,} of {length:,} characters.",))
    return Passage(kept)


def words(text: str) -> list[str]:
    """The words of a text in lower case, apostrophes straightened."""
    return [w.replace("\u2019", "'") for w in _WORD.findall(text.lower())]


def content_words(text: str) -> list[str]:
    """The words that carry meaning."""
    return [w for w in words(text) if w not in STOPWORDS and len(w) > 1]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, so that "charges" and "charged" are the same; rough, for comparing only."""
    return _ENDING.sub("", word) if len(word) > _STEM else word


def _clip(text: str, limit: int) -> tuple[str, bool]:
    if len(text) <= limit:
        return text, False
    mark = "\n[…]\n"
    head = (limit - len(mark)) * 3 // 4
    return text[:head] + mark + text[len(text) - (limit - len(mark) - head) :], True


def _tidy(text: str) -> str:
    return _NEWLINES.sub("\n\n", _SPACES.sub(" ", text)).strip()


def _without_tags(html: str) -> str:
    reader = _Visible()
    reader.feed(html)
    reader.close()
    return "".join(reader.seen)


class _Visible(HTMLParser):
    """Collects the text that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag in _BLOCKS | _HEADINGS:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS | _HEADINGS:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)
