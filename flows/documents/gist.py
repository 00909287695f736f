"""The gist of a document: section by section where it is long, each sentence with the passage that it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby

from flows.documents.place import Source
from tasks import language
from tieline import Input
from tieline.language.documents import Document, Passage
from tieline.language.text import content_words

#: Characters that are summarized at once; what is longer goes section by section.
AT_ONCE = 40_000
#: Sentences of each section that the summary of summaries is made of.
OF_SECTION = 3
#: Changes when the same document would get another summary from us.
VERSION = 1


class Gist(Input):
    """What a document says, in short."""

    summary: str = ""
    sources: tuple[Source, ...] = ()
    model: str = ""
    notes: tuple[str, ...] = ()


def digest(*parts: str | bytes) -> str:
    """A short name for exactly this."""
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest())
    return made.hexdigest()[:20]


async def gist(model: str, document: Document, sentences: int) -> Gist:
    """Say what a document says.

    Args:
        model: "embedded", or a saved language model.
        document: The document.
        sentences: How many at most.

    Raises:
        ConnectorError: The model did not answer.
    """
    text, notes = document.text, document.warnings
    if len(text) > AT_ONCE:
        parts = [await language.summarize(model, text=section, sentences=OF_SECTION) for section in _sections(document)]
        text, notes = "\n\n".join(part.text for part in parts if part.text), (*notes, f"Read in {len(parts)} sections.")
    made = await language.summarize(model, text=text, sentences=sentences)
    said = made.sentences or tuple(line for line in made.text.splitlines() if line.strip())
    sources = tuple(_source(one, document.passages) for one in said) if document.passages else ()
    return Gist(summary=made.text, sources=sources, model=made.model, notes=(*notes, *made.notes))


def _sections(document: Document) -> list[str]:
    """The text in parts that are read at once: as headings have it, and together as far as they fit."""
    parts: list[str] = []
    for heading, passages in groupby(document.passages, key=lambda passage: passage.heading):
        text = f"# {heading}\n\n" * bool(heading)
        for passage in passages:
            if len(text) + len(passage.text) > AT_ONCE:
                parts.append(text)
                text = ""
            text += passage.text + "\n\n"
        if parts and len(parts[-1]) + len(text) <= AT_ONCE:
            parts[-1] += text
        else:
            parts.append(text)
    return parts


def _source(sentence: str, passages: Sequence[Passage]) -> Source:
    """The passage that holds a sentence, or else has most words in common with it."""
    plain = _plain(sentence)
    found = next((one for one in passages if plain in _plain(one.text)), None)
    if found is None:
        words = set(content_words(sentence))
        found = max(passages, key=lambda one: len(words & set(content_words(one.text))))
    return Source(text=sentence, passage=found.text, page=found.page, heading=found.heading)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
