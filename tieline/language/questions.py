"""Which parts of a text are about a question: by the words that they share, rare ones first, and by meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tieline.language.answers import Answered, foreign
from tieline.language.embeddings import Vectors, word_vectors
from tieline.language.languages import detect
from tieline.language.sentences import conversation, prose
from tieline.language.text import content_words, stem

#: Characters of a text that a model is given with a question; more would cost more and answer no better.
READ = 24_000

_QUOTED = 2  # sentences
_WORDS = 0.7  # how much shared words count next to meaning
_ANSWERS = 0.45  # score from which a sentence is taken for an answer, chosen on the tests' documents
_SECOND = 0.85  # of the best score, from which a second sentence is quoted, too
#: Words that ask, and say nothing.
_PALE = frozenset(["much", "many", "long", "often", "far", "kind", "happens", "happened", "tell"])
_LETTERS = 12  # a shorter line of a table is a rule


def answer_from(passages: Sequence[str], question: str) -> Answered:
    """Quote the sentences that are nearest to a question.

    Args:
        passages: The text in parts.
        question: The question.

    Returns:
        One or two sentences as they stand, or `none` where nothing in the text is near to the question.
    """
    found = [(number, one) for number, passage in enumerate(passages) for one in _parts(passage)]
    if not found:
        return Answered(kind="none", notes=("The text has no sentences.",))
    scores = _scores([one for _, one in found], question)
    language = detect(" ".join(one for _, one in found[:20]))
    notes = (foreign(language),) if language.foreign else ()
    best = float(scores.max())
    if best < _ANSWERS:
        return Answered(kind="none", confidence=None, notes=notes)
    near = [int(i) for i in np.argsort(-scores, kind="stable")[:_QUOTED] if scores[i] >= best * _SECOND]
    chosen = [found[i] for i in sorted(near)]
    return Answered(
        text=" … ".join(one for _, one in chosen),
        kind="quotation",
        passages=tuple(dict.fromkeys(number for number, _ in chosen)),
        notes=notes,
    )


def nearest(passages: Sequence[str], question: str, characters: int = READ) -> list[int]:
    """The positions of the passages nearest to a question, in order, as many as fit."""
    if sum(map(len, passages)) <= characters:
        return list(range(len(passages)))
    chosen, room = [], characters
    for i in np.argsort(-_scores(passages, question), kind="stable"):
        room -= len(passages[i])
        if room < 0:
            break
        chosen.append(int(i))
    return sorted(chosen)


def _parts(passage: str) -> list[str]:
    """Sentences; of a table its rows."""
    said = [sentence.shown for sentence in conversation(passage) or prose(passage)]
    return said or [line.strip() for line in passage.splitlines() if sum(map(str.isalnum, line)) >= _LETTERS]


def _scores(texts: Sequence[str], question: str) -> Vectors:
    """From 0 to 1: how much of the question's words a text has, and how near it is in meaning."""
    asked = {_root(word) for word in content_words(question) if word not in _PALE}
    has = [asked & {_root(word) for word in content_words(text)} for text in texts]
    spread = Counter(word for words in has for word in words)
    weight = {word: float(np.log((1 + len(texts)) / (1 + spread[word])) + 1) for word in asked}
    total = sum(weight.values()) or 1.0
    shared = np.array([sum(weight[word] for word in words) / total for words in has], np.float32)
    near: Vectors = word_vectors().embed(texts) @ word_vectors().embed([question])[0]
    score: Vectors = _WORDS * shared + (1 - _WORDS) * np.clip(near, 0, 1)
    return score


def _root(word: str) -> str:
    """The word without its ending, so that "close" and "closed" are the same, too."""
    return stem(word).rstrip("e")
