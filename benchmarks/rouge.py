"""ROUGE-1, ROUGE-2 and ROUGE-L, as F1 of lower-case words without stemming.

Own code for three formulas, since `rouge-score` comes as source only and brings nltk with it. See
https://aclanthology.org/W04-1013/.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_WORD = re.compile(r"[a-z0-9]+")


def rouge(said: str, wanted: str) -> tuple[float, float, float]:
    """How much of a reference a summary says, and how much of it is in the reference.

    Args:
        said: The summary.
        wanted: The reference.

    Returns:
        ROUGE-1, ROUGE-2 and ROUGE-L, each from 0 to 1.
    """
    ours, theirs = _words(said), _words(wanted)
    return (
        _f1((Counter(ours) & Counter(theirs)).total(), len(ours), len(theirs)),
        _f1((Counter(pairwise(ours)) & Counter(pairwise(theirs))).total(), len(ours) - 1, len(theirs) - 1),
        _f1(_common(ours, theirs), len(ours), len(theirs)),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _f1(hits: int, said: int, wanted: int) -> float:
    return 2 * hits / (said + wanted) if hits else 0.0


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = row
        row = [0]
        for at, other in enumerate(theirs):
            row.append(before[at] + 1 if word == other else max(row[at], before[at + 1]))
    return row[-1]
