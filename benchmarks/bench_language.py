"""Measure the embedded language engine: quality on public sets, and speed on one core. Prints JSON.

    python -m benchmarks.bench_language [DATASETS]

DATASETS is a folder with `clinc_full.json` and `domains.json`; their sources are named in docs/language.md. Without it,
speed, the tests' tickets and the sandbox's mails are measured. Summaries are measured by `summaries`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("RAYON_NUM_THREADS", "1")  # one core: the tokenizer would take them all
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.figure import Figure
from flows.support_categories import DEFAULT_CATEGORIES
from tests.language.tickets import CATEGORIES, OUT_OF_SCOPE, TICKETS
from tieline.language.analyze import analyze
from tieline.language.categories import Category
from tieline.language.categorize import Categorizer
from tieline.language.summarize import summarize
from tieline.language.tags import extract_tags
from tieline.sandbox.seed.letters import letters

SAMPLE = 1_500
WORDS = 80
THRESHOLD = 0.5
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)
SHOTS = (0, 5, 10, 20, 50)


def main() -> None:
    """Run everything that can be run."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    figures: dict[str, Any] = {"speed": speed(), "tickets": tickets(), "mails": mails()}
    if folder and (folder / "clinc_full.json").exists():
        figures["clinc_domains"] = clinc(folder)
    rate = figures["speed"]["categorize_per_second"]
    figures["figures"] = [Figure("categorize, embedded, on one core", rate, "tickets/s", 2000, "at least").to_json()]
    print(json.dumps(figures, indent=2))


def speed() -> dict[str, float]:
    """Texts a second of CPU time, everything included, once warm."""
    texts = _long_texts(5_000)
    few = texts[:200]
    return {
        "words_per_text": round(sum(len(t.split()) for t in texts) / len(texts), 1),
        "categorize_per_second": _best_rate(Categorizer(CATEGORIES), texts),
        "categorize_mails_per_second": _best_rate(Categorizer(DEFAULT_CATEGORIES), _mails()[0] * 4),
        "milliseconds_to_prepare_the_default_categories": round(
            1000 / _rate(lambda: [Categorizer(DEFAULT_CATEGORIES) for _ in range(20)], 20, digits=3)
        ),
        "analyze_per_second": _rate(lambda: [analyze(t) for t in few], len(few)),
        "extract_tags_per_second": _rate(lambda: [extract_tags(t) for t in few], len(few)),
        "summarize_per_second": _rate(lambda: [summarize(t) for t in few], len(few)),
    }


def tickets() -> dict[str, Any]:
    """The forty tickets that the tests use, ten categories, no example given."""
    answers = Categorizer(CATEGORIES).categorize([text for _, text in TICKETS])
    strangers = Categorizer(CATEGORIES).categorize(OUT_OF_SCOPE)
    right = np.array([a.category == truth for a, (truth, _) in zip(answers, TICKETS, strict=True)])
    sure = np.array([a.confidence >= THRESHOLD for a in answers])
    return {
        "accuracy": _percent(right.mean()),
        "above_threshold": _percent(sure.mean()),
        "accuracy_above_threshold": _percent(right[sure].mean()),
        "out_of_scope_above_threshold": _percent(np.mean([a.confidence >= THRESHOLD for a in strangers])),
    }


def mails() -> dict[str, Any]:
    """The sandbox's mails into the default categories, which were written without them; no constant was chosen here."""
    texts, truths = _mails()
    answers = Categorizer(DEFAULT_CATEGORIES).categorize(texts)
    right = np.array([a.category == truth for a, truth in zip(answers, truths, strict=True)])
    sure = np.array([a.confidence for a in answers])
    return {
        "mails": len(texts),
        "accuracy": _percent(right.mean()),
        "at_threshold": {
            str(t): {"answered": _percent((sure >= t).mean()), "right": _percent(right[sure >= t].mean())}
            for t in THRESHOLDS
        },
        "bands": _bands(sure, right),
    }


def clinc(folder: Path) -> dict[str, Any]:
    """CLINC150: which of ten domains, from names, from names and topics, and with examples."""
    domains: dict[str, list[str]] = json.loads((folder / "domains.json").read_text("utf-8"))
    data = json.loads((folder / "clinc_full.json").read_text("utf-8"))
    owner = {intent: domain for domain, intents in domains.items() for intent in intents}
    order = np.random.default_rng(0).permutation(len(data["test"]))[:SAMPLE]
    test = [(data["test"][i][0], owner[data["test"][i][1]]) for i in order]
    train = [(text, owner[intent]) for text, intent in data["train"]]
    topical = _domains(domains, topics=True)
    return {
        "sample": len(test),
        "names_only": _accuracy(_domains(domains, topics=False), test),
        "names_and_topics": _accuracy(topical, test),
        "with_examples": {str(n): _accuracy(_taught(topical, train, n), test) for n in SHOTS if n},
        "calibration": _calibration(topical, test, [text for text, _ in data["oos_test"][: SAMPLE // 10]]),
    }


def _domains(domains: dict[str, list[str]], *, topics: bool) -> list[Category]:
    return [
        Category(name=_plain(name), topics=tuple(map(_plain, intents)) if topics else ())
        for name, intents in domains.items()
    ]


def _taught(categories: list[Category], train: list[tuple[str, str]], count: int) -> list[Category]:
    order = np.random.default_rng(1).permutation(len(train))
    examples: dict[str, list[str]] = {c.name: [] for c in categories}
    for i in order:
        text, domain = train[i]
        if len(examples[_plain(domain)]) < count:
            examples[_plain(domain)].append(text)
    return [c.model_copy(update={"examples": tuple(examples[c.name])}) for c in categories]


def _accuracy(categories: list[Category], test: list[tuple[str, str]]) -> float:
    answers = Categorizer(categories).categorize([text for text, _ in test])
    # The truth is the domain; a foreign word or two may make the engine abstain, which counts as wrong.
    return _percent(np.mean([a.category == _plain(truth) for a, (_, truth) in zip(answers, test, strict=True)]))


def _calibration(categories: list[Category], test: list[tuple[str, str]], strangers: list[str]) -> dict[str, Any]:
    """Of the answers in each band of confidence, how many are right; one query in eleven is of no domain."""
    texts = [text for text, _ in test] + strangers
    truths = [_plain(truth) for _, truth in test] + [""] * len(strangers)
    answers = Categorizer(categories).categorize(texts)
    right = np.array([a.category == truth for a, truth in zip(answers, truths, strict=True)])
    sure = np.array([a.confidence for a in answers])
    known = np.array([bool(truth) for truth in truths])
    return {
        "bands": _bands(sure, right),
        "in_scope_above_threshold": _percent((sure[known] >= THRESHOLD).mean()),
        "accuracy_above_threshold": _percent(right[known & (sure >= THRESHOLD)].mean()),
        "out_of_scope_above_threshold": _percent((sure[~known] >= THRESHOLD).mean()),
    }


def _bands(sure: Any, right: Any) -> dict[str, Any]:
    bands = {}
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = (sure >= low) & (sure < low + 0.2 + (low == 0.8) * 0.01)  # noqa: PLR2004 - the last band has 1.0 too
        bands[f"{low:.1f}-{low + 0.2:.1f}"] = {"answers": int(inside.sum()), "right": _percent(right[inside].mean())}
    return bands


def _mails() -> tuple[list[str], list[str]]:
    """Subject and body, and the name of the category, of the 600 tickets that the sandbox starts with."""
    names = {c.tags_to_add[0]: c.name for c in DEFAULT_CATEGORIES}
    found = [letter for vendor in ("zendesk", "freshdesk") for letter in letters(1, vendor, 300)]
    return [f"{letter.subject}\n\n{letter.body}" for letter in found], [names[letter.category] for letter in found]


def _long_texts(count: int) -> list[str]:
    """Tickets of about eighty words, no two the same."""
    texts = [text for _, text in TICKETS]
    made = []
    for i in range(count):
        first, second = texts[i % len(texts)], texts[(i * 7 + i // len(texts)) % len(texts)]
        made.append(" ".join(f"{first} {second}".split(" ")[:WORDS]) + f" #{i}")
    return made


def _best_rate(categorizer: Categorizer, texts: list[str]) -> float:
    categorizer.categorize(texts[:100])
    return max(_rate(lambda: categorizer.categorize(texts), len(texts)) for _ in range(3))


def _rate(work: Any, count: int, digits: int = 0) -> float:
    started = time.process_time()
    work()
    return round(count / (time.process_time() - started), digits)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _percent(share: Any) -> float:
    return round(float(share) * 100, 1)


if __name__ == "__main__":
    main()
