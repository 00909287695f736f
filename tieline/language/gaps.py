"""Whether anything in the documentation answers a question, by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tieline.language.code.mentions import paragraphs
from tieline.language.courtesy import matter
from tieline.language.embeddings import word_vectors

#: Cosine from which a paragraph is taken for an answer. Chosen on the 40 tickets and 20 paragraphs of
#: `tests/language/answered.py`: of 20 questions that are answered 19 are found to be, and of 40 that are not, with
#: paragraphs about other things of the same product, 39. It was chosen where it is measured, so expect less elsewhere.
ANSWERS = 0.47


class Nearest(NamedTuple):
    """The paragraph that is nearest to a question.

    Args:
        page: Which page.
        text: The paragraph.
        score: The cosine, from -1 to 1.
    """

    page: str
    text: str
    score: float

    @property
    def answers(self) -> bool:
        """Whether it is taken for an answer."""
        return self.score >= ANSWERS


def asked(text: str) -> str:
    """What somebody asks, without greeting, manners and signature; the subject comes first."""
    return "\n".join(dict.fromkeys(matter(text).split("\n")))


def nearest(question: str, pages: Mapping[str, str]) -> Nearest | None:
    """The nearest paragraph; None where there is none at all. The embedded engine reads English.

    Args:
        question: Subject and text, as the customer wrote them.
        pages: Markdown, by path.
    """
    parts = [(page, text) for page, whole in pages.items() for _, text in paragraphs(whole)]
    if not parts:
        return None
    engine = word_vectors()
    near = engine.embed([text for _, text in parts]) @ engine.embed([asked(question)])[0]
    best = int(near.argmax())
    return Nearest(*parts[best], round(float(near[best]), 3))
