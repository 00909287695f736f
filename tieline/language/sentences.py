"""The sentences of a text: of Markdown blocks, each with its heading, or of the messages of a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s+(.*)")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_OF_MAIL = re.compile(r"\*\*(?:From|To|Cc|Date):\*\*")  # as mail is written out; it says nothing about what is in it
_RULE = re.compile(r"(?:[-*_=]\s*){3,}$")
_MESSAGE = re.compile(r"(?:\[?[\d:.,/\- ]{4,22}(?:[AaPp][Mm])?\]?\s*)?<?@?([A-Z][\w.\- ]{0,30}?)>?:\s+(\S.*)")
_END = re.compile(r"(?<=[.!?])[\"'\u2019\u201d)\]]*\s+(?=[\"'\u201c(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|cf|al|approx|No|Nos|Fig|Figs|Eq|Sec|Ref|Inc|Ltd|Co|Jr|Sr|[A-Z])\.$"
)
_CHAT_SHARE = 0.5  # of the lines look like "Name: text"
_CHAT_LINES = 4
_SPEAKERS = 12  # a text with more "names" is a form or a log


@dataclass(frozen=True)
class Sentence:
    """A sentence, and what it stands under."""

    text: str
    heading: str = ""
    speaker: str = ""

    @property
    def shown(self) -> str:
        """As people want to read it: with who said it."""
        return f"{self.speaker}: {self.text}" if self.speaker else self.text


def split(text: str) -> list[str]:
    """The sentences of one paragraph."""
    out: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if not _ABBREVIATION.search(text, max(start, end.start() - 10), end.start()):
            out.append(text[start : end.end()].strip())
            start = end.end()
    out.append(text[start:].strip())
    return [s for s in out if s]


def conversation(text: str) -> list[Sentence]:
    """The sentences of a chat, with who said them; nothing when the text is no chat."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    messages = [_MESSAGE.match(line) for line in lines]
    speakers = [m[1] for m in messages if m]
    if len(speakers) < max(_CHAT_LINES, _CHAT_SHARE * len(lines)) or not 1 < len(set(speakers)) <= _SPEAKERS:
        return []
    out: list[Sentence] = []
    speaker = ""
    for line, message in zip(lines, messages, strict=True):
        speaker, said = (message[1], message[2]) if message else (speaker, line)
        out += [Sentence(s, speaker=speaker) for s in split(said)]
    return out


def prose(text: str) -> list[Sentence]:
    """The sentences of Markdown or plain text: paragraphs and list items, without code, tables and headings."""
    return [Sentence(s, heading=heading) for heading, block in _blocks(text) for s in split(block)]


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Paragraphs and list items, each with the heading it stands under."""
    heading = fence = ""
    block: list[str] = []
    for line in [*(line.strip() for line in text.splitlines()), ""]:
        kind, content = _kind(line, fence)
        if kind == "fence":
            fence = "" if fence else content
        if kind != "text" and block:
            yield heading, " ".join(block)
            block = []
        if kind == "heading":
            heading = content
        elif kind in {"text", "item"}:
            block.append(content)


def _kind(line: str, fence: str) -> tuple[str, str]:
    """What a line of Markdown is, and its content."""
    mark = _FENCE.match(line)
    if mark and (not fence or line.startswith(fence)):
        return "fence", mark[1]
    if fence or not line or line.startswith("|") or _RULE.match(line) or _OF_MAIL.match(line):
        return "skip", ""
    if found := _HEADING.match(line):
        return "heading", found[1]
    if found := _ITEM.match(line):
        return "item", found[1]
    return "text", line.lstrip("> ").strip()
