"""Which category a text belongs to, from what is said about each category, without training."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tieline.language.answers import Choice
from tieline.language.categories import Category, check_categories
from tieline.language.embeddings import Vectors, unit, word_vectors
from tieline.language.languages import detect
from tieline.language.text import Passage, passage

READ = 8_000  # characters of a text that decide about its category

# Chosen on CLINC150 (its validation part) and on long support tickets; see benchmarks/bench_language.py.
_NEAREST = 8  # prototypes of a category that count
_POOL = 0.1  # how much they count beside the very nearest: 0 would be the maximum, more is nearer to the mean
# Chosen so that about the share c of the answers given with confidence c is right when one text in ten fits nowhere.
_TEMPERATURE = 0.045
_NONE = 0.13  # how near the alternative "none of these" is to every text

_BATCH = 1_000  # texts at a time
_LONG = 2  # spaces in a part that says something by itself
_BREAK = re.compile(r"(?<=[.!?]) +|(?=\n\S)")  # a line keeps its break: how a word is cut depends on what is before it
_NUMBER = re.compile(r"\d+")


class Categorizer:
    """Sorts texts into categories.

    A text is compared with the prototypes of each category, as a whole and sentence by sentence. A smooth maximum over
    the nearest prototypes is the category's score, and the whole counts as much as the sentences together. The scores
    become probabilities next to "none of these", which is what makes a threshold mean something.

    Args:
        categories: At least one, with different names.

    Raises:
        ConfigError: See `check_categories`.
    """

    def __init__(self, categories: Sequence[Category]) -> None:
        check_categories(categories)
        self.names = [c.name for c in categories]
        self._prototypes = [c.prototypes for c in categories]
        self._vectors = [word_vectors().embed([passage(p, READ).text for p in some]) for some in self._prototypes]

    def categorize(self, texts: Sequence[str]) -> list[Choice]:
        """The best category for each text, in their order."""
        return [
            choice for start in range(0, len(texts), _BATCH) for choice in self._batch(texts[start : start + _BATCH])
        ]

    def _batch(self, texts: Sequence[str]) -> list[Choice]:
        passages = [passage(text, READ) for text in texts]
        parts = [_parts(p.text) for p in passages]
        sums = word_vectors().sums([part for some in parts for part in some])
        counts = np.array([len(some) for some in parts], np.intp)
        wholes = np.add.reduceat(sums, np.cumsum(counts) - counts, axis=0)
        scores = self._scores(unit(wholes)) + _means(self._scores(unit(sums)), parts)
        probable = _probabilities(scores / np.float32(2))
        return [self._choice(p, wholes[row], probable[row]) for row, p in enumerate(passages)]

    def _scores(self, vectors: Vectors) -> Vectors:
        """How near each vector is to each category."""
        return np.stack([_pooled(vectors @ prototypes.T) for prototypes in self._vectors], axis=1)

    def _choice(self, read: Passage, vector: Vectors, probable: Vectors) -> Choice:
        if not vector.any():
            return Choice.empty()
        language = detect(read.text)
        if language.foreign:
            return Choice.unread(language, read.notes)
        best = int(probable.argmax())
        nearest = self._prototypes[best][int((self._vectors[best] @ vector).argmax())]
        return Choice(
            category=self.names[best],
            confidence=round(float(probable[best]), 4),
            probabilities=dict(zip(self.names, probable.round(4).tolist(), strict=True)),
            language=language.code,
            reason=f"Nearest to {_short(nearest)!r}.",
            notes=read.notes,
        )


@lru_cache(maxsize=32)
def categorizer(categories: tuple[Category, ...]) -> Categorizer:
    """The categorizer of these categories, made once."""
    return Categorizer(categories)


def _parts(text: str) -> list[str]:
    """The lines and sentences of a text; lines that differ in numbers only, as those of a log do, count once."""
    parts = {_NUMBER.sub("0", part): part for part in _BREAK.split(text)}
    return list(parts.values())


def _pooled(similar: Vectors) -> Vectors:
    """The smooth maximum over the nearest prototypes, so that a category gains nothing by having many."""
    if similar.shape[1] > _NEAREST:
        similar = np.partition(similar, -_NEAREST, axis=1)[:, -_NEAREST:]
    pooled: Vectors = np.log(np.exp(similar / np.float32(_POOL)).mean(axis=1)) * np.float32(_POOL)
    return pooled


def _means(scores: Vectors, parts: Sequence[Sequence[str]]) -> Vectors:
    """The mean over the parts of each text. Parts of one or two words, such as a greeting, count if all are such."""
    rows = []
    start = 0
    for some in parts:
        long = [start + i for i, part in enumerate(some) if part.count(" ") >= _LONG]
        rows.append(scores[long or slice(start, start + len(some))].mean(axis=0))
        start += len(some)
    return np.stack(rows)


def _probabilities(scores: Vectors) -> Vectors:
    strength = np.exp(scores / np.float32(_TEMPERATURE))
    share: Vectors = strength / (strength.sum(axis=1, keepdims=True) + np.float32(np.exp(_NONE / _TEMPERATURE)))
    return share


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"  # noqa: PLR2004 - fits a table cell
