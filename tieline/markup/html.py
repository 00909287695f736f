"""HTML as help centers keep it, with tags that nobody closed, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

from tieline.markup import confluence
from tieline.markup.confluence.tree import legal

#: Elements that have no end.
_EMPTY = frozenset({"br", "hr", "img", "wbr", "input", "source", "col"})
#: What is in there is nothing that people read.
_SILENT = frozenset({"script", "style", "template", "iframe", "noscript", "svg"})
_KEPT = frozenset({"href", "src", "alt", "colspan", "rowspan"})
#: Blocks that Confluence has no word for.
_BLOCKS = frozenset(
    {"address", "article", "aside", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure"}
    | {"footer", "form", "header", "hgroup", "legend", "main", "nav", "section", "summary"}
)
_CELLS, _LISTS = frozenset({"td", "th"}), frozenset({"ul", "ol"})
_ROWS = frozenset({"thead", "tbody", "tfoot"})
#: What ends where an element begins, and what it must not be looked for beyond:
#: https://html.spec.whatwg.org/multipage/syntax.html#optional-tags
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(
        ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "table", *_LISTS, *_BLOCKS),
        (frozenset({"p"}), frozenset({"table", *_CELLS})),
    ),
    "li": (frozenset({"li"}), _LISTS),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd"}), frozenset({"dl"}))),
    **dict.fromkeys(_CELLS, (_CELLS, frozenset({"tr", "table"}))),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    **dict.fromkeys(_ROWS, (_ROWS, frozenset({"table"}))),
}


def to_markdown(text: str) -> str:
    """The words, headings, lists, tables, links and code of an HTML text, well-formed or not."""
    tidy = _Tidy()
    tidy.feed(text)
    tidy.close()
    return confluence.to_markdown(tidy.whole())


class _Tidy(HTMLParser):
    """Closes what is open, so that it can be read like Confluence's XHTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def whole(self) -> str:
        """The text, with all ends."""
        return "".join([*self._written, *(f"</{_written(tag)}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in _SILENT:
            self._silent += 1
        elif tag.isalnum() and tag.isascii() and not self._silent:
            kept = "".join(
                f' {name}="{escape(legal(value or ""))}"' for name, value in dict(attrs).items() if name in _KEPT
            )
            self._end_before(tag)
            self._written.append(f"<{_written(tag)}{kept}{'/' if tag in _EMPTY else ''}>")
            if tag not in _EMPTY:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it all that was opened inside of it."""
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        if not self._silent and tag in self._open:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._silent:
            self._written.append(escape(data, quote=False))

    def _end_before(self, tag: str) -> None:
        """End what cannot go on where this begins."""
        ends, beyond = _ENDS.get(tag, (frozenset(), frozenset()))
        found = next((one for one in reversed(self._open) if one in ends or one in beyond), "")
        if found in ends:
            self._end(found)

    def _end(self, tag: str) -> None:
        last = ""
        while last != tag:
            last = self._open.pop()
            self._written.append(f"</{_written(last)}>")


def _written(tag: str) -> str:
    return "div" if tag in _BLOCKS else tag
