"""Which category a text belongs to, from what is said about each category, without training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tieline.language.answers import Choice
from tieline.language.categories import Category, check_categories
from tieline.language.embeddings import Vectors, unit, word_vectors
from tieline.language.languages import detect
from tieline.language.text import passage

READ = 8_000  # characters of a text that decide about its category
_LONG = 1_500  # characters; few people write more, but machines do
_BEGINNING = (40, 200)  # characters of its first lines

# Chosen on CLINC150 (its validation part, its out-of-scope queries, and each domain left out in turn) so that about the
# share c of the answers given with confidence c is right; see benchmarks/bench_language.py.
_POOL = 0.1  # how much prototypes other than the nearest count: 0 would be the maximum, more is nearer to the mean
_TEMPERATURE = 0.06
_NONE = 0.22  # how near the alternative "none of these" is to every text


class Categorizer:
    """Sorts texts into categories.

    A text is compared with every prototype of a category; a smooth maximum over them is the category's score. The
    scores become probabilities next to "none of these", which is what makes a threshold mean something.

    Args:
        categories: At least one, with different names.

    Raises:
        ConfigError: See `check_categories`.
    """

    def __init__(self, categories: Sequence[Category]) -> None:
        check_categories(categories)
        self.names = [c.name for c in categories]
        self._prototypes = [text for c in categories for text in c.prototypes]
        self._sizes = np.array([len(c.prototypes) for c in categories], np.float32)
        self._starts = np.concatenate(([0], np.cumsum(self._sizes[:-1]))).astype(np.intp)
        self._vectors = word_vectors().embed([passage(text, READ).text for text in self._prototypes])

    def categorize(self, texts: Sequence[str]) -> list[Choice]:
        """The best category for each text, in their order."""
        passages = [passage(text, READ) for text in texts]
        vectors = self._read([p.text for p in passages])
        similar = vectors @ self._vectors.T
        probable = self._probabilities(similar)
        known = np.abs(vectors).sum(axis=1) > 0
        return [
            self._choice(p.text, p.notes, probable[row], similar[row]) if known[row] else Choice.empty()
            for row, p in enumerate(passages)
        ]

    def _read(self, texts: Sequence[str]) -> Vectors:
        """A vector per text. A long one counts half by how it begins, so that a log does not drown what it is about."""
        vectors = word_vectors().embed(texts)
        long = [row for row, text in enumerate(texts) if len(text) > _LONG]
        if long:
            begins = word_vectors().embed([_beginning(texts[row]) for row in long])
            vectors[long] = unit(vectors[long] + begins)
        return vectors

    def _probabilities(self, similar: Vectors) -> Vectors:
        pooled = np.add.reduceat(np.exp(similar / _POOL), self._starts, axis=1) / self._sizes
        strength = np.exp(_POOL * np.log(pooled) / _TEMPERATURE)
        share: Vectors = strength / (strength.sum(axis=1, keepdims=True) + np.exp(_NONE / _TEMPERATURE))
        return share

    def _choice(self, text: str, notes: tuple[str, ...], probable: Vectors, similar: Vectors) -> Choice:
        language = detect(text)
        if language.foreign:
            return Choice.unread(language, notes)
        best = int(probable.argmax())
        start = self._starts[best]
        nearest = self._prototypes[start + int(similar[start : start + int(self._sizes[best])].argmax())]
        return Choice(
            category=self.names[best],
            confidence=round(float(probable[best]), 4),
            probabilities=dict(zip(self.names, probable.round(4).tolist(), strict=True)),
            language=language.code,
            reason=f"Nearest to {_short(nearest)!r}.",
            notes=notes,
        )


@lru_cache(maxsize=32)
def categorizer(categories: tuple[Category, ...]) -> Categorizer:
    """The categorizer of these categories, made once."""
    return Categorizer(categories)


def _beginning(text: str) -> str:
    """The subject, mostly: the first line, or the first lines when the first is very short."""
    end = text.find("\n", *_BEGINNING)
    return text[: end if end > 0 else _BEGINNING[1]]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"  # noqa: PLR2004 - fits a table cell
