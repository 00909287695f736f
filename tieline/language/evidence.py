"""Words that speak for one category and against the others, which word vectors blur: "upgrade" against "cancel"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tieline.language.embeddings import Vectors
from tieline.language.text import content_words, stem

_SEEN = 1.0  # every word counts as seen this often everywhere already: once proves little


class Evidence:
    """What the words of a text say about its category.

    A complement naive Bayes classifier: a word's weight is the logarithm of how much more often it is used in what is
    said about this category than in what is said about the others. Rare words count more. A text's length counts
    nothing, but words that nobody has used of any category dilute what the others say. See https://scikit-learn.org/stable/modules/naive_bayes.html#complement-naive-bayes.

    Args:
        texts: Everything said about the categories.
        owners: The number of each text's category, from 0.
    """

    def __init__(self, texts: Sequence[str], owners: NDArray[np.intp]) -> None:
        found = [[stem(word) for word in content_words(text)] for text in texts]
        self._rows = {one: row for row, one in enumerate(dict.fromkeys(s for stems in found for s in stems))}
        counts = np.zeros((len(self._rows), int(owners.max()) + 1))
        texts_with = np.zeros(len(self._rows))
        for stems, owner in zip(found, owners, strict=True):
            rows = [self._rows[stem] for stem in stems]
            np.add.at(counts[:, owner], rows, 1)
            texts_with[list(set(rows))] += 1
        rare = 1 + np.log((1 + len(texts)) / (1 + texts_with))
        here = counts + _SEEN
        elsewhere = counts.sum(axis=1, keepdims=True) - counts + _SEEN
        odds = np.log(here / here.sum(axis=0)) - np.log(elsewhere / elsewhere.sum(axis=0))
        unknown = 1 + np.log(1 + len(texts))
        self._unknown = len(self._rows)
        self._rare: Vectors = np.append(rare, unknown).astype(np.float32)
        self._weights: Vectors = np.vstack((odds * rare[:, None], np.zeros(odds.shape[1]))).astype(np.float32)

    def weigh(self, texts: Sequence[str]) -> Vectors:
        """For each text, how much its words speak for each category; zeros when none of them is known."""
        scores = np.zeros((len(texts), self._weights.shape[1]), np.float32)
        for number, text in enumerate(texts):
            counts = Counter(self._rows.get(stem(word), self._unknown) for word in content_words(text))
            if counts:
                rows = list(counts)
                often = np.log1p(np.fromiter(counts.values(), np.float32, len(rows)))
                scores[number] = often @ self._weights[rows] / np.linalg.norm(often * self._rare[rows])
        return scores

    def words(self, text: str, owner: int, most: int = 3) -> list[str]:
        """The words of a text that speak most for a category, the strongest first."""
        weights = {
            word: float(self._weights[row, owner])
            for word in content_words(text)
            if (row := self._rows.get(stem(word))) is not None
        }
        return sorted((word for word, weight in weights.items() if weight > 0), key=lambda w: -weights[w])[:most]
