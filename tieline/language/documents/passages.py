"""From pages to one text and its passages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tieline.language.documents.model import Page, Passage

#: Characters of a passage; a longer block is cut between its lines or sentences, or else where it must be.
LONGEST = 2_000

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_CUT = re.compile(r"\n|(?<=[.!?])\s")
_BETWEEN = "\n\n"


class _Block(NamedTuple):
    start: int
    end: int
    heading: str = ""  # set when the block is a heading


def assemble(pages: Sequence[Page], *, markdown: bool) -> tuple[str, tuple[Passage, ...]]:
    """Join pages, and find the passages of the text.

    Args:
        pages: The pages in order.
        markdown: Whether the text has headings and fences; a `#` in source code is none.
    """
    filled = [page for page in pages if page.text.strip()]
    text = _BETWEEN.join(page.text.strip("\n") for page in filled)
    passages: list[Passage] = []
    headings: list[Passage] = []
    start, heading = 0, ""
    for page in filled:
        end = start + len(page.text.strip("\n"))
        for block in _blocks(text, start, end, markdown=markdown):
            heading = block.heading or heading
            found = headings if block.heading else passages
            found += (
                Passage(text=text[a:b], page=page.number, heading=heading, start=a, end=b)
                for a, b in _cut(text, block.start, block.end)
            )
        start = end + len(_BETWEEN)
    return text, tuple(passages or headings)  # slides may have titles only


def _blocks(text: str, start: int, end: int, *, markdown: bool) -> Iterator[_Block]:
    """What stands between empty lines; a heading alone; a fence with all that is in it."""
    began: int | None = None
    fence = ""
    for first, last in _lines(text, start, end):
        line = text[first:last]
        mark = _FENCE.match(line) if markdown else None
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        heading = _HEADING.match(line) if markdown and not fence else None
        if (heading or not (line.strip() or fence)) and began is not None:
            yield _trimmed(text, began, first)
            began = None
        if heading:
            said = heading[1].rstrip().rstrip("#").rstrip()
            yield _trimmed(text, first, last)._replace(heading=said or "#")
        elif line.strip() and began is None:
            began = first
    if began is not None:
        yield _trimmed(text, began, end)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _trimmed(text: str, start: int, end: int) -> _Block:
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    return _Block(start + left, start + len(part.rstrip()))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cuts = [found.end() for found in _CUT.finditer(text, start + 1, start + LONGEST)]
        stop = cuts[-1] if cuts else start + LONGEST
        part = _trimmed(text, start, stop)
        if part.end > part.start:
            yield part.start, part.end
        start = stop
    part = _trimmed(text, start, end)
    if part.end > part.start:
        yield part.start, part.end
