"""The sentences that say most of a text, taken as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tieline.language.answers import Summary, foreign
from tieline.language.embeddings import Vectors, unit, word_vectors
from tieline.language.languages import detect
from tieline.language.model import Style
from tieline.language.sentences import Sentence, conversation, prose
from tieline.language.text import content_words, passage

READ = 60_000  # characters

_NEW = 0.25  # how much being new counts next to being central
_WORDS = 1.5  # how much shared words count next to meaning, and next to coming early
_SHORT = 4  # words; a shorter sentence is a greeting more often than a statement
_MOST = 1_500  # sentences that are weighed


def summarize(text: str, *, sentences: int = 3, style: Style = "prose") -> Summary:
    """Choose the sentences that say most.

    Args:
        text: Plain text, Markdown, HTML, or a conversation with "Name: …" lines.
        sentences: How many to choose at most; for a headline it is one.
        style: Sentences side by side, each on a line of its own with a dash, or the one that says most.

    Returns:
        The sentences in the order of the text. Those under different headings stand on lines of their own. A
        conversation gets "key sentences", with who said them, since no sentence of it is meant as a summary.
    """
    read = passage(text, READ)
    language = detect(read.text)
    notes = (*read.notes, foreign(language)) if language.foreign else read.notes
    said = conversation(read.text)
    found = list({s.shown: s for s in said or prose(read.text)}.values())[:_MOST]  # a log repeats itself
    if not found:
        return Summary(text="", kind="sentences", notes=(*notes, "The text has no sentences."))
    chosen = [found[i] for i in choose([s.text for s in found], 1 if style == "headline" else sentences)]
    return Summary(
        text="\n".join(f"- {s.shown}" for s in chosen) if style == "bullets" else _joined(chosen),
        kind="key sentences" if said else "sentences",
        sentences=tuple(s.shown for s in chosen),
        notes=notes,
    )


def choose(texts: Sequence[str], count: int) -> list[int]:
    """The positions of the sentences that say most, in order.

    A sentence counts by its nearness to the whole, in meaning and in words, and by coming early; one that repeats
    what was chosen already counts less (maximal marginal relevance).
    """
    meaning = word_vectors().embed(texts)
    terms = _terms(texts)
    early: Vectors = (1 / np.sqrt(1 + np.arange(len(texts)))).astype(np.float32)
    score = _level(_central(meaning)) + _WORDS * _level(_central(terms)) + _level(early)
    spread = float(np.ptp(score))
    score = (score - score.min()) / (spread or 1.0)
    return _spread_out(score, meaning, _statements(texts), count)


def _spread_out(score: Vectors, meaning: Vectors, candidates: list[int], count: int) -> list[int]:
    chosen: list[int] = []
    told = np.zeros(len(score), np.float32)
    left = np.full(len(score), -np.inf, np.float32)
    left[candidates] = 0
    for _ in range(min(count, len(candidates))):
        best = int(((1 - _NEW) * score - _NEW * told + left).argmax())
        chosen.append(best)
        left[best] = -np.inf
        told = np.maximum(told, meaning @ meaning[best])
    return sorted(chosen)


def _statements(texts: Sequence[str]) -> list[int]:
    long = [i for i, text in enumerate(texts) if len(text.split()) >= _SHORT]
    return long or list(range(len(texts)))


def _central(rows: Vectors) -> Vectors:
    near: Vectors = rows @ unit(rows.mean(axis=0, keepdims=True))[0]
    return near


def _level(values: Vectors) -> Vectors:
    """Mean 0, deviation 1, so that scores of different kinds can be added."""
    leveled: Vectors = (values - values.mean()) / (values.std() + np.float32(1e-9))
    return leveled


def _terms(texts: Sequence[str]) -> Vectors:
    """Tf-idf rows of length one."""
    counts = [Counter(content_words(text)) for text in texts]
    spread = Counter(word for row in counts for word in row)
    index = {word: i for i, word in enumerate(spread)}
    rows = np.zeros((len(texts), max(1, len(index))), np.float32)
    for row, words in enumerate(counts):
        for word, times in words.items():
            rows[row, index[word]] = np.log1p(times) * (np.log((1 + len(texts)) / (1 + spread[word])) + 1)
    return unit(rows)


def _joined(chosen: Sequence[Sentence]) -> str:
    """Sentences of one paragraph side by side, others on a new line."""
    text = chosen[0].shown
    for before, after in pairwise(chosen):
        whole = before.text[-1] in ".!?\"'\u2019\u201d)"  # and no title
        same = whole and (before.heading, before.speaker) == (after.heading, after.speaker)
        text += f" {after.text}" if same else f"\n{after.shown}"
    return text
