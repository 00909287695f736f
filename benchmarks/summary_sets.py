"""Texts with summaries that people wrote, from files as their makers publish them. None of them is shipped.

- SciTLDR (Apache-2.0, https://github.com/allenai/scitldr): abstracts of papers, each with several summaries of one
  sentence; `SciTLDR-Data/SciTLDR-A/test.jsonl` and `dev.jsonl`, here as `scitldr_test.jsonl` and `scitldr_dev.jsonl`.
  The weights of the summary were once chosen on the test part; the other shows what that is worth.
- BBC News Summary (https://www.kaggle.com/datasets/pariza/bbc-news-summary): articles of 2004 and 2005, each with the
  sentences that sum it up; the folder `BBC News Summary` as it is unpacked.
- QMSum (MIT, https://github.com/Yale-LILY/QMSum): meetings, each with a summary of the whole;
  `data/ALL/jsonl/test.jsonl`, here as `qmsum_test.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tieline.language.sentences import conversation, prose

#: Of the sentences of an article: so many are in the summaries of BBC News Summary.
NEWS_SHARE = 0.4
MEETING_SENTENCES = 5
_WHOLE = "summarize "


class Sample(NamedTuple):
    """A text, and what people wrote about it.

    Args:
        text: As the engine gets it.
        sentences: The same for the lines to compare with: the first, any, and the best ones.
        asked: How many sentences are asked for.
        references: Summaries; the one that is most like ours counts.
    """

    text: str
    sentences: list[str]
    asked: int
    references: list[str]


def scitldr(path: Path) -> Iterator[Sample]:
    """Papers: one sentence of the abstract."""
    for paper in _lines(path):
        yield Sample(" ".join(paper["source"]), paper["source"], 1, paper["target"])


def bbc(folder: Path) -> Iterator[Sample]:
    """Articles without their titles, which the summaries leave out, too; how long those are, we are not told."""
    for path in sorted((folder / "News Articles").glob("*/*.txt")):
        summary = folder / "Summaries" / path.parent.name / path.name
        # One of them is not in UTF-8.
        _, _, text = path.read_text("utf-8", "replace").partition("\n")
        sentences = [one.shown for one in prose(text)]
        asked = max(1, round(NEWS_SHARE * len(sentences)))
        yield Sample(text, sentences, asked, [summary.read_text("utf-8", "replace")])


def qmsum(path: Path) -> Iterator[Sample]:
    """Meetings: key sentences of all that was said, against the summary of the whole."""
    for meeting in _lines(path):
        said = "\n".join(f"{one['speaker']}: {one['content']}" for one in meeting["meeting_transcripts"])
        wanted = [one["answer"] for one in meeting["general_query_list"] if one["query"].lower().startswith(_WHOLE)]
        sentences = [one.shown for one in conversation(said) or prose(said)]
        # A few meetings lack that question; their first general one asks nearly the same in other words.
        references = wanted or [meeting["general_query_list"][0]["answer"]]
        yield Sample(said, sentences, MEETING_SENTENCES, references)


#: The sets by name: where each lies in the folder of data, and how it is read.
SETS: dict[str, tuple[str, Callable[[Path], Iterator[Sample]]]] = {
    "scitldr": ("scitldr_test.jsonl", scitldr),
    "scitldr_dev": ("scitldr_dev.jsonl", scitldr),
    "bbc": ("BBC News Summary", bbc),
    "qmsum": ("qmsum_test.jsonl", qmsum),
}


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())
