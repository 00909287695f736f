"""How much of what people wrote is in the embedded engine's summaries: ROUGE on public sets. Prints JSON.

    uv run --group benchmarks python -m benchmarks --data FOLDER summaries

FOLDER holds any of `scitldr_test.jsonl`, `BBC News Summary` and `qmsum_test.jsonl`; where they come from stands in
`benchmarks/summary_sets.py`. Beside ours stand, with as many sentences: the first ones of the text, any of it, and the
best ones, chosen by somebody who has read the references, which is the ceiling for who only chooses sentences.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.figure import Figure
from benchmarks.summary_sets import SETS, Sample
from tieline.language.summarize import summarize

KINDS = ("rouge1", "rouge2", "rougeL")
#: The figures to reach on SciTLDR, and how much below them still counts as reached.
WANTED, NEARLY = (36.1, 15.3, 28.5), 0.5
#: Texts of a larger set that are taken, evenly spread, or the best sentences would take an hour to find.
TEXTS = 650
#: Of a long text, only the sentences that are best by themselves are tried together.
TRIED = 30

Score = tuple[float, ...]
Way = Callable[[Sample], str]
Scored = Callable[[str, Sequence[str]], Score]


def main() -> None:
    """Score what is there."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    found: dict[str, Any] = {"sets": {}, "skipped": {}}
    for name, (file, read) in SETS.items():
        if folder is None or not (folder / file).exists():
            found["skipped"][name] = f"There is no {file!r}; give the folder that holds it with --data."
        elif (scored := scorer()) is None:
            found["skipped"][name] = "ROUGE is not installed: uv run --group benchmarks python -m benchmarks …"
        else:
            found["sets"][name] = table(read(folder / file), scored)
    for name, why in found["skipped"].items():
        print(f"{name} was left out. {why}", file=sys.stderr)
    print(json.dumps(found | {"figures": [one.to_json() for one in figures(found["sets"])]}, indent=2))


def figures(sets: dict[str, Any]) -> list[Figure]:
    """SciTLDR against what was to be reached, the others against the first sentences."""
    made = []
    for name, scores in sets.items():
        note = "; ".join(f"{way}: {' / '.join(map(str, scores[way].values()))}" for way in scores if way in WAYS)
        for kind, wanted in zip(KINDS, WANTED, strict=True):
            least = wanted - NEARLY if name == "scitldr" else scores["lead"][kind]
            made.append(
                Figure(
                    f"{name}, {kind}",
                    scores["ours"][kind],
                    "F1",
                    round(least, 1),
                    "at least",
                    scores["lead"][kind],
                    "first sentences",
                    note if kind == KINDS[0] else "",
                )
            )
    return made


def table(samples: Iterable[Sample], scored: Scored) -> dict[str, Any]:
    """The mean scores of each way to choose sentences, in percent."""
    read = list(samples)
    taken = read[:: -(-len(read) // TEXTS)]
    found: dict[str, Any] = {"texts": len(taken), "of": len(read)}
    for way, choose in (WAYS | {"best": lambda sample: best(sample, scored)}).items():
        scores = [scored(choose(sample), sample.references) for sample in taken]
        found[way] = {
            kind: round(100 * fmean(values), 1) for kind, values in zip(KINDS, zip(*scores, strict=True), strict=True)
        }
    return found


def ours(sample: Sample) -> str:
    """The embedded engine's."""
    return summarize(sample.text, sentences=sample.asked).text


def lead(sample: Sample) -> str:
    """The first sentences."""
    return " ".join(sample.sentences[: sample.asked])


def chance(sample: Sample) -> str:
    """Any sentences, the same ones each time."""
    some = random.Random(sample.text).sample(sample.sentences, min(sample.asked, len(sample.sentences)))
    return " ".join(some)


def best(sample: Sample, scored: Scored) -> str:
    """Each time the sentence that adds most, by the references themselves."""

    def worth(said: Sequence[str]) -> float:
        return sum(scored(" ".join(said), sample.references))

    left = sorted(set(sample.sentences), key=lambda one: worth([one]), reverse=True)[:TRIED]
    said: list[str] = []
    while left and len(said) < sample.asked:
        one = max(left, key=lambda one: worth([*said, one]))
        if worth([*said, one]) <= worth(said):
            break
        left.remove(one)
        said.append(one)
    return " ".join(said)


WAYS: dict[str, Way] = {"ours": ours, "lead": lead, "chance": chance}


@cache
def scorer() -> Scored | None:
    """ROUGE as Google counts it, with stems, against the reference that fits best; None if it is not installed."""
    try:
        from rouge_score.rouge_scorer import (  # type: ignore[import-not-found]  # noqa: PLC0415 - only this needs it
            RougeScorer,
        )
    except ModuleNotFoundError:
        return None
    rouge = RougeScorer(list(KINDS), use_stemmer=True)

    def scored(said: str, references: Sequence[str]) -> Score:
        found = [rouge.score(reference, said) for reference in references]
        return tuple(max(one[kind].fmeasure for one in found) for kind in KINDS)

    return scored


if __name__ == "__main__":
    main()
