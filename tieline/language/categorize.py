"""Which category a text belongs to, from what is said about each category, without training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tieline.language.answers import Choice
from tieline.language.categories import Category, check_categories
from tieline.language.courtesy import matter
from tieline.language.embeddings import Vectors, word_vectors
from tieline.language.evidence import Evidence
from tieline.language.languages import detect
from tieline.language.text import Passage, passage

READ = 8_000  # characters of a text that are looked at
_BATCH = 1_000  # texts at a time, so that memory does not grow with their number

_POOL = 0.1  # how much prototypes other than the nearest count: 0 would be the maximum, more is nearer to the mean
_EVIDENCE = 0.06  # how much single words count, next to a cosine

# How sure an answer is, chosen so that about the share c of the answers given with confidence c is right; how, is in
# docs/decisions/language.md. The fewer words a text has, the more its scores are a matter of chance; likewise the
# fewer prototypes describe a category.
_TEMPERATURE, _TEMPERATURE_FEW_WORDS, _FEW_PROTOTYPES = 0.018, 0.14, 2.5
# The score of "none of these". A short text is near to something sooner.
_NONE, _NONE_FEW_WORDS = 0.11, 1.0


class Categorizer:
    """Sorts texts into categories.

    A text, without its manners, is compared with every prototype of a category; a smooth maximum over them, and what
    single words speak for, is the category's score. The scores become probabilities next to "none of these", which
    is what makes a threshold mean something.

    Args:
        categories: At least one, with different names.

    Raises:
        ConfigError: See `check_categories`.
    """

    def __init__(self, categories: Sequence[Category]) -> None:
        check_categories(categories)
        self.names = [c.name for c in categories]
        self._prototypes = [text for c in categories for text in c.prototypes]
        sizes = np.array([len(c.prototypes) for c in categories])
        self._sizes = sizes.astype(np.float32)
        self._starts = np.concatenate(([0], np.cumsum(sizes[:-1]))).astype(np.intp)
        matters = [matter(passage(text, READ).text) for text in self._prototypes]
        self._vectors = word_vectors().embed(matters)
        self._evidence = Evidence(matters, np.repeat(np.arange(len(sizes)), sizes))
        self._unsure = 1 + _FEW_PROTOTYPES / float(np.sqrt(sizes.mean()))

    def categorize(self, texts: Sequence[str]) -> list[Choice]:
        """The best category for each text, in their order."""
        starts = range(0, len(texts), _BATCH)
        return [choice for start in starts for choice in self._batch(texts[start : start + _BATCH])]

    def _batch(self, texts: Sequence[str]) -> list[Choice]:
        passages = [passage(text, READ) for text in texts]
        matters = [matter(p.text) for p in passages]
        vectors = word_vectors().embed(matters)
        similar = vectors @ self._vectors.T
        near = _POOL * np.log(np.add.reduceat(np.exp(similar / _POOL), self._starts, axis=1) / self._sizes)
        probable = self._probabilities(near + _EVIDENCE * self._evidence.weigh(matters), matters)
        known = np.abs(vectors).sum(axis=1) > 0
        return [
            self._choice(p, matters[row], probable[row], similar[row], near[row]) if known[row] else Choice.empty()
            for row, p in enumerate(passages)
        ]

    def _probabilities(self, scores: Vectors, texts: Sequence[str]) -> Vectors:
        few = 1 / np.array([[1 + text.count(" ") + text.count("\n")] for text in texts], np.float32)
        temperature = (_TEMPERATURE + _TEMPERATURE_FEW_WORDS * few) * self._unsure
        strength = np.exp((scores - _NONE - _NONE_FEW_WORDS * few) / temperature)
        share: Vectors = strength / (strength.sum(axis=1, keepdims=True) + 1)
        return share

    def _choice(self, read: Passage, text: str, probable: Vectors, similar: Vectors, near: Vectors) -> Choice:
        language = detect(read.text)
        if language.foreign:
            return Choice.unread(language, read.notes)
        best = int(probable.argmax())
        return Choice(
            category=self.names[best],
            confidence=round(float(probable[best]), 4),
            probabilities=dict(zip(self.names, probable.round(4).tolist(), strict=True)),
            language=language.code,
            reason=self._reason(text, best, similar, near),
            notes=read.notes,
        )

    def _reason(self, text: str, best: int, similar: Vectors, near: Vectors) -> str:
        """The nearest prototype, or the words that outweighed another category's."""
        if best != int(near.argmax()) and (spoke := self._evidence.words(text, best)):
            return f"Words that speak for it: {', '.join(spoke)}."
        start = self._starts[best]
        nearest = self._prototypes[start + int(similar[start : start + int(self._sizes[best])].argmax())]
        return f"Nearest to {_short(nearest)!r}."


@lru_cache(maxsize=32)
def categorizer(categories: tuple[Category, ...]) -> Categorizer:
    """The categorizer of these categories, made once."""
    return Categorizer(categories)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"  # noqa: PLR2004 - fits a table cell
