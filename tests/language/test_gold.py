"""Ten documents of daily life, with what people said of them: the embedded engine must not become worse at them.

The texts were written for this test. The figures are those of the day it was written, less a little: who makes the
engine better raises them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.rouge import rouge
from tieline.language.documents import Document, read_document
from tieline.language.questions import answer_from
from tieline.language.summarize import summarize
from tieline.language.tags import extract_tags

GOLD = Path(__file__).parent / "gold"
REFERENCES: dict[str, Any] = tomllib.loads((GOLD / "references.toml").read_text("utf-8"))
VOCABULARY: list[str] = REFERENCES.pop("vocabulary")
#: ROUGE-1, ROUGE-2 and ROUGE-L, as means over the ten.
ROUGE = (0.44, 0.285, 0.38)
PRECISION, RECALL = 0.77, 0.70


@pytest.fixture
async def documents() -> dict[str, Document]:
    return {name: await read_document(GOLD / name) for name in REFERENCES}


async def test_summaries_are_as_near_to_those_of_people_as_ever(documents: dict[str, Document]) -> None:
    made = [rouge(summarize(documents[n].text, sentences=3).text, r["summary"]) for n, r in REFERENCES.items()]
    means = np.mean(made, axis=0)
    assert len(made) == 10
    assert (means >= ROUGE).all(), means


async def test_tags_are_those_of_people_as_often_as_ever(documents: dict[str, Document]) -> None:
    hits = given = wanted = 0
    for name, reference in REFERENCES.items():
        tags = set(extract_tags(documents[name].text, vocabulary=VOCABULARY, limit=4).tags)
        hits += len(tags & set(reference["tags"]))
        given += len(tags)
        wanted += len(reference["tags"])
    assert hits / given >= PRECISION
    assert hits / wanted >= RECALL


async def test_questions_are_answered_from_the_document_or_not_at_all(documents: dict[str, Document]) -> None:
    for name, reference in REFERENCES.items():
        passages = [passage.text for passage in documents[name].passages]
        for question, answer in reference["answered"].items():
            found = answer_from(passages, question)
            assert answer in found.text, f"{name}: {question}"
            assert any(answer in passages[number] for number in found.passages)
        for question in reference["unanswered"]:
            assert answer_from(passages, question).kind == "none", f"{name}: {question}"


@pytest.mark.parametrize(
    ("said", "wanted", "scores"),
    (
        ("The cat sat.", "the cat sat", (1, 1, 1)),
        ("the cat sat on the mat", "the cat lay on the mat", (5 / 6, 3 / 5, 5 / 6)),
        ("mat the on sat cat the", "the cat sat on the mat", (1, 0, 1 / 2)),
        ("dogs", "cats", (0, 0, 0)),
        ("", "cats", (0, 0, 0)),
    ),
)
def test_rouge(said: str, wanted: str, scores: tuple[float, float, float]) -> None:
    assert rouge(said, wanted) == pytest.approx(scores)
