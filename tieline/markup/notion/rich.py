"""Rich text: pieces of text, each with its annotations and perhaps a link."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: One piece of rich text, as Notion writes it.
Piece = dict[str, Any]

#: Most characters of a piece, most pieces of a text, most characters of an equation and of an address,
#: https://developers.notion.com/reference/request-limits. Notion counts UTF-16 units.
LONGEST, MOST_PIECES, LONGEST_EQUATION, LONGEST_URL = 2000, 100, 1000, 2000
STYLES = ("bold", "italic", "strikethrough", "underline", "code")


def plain_text(pieces: Sequence[Mapping[str, Any]]) -> str:
    """What rich text says, without its annotations."""
    return "".join(said(piece) for piece in pieces)


def rich_text(text: str) -> list[Piece]:
    """Plain text as rich text, in pieces that Notion takes."""
    return [piece(part) for part in chunks(text)]


def said(piece: Mapping[str, Any]) -> str:
    """The words of one piece."""
    if "plain_text" in piece:
        return str(piece["plain_text"])
    inner = piece.get(piece.get("type") or "text") or {}
    return str(inner.get("content") or inner.get("expression") or "")


def styles(piece: Mapping[str, Any]) -> frozenset[str]:
    """Which annotations a piece has."""
    given = piece.get("annotations") or {}
    return frozenset(name for name in STYLES if given.get(name))


def link(piece: Mapping[str, Any]) -> str:
    """Where a piece leads, if anywhere."""
    inner = (piece.get("text") or {}).get("link") or {}
    return str(piece.get("href") or inner.get("url") or "")


def piece(text: str, marks: frozenset[str] = frozenset(), url: str = "") -> Piece:
    """One piece of text."""
    made: Piece = {"type": "text", "text": {"content": text}}
    if url:
        made["text"]["link"] = {"url": url}
    if marks:
        made["annotations"] = {name: True for name in STYLES if name in marks}
    return made


def equation(expression: str) -> Piece:
    """An equation in the line, in KaTeX."""
    return {"type": "equation", "equation": {"expression": expression}}


def length(text: str) -> int:
    """How long Notion thinks a text is."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def chunks(text: str, most: int = LONGEST) -> Iterator[str]:
    """A text in parts that are not too long for Notion."""
    if len(text) * 2 <= most:
        if text:
            yield text
        return
    start, size = 0, 0
    for place, letter in enumerate(text):
        wide = 2 if letter > "\uffff" else 1
        if size + wide > most:
            yield text[start:place]
            start, size = place, 0
        size += wide
    yield text[start:]
