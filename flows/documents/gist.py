"""What a document says: its gist, section by section where it is long, its tags, and its answers to questions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby

from flows.documents.place import Citation, Note, Reply, Source
from tasks import language
from tieline import Input
from tieline.language.documents import Document, Passage
from tieline.language.model import Style
from tieline.language.sentences import prose
from tieline.language.text import content_words

#: Characters that are summarized at once; what is longer goes section by section.
AT_ONCE = 40_000
#: Sentences of each section that the summary of summaries is made of.
OF_SECTION = 3
#: Changes when the same document would get another summary from us, or another digest.
VERSION = 2


class Wishes(Input):
    """What is to be found out about each document."""

    model: str = "embedded"
    sentences: int = 4
    style: Style = "prose"
    language: str = ""
    tags: int = 0
    vocabulary: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    extract_text: bool = False

    @property
    def digest(self) -> str:
        """The same for the same wishes, fulfilled by the same version of us."""
        same = self.model_copy(update={"vocabulary": tuple(sorted(self.vocabulary))})
        return digest(str(VERSION), same.model_dump_json())


class Gist(Input):
    """What a document says, in short."""

    summary: str = ""
    sources: tuple[Source, ...] = ()
    model: str = ""
    notes: tuple[str, ...] = ()


def digest(*parts: str) -> str:
    """A short name for exactly this."""
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    return made.hexdigest()[:20]


async def check(wishes: Wishes) -> None:
    """See to it that the model is there, and can do what is wished, before any document is read.

    Raises:
        ConfigError: It is not there, or it cannot.
        UnknownName: There is no such model.
    """
    await language.connector.credentials(wishes.model)
    if wishes.language:
        # No model is sent an empty text, so this costs nothing.
        await language.summarize(wishes.model, text="", style=wishes.style, language=wishes.language)


async def find_out(document: Document, wishes: Wishes, mark: str) -> tuple[Note, str]:
    """What is to be written back about a document, and what people should know about it.

    Raises:
        ConnectorError: The model did not answer.
    """
    said = await gist(document, wishes) if wishes.sentences else Gist()
    found = (
        await language.extract_tags(
            wishes.model, text=document.text, vocabulary=list(wishes.vocabulary), limit=wishes.tags
        )
        if wishes.tags
        else None
    )
    # A model may answer with a tag that nobody has asked for.
    chosen = tuple(t for t in found.tags if not wishes.vocabulary or t in wishes.vocabulary) if found else ()
    answers = [await _reply(document, wishes.model, question) for question in wishes.questions]
    note = Note(
        summary=said.summary,
        sources=said.sources,
        tags=chosen,
        answers=tuple(reply for reply, _ in answers),
        text=document.text if wishes.extract_text else "",
        model=said.model or (found.model if found else ""),
        mark=mark,
    )
    notes = (*said.notes, *(found.notes if found else ()), *(one for _, notes in answers for one in notes))
    return note, " ".join(dict.fromkeys(notes))


async def gist(document: Document, wishes: Wishes) -> Gist:
    """Say what a document says.

    Raises:
        ConnectorError: The model did not answer.
    """
    text, notes = document.text, document.warnings
    if len(text) > AT_ONCE:
        parts = [
            await language.summarize(wishes.model, text=section, sentences=OF_SECTION)
            for section in _sections(document)
        ]
        text, notes = "\n\n".join(part.text for part in parts if part.text), (*notes, f"Read in {len(parts)} sections.")
    made = await language.summarize(
        wishes.model, text=text, sentences=wishes.sentences, style=wishes.style, language=wishes.language
    )
    said = made.sentences or tuple(sentence.text for sentence in prose(made.text))
    sources = tuple(_source(one, document.passages) for one in said) if document.passages else ()
    return Gist(summary=made.text, sources=sources, model=made.model, notes=(*notes, *made.notes))


async def _reply(document: Document, model: str, question: str) -> tuple[Reply, tuple[str, ...]]:
    """What the document says to a question, and what people should know about it."""
    passages = document.passages
    said = await language.ask(model, passages=[one.text for one in passages], question=question)
    citations = tuple(_citation(passages[number]) for number in said.passages)
    return Reply(question=question, answer=said.text, quoted=said.kind == "quotation", citations=citations), said.notes


def _citation(passage: Passage) -> Citation:
    return Citation(passage=passage.text, page=passage.page, heading=passage.heading)


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
    return Source(text=sentence, **_citation(found).model_dump())


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
