"""What the benchmarks read, and what they compare with; the figures themselves are no tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bench_summaries
from benchmarks.summary_sets import SETS, Sample, bbc, qmsum, scitldr

PAPER: dict[str, Any] = {
    "source": ["Cats sleep a lot.", "We measure how much cats sleep.", "They sleep for fifteen hours.\n"],
    "source_labels": [0, 1, 0],
    "rouge_scores": [0.1, 0.5, 0.4],
    "paper_id": "x",
    "target": ["Cats sleep fifteen hours.", "How much cats sleep is measured."],
}
ARTICLE = """Ad sales boost profit

Quarterly profits jumped 76% to $1.13bn. Sales rose 2%.

The firm owns a search engine. Its film division saw profits slump. It will restate its accounts.
"""
SUMMARY = "Sales rose 2%.Quarterly profits jumped 76% to $1.13bn."
MEETING = {
    "topic_list": [{"topic": "Remote control", "relevant_text_span": [["0", "1"]]}],
    "general_query_list": [
        {"query": "What was decided in the whole meeting?", "answer": "Nothing."},
        {"query": "Summarize the whole meeting.", "answer": "They spoke about a remote control."},
    ],
    "specific_query_list": [],
    "meeting_transcripts": [
        {"speaker": "Project Manager", "content": "We want a new remote control."},
        {"speaker": "Marketing", "content": "People lose it all the time. It should make a noise."},
        {"speaker": "Project Manager", "content": "Good idea."},
        {"speaker": "Industrial Designer", "content": "It needs a small loudspeaker then."},
    ],
}


def test_a_paper_has_sentences_and_several_summaries(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps(PAPER) + "\n\n")
    (paper,) = scitldr(path)
    assert paper == Sample(" ".join(PAPER["source"]), list(PAPER["source"]), 1, list(PAPER["target"]))


def test_an_article_is_read_without_its_title_and_with_its_summary(tmp_path: Path) -> None:
    for kind, text in (("News Articles", ARTICLE), ("Summaries", SUMMARY)):
        (tmp_path / kind / "business").mkdir(parents=True)
        (tmp_path / kind / "business" / "001.txt").write_bytes(text.encode() + b"\xa3")  # one file is not UTF-8
    (article,) = bbc(tmp_path)
    assert "boost" not in article.text
    assert article.sentences[0] == "Quarterly profits jumped 76% to $1.13bn."
    assert article.asked == 2
    assert article.references[0].startswith(SUMMARY)


def test_a_meeting_is_a_conversation_with_the_summary_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps(MEETING) + "\n")
    (meeting,) = qmsum(path)
    assert meeting.references == ["They spoke about a remote control."]
    assert "Marketing: It should make a noise." in meeting.sentences
    assert bench_summaries.ours(meeting)


def test_sets_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench_summaries", str(tmp_path)])
    bench_summaries.main()
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert (found["sets"], found["figures"]) == ({}, [])
    assert set(found["skipped"]) == set(SETS)
    assert "There is no 'qmsum_test.jsonl'; give the folder that holds it with --data." in told.err


def test_the_ceiling_is_what_the_references_like_best_and_ours_lies_below() -> None:
    def shared(said: str, references: Sequence[str]) -> tuple[float, ...]:
        words = set(said.lower().split())
        return (max(len(words & set(one.lower().split())) / (1 + len(words)) for one in references),) * 3

    sample = Sample(" ".join(PAPER["source"]), list(PAPER["source"]), 1, ["We measure how much cats sleep."])
    assert bench_summaries.best(sample, shared) == "We measure how much cats sleep."
    table = bench_summaries.table([sample] * 3, shared)
    assert table["texts"] == 3
    assert table["best"]["rouge1"] >= max(table[way]["rouge1"] for way in ("ours", "lead", "chance"))
    assert bench_summaries.lead(sample) == "Cats sleep a lot."
    assert bench_summaries.chance(sample) == bench_summaries.chance(sample)
